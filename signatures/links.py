"""The signer's link and typed code: no account, no password, nothing secret in the database.

Both are keyed hashes of the signature's id and nonce, so they can be written into an e-mail at
any later time, and a new nonce makes them void.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from datetime import datetime, timedelta

from django.conf import settings

from signatures.errors import LinkUnknown
from signatures.models import Delivery, Message, Signature, SignatureState

TOKEN_LENGTH = 32
CODE_LENGTH = 6
CODE_TRIES = 5
TIME_TO_CONFIRM = timedelta(days=7)
TIME_TO_ERASE = timedelta(days=1)

_CAN_BE_UNDONE = (Message.WITHDRAWN, Message.RENAMED)

# Each column by its name: a prepared `*` breaks in the minute in which a migration adds one.
_COLUMNS = ", ".join(field.attname for field in Signature._meta.concrete_fields)
_BY_ID = f"SELECT {_COLUMNS} FROM {Signature._meta.db_table} WHERE id = %s"  # noqa: S608


def token_for(*, signature: Signature) -> str:
    """The 32 characters after /s/: the id in eight bytes, then sixteen bytes of the hash."""
    packed = signature.pk.to_bytes(8, "big")
    return urlsafe_b64encode(packed + _hash(b"link", signature)[:16]).decode()


def code_for(*, signature: Signature) -> str:
    """Six digits to type from the e-mail into the page that waits for them."""
    return f"{int.from_bytes(_hash(b'code', signature)[:8], 'big') % 10**CODE_LENGTH:06d}"


def signature_behind(token: str) -> Signature:
    """Raises LinkUnknown for any token but the signature's own."""
    try:
        packed = urlsafe_b64decode(token.encode("ascii"))
    except (NotBase64, ValueError):
        raise LinkUnknown from None
    if len(token) != TOKEN_LENGTH or len(packed) != 24 or packed[0] & 0x80:
        raise LinkUnknown
    # Raw: to make a query of thirty columns takes three times as long as PostgreSQL needs for it.
    found = Signature.objects.raw(_BY_ID, [int.from_bytes(packed[:8], "big")])
    signature = next(iter(found), None)
    if signature is None or not hmac.compare_digest(token_for(signature=signature), token):
        raise LinkUnknown
    return signature


def confirm_until(signature: Signature) -> datetime:
    """When the link and the code end: a week after they were asked for, or with the letter."""
    week = signature.asked_at + TIME_TO_CONFIRM
    closes_at = signature.letter.closes_at
    return min(week, closes_at) if closes_at else week


def undo_token_for(*, delivery: Delivery) -> str:
    return _token_of_mail(b"undo", delivery)


def notice_behind(token: str) -> Delivery:
    """The notice with its signature, letter and text. Raises LinkUnknown, also once it was used."""
    return _mail_behind(token, b"undo", _CAN_BE_UNDONE)


def erasing_token_for(*, delivery: Delivery) -> str:
    return _token_of_mail(b"erase", delivery)


def erasing_behind(token: str, *, now: datetime) -> Delivery:
    """The mail that was asked for to erase. Raises LinkUnknown, also when it is a day old."""
    delivery = _mail_behind(token, b"erase", (Message.ERASING,))
    if now >= delivery.created_at + TIME_TO_ERASE:
        raise LinkUnknown
    return delivery


def _token_of_mail(purpose: bytes, delivery: Delivery) -> str:
    """For a link that was sent to the address, and stands in no other mail or page: the delivery's
    id in eight bytes, then sixteen bytes of the hash."""
    packed = delivery.pk.to_bytes(8, "big")
    hashed = _hash(purpose + b"\0" + str(delivery.pk).encode(), delivery.signature)
    return urlsafe_b64encode(packed + hashed[:16]).decode()


def _mail_behind(token: str, purpose: bytes, messages: tuple[Message, ...]) -> Delivery:
    try:
        packed = urlsafe_b64decode(token.encode("ascii"))
    except (NotBase64, ValueError):
        raise LinkUnknown from None
    if len(token) != TOKEN_LENGTH or len(packed) != 24 or packed[0] & 0x80:
        raise LinkUnknown
    found = (
        Delivery.objects.select_related("signature__letter", "signature__translation")
        .filter(pk=int.from_bytes(packed[:8], "big"), message__in=messages)
        .first()
    )
    if found is None or not hmac.compare_digest(_token_of_mail(purpose, found), token):
        raise LinkUnknown
    return found


def has_run_out(signature: Signature, *, now: datetime) -> bool:
    return signature.state == SignatureState.PENDING and now >= signature.asked_at + TIME_TO_CONFIRM


def _hash(purpose: bytes, signature: Signature) -> bytes:
    message = b"\0".join((purpose, str(signature.pk).encode(), bytes(signature.nonce)))
    return hmac.digest(settings.SECRET_KEY.encode(), message, hashlib.sha256)
