"""Deliveries as they are noted, corrected and struck out: public lines that never go."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Max, QuerySet

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures.errors import (
    DeliveredBeforeIt,
    DeliveredInFuture,
    HandoverChanged,
    NothingChanged,
    PackageMissing,
)
from signatures.models import Handover, HandoverPackage

_FURTHEST_EAST, _FURTHEST_WEST = timedelta(hours=14), timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What organizers tell of a delivery."""

    delivered_on: date
    recipient: str
    how: str = ""
    receipt: str = ""
    receipt_url: str = ""


def note(
    *, letter: Letter, package_id: int, organizer: Organizer, told: Told, now: datetime
) -> Handover:
    """A new line. Raises PackageMissing, DeliveredInFuture, DeliveredBeforeIt, and NothingChanged
    where the same stands there of the same package, since the form was sent twice.
    """
    with transaction.atomic():
        # In turn: each has a number of its own, and sees the one before.
        Letter.objects.select_for_update().only("pk").get(pk=letter.pk)
        package = (
            HandoverPackage.objects.filter(pk=package_id, letter=letter, made_at__isnull=False)
            .select_related("snapshot__checkpoint")
            .defer("content")
            .first()
        )
        if package is None:
            raise PackageMissing
        _check_day(told, package, now=now)
        same = Handover.objects.filter(package=package, struck_at=None, **asdict(told))
        if same.exists():
            raise NothingChanged
        last = Handover.objects.filter(letter=letter).aggregate(last=Max("number"))["last"]
        return Handover.objects.create(
            letter=letter,
            number=(last or 0) + 1,
            package=package,
            noted_at=now,
            noted_by=organizer,
            **asdict(told),
        )


def correct(*, handover: Handover, expected_revision: int, told: Told, now: datetime) -> None:
    """Other words for it; the package stays. Raises DeliveredInFuture,
    DeliveredBeforeIt and HandoverChanged."""
    _check_day(told, handover.package, now=now)
    _change(handover, expected_revision, corrected_at=now, **asdict(told))


def strike(*, handover: Handover, expected_revision: int, reason: str, now: datetime) -> None:
    """It did not happen, or not so: the line stays, with the reason. Raises HandoverChanged."""
    _change(handover, expected_revision, struck_at=now, struck_reason=reason)


def shown(*, letter: Letter) -> QuerySet[Handover]:
    """All lines, the latest delivery first; those that were struck out, too."""
    found = Handover.objects.filter(letter=letter).select_related("package__snapshot__checkpoint")
    return found.defer("package__content").order_by("-delivered_on", "-number")


def latest(*, letter: Letter) -> Handover | None:
    """For the letter's page."""
    standing = Handover.objects.filter(letter=letter, struck_at=None)
    return standing.order_by("-delivered_on", "-number").first()


def delivered(*, letters: Iterable[Letter]) -> Mapping[int, datetime]:
    """Of those that were handed over, when the last line of it was written: one query."""
    standing = Handover.objects.filter(letter__in=letters, struck_at=None)
    return dict(standing.values_list("letter").annotate(Max("noted_at")).order_by())


def _check_day(told: Told, package: HandoverPackage, *, now: datetime) -> None:
    """By the calendar of anywhere on earth."""
    if told.delivered_on > (now + _FURTHEST_EAST).date():
        raise DeliveredInFuture
    if package.snapshot is None:
        raise PackageMissing
    if told.delivered_on < (package.snapshot.checkpoint.as_of - _FURTHEST_WEST).date():
        raise DeliveredBeforeIt


def _change(handover: Handover, expected_revision: int, **changes: object) -> None:
    mine = Handover.objects.filter(pk=handover.pk, revision=expected_revision, struck_at=None)
    if not mine.update(revision=F("revision") + 1, **changes):
        raise HandoverChanged
