"""Cosignatures: that somebody else has seen a checkpoint, and when (c2sp.org/tlog-cosignature).

A cosignature is a line of the signed note, like the log's own, by a key of type 0x04. It is an
Ed25519 signature of

    cosignature/v1
    time <seconds since 1970>
    <the text of the checkpoint>

and its bytes are the time, as eight bytes big-endian, and the signature. The key ID is the first
four bytes of SHA-256(name || 0x0A || 0x04 || public key).
"""

import base64
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from signatures.record.format.notes import (
    DASH,
    KEY_ID_BYTES,
    PUBLIC_KEY_BYTES,
    MalformedNote,
    UnverifiedNote,
    decode_base64,
    is_key_name,
    split_note,
)

COSIGNATURE = b"\x04"
_TIME_BYTES = 8


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness's key; `str()` gives the verifier key that it publishes."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        if not is_key_name(self.name):
            raise MalformedNote("a key name has no spaces, control characters or plus signs")
        if len(self.public_key) != PUBLIC_KEY_BYTES:
            raise MalformedNote("an Ed25519 public key has 32 bytes")

    @property
    def key_id(self) -> bytes:
        digest = sha256(self.name.encode() + b"\n" + COSIGNATURE + self.public_key).digest()
        return digest[:KEY_ID_BYTES]

    def __str__(self) -> str:
        key = base64.b64encode(COSIGNATURE + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    @classmethod
    def of(cls, *, name: str, private_key: Ed25519PrivateKey) -> "Cosigner":
        return cls(name, private_key.public_key().public_bytes_raw())

    @classmethod
    def parse(cls, vkey: str) -> "Cosigner":
        name, _, rest = vkey.partition("+")
        key = decode_base64(rest.partition("+")[2])
        if key[:1] != COSIGNATURE:
            raise MalformedNote("not the verifier key of a witness")
        cosigner = cls(name, key[1:])
        if str(cosigner) != vkey:
            raise MalformedNote("the key ID does not belong to the key")
        return cosigner


def cosign(*, text: str, name: str, private_key: Ed25519PrivateKey, at: int) -> str:
    """The line that goes under the note, ending in its newline. `at` is in seconds since 1970."""
    cosigner = Cosigner.of(name=name, private_key=private_key)
    signature = private_key.sign(_message(text, at))
    whole = cosigner.key_id + at.to_bytes(_TIME_BYTES, "big") + signature
    return f"{DASH}{name} {base64.b64encode(whole).decode()}\n"


def cosigned_at(*, note: str, cosigner: Cosigner) -> int | None:
    """When this witness says that it saw the note, in seconds since 1970; None if it is not there.

    One that claims to be by this key and is not makes the note worthless: UnverifiedNote.
    """
    text, signatures = split_note(note)
    for name, signature in signatures:
        if name != cosigner.name or signature[:KEY_ID_BYTES] != cosigner.key_id:
            continue
        time = signature[KEY_ID_BYTES : KEY_ID_BYTES + _TIME_BYTES]
        at = int.from_bytes(time, "big")
        try:
            Ed25519PublicKey.from_public_bytes(cosigner.public_key).verify(
                signature[KEY_ID_BYTES + _TIME_BYTES :], _message(text, at)
            )
        except (InvalidSignature, ValueError):
            raise UnverifiedNote(f"the cosignature by {cosigner.name} does not fit") from None
        return at
    return None


def _message(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()
