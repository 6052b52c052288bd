"""A snapshot's list for spreadsheets, as one file whose bytes are known before the first is sent.

So a download that broke off can go on where it ended, as long as nobody in it changed or left:
its ETag is the hash of the bytes. In the same form as the CSV of the list.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO

from django.utils.translation import get_language, gettext

from signatures import countries
from signatures.models import Kind, Level, Profession, Snapshot
from signatures.press import frozen_list
from signatures.press.csv_download import BOM, guarded, quoted
from signatures.press.frozen_list import Line
from signatures.press.proofs_in_words import all_in_words

_IN_MEMORY = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Written:
    """`file` is in memory while it is small, and gone from the disk once it is closed."""

    file: IO[bytes]
    size: int
    sha256: str


def write(*, snapshot: Snapshot) -> Written:
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by who sends it
    digest = hashlib.sha256()
    for line in _lines(snapshot):
        data = line.encode()
        digest.update(data)
        file.write(data)
    return Written(file, file.tell(), digest.hexdigest())


def _lines(snapshot: Snapshot) -> Iterator[str]:
    header = (
        *(gettext("Number"), gettext("Name"), gettext("Profession"), gettext("Country")),
        *(gettext("Known for"), gettext("Affiliation"), gettext("Person or organisation")),
        *(gettext("Level"), gettext("How verified"), gettext("Left the list on")),
    )
    yield BOM.decode() + _line(header)
    lands = countries.names(get_language() or "en")
    for line in frozen_list.everyone(snapshot=snapshot):
        yield _line(_cells(line, lands))


def _cells(line: Line, lands: dict[str, str]) -> tuple[str, ...]:
    row = line.signatory
    if row is None:
        left = line.left_at.date().isoformat() if line.left_at else ""
        return (str(line.number), *[""] * 8, left)
    return (
        str(line.number),
        guarded(row.name),
        str(Profession(row.profession).label) if row.kind == Kind.PERSON else "",
        lands.get(row.country, row.country),
        guarded(row.credit),
        guarded(row.affiliation),
        str(Kind(row.kind).label),
        str(Level(row.level).label),
        guarded(all_in_words(getattr(row, "proofs_shown", ()))),
        "",
    )


def _line(cells: tuple[str, ...]) -> str:
    return ",".join(map(quoted, cells)) + "\r\n"
