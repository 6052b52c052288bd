"""The list of signatories as one file: everyone who is listed at one moment, in flat memory.

The rows, their number and the checkpoint are read in one snapshot, so that they belong together,
whoever signs or withdraws while a slow reader takes the file.
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import OperationalError
from django.utils import translation

from campaign import engine
from campaign.letters.models import Letter
from signatures.models import Checkpoint, Signature
from signatures.press import listing
from signatures.press.change import change_mark
from signatures.press.proofs_in_words import told_once
from signatures.press.told import day
from signatures.record import tally

# Longer than a slow line needs for a million names, and not for ever: it keeps a connection, and
# a snapshot that the database cannot tidy behind.
SECONDS = 600
TO_COUNT = 5
BLOCK = 64 * 1024
# What a file looks like: the same list in another form is another file.
FORM = b"1"
_AT_ONCE = 1000

_LISTED = (
    *("id", "public_id", "number", "name", "profession", "country", "credit", "affiliation"),
    *("kind", "level", "confirmed_at", "translation_id"),
)
# As bytes of JSON in hex, which need no quotes; only looked for where there can be some.
PROOFS = """
    CASE WHEN level > 1 THEN (
        SELECT encode(convert_to(json_agg(json_build_array(
            method, subject, provider, profile_url, by_other_name,
            (proved_at AT TIME ZONE 'UTC')::date, (lapses_at AT TIME ZONE 'UTC')::date
        ) ORDER BY proved_at, proof.id)::text, 'UTF8'), 'hex')
        FROM signatures_proof AS proof
        WHERE signature_id = listed.id AND state IN ('standing', 'lapsing')
    ) END
"""
DAY = "(confirmed_at AT TIME ZONE 'UTC')::date"


class TooSlow(Exception):
    """The database did not find the names in the time that it has for it."""


@dataclass(slots=True)
class ToldProof:
    """What of a proof is public, as it comes out of the database."""

    method: str
    subject: str
    provider: str
    profile_url: str
    by_other_name: bool
    proved_at: datetime | None
    lapses_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which names, and what stood at the moment when they are read."""

    letter: Letter
    filters: listing.Filters
    checkpoint: Checkpoint | None
    listed: int


Lines = Callable[[Asked], Generator[bytes, None, None]]


@dataclass(slots=True)
class Download:
    """An open file: iterate it once, in the thread that opened it, and close it in any case."""

    asked: Asked
    blocks: Iterator[bytes]
    _stack: ExitStack = field(repr=False)

    def __iter__(self) -> Iterator[bytes]:
        return self.blocks

    def when_closed(self, then: Callable[[], None]) -> None:
        self._stack.callback(then)

    def close(self) -> None:
        self._stack.close()


def open_download(*, letter: Letter, filters: listing.Filters, lines: Lines) -> Download:
    """Begin; the number of rows is known before the first of them. Raises TooSlow."""
    language = translation.get_language() or "en"
    with ExitStack() as stack:
        stack.enter_context(engine.snapshot(seconds=TO_COUNT))
        try:
            asked = Asked(
                letter=letter,
                filters=filters,
                checkpoint=tally.latest(letter_id=letter.pk),
                listed=listing.filtered(letter=letter, filters=filters).order_by().count(),
            )
        except OperationalError as error:
            raise TooSlow from error
        engine.may_take(seconds=SECONDS)
        rows = stack.enter_context(closing(lines(asked)))
        blocks = stack.enter_context(closing(_blocks(rows, language)))
        return Download(asked, blocks, stack.pop_all())


def version(*, letter: Letter, language: str, what: str) -> str:
    """Changes whenever a file would: for an ETag."""
    mark = [FORM, change_mark(letter_id=letter.pk), language.encode(), what.encode()]
    return hashlib.sha256(b"\0".join(mark)).hexdigest()[:32]


def zipped(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """As gzip, on the way."""
    packer = zlib.compressobj(5, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    for block in blocks:
        if packed := packer.compress(block):
            yield packed
    yield packer.flush()


def rows(
    asked: Asked,
    *,
    columns: str,
    params: Sequence[Any],
    quote: str,
    delimiter: str,
    otherwise: Callable[[Signature], bytes],
) -> Generator[list[bytes], None, None]:
    """Who is listed, by number, as lines of CSV whose last column holds the proofs in hex.

    `otherwise` makes the line from a row that has its `proofs_counting`, without the proofs.
    """
    if not asked.listed:
        return
    matching = listing.filtered(letter=asked.letter, filters=asked.filters).order_by()
    inner, inner_params = matching.values_list(*_LISTED).query.sql_with_params()

    def one_by_one() -> Iterator[list[bytes]]:
        found = matching.order_by("number").only(*listing.SHOWN, *_LISTED).iterator(_AT_ONCE)
        while chunk := list(islice(found, _AT_ONCE)):
            listing.with_proofs(chunk)
            yield [
                otherwise(row) + delimiter.encode() + _proofs_in_hex(row) + b"\n" for row in chunk
            ]

    with closing(
        engine.copy_out(
            query=f"SELECT {columns}, {PROOFS} FROM ({inner}) AS listed ORDER BY number",  # noqa: S608
            params=[*params, *inner_params],
            quote=quote,
            delimiter=delimiter,
            otherwise=one_by_one,
        )
    ) as found:
        yield from found


def proofs_of(hexed: bytes) -> list[ToldProof]:
    """What `rows` has in its last column, as readers see it."""
    return told_once(
        ToldProof(method, subject, provider, url, other, _midnight(proved), _midnight(lapses))
        for method, subject, provider, url, other, proved, lapses in json.loads(
            bytes.fromhex(hexed.decode())
        )
    )


def _proofs_in_hex(row: Signature) -> bytes:
    proofs = getattr(row, "proofs_counting", ())
    if not proofs:
        return b""
    told = [
        [
            *(proof.method, proof.subject, proof.provider, proof.profile_url),
            proof.by_other_name,
            *(day(proof.proved_at), day(proof.lapses_at)),
        ]
        for proof in proofs
    ]
    return json.dumps(told).encode().hex().encode()


def _midnight(day: str | None) -> datetime | None:
    return datetime.fromisoformat(day) if day else None


def _blocks(lines: Iterator[bytes], language: str) -> Generator[bytes, None, None]:
    """Lines put together; their words are made in this language, wherever the reader takes them."""
    while True:
        with translation.override(language):
            block = _block(lines)
        if not block:
            return
        yield block


def _block(lines: Iterator[bytes]) -> bytes:
    gathered, size = [], 0
    for line in lines:
        gathered.append(line)
        size += len(line)
        if size >= BLOCK:
            break
    return b"".join(gathered)
