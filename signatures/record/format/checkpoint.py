"""Checkpoints: the signed size and root of a record (c2sp.org/tlog-checkpoint).

The body is three lines: the origin (which record this is), the number of leaves in decimal, and
the root in base64. It travels as a signed note whose key name is the origin, so that one key can
sign many records and no checkpoint of one passes for that of another.
"""

import base64
import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signatures.record.format.merkle import EMPTY_ROOT, HASH_BYTES
from signatures.record.format.notes import (
    MalformedNote,
    UnverifiedNote,
    Verifier,
    decode_base64,
    is_key_name,
    open_note,
    sign_note,
)
from signatures.record.format.tiles import MAX_SIZE

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class MalformedCheckpoint(Exception):
    """These lines, or these values, are not a checkpoint."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`origin` is like `example.org/letters/a-letter`: no scheme, spaces or plus signs."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not is_key_name(self.origin):
            raise MalformedCheckpoint("an origin has no spaces, control characters or plus signs")
        if not 0 <= self.size <= MAX_SIZE:
            raise MalformedCheckpoint(f"no record has {self.size} leaves")
        if len(self.root) != HASH_BYTES:
            raise MalformedCheckpoint("a root has 32 bytes")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise MalformedCheckpoint("this is not the root of an empty record")

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read exactly what `text` writes, and no other spelling of it.

        The specification lets extension lines follow; ours never carry any, and they cannot be
        audited, so they are refused.
        """
        lines = text.split("\n")
        if len(lines) != 4 or lines[3]:
            raise MalformedCheckpoint("a checkpoint is three lines")
        origin, size, root, _ = lines
        if not _SIZE.fullmatch(size):
            raise MalformedCheckpoint("not a tree size")
        try:
            return cls(origin, int(size), decode_base64(root))
        except MalformedNote as error:
            raise MalformedCheckpoint("not a root in base64") from error


def sign_checkpoint(*, checkpoint: Checkpoint, private_key: Ed25519PrivateKey) -> str:
    """The signed note. The caller answers for consistency with what was signed before."""
    return sign_note(text=checkpoint.text, name=checkpoint.origin, private_key=private_key)


def open_checkpoint(*, note: str, verifier: Verifier) -> Checkpoint:
    """The checkpoint in a note, if the verifier's key signed it for the record of its own name.

    Raises MalformedNote, UnverifiedNote or MalformedCheckpoint.
    """
    checkpoint = Checkpoint.parse(open_note(note=note, verifier=verifier))
    if checkpoint.origin != verifier.name:
        raise UnverifiedNote(f"the checkpoint is not of the record {verifier.name}")
    return checkpoint
