"""Sending the e-mails that signatures owe."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from campaign.mail.outbox import BATCH_ROWS, THROTTLED_PAUSE_SECONDS, Outbox
from signatures.models import (
    Delivery,
    DeliveryState,
    Message,
    ProofState,
    SignatureState,
    Suppression,
    SuppressionReason,
)
from signatures.notifications import bounces, reminding, sample_mails
from signatures.notifications.messages import build
from signatures.press import standing

# That who reads there has nothing to do with the letter.
_DENIED = Suppression.objects.filter(
    letter=OuterRef("signature__letter_id"),
    address_key=OuterRef("signature__email_key"),
    reason=SuppressionReason.DENIED,
)


class Deliveries(Outbox[Delivery]):
    model = Delivery
    # As the index has it.
    owed = "state IN ('owed', 'claimed')"
    claiming = "state = 'claimed', "
    urgency = ("priority",)
    owing = {"state": DeliveryState.OWED}

    def rows(self) -> QuerySet[Delivery]:
        return (
            Delivery.objects.select_related("signature__letter", "signature__translation", "proof")
            .annotate(denied=Exists(_DENIED))
            .defer("signature__translation__body")
        )

    def build(self, row: Delivery) -> Sequence[EmailMultiAlternatives]:
        return [] if _is_pointless(row) else [build(row)]

    def settle(self, rows: QuerySet[Delivery], row: Delivery, *, is_sent: bool, reply: str) -> None:
        state = DeliveryState.SENT if is_sent else DeliveryState.FAILED
        rows.update(state=state, leased_until=None, sent_at=timezone.now(), reply=reply)

    def refused_for_good(self, row: Delivery, *, reply: str, at: datetime) -> None:
        bounces.refused_for_good(row, reply=reply, at=at)

    def owed_since(self, row: Delivery) -> datetime:
        return row.created_at


outbox = Deliveries()


def send_owed(*, batch: int = BATCH_ROWS, mail: BaseEmailBackend | None = None) -> int:
    return outbox.send(batch=batch, mail=mail)


def throttled_until(*, now: datetime) -> datetime | None:
    """When one is tried again that the mail server refused for the first time, since too many were
    sent."""
    soon = now + timedelta(seconds=THROTTLED_PAUSE_SECONDS)
    once = Delivery.objects.filter(
        state=DeliveryState.OWED, attempts=1, due_at__gt=now, due_at__lte=soon
    )
    return once.order_by("due_at").values_list("due_at", flat=True).first()


def send_until_done(*, batches: int, batch: int = BATCH_ROWS) -> None:
    outbox.send_until_done(batches=batches, batch=batch)


def requeue(*, since: datetime, reply: str = "", dry_run: bool = False) -> int:
    """Owe again what failed since then, if its last refusal began so; how many those are.

    What became pointless meanwhile (they confirmed, they withdrew) is not sent all the same.
    """
    failed = Delivery.objects.filter(
        state=DeliveryState.FAILED, sent_at__gte=since, reply__startswith=reply
    )
    if dry_run:
        return failed.count()
    return outbox.owe_again(failed, due_at=timezone.now(), sent_at=None, refusals=0)


def refusal_since(*, signature_id: int, since: datetime) -> str | None:
    """The codes with which the latest mail to the waiting signer was refused, if it was sent since
    then. It is told of a reminder as of a confirmation, so nobody learns who has signed."""
    asked = Delivery.objects.filter(
        signature=signature_id, message__in=(Message.CONFIRMATION, Message.ALREADY_SIGNED)
    )
    latest = asked.order_by("-pk").only("state", "sent_at", "reply").first()
    if latest is None or latest.state != DeliveryState.FAILED:
        return None
    return latest.reply if latest.sent_at and latest.sent_at >= since else None


def _is_pointless(delivery: Delivery) -> bool:
    """Confirmed, proved or taken back meanwhile: another mail would only confuse. Or the owner of
    the address has said that they did not sign."""
    if getattr(delivery, "denied", False) and delivery.message != Message.WORK_EMAIL:
        return True
    if delivery.proof is not None:
        wanted = {
            Message.WORK_EMAIL: ProofState.STARTED,
            Message.PROOF_LAPSING: ProofState.LAPSING,
        }
        return delivery.proof.state != wanted[Message(delivery.message)]
    if delivery.message == Message.SAMPLE:
        return sample_mails.question_of(signature=delivery.signature) is None
    if delivery.message in (Message.NEW_TEXT, Message.SLIP):
        is_slip = delivery.message == Message.SLIP
        later = standing.corrected_by if is_slip else standing.replaced_by
        return (
            delivery.signature.state not in (SignatureState.CONFIRMED, SignatureState.HELD)
            or later(signature=delivery.signature) is None
        )
    if delivery.message == Message.REMINDER and delivery.signature.state == SignatureState.PENDING:
        return reminding.is_pointless(signature=delivery.signature, now=timezone.now())
    wanted_state = {
        Message.CONFIRMATION: SignatureState.PENDING,
        Message.REMINDER: SignatureState.PENDING,
        Message.REJECTED: SignatureState.REJECTED,
        Message.REMOVED: SignatureState.REMOVED,
        Message.RESTORED: SignatureState.CONFIRMED,
        Message.CLAIMED: SignatureState.HELD,
        Message.NAMESAKE: SignatureState.CONFIRMED,
        Message.WITHDRAWN: SignatureState.WITHDRAWN,
    }.get(Message(delivery.message))
    return wanted_state is not None and delivery.signature.state != wanted_state
