"""One reminder to each who signed and has not confirmed a day later: never a second one.

That it is one is owned by the row that owes it, which is kept for as long as the signature. Signing
anew, or asking for the mail again, begins the day anew and changes nothing of that.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction

from campaign.wake import Task, wake
from signatures import links, opening
from signatures.models import (
    ReminderSweep,
    Signature,
    SignatureState,
    Suppression,
    SuppressionReason,
)

REMIND_AFTER = timedelta(days=1)
# Of the link and of the letter, so that whoever reads it can still do something.
MIN_TIME_LEFT = timedelta(hours=3)
# Whose confirmation left us late waits for nothing yet.
MIN_TIME_SINCE_CONFIRMATION = timedelta(hours=12)
BATCH_ROWS = 5000

# After all mail that somebody waits for. Of a signature that was taken back as mistyped, the row
# stays without an address: its revision is 0.
_OWE = """
    INSERT INTO signatures_delivery
        (signature_id, message, state, due_at, attempts, created_at, priority)
    SELECT signature.id, 'reminder', 'owed', %s, 0, %s, 1
    FROM signatures_signature AS signature
    JOIN letters_letter AS letter ON letter.id = signature.letter_id
    WHERE signature.state = 'pending' AND signature.asked_at > %s AND signature.asked_at <= %s
      AND signature.revision > 0
      AND letter.state = 'published' AND letter.halted_at IS NULL
      AND (letter.opens_at IS NULL OR letter.opens_at <= %s)
      AND (letter.closes_at IS NULL OR letter.closes_at > %s)
      AND (
        SELECT mail.state = 'sent' AND mail.sent_at <= %s FROM signatures_delivery AS mail
        WHERE mail.signature_id = signature.id AND mail.message = 'confirmation'
        ORDER BY mail.id DESC LIMIT 1
      )
      AND NOT EXISTS (
        SELECT 1 FROM signatures_suppression AS told
        WHERE told.address_key = signature.email_key AND told.reason <> 'left'
          AND (told.letter_id IS NULL OR told.letter_id = signature.letter_id)
      )
    ON CONFLICT DO NOTHING
"""


def remind(*, now: datetime, batch: int = BATCH_ROWS) -> int:
    """Owe the reminders of those whose day is over since the last time; how many are owed.

    Safe to run in many places at once: one goes on from where the other stopped. Whoever could not
    be reminded when it was their turn (the letter was paused, the mail refused) gets none, unless
    they ask for the mail again.
    """
    with transaction.atomic():
        ReminderSweep.objects.get_or_create(pk=1)
        sweep = ReminderSweep.objects.select_for_update().get(pk=1)
        since = now - links.TIME_TO_CONFIRM + MIN_TIME_LEFT
        if sweep.asked_until is not None:
            since = max(since, sweep.asked_until)
        until = _end_of_batch(since=since, until=now - REMIND_AFTER, batch=batch)
        if until <= since:
            return 0
        owed = _owe(since=since, until=until, now=now)
        ReminderSweep.objects.filter(pk=1).update(asked_until=until)
    if owed:
        wake(Task.SEND_OWED_MAIL)
    return owed


def is_pointless(*, signature: Signature, now: datetime) -> bool:
    """Whether a reminder that is owed would come too late, or to somebody who must not get it. The
    signature is pending, and its letter loaded."""
    if not opening.is_open_to(signature=signature, now=now) or now >= links.confirm_until(
        signature
    ):
        return True
    told = Suppression.objects.filter(address_key=bytes(signature.email_key))
    told = told.exclude(reason=SuppressionReason.LEFT)
    return any(
        letter_id in (None, signature.letter_id)
        for letter_id in told.values_list("letter_id", flat=True)
    )


def _end_of_batch(*, since: datetime, until: datetime, batch: int) -> datetime:
    """By the index `signature_unconfirmed`. Those who asked at the very instant of the last one
    belong to the batch."""
    waiting = Signature.objects.filter(
        state=SignatureState.PENDING, asked_at__gt=since, asked_at__lte=until
    )
    asked = waiting.order_by("asked_at").values_list("asked_at", flat=True)
    return next(iter(asked[batch - 1 : batch]), until)


def _owe(*, since: datetime, until: datetime, now: datetime) -> int:
    closes_after, sent_before = now + MIN_TIME_LEFT, now - MIN_TIME_SINCE_CONFIRMATION
    times = (now, now, since, until, now, closes_after, sent_before)
    with connection.cursor() as cursor:
        cursor.execute(_OWE, [connection.ops.adapt_datetimefield_value(each) for each in times])
        return int(cursor.rowcount)
