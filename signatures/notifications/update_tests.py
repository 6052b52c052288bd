"""An update as its organizers get it beforehand: the very mail, marked as a test."""

from collections.abc import Sequence
from datetime import datetime

from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.utils import timezone

from campaign.letters.models import Update
from campaign.mail.outbox import Outbox
from campaign.organizers.models import Organizer
from campaign.wake import Task, wake
from signatures.models import UpdateTest
from signatures.notifications.update_mail import UpdateMail


class UpdateTests(Outbox[UpdateTest]):
    model = UpdateTest
    owed = "TRUE"

    def rows(self) -> QuerySet[UpdateTest]:
        return UpdateTest.objects.select_related("update__letter", "organizer")

    def build(self, row: UpdateTest) -> Sequence[EmailMessage]:
        mail = UpdateMail(update=row.update, language=row.language, is_test=True)
        return [mail.to_organizer(row)]

    def settle(
        self, rows: QuerySet[UpdateTest], row: UpdateTest, *, is_sent: bool, reply: str
    ) -> None:
        rows.delete()

    def owed_since(self, row: UpdateTest) -> datetime:
        return row.asked_at


outbox = UpdateTests()


def ask(*, update: Update, organizer: Organizer, languages: Sequence[str]) -> None:
    """Owe the organizer one mail in each language; asking again before they are sent adds none."""
    now = timezone.now()
    UpdateTest.objects.bulk_create(
        (
            UpdateTest(
                update=update, organizer=organizer, language=language, asked_at=now, due_at=now
            )
            for language in languages
        ),
        ignore_conflicts=True,
    )
    wake(Task.SEND_UPDATES)


def send_until_done(*, batches: int) -> None:
    outbox.send_until_done(batches=batches)
