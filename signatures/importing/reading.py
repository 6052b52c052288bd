"""From a file to rows: taken in as it is, read by a worker, and nobody is asked by it.

Reading is one transaction, so that a worker that is killed has done nothing; a file that kills
several is given up.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import chain, count, islice

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from campaign.letters.models import Letter, LetterState
from campaign.organizers import audit
from campaign.organizers.models import Organizer
from campaign.wake import Task, wake
from signatures.errors import LetterNotOpen, SheetUnreadable, TooManyImports
from signatures.importing import columns, sealing
from signatures.models import Collected, ImportState, SheetImport, SheetPart
from signatures.sheets.rows import Row, of_text
from signatures.sheets.workbook import is_workbook, of_workbook

MAX_ROWS = 100_000
MOST_BYTES = 16 * 1024 * 1024
# That nobody has decided about, of one letter.
MAX_WAITING = 5
ROWS_IN_PART = 500
LEASE = timedelta(minutes=5)
_MAX_ATTEMPTS = 3
# By which columns are guessed.
_ROWS_LOOKED_AT = 50


def receive(
    *,
    letter: Letter,
    organizer: Organizer,
    raw: bytes,
    collected: Collected,
    place: str,
    signed_on: date,
    language: str,
    told_in: str,
    now: datetime,
) -> SheetImport:
    """Take in a file, with the evidence that its people signed. Raises TooManyImports, and
    LetterNotOpen for a letter that is closed."""
    if is_over(letter=letter, now=now):
        raise LetterNotOpen
    with transaction.atomic():
        waiting = SheetImport.objects.filter(letter=letter, state__in=ImportState.unbegun())
        if waiting.count() >= MAX_WAITING:
            raise TooManyImports
        sheet = SheetImport.objects.create(
            letter=letter,
            raw=sealing.seal(raw),
            collected=collected,
            place=place,
            signed_on=signed_on,
            language=language,
            told_in=told_in,
            sent_by=organizer,
            sent_at=now,
        )
        audit.record(
            team=letter.team,
            organizer=organizer,
            action="import_read",
            subject=f"import {letter.slug}/{sheet.pk}",
            detail=f"{collected}: {place}, {signed_on}",
        )
        wake(Task.WORK_OFF_IMPORTS)
    return sheet


def is_over(*, letter: Letter, now: datetime) -> bool:
    closes = letter.closes_at is not None and now >= letter.closes_at
    return letter.state == LetterState.CLOSED or closes


def read(sheet: SheetImport) -> bool:
    """Turn the file into rows to be checked, or say why it cannot be; False if another does."""
    if not _claim(sheet):
        return False
    with translation.override(sheet.told_in):
        try:
            if sheet.attempts >= _MAX_ATTEMPTS:
                raise SheetUnreadable(_("The file cannot be read. Save it as CSV, in UTF-8."))
            _store(sheet)
        except SheetUnreadable as unreadable:
            _received(sheet).update(
                state=ImportState.UNREADABLE, why=str(unreadable), raw=None, claimed_until=None
            )
    return True


def too_many_rows() -> str:
    return _("There are more than 100,000 rows in the file. Nothing was read: make several of it.")


def too_large() -> str:
    return _("The file is larger than 16 MB. Nothing was read: make several of it.")


def _claim(sheet: SheetImport) -> bool:
    now = timezone.now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    mine = SheetImport.objects.filter(free, pk=sheet.pk, state=ImportState.RECEIVED)
    return bool(mine.update(claimed_until=now + LEASE, attempts=F("attempts") + 1))


def _received(sheet: SheetImport) -> QuerySet[SheetImport]:
    return SheetImport.objects.filter(pk=sheet.pk, state=ImportState.RECEIVED)


def _store(sheet: SheetImport) -> None:
    """Raises SheetUnreadable; then nothing is stored."""
    rows = _rows(sealing.unseal(sheet.raw or b""))
    first = list(islice(rows, _ROWS_LOOKED_AT))
    if not first:
        raise SheetUnreadable(_("The file is empty."))
    found, has_heading = columns.guess([row.cells or [""] for row in first])
    with transaction.atomic():
        total, every = 0, chain(first, rows)
        for number in count():
            batch = list(islice(every, ROWS_IN_PART))
            if not batch:
                break
            total += len(batch)
            if total > MAX_ROWS + has_heading:
                raise SheetUnreadable(too_many_rows())
            SheetPart.objects.create(sheet=sheet, number=number, rows=sealing.seal_rows(batch))
        if not _received(sheet).update(
            state=ImportState.CHECKING,
            raw=None,
            claimed_until=None,
            columns=found,
            has_heading=has_heading,
            total=total - has_heading,
        ):
            # Cancelled meanwhile, or read by another.
            transaction.set_rollback(True)


def _rows(raw: bytes) -> Iterator[Row]:
    if is_workbook(raw):
        # One more than may be, and the heading.
        return of_workbook(raw, most=MAX_ROWS + 2)
    return of_text(raw)
