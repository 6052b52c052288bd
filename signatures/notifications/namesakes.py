"""Telling somebody vetted that another signed with a name like theirs, and is held."""

from datetime import timedelta

from django.utils import timezone

from signatures import outbox
from signatures.models import Delivery, Message, Signature, SignatureState
from signatures.screening.holds import Hold

# However many come at once, so that nobody can fill a mailbox with namesakes.
TOLD_AGAIN_AFTER = timedelta(days=1)


def tell(*, hold: Hold) -> None:
    """In the transaction that holds the second: once for each that is held, and once a day at most.

    The mail says nothing of the second.
    """
    if hold.namesake_id is None:
        return
    first = Signature.objects.filter(pk=hold.namesake_id, state=SignatureState.CONFIRMED).first()
    since = timezone.now() - TOLD_AGAIN_AFTER
    told = Delivery.objects.filter(
        signature_id=hold.namesake_id, message=Message.NAMESAKE, created_at__gt=since
    )
    if first is None or told.exists():
        return
    outbox.owe(signature=first, message=Message.NAMESAKE)
    outbox.ask_for_mail()
