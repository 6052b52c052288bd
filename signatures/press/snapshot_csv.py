"""A snapshot's list for spreadsheets, as one file whose bytes are known before the first is sent.

So a download that broke off can go on where it ended, as long as nobody in it changed or left:
its ETag is the hash of the bytes. In the words and columns of the list's own CSV, and one more.
"""

import hashlib
import json
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO

from django.core.cache import cache
from django.utils.translation import get_language, gettext

from campaign.csv_cells import quoted
from signatures.listing import queries
from signatures.listing.deadline import in_time
from signatures.models import Snapshot
from signatures.press import csv_download, downloads, snapshot_list
from signatures.press.downloads import RowFormat
from signatures.press.snapshot_list import Line

# Nothing is sent while it is written, and nginx waits so long for something.
MAX_SNAPSHOT_SECONDS = 30
_MAX_MEMORY_BYTES = 4 * 1024 * 1024
# As long as what it is remembered under can stay the same.
_REMEMBERED_SECONDS = 600
# In place of a day: had left before the snapshot was taken.
_BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Known:
    """What can be told of a file without having it."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Written(Known):
    """`file` is in memory while it is small, and gone from the disk once it is closed."""

    file: IO[bytes]


def known(*, snapshot: Snapshot) -> Known | None:
    """Of the file that `write` would give, if it wrote the same one a while ago."""
    found = cache.get(_version(snapshot))
    return Known(*found) if found else None


def write(*, snapshot: Snapshot) -> Written:
    """All of one moment. Raises TooSlow."""
    file = SpooledTemporaryFile(max_size=_MAX_MEMORY_BYTES)  # noqa: SIM115 - closed by who sends it
    digest = hashlib.sha256()
    try:
        with in_time(seconds=MAX_SNAPSHOT_SECONDS), closing(_blocks(snapshot)) as blocks:
            version = _version(snapshot)
            for block in blocks:
                digest.update(block)
                file.write(block)
    except BaseException:
        file.close()
        raise
    written = Written(file.tell(), digest.hexdigest(), file)
    cache.set(version, (written.size, written.sha256), timeout=_REMEMBERED_SECONDS)
    return written


def _version(snapshot: Snapshot) -> str:
    language, what = get_language() or "en", f"snapshot {snapshot.number}"
    return downloads.version(letter=snapshot.letter, language=language, what=what)


def _blocks(snapshot: Snapshot) -> Generator[bytes, None, None]:
    header = [*csv_download.header(), gettext("Left the list on")]
    yield csv_download.first_line(header)
    wording = csv_download.wording(snapshot.letter, more=",")
    # Behind the number: who was counted without a name; and what stands before the day on which
    # somebody left.
    unnamed = f",{quoted(gettext('counted without being shown'))}{',' * (len(header) - 2)}\r\n"
    redacted = "," * (len(header) - 1)
    with closing(_lines(snapshot, wording, unnamed, redacted)) as found:
        yield from found


def _lines(
    snapshot: Snapshot, wording: RowFormat, unnamed: str, redacted: str
) -> Generator[bytes, None, None]:
    """As `downloads.blocks`, by numbers: also those whose name is not, or no longer, shown."""
    last = snapshot.checkpoint.last_number
    everyone = queries.listed(letter=snapshot.letter).order_by()
    inner, inner_params = everyone.values_list(*downloads.LISTED).query.sql_with_params()

    def one_by_one() -> Iterator[bytes]:
        for page in snapshot_list.pages(snapshot=snapshot):
            yield "".join(map(python, page)).encode()

    def python(line: Line) -> str:
        if found := line.signatory:
            showed = downloads.PublicEvidence(found.proofs, found.authority)
            return wording.python(found.row) + wording.showed(showed)
        if line.left_at:
            return f"{line.number}{redacted}{line.left_at.date().isoformat()}\r\n"
        return f"{line.number}{unnamed}"

    rows = f"""
        SELECT lines.*, shown.* FROM (
            SELECT line, CAST(%s AS jsonb) ->> line::text AS left_on
            FROM generate_series(part.start + 1, least(part.start + %s, %s)) AS line
        ) AS lines LEFT JOIN (
            SELECT * FROM ({inner}) AS everyone
            WHERE number > part.start AND number <= part.start + %s
        ) AS shown ON number = line
        WHERE left_on IS DISTINCT FROM %s ORDER BY line
    """  # noqa: S608
    together = downloads.ROWS_PER_CHUNK
    yield from downloads.in_parts(
        wording,
        rows=rows,
        rows_params=[_days(snapshot), together, last, *inner_params, together, _BEFORE],
        last=last,
        together=together,
        otherwise=one_by_one,
        line="""
            CASE WHEN id IS NOT NULL THEN {listed}
                WHEN left_on IS NOT NULL THEN line || %s || left_on || %s
                ELSE line || %s END
        """,
        line_params=[redacted, "\r\n", unnamed],
    )


def _days(snapshot: Snapshot) -> str:
    """When each number left that has: for the database to look up, as JSON."""
    last = snapshot.checkpoint.last_number
    before, since = snapshot_list.moves(snapshot=snapshot, after=0, last=last)
    days = {number: at.date().isoformat() for number, at in since.items()}
    return json.dumps(days | dict.fromkeys(before, _BEFORE))
