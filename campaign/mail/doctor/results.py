"""What the last look found, kept for the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from campaign.mail.doctor import words
from campaign.mail.doctor.findings import Finding, as_json, from_json
from campaign.mail.models import MailCheck
from campaign.wake import Task, wake

# Whoever asks sooner gets what is being found already.
SHORTEST_INTERVAL = timedelta(seconds=30)
# What is older says nothing any more: the hourly look does not happen.
KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Result:
    findings: Sequence[Finding]
    # None if nobody has looked yet.
    checked_at: datetime | None
    # Somebody asked, and the answer is not there yet.
    is_pending: bool


def ask(*, now: datetime) -> bool:
    """Have a worker look; False if somebody asked just now."""
    MailCheck.objects.bulk_create([MailCheck()], ignore_conflicts=True)
    due = Q(asked_at=None) | Q(asked_at__lt=now - SHORTEST_INTERVAL)
    if not MailCheck.objects.filter(due).update(asked_at=now):
        return False
    wake(Task.CHECK_MAIL)
    return True


def keep(findings: Sequence[Finding], *, now: datetime) -> None:
    MailCheck.objects.bulk_create([MailCheck()], ignore_conflicts=True)
    MailCheck.objects.update(findings=as_json(findings), checked_at=now)


def latest(*, now: datetime) -> Result:
    row = MailCheck.objects.filter(pk=1).first()
    if row is None:
        return Result((), None, False)
    is_answered = row.asked_at is None or (row.checked_at or row.asked_at) > row.asked_at
    is_pending = not is_answered and row.asked_at is not None and now - row.asked_at < KEPT_FOR
    return Result(from_json(row.findings), row.checked_at, is_pending)


def worst(*, now: datetime) -> Finding | None:
    """The first of what is bad now."""
    result = latest(now=now)
    if result.checked_at is None or now - result.checked_at > KEPT_FOR:
        return None
    return next((each for each in result.findings if words.is_bad(each)), None)
