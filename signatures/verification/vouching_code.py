"""The code that a signer gives to people who know them, so that these can vouch.

Sixty bits: a tag, keyed from the signature's id, public id and nonce, and the signature's id,
hidden by what the tag makes of the key. It tells nothing to who has not the key, nothing is
stored, and with a new nonce it is another code.
"""

import hashlib
import hmac
import unicodedata

from django.conf import settings

from signatures.models import Signature

LENGTH = 12
_ID_BITS = 34
_TAG_BITS = 26
# Crockford's base 32: no letter that is read as another, or as a digit.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OIL", "011")


def code_for(*, signature: Signature) -> str:
    tag = _tag(signature)
    number = tag << _ID_BITS | (signature.pk ^ _hiding(tag))
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(55, -5, -5))


def shown(code: str) -> str:
    """In groups of four, to be read aloud."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def clean(raw: str) -> str:
    """As it was given out; empty for what cannot be a code."""
    if len(raw) > 10 * LENGTH:
        return ""
    plain = unicodedata.normalize("NFKC", raw).upper().translate(_READ_AS)
    kept = [
        str(unicodedata.digit(char, char))
        for char in plain
        if not char.isspace() and unicodedata.category(char) not in ("Pd", "Cf")
    ]
    code = "".join(kept)
    return code if len(code) == LENGTH and set(code) <= set(_ALPHABET) else ""


def signature_with(*, code: str, letter_id: int) -> Signature | None:
    """Whose code this is at the moment, among those who signed this letter."""
    if len(code) != LENGTH or not set(code) <= set(_ALPHABET):
        return None
    number = 0
    for char in code:
        number = number << 5 | _ALPHABET.index(char)
    tag, hidden = number >> _ID_BITS, number & (1 << _ID_BITS) - 1
    found = Signature.objects.filter(pk=hidden ^ _hiding(tag), letter=letter_id).first()
    return found if found is not None and is_of(code, signature=found) else None


def is_of(code: str, *, signature: Signature) -> bool:
    return hmac.compare_digest(code_for(signature=signature).encode(), code.encode())


def _tag(signature: Signature) -> int:
    parts = (str(signature.pk).encode(), signature.public_id.encode(), bytes(signature.nonce))
    return _keyed(b"vouching-code", *parts) & (1 << _TAG_BITS) - 1


def _hiding(tag: int) -> int:
    return _keyed(b"vouching-id", str(tag).encode()) & (1 << _ID_BITS) - 1


def _keyed(*parts: bytes) -> int:
    digest = hmac.digest(settings.SECRET_KEY.encode(), b"\0".join(parts), hashlib.sha256)
    return int.from_bytes(digest[:8], "big")
