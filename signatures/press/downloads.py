"""The list of signatories as one file: everyone who is listed at one moment, in flat memory.

The rows, their number and the checkpoint are read in one snapshot, so that they belong together,
whoever signs or withdraws while a slow reader takes the file.
"""

import hashlib
import json
import secrets
import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

import psycopg
import structlog
from django.db import Error
from django.db.models import Count, Max
from django.utils import translation

from campaign import database
from campaign.letters.models import Letter
from signatures.listing import queries
from signatures.listing.deadline import in_time
from signatures.listing.proof_text import Told, told_once
from signatures.models import Authority, Checkpoint, Signature
from signatures.press.list_version import change_mark
from signatures.record import tally
from signatures.verification import authority

log = structlog.get_logger(__name__)

# Longer than a slow line needs for a million names, and not for ever: it keeps a connection, and
# a snapshot that the database cannot tidy behind.
MAX_DOWNLOAD_SECONDS = 600
MAX_COUNTING_SECONDS = 5
BLOCK_BYTES = 64 * 1024
# What a file looks like: the same list in another form is another file.
FORMAT_VERSION = b"4"
# So many are put together by the database at once: of a large list, as many as follow each other.
_MAX_ROWS_AT_ONCE = 5_000
ROWS_PER_CHUNK = 250
_ROWS_PER_QUERY = 1000

LISTED = (
    *("id", "public_id", "number", "name", "profession", "country", "credit", "affiliation"),
    *("kind", "level", "confirmed_at", "translation_id"),
)
# What somebody showed, as bytes of JSON in hex between two marks.
_SHOWED = """
    CASE WHEN level > 1 THEN %s || encode(convert_to(json_build_array((
        SELECT json_agg(json_build_array(
            method, subject, provider, profile_url, by_other_name,
            proved_at::date, lapses_at::date
        ) ORDER BY proved_at, proof.id)
        FROM signatures_proof AS proof
        WHERE signature_id = listed.id AND state IN ('standing', 'lapsing')
    ), CASE kind WHEN 'organisation' THEN (
        SELECT json_build_array(name, role) FROM signatures_authority
        WHERE signature_id = listed.id AND NOT waits
    ) END)::text, 'UTF8'), 'hex') || %s ELSE %s END
"""
# Django's connections are in UTC.
DAY = "confirmed_at::date"


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


@dataclass(frozen=True, slots=True)
class PublicEvidence:
    """How somebody was verified and, of an organisation, by whom it signed: as readers see it."""

    proofs: Sequence[Told] = ()
    authority: Authority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """Which names, and what stood at the moment when they are read."""

    letter: Letter
    filters: queries.Filters
    checkpoint: Checkpoint | None
    listed: int
    # The highest number among them.
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFormat:
    """How a line is written: by the database, or by Python where that cannot, to the same bytes.

    It begins with `sql`, or `python`, and ends with what somebody `showed`.
    """

    sql: str
    params: Sequence[Any]
    python: Callable[[Signature], str]
    showed: Callable[[PublicEvidence], str]
    between: str = ""


Lines = Callable[[ListQuery], Generator[bytes, None, None]]


@dataclass(slots=True)
class Download:
    """An open file: iterate it once, in the thread that opened it, and close it in any case."""

    asked: ListQuery
    blocks: Iterator[bytes]
    _stack: ExitStack = field(repr=False)

    def __iter__(self) -> Iterator[bytes]:
        return self.blocks

    def when_closed(self, then: Callable[[], None]) -> None:
        self._stack.callback(then)

    def close(self) -> None:
        self._stack.close()


def open_download(
    *, letter: Letter, filters: queries.Filters, lines: Lines, unfinished: bytes = b""
) -> Download:
    """Begin; the number of rows is known before the first of them. Raises TooSlow.

    When the database fails after the first block, it is too late for an error: a server ends what
    it streams like a whole file. The file then ends with `unfinished`.
    """
    language = translation.get_language() or "en"
    with ExitStack() as stack:
        stack.enter_context(in_time(seconds=MAX_COUNTING_SECONDS))
        matching = queries.filtered(letter=letter, filters=filters).order_by()
        counted = matching.aggregate(listed=Count("*"), last=Max("number"))
        asked = ListQuery(
            letter=letter,
            filters=filters,
            checkpoint=tally.latest(letter_id=letter.pk),
            listed=counted["listed"],
            last=counted["last"] or 0,
        )
        database.set_statement_timeout(seconds=MAX_DOWNLOAD_SECONDS)
        rows = stack.enter_context(closing(lines(asked)))
        blocks = stack.enter_context(closing(_blocks(rows, language, unfinished)))
        return Download(asked, blocks, stack.pop_all())


def version(*, letter: Letter, language: str, what: str) -> str:
    """Changes whenever a file would: for an ETag."""
    mark = [FORMAT_VERSION, change_mark(letter_id=letter.pk), language.encode(), what.encode()]
    return hashlib.sha256(b"\0".join(mark)).hexdigest()[:32]


def zipped(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """As gzip, on the way."""
    packer = zlib.compressobj(5, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    for block in blocks:
        if packed := packer.compress(block):
            yield packed
    yield packer.flush()


def blocks(asked: ListQuery, wording: RowFormat) -> Generator[bytes, None, None]:
    """Who is listed, by number: some lines at a time, with `between` inside of each."""
    if not asked.listed:
        return
    matching = queries.filtered(letter=asked.letter, filters=asked.filters).order_by()
    inner, inner_params = matching.values_list(*LISTED).query.sql_with_params()
    together = asked.last if asked.listed <= _MAX_ROWS_AT_ONCE else ROWS_PER_CHUNK

    def one_by_one() -> Iterator[bytes]:
        found = matching.order_by("number").only(*queries.SHOWN, *LISTED).iterator(_ROWS_PER_QUERY)
        while chunk := list(islice(found, _ROWS_PER_QUERY)):
            lines = (
                wording.python(each.row)
                + wording.showed(PublicEvidence(each.proofs, each.authority))
                for each in queries.with_proofs(chunk)
            )
            yield wording.between.join(lines).encode()

    listed = f"""
        SELECT * FROM ({inner}) AS everyone
        WHERE number > part.start AND number <= part.start + %s ORDER BY number
    """  # noqa: S608
    yield from in_parts(
        wording,
        rows=listed,
        rows_params=[*inner_params, together],
        last=asked.last,
        together=together,
        otherwise=one_by_one,
    )


def in_parts(
    wording: RowFormat,
    *,
    rows: str,
    rows_params: Sequence[Any],
    last: int,
    together: int,
    otherwise: Callable[[], Iterator[bytes]],
    line: str = "{listed}",
    line_params: Sequence[Any] = (),
) -> Generator[bytes, None, None]:
    """Lines, so many numbers together, up to the last. `rows` are those behind `part.start`, in
    order; `line` words each, where `{listed}` are the words of somebody who is on the list.

    Each part is found by its numbers: to group what is found, the database would have to sort a
    million lines before the first.
    """
    # Nobody can have written it into their name.
    mark = secrets.token_hex(8)
    query = f"""
        SELECT convert_to((
            SELECT string_agg({line.format(listed=f"{wording.sql} || {_SHOWED}")}, %s)
            FROM ({rows}) AS listed
        ), 'UTF8')
        FROM (SELECT start FROM generate_series(0, %s, %s) AS start ORDER BY start) AS part
        ORDER BY part.start
    """  # noqa: S608
    params = [
        *(
            *wording.params,
            mark,
            mark,
            wording.showed(PublicEvidence()),
            *line_params,
            wording.between,
        ),
        *(*rows_params, last - 1, together),
    ]
    with closing(database.copy_out(query=query, params=params, otherwise=otherwise)) as found:
        for block in found:
            yield _worded(block, mark, wording)


def _worded(block: bytes, mark: str, wording: RowFormat) -> bytes:
    """With words, which only Python has, where the database left in hex what somebody showed."""
    pieces = block.split(mark.encode())
    pieces[1::2] = [wording.showed(_read(hexed)).encode() for hexed in pieces[1::2]]
    return b"".join(pieces)


def _read(hexed: bytes) -> PublicEvidence:
    proofs, stated = json.loads(bytes.fromhex(hexed.decode()))
    found = [
        ToldProof(method, subject, provider, url, other, _midnight(proved), _midnight(lapses))
        for method, subject, provider, url, other, proved, lapses in proofs or ()
    ]
    by = Authority(name=stated[0], role=stated[1]) if stated else None
    is_shown = authority.is_shown_by(proof.method for proof in found)
    return PublicEvidence(told_once(found), by if is_shown else None)


def _midnight(day: str | None) -> datetime | None:
    return datetime.fromisoformat(day) if day else None


def _blocks(
    lines: Iterator[bytes], language: str, unfinished: bytes
) -> Generator[bytes, None, None]:
    """Lines put together; their words are made in this language, wherever the reader takes them."""
    has_begun = False
    while True:
        try:
            with translation.override(language):
                block = _block(lines)
        except (Error, psycopg.Error):
            if not has_begun:
                raise
            log.exception("download_broke_off")
            yield unfinished
            return
        if not block:
            return
        yield block
        has_begun = True


def _block(lines: Iterator[bytes]) -> bytes:
    gathered, size = [], 0
    for line in lines:
        gathered.append(line)
        size += len(line)
        if size >= BLOCK_BYTES:
            break
    return b"".join(gathered)
