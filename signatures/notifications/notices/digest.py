"""What happened the day before, once a day at the hour that each organizer chose."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count

from campaign.letters.models import Letter, LetterState
from campaign.organizers.models import Organizer, Role
from signatures.models import (
    Delivery,
    DeliveryState,
    Notice,
    NoticeKind,
    Removal,
    ReportCase,
    Signature,
    Vetting,
)
from signatures.notifications.notices import choices
from signatures.record import tally

# If no worker ran at that hour. Later it is left out: the next one is not far.
MAX_HOURS_LATE = 3
# What only those are told who may see private data of signers.
FOR_VETTING = frozenset(("held", "reports"))

Figures = Mapping[str, int]


def owe_due(*, now: datetime) -> None:
    """Each organizer's digest of yesterday, if it is their hour. Of a day on which nothing happened
    the row is settled at once, and nothing is sent."""
    counted: dict[tuple[int, datetime, datetime], Figures] = {}
    for organizer in _readers():
        times = choices.times(organizer=organizer)
        zone = ZoneInfo(times.time_zone)
        here = now.astimezone(zone)
        if not 0 <= here.hour - times.hour <= MAX_HOURS_LATE:
            continue
        day = here.date() - timedelta(days=1)
        if Notice.objects.filter(organizer=organizer, day=day).exists():
            continue
        begin, end = _midnight(day, zone), _midnight(here.date(), zone)
        figures = {}
        for letter, role in _letters(organizer):
            key = (letter.pk, begin, end)
            if key not in counted:
                counted[key] = figures_of(letter=letter, begin=begin, end=end)
            seen = visible(counted[key], role=role)
            if any(seen.values()):
                figures[str(letter.pk)] = seen
        _owe(organizer, day, figures, now)


def figures_of(*, letter: Letter, begin: datetime, end: datetime) -> Figures:
    of_letter = {"letter": letter}
    of_signature = {"signature__letter": letter}
    span = (begin, end - timedelta(microseconds=1))
    returned = Delivery.objects.filter(
        state=DeliveryState.FAILED, created_at__range=span, **of_signature
    )
    return {
        "asked": Signature.objects.filter(asked_at__range=span, **of_letter).count(),
        "confirmed": tally.signings_until(letter=letter, at=span[1])
        - tally.signings_until(letter=letter, at=begin),
        "held": Vetting.objects.filter(opened_at__range=span, **of_letter).count(),
        "removed": Removal.objects.filter(removed_at__range=span, **of_signature).count(),
        "reports": ReportCase.objects.filter(opened_at__range=span, **of_letter).count(),
        "returned": returned.aggregate(count=Count("signature", distinct=True))["count"],
    }


def visible(figures: Figures, *, role: str) -> Figures:
    is_vetting = role in Role.vetting()
    return {name: count for name, count in figures.items() if is_vetting or name not in FOR_VETTING}


def _readers() -> Iterator[Organizer]:
    told = choices.told(kind=NoticeKind.DIGEST)
    yield from Organizer.objects.filter(pk__in=told.values("organizer")).order_by("pk")


def _letters(organizer: Organizer) -> Iterator[tuple[Letter, str]]:
    """Also closed ones: their queue may go on, and of most nothing happens."""
    mine = choices.told(kind=NoticeKind.DIGEST).filter(organizer=organizer)
    roles = dict(mine.values_list("team", "role"))
    listed = Letter.objects.filter(team__in=roles, archived_at=None)
    letters = listed.exclude(state=LetterState.DRAFT)
    for letter in letters.order_by("pk"):
        yield letter, roles[letter.team_id]


def _owe(organizer: Organizer, day: date, figures: Mapping[str, Figures], now: datetime) -> None:
    notice = Notice(
        organizer=organizer,
        day=day,
        figures=figures,
        created_at=now,
        due_at=now,
        settled_at=None if figures else now,
    )
    Notice.objects.bulk_create([notice], ignore_conflicts=True)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
