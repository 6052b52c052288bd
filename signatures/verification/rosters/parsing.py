"""The lines of a roster as societies have them: CSV, TSV, from a spreadsheet, or pasted.

Each line is read by itself, so that a stray quotation mark costs its own line and no other; and
each that cannot be read is told by its number. What comes out are keyed hashes.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain, islice
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from signatures.errors import TooManyLines
from signatures.names.lookalikes import words_key
from signatures.verification.rosters.membership import line_key, number_key

MAX_LINES = 200_000
# A line of that many in UTF-16 still fits.
MOST_BYTES = 16 * 1024 * 1024
_MAX_LINE_LETTERS = 1000
_MAX_NUMBER_LETTERS = 60
# Of two that stand equally often in the first lines: commas also stand inside of names.
_SEPARATORS = "\t;,"
_LOOKED_AT = 20


class Unreadable(StrEnum):
    """Why a line could not be taken."""

    CHARACTERS = "characters"
    TOO_LONG = "too_long"
    QUOTES = "quotes"
    ONE_COLUMN = "one_column"
    NO_NUMBER = "no_number"
    SHORTENED = "shortened"
    NO_NAME = "no_name"
    MORE = "more"

    @property
    def sentence(self) -> str:
        return str(_SENTENCES[self])


_SENTENCES = {
    Unreadable.CHARACTERS: _("some characters are in neither UTF-8 nor UTF-16."),
    Unreadable.TOO_LONG: _("this is too long to be a member’s number and name."),
    Unreadable.QUOTES: _("a quotation mark is opened and not closed."),
    Unreadable.ONE_COLUMN: _("there is no comma, semicolon or tab between number and name."),
    Unreadable.NO_NUMBER: _("the first column is no member number: it has no digit."),
    Unreadable.SHORTENED: _(
        "a spreadsheet has shortened the number, as in 1.23E+12. Format the column as text, "
        "enter the whole numbers, and save it again."
    ),
    Unreadable.NO_NAME: _("there is no name."),
    Unreadable.MORE: _("there is more than a number and a name, such as an address or a date."),
}


# What spreadsheets make of long numbers, and of whole ones that they take for fractions.
# Without sign or fraction, as 12E3, it may be the society's own; so may 10.000.
_SHORTENED = re.compile(r"\d+[.,٫]\d+[eE][+-]?\d+|\d+[eE][+-]\d+")
_WHOLE = re.compile(r"(\d+)[.,٫][0٠۰]{1,2}")


@dataclass(slots=True)
class Reading:
    """What became of each line: read, read before, refused, or the header."""

    lines: set[bytes] = field(default_factory=set)
    again: int = 0
    refused: dict[Unreadable, list[int]] = field(default_factory=dict)
    has_header: bool = False

    @property
    def refused_count(self) -> int:
        return sum(map(len, self.refused.values()))


def read(source: BinaryIO) -> Reading:
    """Read all lines; blank ones are nothing. Raises TooManyLines."""
    reading = Reading()
    text = iter(_text(source))
    first = list(islice(text, _LOOKED_AT))
    separator = _separator(first)
    count = 0
    for at, line in enumerate(chain(first, text), start=1):
        if not line.strip("\ufeff\0 \t\r\n,;"):
            continue
        count += 1
        if count - reading.has_header > MAX_LINES:
            raise TooManyLines
        try:
            number, name = _number_and_name(line, separator)
        except _Refused as refused:
            if count == 1 and refused.reason == Unreadable.NO_NUMBER:
                reading.has_header = True
            else:
                reading.refused.setdefault(refused.reason, []).append(at)
            continue
        key = line_key(number=number, name=name)
        reading.again += key in reading.lines
        reading.lines.add(key)
    return reading


class _Refused(Exception):
    def __init__(self, reason: Unreadable) -> None:
        super().__init__(reason.value)
        self.reason = reason


def _text(source: BinaryIO) -> Iterator[str]:
    """What is no text in its encoding becomes U+FFFD, which no name has."""
    head = source.read(4)
    source.seek(0)
    encoding = "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif b"\0" in head:
        # A number, a quotation mark or a heading begins the file: one of its two bytes is empty.
        encoding = "utf-16-be" if head[0] == 0 else "utf-16-le"
    return io.TextIOWrapper(source, encoding=encoding, errors="replace", newline=None)


def _separator(lines: list[str]) -> str:
    return max(_SEPARATORS, key=lambda separator: sum(separator in line for line in lines))


def _number_and_name(line: str, separator: str) -> tuple[str, str]:
    if len(line) > _MAX_LINE_LETTERS:
        raise _Refused(Unreadable.TOO_LONG)
    if "\ufffd" in line:
        raise _Refused(Unreadable.CHARACTERS)
    try:
        [columns] = csv.reader([line.strip("\r\n")], delimiter=separator, strict=True)
    except (csv.Error, ValueError):
        raise _Refused(Unreadable.QUOTES) from None
    number, *names = (column.strip() for column in columns)
    while names and not names[-1]:
        names.pop()
    if not names:
        raise _Refused(Unreadable.ONE_COLUMN if len(columns) == 1 else Unreadable.NO_NAME)
    if _SHORTENED.fullmatch(number):
        raise _Refused(Unreadable.SHORTENED)
    if whole := _WHOLE.fullmatch(number):
        number = whole[1]
    if not any(char.isdigit() for char in number_key(number)):
        raise _Refused(Unreadable.NO_NUMBER)
    # First and last name may stand apart, and a comma in "Last, First" is no separator.
    name = " ".join(names)
    if len(number) > _MAX_NUMBER_LETTERS:
        raise _Refused(Unreadable.TOO_LONG)
    if "@" in name or any(char.isdigit() for part in names[1:] for char in part):
        raise _Refused(Unreadable.MORE)
    if not any(char.isalpha() for char in words_key(name)):
        raise _Refused(Unreadable.NO_NAME)
    return number, name
