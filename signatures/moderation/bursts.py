"""What stands out among those who confirmed lately, or changed what readers see of them: told to
organizers, who know what they did.

Only confirmed addresses count. Whoever types a theatre's name, or its members' addresses, without
reading their mail changes nothing here, and cannot have that theatre's people held.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from campaign.letters.models import Letter
from signatures.models import (
    Reason,
    Signature,
    SignatureState,
    Trait,
    Vetting,
    VettingState,
)
from signatures.moderation import precautions
from signatures.record import tally
from signatures.record.edits import edited_since

# So many are looked at, the newest first; and so many of those before, to compare with.
MAX_LATE = 5000
MAX_EARLIER = 2000
# Below these it is a family, a cast or a chance.
MIN_ALIKE = 10
MIN_OF_COUNTRY = 20
MIN_THROWAWAY = 3
# Times the share that it has among those before.
FACTOR = 3
# A country's share is told only if so many are known to compare with.
MIN_EARLIER = 100
BEFORE = timedelta(days=1)
EXAMPLES = 5
_MIN = {Trait.COUNTRY: MIN_OF_COUNTRY, Trait.THROWAWAY: MIN_THROWAWAY}
_READ = (
    *("pk", "letter_id", "public_id", "name", "email", "network_key", "credit", "affiliation"),
    *("country", "confirmed_at", "revision"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What many of those who came lately have in common, and few of those before."""

    trait: Trait
    # As one of them wrote it; empty for what organizers do not see, a network.
    written: str
    count: int
    # How many of those before had it, and how many those were.
    before: int
    of_before: int
    examples: Sequence[Signature]
    is_held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lately:
    """How many confirmed since, at which pace; how many others changed their details; and what
    stands out among both."""

    count: int
    edited: int
    busiest_minute: int
    # In a span as long as this one, on average of the day before.
    usual: float
    findings: Sequence[Finding]
    is_everyone_held: bool
    is_work_asked: bool

    @property
    def compared(self) -> int:
        return self.count + self.edited


def lately(*, letter: Letter, within: timedelta, now: datetime) -> Lately:
    """A few small queries: of a letter under attack, only its newest signatures are read, and the
    newest lines of its record."""
    since = now - within
    numbered = Signature.objects.filter(letter=letter, number__isnull=False)
    numbered = numbered.exclude(state=SignatureState.WITHDRAWN)
    first = tally.signings_until(letter=letter, at=since)
    came = [*_newest(numbered.filter(number__gt=first), MAX_LATE), *_held(letter, since)]
    late = [each for each in came if each.confirmed_at and each.confirmed_at > since]
    standing = numbered.filter(number__lte=first)
    edited = _edited(standing, letter, since)
    earlier = [each for each in _newest(standing, MAX_EARLIER) if each.pk not in edited]
    held = set(_held_traits(letter, now))
    in_day = first - tally.signings_until(letter=letter, at=since - BEFORE)
    return Lately(
        count=len(late),
        edited=len(edited),
        busiest_minute=max(Counter(_minute(each) for each in late).values(), default=0),
        usual=in_day * (within / BEFORE),
        findings=list(_findings([*late, *edited.values()], earlier, held)),
        is_everyone_held=(Trait.EVERYONE.value, "") in held,
        is_work_asked=(Trait.WORK.value, "") in held,
    )


def _findings(
    late: Sequence[Signature], earlier: Sequence[Signature], held: set[tuple[str, str]]
) -> Iterator[Finding]:
    """The most frequent first."""
    alike: dict[tuple[Trait, str], list[Signature]] = defaultdict(list)
    for signature in late:
        for shared in precautions.traits_of(signature=signature).items():
            alike[shared].append(signature)
    before = Counter(
        shared for each in earlier for shared in precautions.traits_of(signature=each).items()
    )
    for (trait, value), found in sorted(alike.items(), key=lambda each: -len(each[1])):
        known_before = before[trait, value]
        share, usual = len(found) / len(late), known_before / max(1, len(earlier))
        is_known = trait != Trait.COUNTRY or len(earlier) >= MIN_EARLIER
        if is_known and len(found) >= _MIN.get(trait, MIN_ALIKE) and share >= FACTOR * usual:
            newest = sorted(found, key=lambda each: each.pk, reverse=True)
            yield Finding(
                trait=trait,
                written=_written(trait, value, newest[0]),
                count=len(found),
                before=known_before,
                of_before=len(earlier),
                examples=newest[:EXAMPLES],
                is_held=(trait.value, value) in held,
            )


def _written(trait: Trait, value: str, signature: Signature) -> str:
    if trait in (Trait.NAME, Trait.CREDIT, Trait.AFFILIATION):
        return str(getattr(signature, trait.value))
    return value if trait in (Trait.DOMAIN, Trait.COUNTRY) else ""


def _minute(signature: Signature) -> datetime | None:
    at = signature.confirmed_at
    return at.replace(second=0, microsecond=0) if at else None


def _newest(numbered: QuerySet[Signature], count: int) -> QuerySet[Signature]:
    return numbered.order_by("-number").only(*_READ)[:count]


def _held(letter: Letter, since: datetime) -> QuerySet[Signature]:
    """Who confirmed and has no number, since they wait."""
    waiting = _waiting(letter, since)
    held = Signature.objects.filter(pk__in=waiting.values("signature"), number=None)
    return held.only(*_READ)[:MAX_LATE]


def _edited(standing: QuerySet[Signature], letter: Letter, since: datetime) -> dict[int, Signature]:
    """Who stood before and has other details since, or waits with them."""
    written = edited_since(letter=letter, at=since, max_lines=MAX_LATE)
    waiting = _waiting(letter, since).filter(reason__in=(Reason.PRECAUTION, Reason.EVERYONE))
    changed = standing.filter(public_id__in=written).only(*_READ)
    held = standing.filter(pk__in=waiting.values("signature")).only(*_READ)[:MAX_LATE]
    return {each.pk: each for each in (*changed, *held)}


def _waiting(letter: Letter, since: datetime) -> QuerySet[Vetting]:
    return Vetting.objects.filter(letter=letter, state__in=VettingState.open(), opened_at__gt=since)


def _held_traits(letter: Letter, now: datetime) -> Iterator[tuple[str, str]]:
    mine = precautions.in_force(now=now).filter(Q(letter=letter) | Q(letter=None))
    yield from mine.values_list("trait", "value")
