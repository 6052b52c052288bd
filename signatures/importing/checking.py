"""What would happen: each row judged by what its columns are taken for. Nobody is asked by it.

A check only reads rows, so one that was killed begins anew. What it found is written only if its
sheet is still what it began with.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation

from campaign import languages
from campaign.wake import Task, wake
from signatures.errors import ImportInWrongState, SheetUnreadable
from signatures.importing import columns as columns_of
from signatures.importing import sealing
from signatures.importing.judging import Evidence, Person, Unusable, person
from signatures.models import ImportState, SheetImport, SigningInvitation
from signatures.sheets.rows import Row

LEASE = timedelta(minutes=1)
PROBLEMS_TOLD = 100


def choose_columns(
    *, sheet: SheetImport, columns: Sequence[str], has_heading: bool, expected_revision: int
) -> None:
    """Have it checked again, with other columns. Raises ImportInWrongState."""
    shift = int(sheet.has_heading) - int(has_heading)
    changed = SheetImport.objects.filter(
        pk=sheet.pk,
        state=ImportState.READY,
        revision=expected_revision,
        has_heading=sheet.has_heading,
    ).update(
        state=ImportState.CHECKING,
        revision=F("revision") + 1,
        columns=list(columns),
        has_heading=has_heading,
        total=F("total") + shift,
        checked=0,
        found={},
    )
    if not changed:
        raise ImportInWrongState
    wake(Task.WORK_OFF_IMPORTS)


def check(sheet: SheetImport) -> bool:
    """False where another is at it, or it was changed or cancelled meanwhile."""
    claimed = _claim(sheet)
    if claimed is None:
        return False
    # Nobody can be told without these: the page asks for them.
    found = _Found()
    if not list(columns_of.missing(sheet.columns)):
        for number in sheet.parts.order_by("number").values_list("number", flat=True):
            try:
                found.add_part(sheet, below_heading(sheet, number=number))
            except SheetUnreadable as unreadable:
                _mine(sheet, claimed).update(state=ImportState.UNREADABLE, why=str(unreadable))
                return False
            claimed = _renew(sheet, claimed, checked=found.checked)
            if claimed is None:
                return False
    done = _mine(sheet, claimed)
    return bool(
        done.update(
            state=ImportState.READY,
            claimed_until=None,
            checked=F("total"),
            found=found.told(),
        )
    )


def below_heading(sheet: SheetImport, *, number: int) -> list[Row]:
    """The rows of one part; none where it was asked already. Raises SheetUnreadable."""
    sealed = sheet.parts.filter(number=number).values_list("rows", flat=True).first()
    rows = sealing.unseal_rows(sealed) if sealed else []
    return rows[1:] if sheet.has_heading and number == 0 else rows


def evidence_of(sheet: SheetImport) -> Evidence:
    return Evidence(place=sheet.place, signed_on=sheet.signed_on, language=sheet.language)


def judged(sheet: SheetImport, row: Row) -> Person:
    """Raises Unusable. By the day on which it was sent, so that all who look find the same."""
    return person(
        row, columns=sheet.columns, evidence=evidence_of(sheet), today=sheet.sent_at.date()
    )


def known(sheet: SheetImport, keys: Sequence[bytes]) -> set[bytes]:
    """Who was invited or asked before, whatever became of it. Who has signed is not looked for:
    nobody can learn that from here."""
    found = SigningInvitation.objects.filter(letter=sheet.letter_id, address_key__in=keys)
    return {bytes(key) for key in found.values_list("address_key", flat=True)}


@dataclass(slots=True)
class _Found:
    checked: int = 0
    seen: set[bytes] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    problems: list[dict[str, Any]] = field(default_factory=list)

    def add_part(self, sheet: SheetImport, rows: Sequence[Row]) -> None:
        fresh: dict[bytes, Person] = {}
        for row in rows:
            self.checked += 1
            try:
                one = judged(sheet, row)
            except Unusable as unusable:
                self._cannot_use(sheet, row, unusable.column)
                continue
            if one.key in self.seen:
                self.counts["again"] += 1
                continue
            self.seen.add(one.key)
            fresh[one.key] = one
        before = known(sheet, list(fresh))
        self.counts["known"] += len(before)
        self.counts["fresh"] += len(fresh) - len(before)
        for key, one in fresh.items():
            if key not in before:
                self.unknown.update(one.unknown)

    def _cannot_use(self, sheet: SheetImport, row: Row, column: str) -> None:
        self.counts["wrong"] += 1
        if len(self.problems) < PROBLEMS_TOLD:
            why = {language: _why(sheet, row, language) for language in languages.INTERFACE}
            self.problems.append({"row": row.number, "column": column, "why": why})

    def told(self) -> dict[str, Any]:
        counts = {name: self.counts[name] for name in ("fresh", "known", "again", "wrong")}
        return counts | {"unknown": dict(self.unknown), "problems": self.problems}


def _why(sheet: SheetImport, row: Row, language: str) -> str:
    """For whoever reads it: organizers of one team may read in different languages."""
    with translation.override(language):
        try:
            judged(sheet, row)
        except Unusable as unusable:
            return unusable.why
    return ""


def _claim(sheet: SheetImport) -> datetime | None:
    until = timezone.now() + LEASE
    free = Q(claimed_until=None) | Q(claimed_until__lt=timezone.now())
    unchanged = SheetImport.objects.filter(
        free, pk=sheet.pk, state=ImportState.CHECKING, revision=sheet.revision
    )
    return until if unchanged.update(claimed_until=until) else None


def _renew(sheet: SheetImport, claimed: datetime, *, checked: int) -> datetime | None:
    until = timezone.now() + LEASE
    mine = _mine(sheet, claimed).update(claimed_until=until, checked=checked)
    return until if mine else None


def _mine(sheet: SheetImport, claimed: datetime) -> QuerySet[SheetImport]:
    return SheetImport.objects.filter(
        pk=sheet.pk,
        state=ImportState.CHECKING,
        revision=sheet.revision,
        claimed_until=claimed,
    )
