"""The counts of a letter, folded from its events in the order of the record."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.db import connection
from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from campaign.compiled import Compiled, Slot
from campaign.letters.models import Event, EventKind, Letter
from signatures.models import Breakdown, Checkpoint, VersionTally

COUNTED = (
    "signings",
    "people",
    "organisations",
    "anonymous",
    "level_1",
    "level_2",
    "level_3",
    "level_4",
    "held",
    "lost",
)
_BY_KIND = {"person": "people", "organisation": "organisations"}

# What of it is kept for each version of the text, too.
OF_VERSION = tuple(field.name for field in fields(VersionTally))

_LATEST = Compiled(
    lambda: Checkpoint.objects.filter(letter_id=Slot("letter")).order_by("-size")[:1]
)

Counts = dict[str, int]
# By the version of the text, as `Checkpoint.versions`.
Versions = dict[str, dict[str, int]]
_TABLE = Breakdown._meta.db_table
_CELLS_AT_ONCE = 1000


class Cell(NamedTuple):
    """What a signature counts as: see `Signature.tally_key`."""

    version: int
    kind: str
    level: int
    profession: str
    country: str
    is_anonymous: bool


def counts_of(checkpoint: Checkpoint | None) -> Counts:
    return {name: getattr(checkpoint, name) if checkpoint else 0 for name in COUNTED}


def versions_of(checkpoint: Checkpoint | None) -> Versions:
    return checkpoint.versions if checkpoint else {}


def fold(counts: Counts, events: Iterable[Event]) -> Counts:
    """The counts after these events: each takes away what it was before and adds what it is."""
    folded = dict(counts)
    for event in events:
        folded["signings"] += event.kind == EventKind.SIGN
        for shape, step in _moves(event):
            for name in _counted_as(cell_of(shape)):
                folded[name] += step
    return folded


def fold_versions(versions: Versions, events: Iterable[Event]) -> Versions:
    """The same by the version of the text."""
    folded = {version: dict(counts) for version, counts in versions.items()}
    for event in events:
        for shape, step in _moves(event):
            cell = cell_of(shape)
            counts = folded.setdefault(str(cell.version), dict.fromkeys(OF_VERSION, 0))
            for name in _counted_as(cell):
                counts[name] += step
    return folded


def add_to_breakdown(*, letter_id: int, events: Iterable[Event]) -> None:
    """The same in detail, by `Breakdown`: what these events add to each combination."""
    change: Counter[Cell] = Counter()
    for event in events:
        for shape, step in _moves(event):
            change[cell_of(shape)] += step
    cells = sorted((cell, step) for cell, step in change.items() if step)
    key = ", ".join(("letter_id", *Cell._fields))
    slot = f"(%s{', %s' * len(Cell._fields)}, %s)"
    for start in range(0, len(cells), _CELLS_AT_ONCE):
        chunk = cells[start : start + _CELLS_AT_ONCE]
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {_TABLE} ({key}, count) "  # noqa: S608
                f"VALUES {', '.join([slot] * len(chunk))} ON CONFLICT ({key}) "
                f"DO UPDATE SET count = {_TABLE}.count + excluded.count",
                [value for cell, step in chunk for value in (letter_id, *cell, step)],
            )


@lru_cache(maxsize=10_000)
def cell_of(shape: str) -> Cell:
    """Without profession and country for anyone who is not named: no count by these holds them, so
    none can single them out, however it is narrowed or compared with another one."""
    version, kind, level, profession, country, *anonymous = shape.split(":")
    number = int(version.removeprefix("v"))
    if anonymous:
        return Cell(number, kind, int(level), "", "", is_anonymous=True)
    return Cell(number, kind, int(level), profession, country, is_anonymous=False)


def latest(*, letter_id: int) -> Checkpoint | None:
    """The letter's current count: that of its last checkpoint, or None before the first."""
    return _LATEST.first(letter=letter_id)


def signings_until(*, letter: Letter, at: datetime) -> int:
    """How many signings the letter's record held at that time."""
    written = Checkpoint.objects.filter(letter=letter, as_of__lte=at).order_by("-as_of", "-size")
    return written.values_list("signings", flat=True).first() or 0


def signings_at(*, letters: Iterable[Letter], moments: Iterable[datetime]) -> dict[int, list[int]]:
    """The same of several letters, by their id, at each of these moments: one query, with one
    look-up by the index of times for each."""
    of_letter = Checkpoint.objects.filter(letter=OuterRef("pk")).order_by("-as_of", "-size")
    counts = [
        Coalesce(Subquery(of_letter.filter(as_of__lte=moment).values("signings")[:1]), 0)
        for moment in moments
    ]
    found = Letter.objects.filter(pk__in=[each.pk for each in letters])
    return {pk: counted for pk, *counted in found.values_list("pk", *counts)}


def latest_of(*, letters: Iterable[Letter]) -> dict[int, Checkpoint]:
    """The same for several letters, by their id, in one query."""
    of_letter = Checkpoint.objects.filter(letter=OuterRef("pk")).order_by("-size")
    newest = Letter.objects.filter(pk__in=[letter.pk for letter in letters]).values_list(
        Subquery(of_letter.values("pk")[:1])
    )
    return {each.letter_id: each for each in Checkpoint.objects.filter(pk__in=newest)}


def levels_of_site() -> dict[int, int]:
    """How many signatures stand at each level under all public letters together."""
    of_letter = Checkpoint.objects.filter(letter=OuterRef("pk")).order_by("-size")
    newest = Checkpoint.objects.filter(
        pk__in=Letter.objects.public().values_list(Subquery(of_letter.values("pk")[:1]))
    )
    sums = {f"level_{level}": Sum(f"level_{level}", default=0) for level in range(1, 5)}
    counted = newest.aggregate(**sums)
    return {level: counted[f"level_{level}"] for level in range(1, 5)}


def _moves(event: Event) -> Iterator[tuple[str, int]]:
    if event.before:
        yield event.before, -1
    if event.after:
        yield event.after, 1


def _counted_as(cell: Cell) -> tuple[str, ...]:
    anonymous = ("anonymous",) if cell.is_anonymous else ()
    return (_BY_KIND[cell.kind], f"level_{cell.level}", *anonymous)
