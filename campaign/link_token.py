"""The token of a link to one row: its id in eight bytes, then sixteen bytes of a keyed hash."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64

TOKEN_LENGTH = 32
_ID_BYTES = 8
_HASH_BYTES = 16


def write(pk: int, hashed: bytes) -> str:
    return urlsafe_b64encode(pk.to_bytes(_ID_BYTES, "big") + hashed[:_HASH_BYTES]).decode()


def read(token: str) -> tuple[int, bytes] | None:
    """The id, and what of the hash came with it; None for what no token looks like."""
    try:
        packed = urlsafe_b64decode(token.encode("ascii"))
    except (NotBase64, ValueError):
        return None
    if len(packed) != _ID_BYTES + _HASH_BYTES or packed[0] & 0x80:
        return None
    # No other spelling: the decoder takes + and / for - and _, and passes over what it knows not.
    if urlsafe_b64encode(packed).decode() != token:
        return None
    return int.from_bytes(packed[:_ID_BYTES], "big"), packed[_ID_BYTES:]
