"""How mail fares at each mail provider: what was asked for, confirmed, and came back.

Of the mails of the last days, which are all that is kept. Counted by the database, in two queries;
no address leaves it, and only the largest providers are named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Lower, StrIndex, Substr, TruncDay
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.mail.returned import Outcome
from signatures.models import Delivery, DeliveryState, Message, ReturnedMail, SignatureState

DAYS = 7
MAX_NAMED = 20
# Of all letters together: older ones are left out, so that the page answers in time.
MAX_MAILS = 300_000
# Of mails and not of people, since the same one may be asked twice: to tell people apart takes the
# database ten times as long.
_COUNTS = {
    "asked": Count("pk"),
    "confirmed": Count(
        "pk",
        filter=Q(signature__confirmed_at__isnull=False)
        & ~Q(signature__state=SignatureState.PENDING),
    ),
    "returned": Count("pk", filter=Q(state=DeliveryState.FAILED)),
}


@dataclass(frozen=True, slots=True)
class Row:
    # The domain of their addresses; empty for all that are not named.
    provider: str
    asked: int
    confirmed: int
    returned: int


@dataclass(frozen=True, slots=True)
class Day:
    day: datetime
    rows: Sequence[Row]


def counted(*, letter: Letter, now: datetime) -> list[Day]:
    """Day by day, the newest first, each with its largest providers first and all others last."""
    mails = _mails(letter, now)
    largest = (
        mails.values("provider").annotate(asked=_COUNTS["asked"]).order_by("-asked", "provider")
    )
    named = [each["provider"] for each in largest[:MAX_NAMED]]
    shown = Case(When(provider__in=named, then=F("provider")), default=Value(""))
    found = (
        mails.annotate(shown=shown)
        .values("day", "shown")
        .annotate(**_COUNTS)
        .order_by("-day", "-asked", "shown")
    )
    days: dict[datetime, list[Row]] = {}
    for each in found:
        days.setdefault(each["day"], []).append(_row(each))
    return [Day(day, sorted(rows, key=lambda row: not row.provider)) for day, rows in days.items()]


@dataclass(frozen=True, slots=True)
class Sent:
    """The same of all providers together."""

    day: datetime
    asked: int
    confirmed: int
    returned: int


def by_day(*, letter: Letter, now: datetime) -> list[Sent]:
    """The newest first."""
    found = _mails(letter, now).values("day").annotate(**_COUNTS).order_by("-day")
    return [Sent(**each) for each in found]


@dataclass(frozen=True, slots=True)
class Told:
    """Of all mail of the letter in the same days, whatever it says: reported, and no more than
    counted."""

    # Not taken for now: full mailboxes, delays, refusals of the site.
    soft: int
    complaints: int


def told(*, letter: Letter, now: datetime) -> Told:
    mine = Delivery.objects.filter(pk=OuterRef("row_id"), signature__letter=letter)
    found = ReturnedMail.objects.filter(
        Exists(mine), kind="delivery", happened_at__gte=_since(now)
    ).aggregate(
        soft=Count("row_id", distinct=True, filter=Q(outcome=Outcome.SOFT)),
        complaints=Count("row_id", distinct=True, filter=Q(outcome=Outcome.COMPLAINT)),
    )
    return Told(**found)


def oldest_counted() -> int:
    """The row behind which mails are counted; 0 while all of them are."""
    newest = Delivery.objects.order_by("-pk").values_list("pk", flat=True)
    return next(iter(newest[MAX_MAILS : MAX_MAILS + 1]), 0)


def _row(found: Any) -> Row:
    return Row(found["shown"], found["asked"], found["confirmed"], found["returned"])


def _mails(letter: Letter, now: datetime) -> Any:
    """Each that asked for a confirmation. What was taken back has no address any more."""
    at = StrIndex("signature__email", Value("@"))
    return (
        Delivery.objects.filter(
            message=Message.CONFIRMATION,
            pk__gt=oldest_counted(),
            created_at__gte=_since(now),
            signature__letter=letter,
        )
        .exclude(signature__email="")
        .annotate(
            day=TruncDay("created_at"),
            provider=Lower(Substr("signature__email", at + 1)),
        )
    )


def _since(now: datetime) -> datetime:
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=DAYS - 1)
