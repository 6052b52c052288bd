"""Sending what is owed: claimed in batches with a lease, one connection for each batch."""

import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.utils import timezone

from campaign import engine
from signatures.models import Delivery, DeliveryState, Message, ProofState, SignatureState
from signatures.notifications.messages import build

log = structlog.get_logger(__name__)

BATCH = 100
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 12

# Materialized, or PostgreSQL may run the locking SELECT once for each row, each time with other
# rows skipped, and claim more than the batch.
_CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT id FROM signatures_delivery
        WHERE state IN ('owed', 'claimed') AND due_at <= %s
          AND (leased_until IS NULL OR leased_until < %s)
        ORDER BY due_at LIMIT %s {skip_locked}
    )
    UPDATE signatures_delivery
    SET state = 'claimed', leased_until = %s, attempts = attempts + 1
    FROM due WHERE signatures_delivery.id = due.id
    RETURNING signatures_delivery.id
"""


def send_owed(*, batch: int = BATCH) -> int:
    """Send one batch; how many deliveries were taken up. Safe to run in many places at once.

    A mail server that is down costs nothing but time: the deliveries become due again later, with
    growing pauses. A refused address fails for good.
    """
    now = timezone.now()
    lease_ends = now + LEASE
    deliveries = _claim(now=now, batch=batch)
    if not deliveries:
        return 0
    mail = get_connection()
    try:
        mail.open()
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail_server_unreachable", error=type(error).__name__, owed=len(deliveries))
        for delivery in deliveries:
            _postpone(delivery)
        return len(deliveries)
    try:
        for delivery in deliveries:
            if timezone.now() >= lease_ends:
                # Slower than the lease: what is left may be somebody else's by now.
                break
            _send(delivery, mail)
    finally:
        mail.close()
    return len(deliveries)


def _claim(*, now: datetime, batch: int) -> Sequence[Delivery]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _CLAIM.format(skip_locked=engine.skip_locked()), [now, now, batch, now + LEASE]
        )
        claimed = [row[0] for row in cursor.fetchall()]
    deliveries = list(
        Delivery.objects.filter(pk__in=claimed)
        .select_related("signature__letter", "signature__translation", "proof")
        .defer("signature__translation__body")
        .order_by("due_at", "pk")
    )
    if orphans := set(claimed) - {delivery.pk for delivery in deliveries}:
        # Owed in the very moment in which its signature was deleted.
        Delivery.objects.filter(pk__in=orphans).delete()
    return deliveries


def _send(delivery: Delivery, mail: BaseEmailBackend) -> None:
    if _is_pointless(delivery):
        _finish(delivery, DeliveryState.SENT)
        return
    try:
        # Does nothing while the connection of the batch stands.
        mail.open()
        mail.send_messages([build(delivery)])
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        log.info("recipient_refused", delivery=delivery.pk, code=code)
        if code >= 500:
            _finish(delivery, DeliveryState.FAILED)
        else:
            _postpone(delivery)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail_not_sent", delivery=delivery.pk, error=type(error).__name__)
        # The server may have hung up: the next one gets a new connection.
        mail.close()
        _postpone(delivery)
    except Exception:
        # One that cannot even be built must not hold up all that wait behind it.
        log.exception("mail_not_built", delivery=delivery.pk)
        _postpone(delivery)
    else:
        _finish(delivery, DeliveryState.SENT)


def _is_pointless(delivery: Delivery) -> bool:
    """Confirmed, proved or taken back meanwhile: another mail would only confuse."""
    if delivery.proof is not None:
        wanted = {
            Message.WORK_EMAIL: ProofState.STARTED,
            Message.PROOF_LAPSING: ProofState.LAPSING,
        }
        return delivery.proof.state != wanted[Message(delivery.message)]
    wanted_state = {
        Message.CONFIRMATION: SignatureState.PENDING,
        Message.REJECTED: SignatureState.REJECTED,
        Message.REMOVED: SignatureState.REMOVED,
        Message.RESTORED: SignatureState.CONFIRMED,
    }.get(Message(delivery.message))
    return wanted_state is not None and delivery.signature.state != wanted_state


def _finish(delivery: Delivery, state: DeliveryState) -> None:
    # Whose lease it is: another may have taken it over from a sender who was too slow.
    Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts).update(
        state=state, leased_until=None, sent_at=timezone.now()
    )


def _postpone(delivery: Delivery) -> None:
    if delivery.attempts >= MOST_ATTEMPTS:
        _finish(delivery, DeliveryState.FAILED)
        return
    pause = timedelta(seconds=min(10 * 2**delivery.attempts, 6 * 3600))
    Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts).update(
        state=DeliveryState.OWED, leased_until=None, due_at=timezone.now() + pause
    )
