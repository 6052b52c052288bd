"""The counts of a letter, folded from its events in the order of the record."""

from collections import Counter
from collections.abc import Iterable

from django.db import connection
from django.db.models import OuterRef, Subquery, Sum

from campaign.letters.models import Event, EventKind, Letter, LetterState
from signatures.models import Breakdown, Checkpoint

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
)
_BY_KIND = {"person": "people", "organisation": "organisations"}

Counts = dict[str, int]
# Kind, level, profession, country, whether they do not want to be named.
_Cell = tuple[str, int, str, str, bool]
_TABLE = Breakdown._meta.db_table
_CELLS_AT_ONCE = 1000


def counts_of(checkpoint: Checkpoint | None) -> Counts:
    return {name: getattr(checkpoint, name) if checkpoint else 0 for name in COUNTED}


def fold(counts: Counts, events: Iterable[Event]) -> Counts:
    """The counts after these events: each takes away what it was before and adds what it is."""
    folded = dict(counts)
    for event in events:
        folded["signings"] += event.kind == EventKind.SIGN
        for shape, step in ((event.before, -1), (event.after, 1)):
            for name in _counted_as(shape):
                folded[name] += step
    return folded


def add_to_breakdown(*, letter_id: int, events: Iterable[Event]) -> None:
    """The same in detail, by `Breakdown`: what these events add to each combination."""
    change: Counter[_Cell] = Counter()
    for event in events:
        for shape, step in ((event.before, -1), (event.after, 1)):
            if shape:
                change[_cell(shape)] += step
    cells = sorted((cell, step) for cell, step in change.items() if step)
    for start in range(0, len(cells), _CELLS_AT_ONCE):
        chunk = cells[start : start + _CELLS_AT_ONCE]
        slots = ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(chunk))
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {_TABLE} (letter_id, kind, level, profession, country, "  # noqa: S608
                f"is_anonymous, count) VALUES {slots} "
                "ON CONFLICT (letter_id, kind, level, profession, country, is_anonymous) "
                f"DO UPDATE SET count = {_TABLE}.count + excluded.count",
                [value for cell, step in chunk for value in (letter_id, *cell, step)],
            )


def latest(*, letter_id: int) -> Checkpoint | None:
    """The letter's current count: that of its last checkpoint, or None before the first."""
    return Checkpoint.objects.filter(letter_id=letter_id).order_by("-size").first()


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
    public = Letter.objects.filter(state__in=LetterState.public())
    newest = Checkpoint.objects.filter(
        pk__in=public.values_list(Subquery(of_letter.values("pk")[:1]))
    )
    sums = {f"level_{level}": Sum(f"level_{level}", default=0) for level in range(1, 5)}
    counted = newest.aggregate(**sums)
    return {level: counted[f"level_{level}"] for level in range(1, 5)}


def _counted_as(shape: str) -> tuple[str, ...]:
    if not shape:
        return ()
    kind, level, _profession, _country, is_anonymous = _cell(shape)
    return (_BY_KIND[kind], f"level_{level}", *(["anonymous"] if is_anonymous else []))


def _cell(shape: str) -> _Cell:
    kind, level, profession, country, *anonymous = shape.split(":")
    return kind, int(level), profession, country, bool(anonymous)
