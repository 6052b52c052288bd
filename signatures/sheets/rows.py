"""The rows of a file that has columns: as text with a separator, however it was saved.

Each row is read by itself, so that a stray quotation mark costs its own row and no other.
"""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

_SEPARATORS = "\t;,"
_ROWS_LOOKED_AT = 20
# Around a cell, what nobody sees.
UNSEEN = "\ufeff\0 \t\u00a0"


@dataclass(frozen=True, slots=True)
class Row:
    # As the spreadsheet counts it.
    number: int
    # None where a quotation mark is opened and not closed.
    cells: list[str] | None


def of_text(raw: bytes) -> Iterator[Row]:
    """Those with something in them."""
    lines = ((at, text) for at, text in enumerate(_text(raw).splitlines(), 1) if _has_words(text))
    first = list(islice(lines, _ROWS_LOOKED_AT))
    separator = _separator([text for _at, text in first])
    for at, text in chain(first, lines):
        yield Row(at, _cells(text, separator))


def trimmed(cells: list[str]) -> list[str]:
    """Without empty ones at the end."""
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(raw: bytes) -> str:
    """UTF-8 or UTF-16; what is neither is what older spreadsheets of the West write."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    if b"\0" in raw[:4]:
        return raw.decode("utf-16-be" if raw[0] == 0 else "utf-16-le", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _has_words(text: str) -> bool:
    return bool(text.strip(f'{UNSEEN}\r\n,;"'))


def _separator(rows: list[str]) -> str:
    return max(_SEPARATORS, key=lambda separator: sum(separator in row for row in rows))


def _cells(text: str, separator: str) -> list[str] | None:
    try:
        [cells] = csv.reader([text], delimiter=separator, strict=True)
    except (csv.Error, ValueError):
        return None
    return trimmed([cell.strip(UNSEEN) for cell in cells])
