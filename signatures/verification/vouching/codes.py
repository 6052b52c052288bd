"""The code that a signer gives to people who know them, so that these can vouch.

Sixty bits: a tag, keyed from the signature's id, public id and nonce, and the signature's id,
hidden by what the tag makes of the key. It tells nothing to who has not the key, nothing is
stored, and with a new nonce it is another code.
"""

import hmac
import unicodedata
from collections.abc import Iterator

from campaign.keyed_hash import Purpose, keyed_hashes
from signatures.models import Signature

CODE_LETTERS = 12
_ID_BITS = 34
_TAG_BITS = 26
# Crockford's base 32: no letter that is read as another, or as a digit.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OIL", "011")


def code_for(*, signature: Signature) -> str:
    return next(_codes(signature))


def shown(code: str) -> str:
    """In groups of four, to be read aloud."""
    return "-".join(code[start : start + 4] for start in range(0, CODE_LETTERS, 4))


def clean(raw: str) -> str:
    """As it was given out; empty for what cannot be a code."""
    if len(raw) > 10 * CODE_LETTERS:
        return ""
    plain = unicodedata.normalize("NFKC", raw).upper().translate(_READ_AS)
    kept = [
        str(unicodedata.digit(char, char))
        for char in plain
        if not char.isspace() and unicodedata.category(char) not in ("Pd", "Cf")
    ]
    code = "".join(kept)
    return code if len(code) == CODE_LETTERS and set(code) <= set(_ALPHABET) else ""


def signature_with(*, code: str, letter_id: int) -> Signature | None:
    """Whose code this is at the moment, among those who signed this letter."""
    if len(code) != CODE_LETTERS or not set(code) <= set(_ALPHABET):
        return None
    number = 0
    for char in code:
        number = number << 5 | _ALPHABET.index(char)
    tag, hidden = number >> _ID_BITS, number & (1 << _ID_BITS) - 1
    ids = [hidden ^ hiding for hiding in _hidings(tag)]
    found = Signature.objects.filter(pk__in=ids, letter=letter_id)
    return next((each for each in found if is_of(code, signature=each)), None)


def is_of(code: str, *, signature: Signature) -> bool:
    return any(hmac.compare_digest(made.encode(), code.encode()) for made in _codes(signature))


def _codes(signature: Signature) -> Iterator[str]:
    """The one to give out, then those of keys that still open."""
    parts = (str(signature.pk).encode(), signature.public_id.encode(), bytes(signature.nonce))
    for place, made in enumerate(keyed_hashes(Purpose.VOUCHING_CODE, *parts)):
        tag = _low_bits(made, _TAG_BITS)
        number = tag << _ID_BITS | (signature.pk ^ _hidings(tag)[place])
        yield "".join(_ALPHABET[number >> shift & 31] for shift in range(55, -5, -5))


def _hidings(tag: int) -> list[int]:
    """What hides the id, one for each key."""
    made = keyed_hashes(Purpose.VOUCHING_ID, str(tag).encode())
    return [_low_bits(each, _ID_BITS) for each in made]


def _low_bits(hashed: bytes, bits: int) -> int:
    return int.from_bytes(hashed[:8], "big") & (1 << bits) - 1
