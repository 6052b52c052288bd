"""The list as a workbook: the cells of the CSV on one sheet, and what the file is on another."""

import csv
import io
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import datetime
from tempfile import SpooledTemporaryFile, TemporaryDirectory

from django.utils import timezone
from django.utils.translation import get_language, gettext
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from campaign import languages
from signatures.press import about_file, csv_download, downloads

# All is written before the first byte is sent; more rows than that are for a CSV.
MOST_ROWS = 100_000
_MAX_MEMORY_BYTES = 4 * 1024 * 1024
# Columns of the CSV that are no text, by their places.
_NUMBERS = frozenset({0, 11, 14})
_DATE_LETTERS = 10
_WIDTHS = {1: 28, 2: 18, 4: 18, 6: 24, 7: 24, 9: 30, 10: 12, 13: 20, 15: 30, 16: 26, 17: 40}
_OPTIONS = {
    # Row by row to a file, whatever their number.
    "constant_memory": True,
    # What somebody typed is text, whatever it looks like.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def lines(asked: downloads.ListQuery) -> Generator[bytes, None, None]:
    """The whole file, once it is written, in blocks."""
    with (
        TemporaryDirectory(prefix="undersigned-") as folder,
        SpooledTemporaryFile(max_size=_MAX_MEMORY_BYTES) as file,
    ):
        workbook = Workbook(file, {**_OPTIONS, "tmpdir": folder})
        as_of = asked.checkpoint.as_of if asked.checkpoint else timezone.now()
        # The same list is the same bytes.
        workbook.set_properties({"created": as_of.replace(tzinfo=None)})
        _list(workbook, asked)
        _about(workbook, asked)
        workbook.close()
        file.seek(0)
        while block := file.read(downloads.BLOCK_BYTES):
            yield block


def _list(workbook: Workbook, asked: downloads.ListQuery) -> None:
    sheet = _sheet(workbook, gettext("Signatories"))
    head, day = (
        workbook.add_format({"bold": True}),
        workbook.add_format({"num_format": "yyyy-mm-dd"}),
    )
    for column, width in _WIDTHS.items():
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    for place, cells in enumerate(_rows(asked)):
        for column, cell in enumerate(cells):
            if not cell:
                continue
            if place and column in _NUMBERS:
                sheet.write_number(place, column, int(cell))
            elif place and column == _DATE_LETTERS:
                sheet.write_datetime(place, column, datetime.fromisoformat(cell), day)
            else:
                sheet.write_string(place, column, cell, None if place else head)
    sheet.autofilter(0, 0, max(1, asked.listed), len(csv_download.header()) - 1)


def _about(workbook: Workbook, asked: downloads.ListQuery) -> None:
    sheet = _sheet(workbook, gettext("About this file"))
    bold = workbook.add_format({"bold": True, "valign": "top"})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top", "align": "left"})
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
    for place, (name, told) in enumerate(about_file.rows(asked)):
        sheet.write_string(place, 0, name, bold)
        if isinstance(told, int):
            sheet.write_number(place, 1, told, wrapped)
        else:
            sheet.write_string(place, 1, told, wrapped)


def _sheet(workbook: Workbook, name: str) -> Worksheet:
    sheet = workbook.add_worksheet(name)
    if languages.direction(get_language() or "en") == "rtl":
        sheet.right_to_left()
    return sheet


def _rows(asked: downloads.ListQuery) -> Iterator[list[str]]:
    """Cells as in the CSV, its header first: so that both always tell the same."""
    with closing(csv_download.lines(asked)) as blocks:
        for block in blocks:
            yield from csv.reader(io.StringIO(block.decode("utf-8-sig"), newline=""))
