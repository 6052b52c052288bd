"""Sending the e-mails that reports owe their claimants."""

from collections.abc import Sequence
from datetime import datetime

from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaign.mail.outbox import GIVE_UP_AFTER, Outbox
from signatures.models import Report, ReportMail
from signatures.notifications.messages import build_report

_NOTHING_OWED = {"mail": "", "mail_due_at": None, "mail_leased_until": None}
# With the answer sent, or given up, nothing leads to the claimant any more.
_ANSWERED = {**_NOTHING_OWED, "email": "", "email_key": None}


class ReportMails(Outbox[Report]):
    model = Report
    prefix = "mail_"
    owed = "mail_due_at IS NOT NULL"

    def rows(self) -> QuerySet[Report]:
        return Report.objects.select_related("letter", "case")

    def build(self, row: Report) -> Sequence[EmailMultiAlternatives]:
        # Filed anew or answered while others of the batch were sent: that owes a mail of its own.
        return [build_report(row)] if self.held([row]).exists() else []

    def settle(self, rows: QuerySet[Report], row: Report, *, is_sent: bool, reply: str) -> None:
        _settle(rows, ReportMail(row.mail))

    def owed_since(self, row: Report) -> datetime:
        answered_at = row.case.answered_at if row.case else None
        return answered_at or row.filed_at


outbox = ReportMails()


def send_owed() -> int:
    """Send one batch; how many were taken up. What nobody could send for a week is given up, also
    while the mail server is down: a claimant's address is not kept for longer."""
    taken = outbox.send()
    _give_up_old()
    return taken


def send_until_done(*, batches: int) -> None:
    outbox.send_until_done(batches=batches)
    _give_up_old()


def _give_up_old() -> None:
    owed = Report.objects.filter(mail_due_at__isnull=False)
    old = owed.annotate(owed_since=Coalesce("case__answered_at", "filed_at")).filter(
        owed_since__lt=timezone.now() - GIVE_UP_AFTER
    )
    for mail in (ReportMail.CONFIRM, ReportMail.ANSWER):
        _settle(old.filter(mail=mail), mail)


def _settle(rows: QuerySet[Report], mail: ReportMail) -> None:
    rows.update(**_ANSWERED if mail is ReportMail.ANSWER else _NOTHING_OWED)
