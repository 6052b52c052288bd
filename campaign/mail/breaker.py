"""Whether the mail server takes our mail, and the breaker that stops asking while it does not.

Kept in the database, so that all workers stop together, the desk can say so, and a restart
forgets nothing. Each change is one conditional update.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaign.mail.models import MailServer

log = structlog.get_logger(__name__)

REFUSALS_BEFORE_PAUSE = 10
SHORTEST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=15)
# How long the one who tries keeps the others away.
TRIAL_LEASE = timedelta(minutes=1)


@dataclass
class Permission:
    # How many mails may be taken up now.
    most: int
    # Since when the server has refused us; None while all is well.
    failing_since: datetime | None = None
    # Whether this is the one mail that tries if the server works again.
    is_trial: bool = False


def ask(*, most: int) -> Permission:
    """How many mails may be sent now: all, one to try whether it works again, or none."""
    now = timezone.now()
    row = MailServer.objects.filter(failures__gt=0).first()
    if row is None:
        return Permission(most)
    if row.paused_until is None:
        return Permission(most, row.failing_since)
    mine = MailServer.objects.filter(paused_until=row.paused_until, paused_until__lte=now)
    is_mine = bool(mine.update(paused_until=now + TRIAL_LEASE))
    return Permission(min(most, 1) if is_mine else 0, row.failing_since, is_trial=True)


def refused(permission: Permission, *, reply: str, is_down: bool = False) -> bool:
    """The server refused us once more; whether sending must pause now.

    At once if it cannot be reached at all, else after so many refusals in a row. The longer it
    has failed, the longer is the pause.
    """
    now = timezone.now()
    permission.failing_since = permission.failing_since or now
    MailServer.objects.bulk_create([MailServer()], ignore_conflicts=True)
    MailServer.objects.update(
        failures=F("failures") + 1,
        failing_since=Coalesce(F("failing_since"), permission.failing_since),
        reply=reply,
    )
    pausing = MailServer.objects.filter(failures__gte=1 if is_down else REFUSALS_BEFORE_PAUSE)
    pause = min(LONGEST_PAUSE, max(SHORTEST_PAUSE, (now - permission.failing_since) / 4))
    if not pausing.update(paused_until=now + pause):
        return False
    log.warning("mail_paused", reply=reply, since=permission.failing_since.isoformat())
    return True


def took_mail(permission: Permission) -> None:
    """It spoke with us about a recipient: if it had refused us, that is over."""
    if permission.failing_since is None:
        return
    permission.failing_since = None
    troubled = MailServer.objects.filter(failures__gt=0)
    if troubled.update(failures=0, failing_since=None, paused_until=None):
        log.info("mail_resumed")


def trouble() -> MailServer | None:
    """For the desk and for operators: the row while sending is paused, else nothing."""
    return MailServer.objects.filter(failures__gt=0, paused_until__isnull=False).first()
