"""Sending the e-mails that reports owe their claimants: each leased by a conditional update."""

import smtplib
from datetime import datetime, timedelta

import structlog
from django.db.models import F
from django.utils import timezone

from campaign import stopping
from campaign.mail import breaker
from campaign.mail.refusals import judge
from signatures.models import Report, ReportMail
from signatures.notifications.messages import build_report

log = structlog.get_logger(__name__)

BATCH = 50
LEASE = timedelta(minutes=5)
# After so many refusals of the recipient.
MAX_ATTEMPTS = 12
# What the server refused of us is not owed for ever, so that the address is deleted.
GIVE_UP_AFTER = timedelta(days=7)


def send_owed() -> int:
    """Send up to a batch; how many were leased. Safe to run in many places at once.

    With the answer sent, or refused for good, the claimant's address is deleted. Nothing is tried
    while the mail server refuses us.
    """
    now = timezone.now()
    leased = 0
    due = Report.objects.filter(mail_due_at__lte=now).order_by("mail_due_at", "pk")
    waiting = list(due.select_related("letter", "case")[:BATCH])
    if not waiting:
        return 0
    permission = breaker.ask(most=BATCH)
    for report in waiting[: permission.most]:
        if stopping.is_asked():
            break
        mine = Report.objects.filter(pk=report.pk, mail_due_at=report.mail_due_at)
        if mine.update(mail_due_at=now + LEASE, mail_attempts=F("mail_attempts") + 1):
            leased += 1
            if _send(report, permission, lease=now + LEASE):
                break
    return leased


def _send(report: Report, permission: breaker.Permission, *, lease: datetime) -> bool:
    """Whether sending must pause now."""
    try:
        build_report(report).send()
    except (OSError, smtplib.SMTPException) as error:
        refusal = judge(error)
        name = type(error).__name__
        log.info("report_mail_not_sent", report=report.pk, error=name, reply=refusal.reply)
        asked_at = report.case.answered_at if report.case else None
        is_old = timezone.now() - (asked_at or report.filed_at) > GIVE_UP_AFTER
        tried_enough = not refusal.is_ours and report.mail_attempts + 1 >= MAX_ATTEMPTS
        if refusal.is_final or is_old or tried_enough:
            _finish(report, lease)
        if refusal.is_ours:
            is_down = not isinstance(error, smtplib.SMTPException)
            return breaker.refused(permission, reply=refusal.reply, is_down=is_down)
    else:
        _finish(report, lease)
    breaker.took_mail(permission)
    return False


def _finish(report: Report, lease: datetime) -> None:
    # Unless another e-mail has come to be owed meanwhile.
    mine = Report.objects.filter(pk=report.pk, mail=report.mail, mail_due_at=lease)
    if report.mail == ReportMail.ANSWER:
        mine.update(mail="", mail_due_at=None, email="", email_key=None)
    else:
        mine.update(mail="", mail_due_at=None)
