"""Signed notes (c2sp.org/signed-note): a text, a blank line, and who signed it.

    <text, ending in a newline>
    <empty line>
    — <key name> <base64(4-byte key ID || 64-byte Ed25519 signature of the text)>

The key ID is the first four bytes of SHA-256(name || 0x0A || 0x01 || public key). A verifier key,
which is what gets published, reads `<name>+<key ID in hex>+<base64(0x01 || public key)>`.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
KEY_ID_BYTES = 4
PUBLIC_KEY_BYTES = 32
# Far above any checkpoint with its cosignatures; the specification asks for some limit.
MAX_NOTE = 100_000

# Lone surrogates cannot be written in UTF-8.
_KEY_NAME = re.compile(r"[^\s+\x00-\x1f\x7f\ud800-\udfff]+")
_UNFIT = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")
DASH = "\u2014 "


class MalformedNote(Exception):
    """Not a note, not a text that can be signed, or not a key name or verifier key."""


class UnverifiedNote(Exception):
    """The text is not signed by this key; nothing in it may be used."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A key by which notes can be checked; `str()` gives the verifier key to publish."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public_key) != PUBLIC_KEY_BYTES:
            raise MalformedNote("an Ed25519 public key has 32 bytes")

    @property
    def key_id(self) -> bytes:
        digest = sha256(self.name.encode() + b"\n" + ED25519 + self.public_key).digest()
        return digest[:KEY_ID_BYTES]

    def __str__(self) -> str:
        key = base64.b64encode(ED25519 + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    @classmethod
    def of(cls, *, name: str, private_key: Ed25519PrivateKey) -> "Verifier":
        return cls(name, private_key.public_key().public_bytes_raw())

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        name, _, rest = vkey.partition("+")
        key = decode_base64(rest.partition("+")[2])
        if key[:1] != ED25519:
            raise MalformedNote("not the verifier key of an Ed25519 key")
        verifier = cls(name, key[1:])
        # Also holds the key ID to its one spelling and its right value.
        if str(verifier) != vkey:
            raise MalformedNote("the key ID does not belong to the key")
        return verifier


def is_key_name(name: str) -> bool:
    return _KEY_NAME.fullmatch(name) is not None


def sign_note(*, text: str, name: str, private_key: Ed25519PrivateKey) -> str:
    """The note with one signature. The same text and key give the same note, byte for byte."""
    verifier = Verifier.of(name=name, private_key=private_key)
    _check_text(text)
    signature = verifier.key_id + private_key.sign(text.encode())
    return f"{text}\n{DASH}{name} {base64.b64encode(signature).decode()}\n"


def open_note(*, note: str, verifier: Verifier) -> str:
    """The text, ending in its newline, once the verifier's signature on it has been checked.

    Signatures by other keys are ignored, so that a note may carry cosignatures. One that claims to
    be by this key and is not makes the whole note worthless: UnverifiedNote.
    """
    text, signatures = split_note(note)
    ours = [
        signature[KEY_ID_BYTES:]
        for name, signature in signatures
        if name == verifier.name and signature[:KEY_ID_BYTES] == verifier.key_id
    ]
    if not ours:
        raise UnverifiedNote(f"the note carries no signature by {verifier.name}")
    try:
        public_key = Ed25519PublicKey.from_public_bytes(verifier.public_key)
        for signature in ours:
            public_key.verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        raise UnverifiedNote(f"the signature by {verifier.name} does not fit the text") from None
    return text


def decode_base64(text: str) -> bytes:
    """Standard base64 in its one canonical spelling; anything else is MalformedNote."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedNote("not base64") from None
    # The decoder forgives stray bits after the last byte, which would give one value two spellings.
    if base64.b64encode(data).decode() != text:
        raise MalformedNote("not canonical base64")
    return data


def split_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text, and the name and bytes of each signature, none of them checked yet."""
    if len(note) > MAX_NOTE:
        raise MalformedNote("the note is too long")
    # By the last empty line: the text itself may hold others.
    text, blank, block = note.rpartition("\n\n")
    if not blank or not block.endswith("\n"):
        raise MalformedNote("a text, an empty line and signatures were expected")
    text += "\n"
    _check_text(text)
    signatures = []
    for line in block[:-1].split("\n"):
        name, _, encoded = line.removeprefix(DASH).partition(" ")
        signature = decode_base64(encoded)
        if not line.startswith(DASH) or len(signature) <= KEY_ID_BYTES:
            raise MalformedNote("not a signature line")
        _check_name(name)
        signatures.append((name, signature))
    return text, signatures


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _UNFIT.search(text):
        raise MalformedNote("a text ends in a newline and has no other control characters")


def _check_name(name: str) -> None:
    if not is_key_name(name):
        raise MalformedNote("a key name has no spaces, control characters or plus signs")
