"""A letter's numbers for its team, as of this minute: who came when, and what became of it.

Counted by the database, each part in bounded time and without anybody's name. Of those who are not
named nothing is counted that readers could not count in the public record: hours, language, level.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import TypeVar

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import TruncHour

from campaign.letters.models import Letter
from campaign.process_cache import ProcessCache
from signatures import campaign_tags
from signatures.errors import TooSlow
from signatures.listing.deadline import in_time
from signatures.models import Signature, SignatureState, Vetting, VettingState
from signatures.moderation import queue
from signatures.notifications import by_provider
from signatures.press import figures
from signatures.press.figures import LEVELS, Figures, Row

HOURS, DAYS = 48, 30
KEPT_FOR = timedelta(minutes=1)
# Of all letters together: by the key, since no index has the time of signing.
MAX_SIGNINGS = 300_000
MAX_DECISIONS = 5_000
FEWEST_OF_SOURCE = 5
_COUNTING_SECONDS = 2
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Who asked to sign in an hour or day, and how many of them have confirmed by now."""

    start: datetime
    asked: int
    confirmed: int


@dataclass(frozen=True, slots=True)
class Vetted:
    """The decisions of a day, and how long people had waited for them."""

    day: datetime
    approved: int
    rejected: int
    median_minutes: int
    longest_minutes: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """A part that took too long to count is None."""

    at: datetime
    figures: Figures
    hours: Sequence[Stretch] | None
    days: Sequence[Stretch] | None
    languages: Sequence[Row] | None
    # By campaign tag; the row without one is everybody else. Empty where the letter has none.
    sources: Sequence[Row] | None
    mail: Sequence[by_provider.Sent] | None
    vetting: Sequence[Vetted] | None
    waits_since: datetime | None


_kept: ProcessCache[int, Numbers] = ProcessCache(
    "numbers of letters", max_entries=200, seconds=KEPT_FOR.total_seconds()
)


def read(*, letter: Letter, now: datetime) -> Numbers:
    """As they were counted within the last minute, or else anew."""
    kept = _kept.get(letter.pk)
    if kept is None or not kept.at <= now < kept.at + KEPT_FOR:
        kept = _count(letter, now)
        _kept.keep(letter.pk, kept)
    return kept


def _count(letter: Letter, now: datetime) -> Numbers:
    came = _or_none(lambda: _signings(letter, now))
    waiting = Vetting.objects.filter(letter=letter, state__in=queue.WAITING)
    return Numbers(
        at=now,
        figures=figures.read(letter_id=letter.pk),
        hours=None if came is None else _hours(came, letter, now),
        days=None if came is None else _days(came, letter, now),
        languages=_or_none(lambda: _languages(letter)),
        sources=_or_none(lambda: _sources(letter)),
        mail=_or_none(lambda: by_provider.by_day(letter=letter, now=now)),
        vetting=_or_none(lambda: _vetted(letter, now)),
        waits_since=waiting.aggregate(first=Min("opened_at"))["first"],
    )


def _or_none(counted: Callable[[], T]) -> T | None:
    try:
        with in_time(seconds=_COUNTING_SECONDS):
            return counted()
    except TooSlow:
        return None


def _latest(letter: Letter) -> QuerySet[Signature]:
    """Among the newest signings of the site, without those that were taken back by mistake."""
    newest = Signature.objects.order_by("-pk").values_list("pk", flat=True)
    oldest = next(iter(newest[MAX_SIGNINGS : MAX_SIGNINGS + 1]), 0)
    return Signature.objects.filter(letter=letter, pk__gt=oldest, revision__gt=0)


def _signings(letter: Letter, now: datetime) -> list[Stretch]:
    found = (
        _latest(letter)
        .filter(created_at__gte=_midnight(now) - (DAYS - 1) * _DAY)
        .annotate(hour=TruncHour("created_at"))
        .values("hour")
        .annotate(asked=Count("pk"), confirmed=Count("pk", filter=_has_confirmed()))
        .order_by("hour")
    )
    return [Stretch(each["hour"], each["asked"], each["confirmed"]) for each in found]


def _has_confirmed() -> Q:
    return Q(confirmed_at__isnull=False) & ~Q(state=SignatureState.PENDING)


def _hours(came: Iterable[Stretch], letter: Letter, now: datetime) -> list[Stretch]:
    this = now.replace(minute=0, second=0, microsecond=0)
    first = max(this - (HOURS - 1) * _HOUR, _begun(letter, now).replace(minute=0, second=0))
    return _filled(came, first.replace(microsecond=0), now, _HOUR)


def _days(came: Iterable[Stretch], letter: Letter, now: datetime) -> list[Stretch]:
    first = max(_midnight(now) - (DAYS - 1) * _DAY, _midnight(_begun(letter, now)))
    return _filled(came, first, now, _DAY)


def _filled(
    came: Iterable[Stretch], first: datetime, now: datetime, step: timedelta
) -> list[Stretch]:
    """One for each step, also where nobody came."""
    asked: dict[int, int] = defaultdict(int)
    confirmed: dict[int, int] = defaultdict(int)
    for each in came:
        place = (each.start - first) // step
        asked[place] += each.asked
        confirmed[place] += each.confirmed
    places = range((now - first) // step + 1)
    return [Stretch(first + place * step, asked[place], confirmed[place]) for place in places]


def _begun(letter: Letter, now: datetime) -> datetime:
    return letter.published_at or now


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _languages(letter: Letter) -> list[Row]:
    """By the language of the text that was signed, which the record tells of each."""
    return _by(_standing(letter), "translation__language")


def _sources(letter: Letter) -> list[Row]:
    """Of those who are named. What only few came by could tell of one of them: they are among the
    others."""
    tags = set(campaign_tags.all_of(letter=letter))
    if not tags:
        return []
    rows = _by(_standing(letter).filter(consent_publish=True), "came_from")
    told = [row for row in rows if row.code in tags and row.total >= FEWEST_OF_SOURCE]
    others = [row.levels for row in rows if row not in told]
    return [*told, Row("", tuple(map(sum, zip(*others, strict=True))))] if others else told


def _standing(letter: Letter) -> QuerySet[Signature]:
    return Signature.objects.filter(
        letter=letter, state=SignatureState.CONFIRMED, number__isnull=False
    )


def _by(counted: QuerySet[Signature], field: str) -> list[Row]:
    """By level, the largest first."""
    levels: dict[str, dict[int, int]] = defaultdict(dict)
    for code, level, count in counted.values_list(field, "level").annotate(Count("pk")).order_by():
        levels[code][level] = count
    rows = [
        Row(code, tuple(by_level.get(level, 0) for level in LEVELS))
        for code, by_level in levels.items()
    ]
    return sorted(rows, key=lambda row: (-row.total, row.code))


def _vetted(letter: Letter, now: datetime) -> list[Vetted]:
    """Day by day, the newest first, of the latest decisions."""
    decided = Vetting.objects.filter(
        letter=letter,
        decided_at__gte=_midnight(now) - (DAYS - 1) * _DAY,
        state__in=(VettingState.APPROVED, VettingState.REJECTED),
    ).order_by("-decided_at")
    days: dict[datetime, list[tuple[str, int]]] = defaultdict(list)
    for state, opened, at in decided.values_list("state", "opened_at", "decided_at")[
        :MAX_DECISIONS
    ]:
        if at is not None:
            days[_midnight(at)].append((state, int((at - opened).total_seconds() // 60)))
    return [_of_day(day, found) for day, found in days.items()]


def _of_day(day: datetime, found: Sequence[tuple[str, int]]) -> Vetted:
    minutes = [waited for _state, waited in found]
    approved = sum(state == VettingState.APPROVED for state, _waited in found)
    return Vetted(day, approved, len(found) - approved, int(median(minutes)), max(minutes))
