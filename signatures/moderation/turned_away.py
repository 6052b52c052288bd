"""That organizers had turned a signature away, remembered when its signer erases it.

Erasing is a right, and must not be a way for a fake to come back unseen: who signs the same letter
with the same name, or from the same address, waits for the organizers. What is kept are keyed
hashes for this letter alone, for as long as it can be signed; see `TurnedAway`.
"""

import hashlib
import hmac
from collections.abc import Set as AbstractSet

from django.conf import settings

from campaign.letters.models import LetterState
from signatures.models import Reason, Removal, Signature, SignatureState, TurnedAway, Vetting
from signatures.moderation.skeleton import words_key

_BY_DECISION = (SignatureState.REJECTED, SignatureState.REMOVED)


def would_remember(*, signature: Signature) -> bool:
    return bool(_keys(signature))


def remember(*, signature: Signature) -> bool:
    """In the transaction that deletes the row; True if there was something. Safe to repeat.

    Names only of those that were turned away, or doubted, themselves: whoever once was cannot have
    others looked at by signing with their names.
    """
    keys = _keys(signature)
    TurnedAway.objects.bulk_create(
        (TurnedAway(letter_id=signature.letter_id, key=key) for key in keys), ignore_conflicts=True
    )
    return bool(keys)


def is_among(erased: AbstractSet[bytes], *, letter_id: int, name: str, address: bytes) -> bool:
    return not erased.isdisjoint((_of_name(letter_id, name), _of_address(letter_id, address)))


def let_in(*, signature: Signature) -> None:
    """The organizers have looked at who signs from this address, and approved. Names stay."""
    key = _of_address(signature.letter_id, bytes(signature.email_key))
    TurnedAway.objects.filter(letter=signature.letter_id, key=key).delete()


def forget_closed() -> int:
    """Nobody can sign those letters any more, so nobody can come back."""
    return TurnedAway.objects.filter(letter__state=LetterState.CLOSED).delete()[0]


def _keys(signature: Signature) -> list[bytes]:
    doubts = Vetting.objects.filter(signature=signature).values_list("reason", flat=True)
    doubt = doubts.first() if signature.state == SignatureState.HELD else None
    name = signature.state in _BY_DECISION or doubt == Reason.BY_HAND
    address = (
        name
        or doubt == Reason.AGAIN
        or Removal.objects.filter(signature=signature, restored_at=None).exists()
    )
    keys = []
    if name and words_key(signature.name):
        keys.append(_of_name(signature.letter_id, signature.name))
    if address:
        keys.append(_of_address(signature.letter_id, bytes(signature.email_key)))
    return keys


def _of_name(letter_id: int, name: str) -> bytes:
    return _keyed(b"turned-away-name", letter_id, words_key(name).encode())


def _of_address(letter_id: int, address: bytes) -> bytes:
    return _keyed(b"turned-away-address", letter_id, address)


def _keyed(purpose: bytes, letter_id: int, what: bytes) -> bytes:
    message = b"\0".join((purpose, str(letter_id).encode(), what))
    return hmac.digest(settings.SECRET_KEY.encode(), message, hashlib.sha256)
