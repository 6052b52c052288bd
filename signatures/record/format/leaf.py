"""Leaves: what the record says about one event, as bytes that are hashed, stored and served.

A leaf is one JSON object in ASCII, without spaces or line breaks, its keys in this order, those
that do not apply left out:

    n  index of the leaf, from 0
    t  time of sequencing in UTC, to the second: "2026-10-22T14:05:00Z"
    e  event: one of EVENTS
    s  random id of the signature, 22 characters of URL-safe base64; absent for the letter's events
    v  level after the event, 0 to 4
    x  SHA-256 of the text that was published or signed, in hex; with `edit`, of a later text that
       the signer signed as well; with `continue`, of the last checkpoint of the log that was lost
    c  commitment to the signatory's public details (see `commitment`), in hex

The leaf hash is over these very bytes. They are kept as they were written and never made again
from what they say, so that a later change to this code cannot break an earlier root.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

EVENTS = frozenset(
    {
        "publish",
        "text",
        "sign",
        "verify",
        "edit",
        "withdraw",
        "erase",
        "remove",
        "restore",
        "close",
        "continue",
    }
)
# Who has not confirmed yet is not in the record.
LEVELS = range(1, 5)

_KEYS = ("n", "t", "e", "s", "v", "x", "c")
_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_SHA256_HEX = re.compile(r"[0-9a-f]{64}")


class MalformedLeaf(Exception):
    """These values, or these bytes, are not a leaf."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """Empty strings and None stand for what does not apply. `time` is aware; its microseconds are
    dropped on writing."""

    index: int
    time: datetime
    event: str
    signature: str = ""
    level: int | None = None
    text_sha256: str = ""
    commitment: str = ""

    def __post_init__(self) -> None:
        _require(type(self.index) is int and self.index >= 0, "not an index")
        _require(self.time.tzinfo is not None, "a time needs its zone")
        _require(self.event in EVENTS, "no such event")
        _require(not self.signature or _PUBLIC_ID.fullmatch(self.signature), "not a signature id")
        _require(self.level is None or _is_level(self.level), "no such level")
        _require(not self.text_sha256 or _SHA256_HEX.fullmatch(self.text_sha256), "not a hash")
        _require(not self.commitment or _SHA256_HEX.fullmatch(self.commitment), "not a commitment")


def encode_leaf(leaf: Leaf) -> bytes:
    """The bytes of a leaf; always the same for the same leaf."""
    time = leaf.time.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    values = (
        leaf.index,
        f"{time.isoformat()}Z",
        leaf.event,
        leaf.signature or None,
        leaf.level,
        leaf.text_sha256 or None,
        leaf.commitment or None,
    )
    present = {key: value for key, value in zip(_KEYS, values, strict=True) if value is not None}
    return json.dumps(present, separators=(",", ":")).encode("ascii")


def decode_leaf(data: bytes) -> Leaf:
    """For reading only: never hash what you encode again. Bytes we would not write are refused."""
    try:
        read = json.loads(data.decode("ascii"))
        leaf = Leaf(
            index=read["n"],
            time=datetime.strptime(read["t"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
            event=read["e"],
            signature=read.get("s", ""),
            level=read.get("v"),
            text_sha256=read.get("x", ""),
            commitment=read.get("c", ""),
        )
        canonical = encode_leaf(leaf)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise MalformedLeaf("not a leaf") from error
    _require(canonical == data, "not the spelling of a leaf that we write")
    return leaf


def _is_level(level: int) -> bool:
    return type(level) is int and level in LEVELS


def _require(holds: object, otherwise: str) -> None:
    if not holds:
        raise MalformedLeaf(otherwise)
