"""Sending what is owed: claimed in batches with a lease, one connection for each batch."""

import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from campaign import engine, stopping
from campaign.mail import breaker
from campaign.mail.refusals import Refusal, judge
from signatures.models import (
    Delivery,
    DeliveryState,
    Message,
    ProofState,
    SignatureState,
    Suppression,
    SuppressionReason,
)
from signatures.notifications.messages import build
from signatures.press import standing

log = structlog.get_logger(__name__)

# Claim few: what a killed worker held waits until its lease is over.
BATCH = 50
LEASE = timedelta(seconds=90)
MOST_REFUSALS = 12
# Older mail is not tried any more once it was refused, whosever fault that is.
GIVE_UP_AFTER = timedelta(days=7)

# Materialized, or PostgreSQL may run the locking SELECT once for each row, each time with other
# rows skipped, and claim more than the batch.
_CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT id FROM signatures_delivery
        WHERE state IN ('owed', 'claimed') AND due_at <= %s
          AND (leased_until IS NULL OR leased_until < %s)
        ORDER BY {order} LIMIT %s {skip_locked}
    )
    UPDATE signatures_delivery
    SET state = 'claimed', leased_until = %s, attempts = attempts + 1
    FROM due WHERE signatures_delivery.id = due.id
    RETURNING signatures_delivery.id
"""


def send_owed(*, batch: int = BATCH, mail: BaseEmailBackend | None = None) -> int:
    """Send one batch; how many deliveries were taken up. Safe to run in many places at once.

    A mail server that is down, or refuses us whoever the recipient is, costs nothing but time:
    what it did not take stays owed, and after some refusals in a row sending pauses. An address
    that is refused for good fails. A connection that is given is left open for the next batch.
    """
    permission = breaker.ask(most=batch)
    if not permission.most:
        return 0
    now = timezone.now()
    deliveries = _claim(now=now, batch=permission.most, fresh_first=permission.is_trial)
    if deliveries:
        own = mail or get_connection()
        try:
            _send_all(_Batch(deliveries, now + LEASE), own, permission)
        finally:
            if mail is None:
                own.close()
    return len(deliveries)


def send_until_done(*, batches: int, batch: int = BATCH) -> None:
    """Batch after batch over one connection, until nothing is due or the worker must stop."""
    mail = get_connection()
    try:
        for _batch in range(batches):
            if stopping.is_asked() or send_owed(batch=batch, mail=mail) < batch:
                return
    finally:
        mail.close()


def requeue(*, since: datetime, reply: str = "", dry_run: bool = False) -> int:
    """Owe again what failed since then, if its last refusal began so; how many those are.

    What became pointless meanwhile (they confirmed, they withdrew) is not sent all the same.
    """
    failed = Delivery.objects.filter(
        state=DeliveryState.FAILED, sent_at__gte=since, reply__startswith=reply
    )
    if dry_run:
        return failed.count()
    return _owe_again(failed, due_at=timezone.now(), sent_at=None, refusals=0)


# That who reads there has nothing to do with the letter.
_DENIED = Suppression.objects.filter(
    letter=OuterRef("signature__letter_id"),
    address_key=OuterRef("signature__email_key"),
    reason=SuppressionReason.DENIED,
)


class _Batch:
    """Claimed deliveries, and the lease that holds those that are not finished."""

    def __init__(self, deliveries: Sequence[Delivery], lease_ends: datetime) -> None:
        self.waiting = list(deliveries)
        self.lease_ends = lease_ends

    def take(self) -> Delivery | None:
        """The next one, while the lease holds it; the lease is renewed when half of it is over."""
        now = timezone.now()
        if not self.waiting or now >= self.lease_ends:
            return None
        if now > self.lease_ends - LEASE / 2:
            self._held().update(leased_until=now + LEASE)
            self.lease_ends = now + LEASE
        return self.waiting.pop(0)

    def give_back(self) -> None:
        """What was not tried is due at once, for another."""
        if self.waiting:
            _owe_again(self._held(), leased_until=None)

    def _held(self) -> QuerySet[Delivery]:
        # By the lease, or another's claim of what this one was too slow for would be altered.
        return Delivery.objects.filter(
            pk__in=[delivery.pk for delivery in self.waiting],
            state=DeliveryState.CLAIMED,
            leased_until=self.lease_ends,
        )


def _send_all(batch: _Batch, mail: BaseEmailBackend, permission: breaker.Permission) -> None:
    try:
        while not stopping.is_asked() and (delivery := batch.take()):
            try:
                # Does nothing while the connection of the batch stands.
                mail.open()
            except (OSError, smtplib.SMTPException) as error:
                reply = judge(error).reply
                log.warning("mail_server_unreachable", error=type(error).__name__)
                batch.waiting.insert(0, delivery)
                breaker.refused(permission, reply=reply, is_down=True)
                return
            if _send(delivery, mail, permission):
                return
    finally:
        batch.give_back()


def _claim(*, now: datetime, batch: int, fresh_first: bool = False) -> Sequence[Delivery]:
    """`fresh_first` for a trial: mail that was refused before must not speak for all the rest."""
    order = "priority, attempts, due_at" if fresh_first else "priority, due_at"
    statement = _CLAIM.format(order=order, skip_locked=engine.skip_locked())
    with transaction.atomic(), connection.cursor() as cursor:
        # As the ORM writes them: SQLite compares times as text, and a lease is known by its end.
        starts, ends = map(connection.ops.adapt_datetimefield_value, (now, now + LEASE))
        cursor.execute(statement, [starts, starts, batch, ends])
        claimed = [row[0] for row in cursor.fetchall()]
    deliveries = list(
        Delivery.objects.filter(pk__in=claimed)
        .select_related("signature__letter", "signature__translation", "proof")
        .annotate(denied=Exists(_DENIED))
        .defer("signature__translation__body")
        .order_by("priority", "due_at", "pk")
    )
    if orphans := set(claimed) - {delivery.pk for delivery in deliveries}:
        # Owed in the very moment in which its signature was deleted.
        Delivery.objects.filter(pk__in=orphans).delete()
    return deliveries


def _send(delivery: Delivery, mail: BaseEmailBackend, permission: breaker.Permission) -> bool:
    """Whether sending must pause now."""
    if _is_pointless(delivery):
        _finish(delivery, DeliveryState.SENT)
        return False
    try:
        mail.send_messages([build(delivery)])
    except (OSError, smtplib.SMTPException) as error:
        return _refused(delivery, judge(error), error, mail, permission)
    except Exception:
        # One that cannot even be built must not hold up all that wait behind it.
        log.exception("mail_not_built", delivery=delivery.pk)
        _postpone(delivery)
        return False
    _finish(delivery, DeliveryState.SENT)
    breaker.took_mail(permission)
    return False


def _refused(
    delivery: Delivery,
    refusal: Refusal,
    error: Exception,
    mail: BaseEmailBackend,
    permission: breaker.Permission,
) -> bool:
    if not refusal.is_ours:
        log.info("recipient_refused", delivery=delivery.pk, reply=refusal.reply)
        if refusal.is_final:
            _finish(delivery, DeliveryState.FAILED, reply=refusal.reply)
        else:
            _postpone(delivery, reply=refusal.reply)
        breaker.took_mail(permission)
        return False
    log.warning(
        "mail_not_sent", delivery=delivery.pk, error=type(error).__name__, reply=refusal.reply
    )
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        # The server may have hung up: the next one gets a new connection.
        mail.close()
    _postpone(delivery, reply=refusal.reply, counts=False)
    return breaker.refused(permission, reply=refusal.reply)


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
    if delivery.message in (Message.NEW_TEXT, Message.SLIP):
        is_slip = delivery.message == Message.SLIP
        later = standing.corrected_by if is_slip else standing.replaced_by
        return (
            delivery.signature.state not in (SignatureState.CONFIRMED, SignatureState.HELD)
            or later(signature=delivery.signature) is None
        )
    wanted_state = {
        Message.CONFIRMATION: SignatureState.PENDING,
        Message.REJECTED: SignatureState.REJECTED,
        Message.REMOVED: SignatureState.REMOVED,
        Message.RESTORED: SignatureState.CONFIRMED,
        Message.WITHDRAWN: SignatureState.WITHDRAWN,
    }.get(Message(delivery.message))
    return wanted_state is not None and delivery.signature.state != wanted_state


def _finish(delivery: Delivery, state: DeliveryState, *, reply: str = "") -> None:
    # Whose lease it is: another may have taken it over from a sender who was too slow.
    Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts).update(
        state=state, leased_until=None, sent_at=timezone.now(), reply=reply
    )


def _postpone(delivery: Delivery, *, reply: str = "", counts: bool = True) -> None:
    """Due again later. Fails after so many refusals of the recipient, or when it is too old."""
    now = timezone.now()
    refusals = delivery.refusals + counts
    if refusals >= MOST_REFUSALS or now - delivery.created_at > GIVE_UP_AFTER:
        _finish(delivery, DeliveryState.FAILED, reply=reply)
        return
    pause = timedelta(seconds=min(10 * 2 ** min(delivery.attempts, 12), 6 * 3600))
    mine = Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts)
    _owe_again(mine, leased_until=None, due_at=now + pause, refusals=refusals, reply=reply)


def _owe_again(deliveries: QuerySet[Delivery], **fields: Any) -> int:
    """How many are owed now. Where the same was owed anew meanwhile, that one goes, and this is
    dropped."""
    try:
        with transaction.atomic():
            return deliveries.update(state=DeliveryState.OWED, **fields)
    except IntegrityError:
        owed = 0
    for pk in list(deliveries.values_list("pk", flat=True)):
        one = deliveries.filter(pk=pk)
        try:
            with transaction.atomic():
                owed += one.update(state=DeliveryState.OWED, **fields)
        except IntegrityError:
            one.delete()
    return owed
