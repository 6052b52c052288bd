"""A letter's counts in detail: over time, by profession, by country; always by level.

Who signed without being shown is counted as that, and not under a profession or country: among a
few signatures, that would tell who it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q, Subquery, Sum

from campaign.letters.models import Letter
from signatures.models import Breakdown, Checkpoint, Kind
from signatures.record import tally

# Highest first: the order in which they are drawn and told.
LEVELS = (4, 3, 2, 1)
MOST_ROWS = 12
MAX_BUCKETS = 60

_STEPS = tuple(
    timedelta(minutes=minutes)
    for minutes in (1, 5, 15, 60, 120, 180, 360, 720, 1440, 2880, 10_080, 20_160, 40_320)
)
_DAY = timedelta(days=1)
_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)  # a Monday
# A checkpoint that is made while the figures are read would make their sums differ.
_MAX_TRIES = 3

Levels = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """How many of one profession or country, by level as in LEVELS."""

    code: str
    levels: Levels

    @property
    def total(self) -> int:
        return sum(self.levels)


@dataclass(frozen=True, slots=True)
class Part:
    """The largest by their totals; the rest as `others`; and who is not shown."""

    rows: Sequence[Row]
    others: Row | None
    unshown: Row | None


@dataclass(frozen=True, slots=True)
class Figures:
    checkpoint: Checkpoint | None
    professions: Part
    countries: Part


@dataclass(frozen=True, slots=True)
class Bucket:
    """A stretch of time and the counts at its end, or until now if it is the last."""

    start: datetime
    end: datetime
    levels: Levels

    @property
    def total(self) -> int:
        return sum(self.levels)

    @property
    def last_moment(self) -> datetime:
        return self.end - timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Course:
    buckets: Sequence[Bucket]
    by_days: bool


def read(*, letter_id: int) -> Figures:
    """The count and its parts, as of the same checkpoint."""
    for _try in range(_MAX_TRIES):
        checkpoint = tally.latest(letter_id=letter_id)
        # Organisations have none.
        professions = _part(letter_id, "profession", Q(kind=Kind.PERSON))
        countries = _part(letter_id, "country", Q())
        again = tally.latest(letter_id=letter_id)
        if checkpoint == again:
            break
    return Figures(checkpoint, professions, countries)


def over_time(*, letter_id: int) -> Course:
    """The count at the end of each hour, day or week since the first, in at most sixty.

    One look-up by the index of times for each, however many checkpoints there are.
    """
    made = Checkpoint.objects.filter(letter_id=letter_id)
    first, latest = made.order_by("size").first(), tally.latest(letter_id=letter_id)
    if first is None or latest is None:
        return Course((), by_days=False)
    step, starts = _stretches(first.as_of, latest.as_of)
    found = [
        Subquery(made.filter(as_of__lt=start + step).order_by("-as_of", "-size").values("pk")[:1])
        for start in starts
    ]
    keys = Letter.objects.filter(pk=letter_id).values_list(*found).get()
    counted = Checkpoint.objects.defer("note", "root").in_bulk(set(keys))
    return Course(
        tuple(
            Bucket(start, start + step, levels_of(counted[key]))
            for start, key in zip(starts, keys, strict=True)
        ),
        by_days=step >= _DAY,
    )


def levels_of(checkpoint: Checkpoint) -> Levels:
    return tuple(checkpoint.levels[str(level)] for level in LEVELS)


def _stretches(first: datetime, last: datetime) -> tuple[timedelta, list[datetime]]:
    """How long each is, and where each begins: on the minute, hour, day or Monday in UTC."""
    steps = iter(_STEPS)
    step = next(steps)
    while _index(last, step) - _index(first, step) >= MAX_BUCKETS:
        step = next(steps, step * 2)
    return step, [
        _EPOCH + index * step for index in range(_index(first, step), _index(last, step) + 1)
    ]


def _index(moment: datetime, step: timedelta) -> int:
    return (moment - _EPOCH) // step


def _part(letter_id: int, field: str, among: Q) -> Part:
    counted = Breakdown.objects.filter(among, letter_id=letter_id)
    sums = counted.values_list(field, "is_anonymous", "level").annotate(Sum("count"))
    shown: dict[str, dict[int, int]] = {}
    unshown: dict[int, int] = {}
    for code, is_anonymous, level, count in sums.order_by():
        levels = unshown if is_anonymous else shown.setdefault(code, {})
        levels[level] = levels.get(level, 0) + count
    rows = [row for code, levels in shown.items() if (row := _row(code, levels)).total]
    rows.sort(key=lambda row: (-row.total, row.code))
    return Part(rows[:MOST_ROWS], _sum(rows[MOST_ROWS:]), _sum([_row("", unshown)]))


def _row(code: str, levels: dict[int, int]) -> Row:
    return Row(code, tuple(levels.get(level, 0) for level in LEVELS))


def _sum(rows: Iterable[Row]) -> Row | None:
    """All as one; None where that is nobody."""
    together = Row("", tuple(map(sum, zip(*(row.levels for row in rows), strict=True))))
    return together if together.total else None
