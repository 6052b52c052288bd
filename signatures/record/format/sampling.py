"""Audits by sample: the announcement, and who is drawn.

An announcement is one JSON object in ASCII without spaces, its keys in this order:

    format         "undersigned-audit-v1"
    origin         name of the letter's record
    audit          number of the audit, from 1
    sample         how many are drawn, or all where fewer count
    size           number of leaves of the record then
    secret_sha256  SHA-256 of a secret of 32 random bytes, in hex: it is told with the draw
    days           for how many days the answers count
    t              time in UTC, to the second

The site's log tells of it as of a log with one leaf, the announcement: its root is the leaf's hash.

Of each signature that counts at a checkpoint the rank is

    SHA-256("undersigned-audit-v1" || 0x00 || root || secret || number)

with the root of the checkpoint and the number of the signature in decimal digits. Those with the
smallest ranks are drawn.
"""

import heapq
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

FORMAT = "undersigned-audit-v1"
SECRET_BYTES = 32

_PREFIX = FORMAT.encode() + b"\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    origin: str
    audit: int
    sample: int
    size: int
    secret: bytes
    days: int
    time: datetime

    def encode(self) -> str:
        time = self.time.astimezone(UTC).replace(microsecond=0, tzinfo=None)
        told = {
            "format": FORMAT,
            "origin": self.origin,
            "audit": self.audit,
            "sample": self.sample,
            "size": self.size,
            "secret_sha256": sha256(self.secret).hexdigest(),
            "days": self.days,
            "t": f"{time.isoformat()}Z",
        }
        return json.dumps(told, separators=(",", ":"))


def draw(
    *, root: bytes, secret: bytes, candidates: Iterable[tuple[int, str]], most: int
) -> list[tuple[int, str]]:
    """Of these numbers, each with whatever goes with it, those that are drawn, in ascending
    order."""
    begun = sha256(_PREFIX + root + secret)

    def rank(candidate: tuple[int, str]) -> bytes:
        ranked = begun.copy()
        ranked.update(str(candidate[0]).encode("ascii"))
        return ranked.digest()

    return sorted(heapq.nsmallest(most, candidates, key=rank))
