"""Owing one e-mail: at most one of a kind waits at any moment, by a constraint."""

from datetime import datetime

from django.utils import timezone

from campaign.wake import Task, wake
from signatures.models import Delivery, Message, Proof, Signature

# One mailbox gets at most this many mails about one letter that it did not ask for.
MAX_MAILS_PER_DAY = 6


def owe(
    *,
    signature: Signature,
    message: Message,
    proof: Proof | None = None,
    due_at: datetime | None = None,
    earlier_name: str = "",
) -> None:
    """In the caller's transaction; where one waits already, nothing happens."""
    now = timezone.now()
    delivery = Delivery(
        signature_id=signature.pk,
        proof=proof,
        message=message,
        earlier_name=earlier_name,
        due_at=due_at or now,
        created_at=now,
    )
    Delivery.objects.bulk_create([delivery], ignore_conflicts=True)


def ask_for_mail() -> None:
    wake(Task.SEND_OWED_MAIL)
