"""What happens when a mail comes back, or is complained about, whoever tells it.

Direct refusals while sending, mail services, and the mailbox of bounces all end here. Nothing here
touches the public list, a count or the record.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.utils import timezone

from campaign import counters
from campaign.mail.returned import Outcome, Returned
from campaign.organizers.models import Invitation
from campaign.wake import Task, wake
from signatures.addresses import email_key
from signatures.models import (
    Delivery,
    DeliveryState,
    InvitationMail,
    Message,
    ReturnedMail,
    Signature,
    SigningInvitation,
    Suppression,
    SuppressionReason,
    UpdateDelivery,
    UpdateDeliveryState,
)

log = structlog.get_logger(__name__)

BATCH_ROWS = 200
KEPT_FOR = timedelta(days=30)


class _NotSettledYet(Exception):
    """The mail is being sent at this moment, as far as we know."""


# By each letter, since the address has no index of its own.
_LIFT = """
    DELETE FROM signatures_suppression
    WHERE reason = 'bounced' AND EXISTS (
        SELECT 1 FROM letters_letter
        JOIN signatures_signature AS later ON later.letter_id = letters_letter.id
        WHERE later.email_key = signatures_suppression.address_key
          AND later.confirmed_at > signatures_suppression.since
    )
"""


def store(told: Iterable[Returned]) -> int:
    """Keep what was told, each event once; how many there were. A task acts upon it."""
    now = timezone.now()
    rows = [
        ReturnedMail(
            key=each.key,
            source=each.source,
            outcome=each.outcome,
            kind=each.row.kind,
            row_id=each.row.pk,
            reply=each.reply,
            happened_at=each.happened_at,
            received_at=now,
        )
        for each in told
    ]
    if rows:
        ReturnedMail.objects.bulk_create(rows, ignore_conflicts=True)
        wake(Task.PROCESS_RETURNED_MAIL)
    return len(rows)


def process(*, after: int = 0) -> int:
    """Act upon one batch of what is stored behind this row; the last row of it, or 0 for none. Safe
    to run in many places: each act is one that may be repeated, and one that fails holds up no
    other. What is told before we wrote that the mail was sent waits for that."""
    waiting = ReturnedMail.objects.filter(processed_at=None, pk__gt=after).order_by("pk")
    last = 0
    for each in waiting[:BATCH_ROWS]:
        last = each.pk
        try:
            with transaction.atomic():
                _ACTS[each.kind](each)
                ReturnedMail.objects.filter(pk=each.pk).update(processed_at=timezone.now())
            counters.count(counters.mails_returned, each.outcome)
        except _NotSettledYet:
            continue
        except Exception:
            log.exception("returned_mail_not_processed", returned_mail=each.pk)
    return last


def refused_for_good(delivery: Delivery, *, reply: str, at: datetime) -> None:
    """A mail of a signature is refused by the mailbox for good: at once while it was sent, or by a
    report that came later. In the caller's transaction.

    The mail counts as failed, by which the waiting page and the desk know it. If the address has
    confirmed before, no news goes there any more, and the organizers see why.
    """
    Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.SENT).update(
        state=DeliveryState.FAILED, reply=reply
    )
    signature = delivery.signature
    confirmed_at = signature.confirmed_at
    if delivery.message == Message.WORK_EMAIL or confirmed_at is None:
        return
    bounced(address_key=bytes(signature.email_key), confirmed_at=confirmed_at, at=at)


def update_refused_for_good(
    *, delivery_id: int, signature_id: int | None, reply: str, at: datetime
) -> None:
    """The same, of an update. One that was erased meanwhile leads to no address."""
    UpdateDelivery.objects.filter(
        pk=delivery_id, state__in=(UpdateDeliveryState.SENT, UpdateDeliveryState.UNKNOWN)
    ).update(state=UpdateDeliveryState.FAILED, reply=reply)
    signature = Signature.objects.filter(pk=signature_id or 0).first()
    if signature is not None and signature.confirmed_at is not None:
        bounced(address_key=bytes(signature.email_key), confirmed_at=signature.confirmed_at, at=at)


def bounced(*, address_key: bytes, confirmed_at: datetime, at: datetime) -> None:
    """A mailbox from which somebody confirmed since evidently works."""
    if confirmed_at <= at:
        _suppress(address_key, SuppressionReason.BOUNCED, at)


def complained(*, address_key: bytes, at: datetime) -> None:
    _suppress(address_key, SuppressionReason.COMPLAINED, at)


def lift() -> int:
    """Of addresses from which somebody has confirmed since, whatever letter."""
    with connection.cursor() as cursor:
        cursor.execute(_LIFT)
        return int(cursor.rowcount)


def forget_old() -> int:
    """Also what could not be acted upon in all that time."""
    old = ReturnedMail.objects.filter(received_at__lt=timezone.now() - KEPT_FOR)
    return old.delete()[0]


def _suppress(address_key: bytes, reason: SuppressionReason, since: datetime) -> None:
    """The latest time counts."""
    row = Suppression(letter=None, address_key=address_key, reason=reason, since=since)
    Suppression.objects.bulk_create([row], ignore_conflicts=True)
    Suppression.objects.filter(
        letter=None, address_key=address_key, reason=reason, since__lt=since
    ).update(since=since)


def _of_delivery(told: ReturnedMail) -> None:
    delivery = Delivery.objects.select_related("signature", "proof").filter(pk=told.row_id).first()
    if delivery is None:
        return
    if delivery.state == DeliveryState.CLAIMED:
        raise _NotSettledYet
    if told.outcome == Outcome.HARD:
        refused_for_good(delivery, reply=told.reply, at=told.happened_at)
    elif told.outcome == Outcome.COMPLAINT:
        complained(address_key=_address_key(delivery), at=told.happened_at)


def _address_key(delivery: Delivery) -> bytes:
    if delivery.message == Message.WORK_EMAIL and delivery.proof is not None:
        return email_key(delivery.proof.private)
    return bytes(delivery.signature.email_key)


def _of_update(told: ReturnedMail) -> None:
    row = UpdateDelivery.objects.select_related("signature").filter(pk=told.row_id).first()
    if row is None:
        return
    if row.state == UpdateDeliveryState.CLAIMED:
        raise _NotSettledYet
    if told.outcome == Outcome.HARD:
        update_refused_for_good(
            delivery_id=row.pk,
            signature_id=row.signature_id,
            reply=told.reply,
            at=told.happened_at,
        )
    elif told.outcome == Outcome.COMPLAINT and row.signature is not None:
        complained(address_key=bytes(row.signature.email_key), at=told.happened_at)


def _of_invitation(told: ReturnedMail) -> None:
    """The team sees that it did not arrive. A complaint changes nothing: it is sent once."""
    if told.outcome == Outcome.HARD:
        Invitation.objects.filter(
            pk=told.row_id, sent_at__isnull=False, accepted_at=None, revoked_at=None
        ).update(sent_at=None, refused_at=told.happened_at, reply=told.reply)


def _of_signing_invitation(told: ReturnedMail) -> None:
    """The organizers see that it did not arrive. Who complained is asked no more, by any letter."""
    row = SigningInvitation.objects.filter(pk=told.row_id, mailed_at__isnull=False).first()
    if row is None or told.outcome not in (Outcome.HARD, Outcome.COMPLAINT):
        return
    if told.outcome == Outcome.COMPLAINT:
        key = email_key(row.agent_email) if row.agent_email else bytes(row.address_key)
        complained(address_key=key, at=told.happened_at)
    SigningInvitation.objects.filter(pk=row.pk, returned_at=None).update(
        returned_at=told.happened_at, reply=told.reply, mail=InvitationMail.NONE
    )


# By the kinds of `campaign.mail.return_tokens`.
_ACTS: Mapping[str, Callable[[ReturnedMail], None]] = {
    "delivery": _of_delivery,
    "invitation": _of_invitation,
    "signinginvitation": _of_signing_invitation,
    "update": _of_update,
}
