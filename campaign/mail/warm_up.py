"""The first weeks of a domain: providers believe one that sends a little more each day.

A budget for each day (UTC) since the domain began to send, for mail to many; what one person waits
for always goes. After the last day of the plan there is none.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count

from django.conf import settings
from django.db.models import F

from campaign.mail.models import MailDay


def remaining(*, now: datetime) -> int | None:
    """How many may go today; None for no limit."""
    budget = _budget_of(now.date())
    if budget is None:
        return None
    sent = MailDay.objects.filter(day=now.date()).values_list("sent", flat=True).first()
    return max(0, budget - (sent or 0))


def count_sent(mails: int, *, now: datetime) -> None:
    if _budget_of(now.date()) is None:
        return
    MailDay.objects.bulk_create([MailDay(day=now.date())], ignore_conflicts=True)
    MailDay.objects.filter(day=now.date()).update(sent=F("sent") + mails)


def done_on(*, mails: int, now: datetime) -> date:
    """On which day the last of so many would go, if they began now."""
    left = mails
    for day, may_go in _days(now):
        if may_go is None or left <= may_go:
            return day
        left -= may_go
    raise AssertionError("the plan ends")


def _days(now: datetime) -> Iterator[tuple[date, int | None]]:
    yield now.date(), remaining(now=now)
    for later in count(1):
        day = now.date() + timedelta(days=later)
        yield day, _budget_of(day)


def _budget_of(day: date) -> int | None:
    since: date | None = settings.MAIL_WARM_UP_SINCE
    if since is None:
        return None
    passed = (day - since).days
    plan: list[int] = settings.MAIL_WARM_UP_PER_DAY
    return plan[max(0, passed)] if passed < len(plan) else None
