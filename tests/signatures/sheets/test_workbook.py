"""Workbooks as spreadsheets save them, and files that are made to hurt who opens them."""

import io
import time
import zipfile
from collections.abc import Sequence
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from signatures.errors import SheetUnreadable
from signatures.sheets import unpacking
from signatures.sheets.rows import Row
from signatures.sheets.workbook import MOST_UNPACKED_BYTES, is_workbook, of_workbook

_HEAD = '<?xml version="1.0"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_XML}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_XML}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="a" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="a" sheetId="1" r:id="a"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="a" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    "</Relationships>",
}


def workbook(*rows: Sequence[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def crafted(sheet: str, *, dtd: str = "") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _PARTS.items():
            archive.writestr(name, _HEAD + text)
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f'{_HEAD}{dtd}<worksheet xmlns="{_MAIN}"><sheetData>{sheet}</sheetData></worksheet>',
        )
    return file.getvalue()


def cell(at: str, text: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_cells_are_read_as_they_would_be_typed() -> None:
    raw = workbook(
        ["Name", "E-mail", "Day", "Number"],
        [],
        [" نور ", "noor@quay.example", date(2026, 11, 3), 12.0],
        [None, "=1+1", datetime(2026, 11, 3, 8, 30), 1.5],  # noqa: DTZ001 - a cell has none
    )
    assert is_workbook(raw)
    assert list(of_workbook(raw, most=10)) == [
        Row(1, ["Name", "E-mail", "Day", "Number"]),
        Row(3, ["نور", "noor@quay.example", "2026-11-03", "12"]),
        Row(4, ["", "=1+1", "2026-11-03 08:30:00", "1.5"]),
    ]


def test_no_more_rows_are_read_than_are_asked_for() -> None:
    raw = workbook(*([f"Person {each}"] for each in range(9)))
    assert [row.number for row in of_workbook(raw, most=3)] == [1, 2, 3]


def test_a_sheet_that_says_it_is_the_largest_is_read_for_what_is_in_it() -> None:
    """A reader that makes a table of it would need a terabyte."""
    raw = crafted(
        f'<row r="1">{cell("A1", "x")}</row><row r="1048576">{cell("XFD1048576", "y")}</row>'
    )
    assert list(of_workbook(raw, most=10)) == [Row(1, ["x"])]


def test_a_row_beyond_all_that_a_sheet_has_is_not_counted_up_to() -> None:
    raw = crafted(f'<row r="999999999999">{cell("A999999999999", "x")}</row>')
    began = time.monotonic()
    assert list(of_workbook(raw, most=10)) == []
    assert time.monotonic() - began < unpacking.MAX_CPU_SECONDS


@pytest.mark.parametrize("sheet", ['<row r="x"/>', "<row>"])
def test_what_no_spreadsheet_writes_is_told(sheet: str) -> None:
    with pytest.raises(SheetUnreadable, match="cannot be read"):
        list(of_workbook(crafted(sheet), most=10))


def test_entities_are_not_blown_up() -> None:
    dtd = '<!DOCTYPE a [<!ENTITY e0 "aaaaaaaaaa">' + "".join(
        f'<!ENTITY e{each + 1} "{f"&e{each};" * 10}">' for each in range(9)
    )
    raw = crafted(f'<row r="1">{cell("A1", "&e9;")}</row>', dtd=f"{dtd}]>")
    with pytest.raises(SheetUnreadable, match="cannot be read"):
        list(of_workbook(raw, most=10))


@pytest.mark.long
def test_a_row_of_millions_of_cells_takes_no_more_memory_than_is_allowed() -> None:
    raw = crafted(f'<row r="1">{"<c/>" * 9_000_000}</row>')
    with pytest.raises(SheetUnreadable, match="cannot be read"):
        list(of_workbook(raw, most=10))


def test_a_bomb_is_not_unpacked() -> None:
    raw = crafted(f'<row r="1">{cell("A1", "x" * (MOST_UNPACKED_BYTES + 1))}</row>')
    assert len(raw) < 200_000
    with pytest.raises(SheetUnreadable, match="too large to be read"):
        list(of_workbook(raw, most=10))


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"PK\x03\x04 and then nothing", "cannot be read"),
        (workbook(["x"])[:-40], "cannot be read"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), "older kind of workbook"),
    ],
)
def test_what_is_no_workbook_says_so(raw: bytes, sentence: str) -> None:
    with pytest.raises(SheetUnreadable, match=sentence):
        list(of_workbook(raw, most=10))
