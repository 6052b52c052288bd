"""What happens when somebody answers that it was not they who signed."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from signatures import transitions
from signatures.models import Signature, SignatureState, Suppression, SuppressionReason


def deny(*, signature: Signature) -> bool:
    """What is pending is deleted, with the mails owed, and no mail about the letter goes there.

    Whoever signs with the address again sees the same pages as before; what they would be sent is
    not sent until the owner allows it (`leaving.allow`). False when somebody confirmed it
    meanwhile, or it is gone.
    """
    with transaction.atomic():
        mine = (
            Signature.objects.select_for_update(of=("self",))
            .filter(pk=signature.pk, state=SignatureState.PENDING)
            .first()
        )
        if mine is None:
            return False
        suppress(letter_id=mine.letter_id, address_key=bytes(mine.email_key), now=timezone.now())
        transitions.end(transition=transitions.DENY, signature=mine)
    return True


def suppress(*, letter_id: int, address_key: bytes, now: datetime) -> None:
    """Who reads there has nothing to do with the letter."""
    denied = Suppression(
        letter_id=letter_id, address_key=address_key, reason=SuppressionReason.DENIED, since=now
    )
    Suppression.objects.bulk_create([denied], ignore_conflicts=True)


def denials(*, letter_id: int) -> int:
    """How many addresses were used to sign this letter by somebody else, as their owners say."""
    return Suppression.objects.filter(letter=letter_id, reason=SuppressionReason.DENIED).count()
