"""The list as a workbook, read as a spreadsheet would: by what is in its XML."""

import io
import os
import tempfile
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import translation

from campaign.letters.models import Letter, PressKit
from signatures.listing.queries import Filters
from signatures.models import Signature
from signatures.press import csv_download, downloads, xlsx_download
from tests.signatures.factories import (
    BRIGID,
    MEI,
    SALMA,
    listed,
    open_letter,
    publish_version,
    someone,
)
from tests.signatures.press.test_downloads import LEADS, everything, file, table
from tests.signatures.record.record_invariants import latest
from tests.signatures.views.visitors import letter_url

pytestmark = pytest.mark.django_db
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_EPOCH = date(1899, 12, 30)


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def sheets(content: bytes) -> list[list[dict[str, Any]]]:
    """Of each sheet its rows, by column."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = sorted(name for name in archive.namelist() if name.startswith("xl/worksheets/"))
        return [_rows(ElementTree.fromstring(archive.read(name))) for name in names]


def _rows(root: ElementTree.Element) -> list[dict[str, Any]]:
    rows = []
    for row in root.iter(f"{_MAIN}row"):
        cells: dict[str, Any] = {}
        for cell in row.iter(f"{_MAIN}c"):
            assert cell.find(f"{_MAIN}f") is None
            column = cell.attrib["r"].rstrip("0123456789")
            texts = ["".join(each.itertext()) for each in cell.iter(f"{_MAIN}is")]
            value = cell.find(f"{_MAIN}v")
            cells[column] = (
                texts[0] if texts else float(str(value.text if value is not None else 0))
            )
        rows.append(cells)
    return rows


def _as_csv(cells: dict[str, Any]) -> list[str]:
    told = []
    for column in "ABCDEFGHIJKLMNOPQRS":
        cell = cells.get(column, "")
        if column == "K" and isinstance(cell, float):
            cell = (_EPOCH + timedelta(days=int(cell))).isoformat()
        told.append(str(int(cell)) if isinstance(cell, float) else cell)
    return told


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_workbook_has_the_cells_of_the_csv(letter: Letter, language: str) -> None:
    everything(letter)
    with translation.override(language):
        rows, _about = sheets(file(letter, xlsx_download.lines))
        assert [_as_csv(row) for row in rows] == table(file(letter, csv_download.lines))


@pytest.mark.parametrize("lead", [*LEADS, "https://", "1", "TRUE", "\x01_x0041_"])
def test_no_cell_of_a_workbook_is_more_than_text(letter: Letter, lead: str) -> None:
    cell = f'{lead}HYPERLINK("https://x.example")'
    [row] = listed(letter, BRIGID)
    Signature.objects.filter(pk=row.pk).update(name=cell, credit=cell, affiliation=cell)
    [_header, found], _about = sheets(file(letter, xlsx_download.lines))
    assert {type(found[column]) for column in "BGH"} == {str}


def test_a_workbook_says_what_it_holds_and_on_what_terms(letter: Letter) -> None:
    listed(letter, BRIGID, SALMA, someone(1, consent_publish=False))
    publish_version(letter, title="Take what you like")
    listed(letter, MEI)
    PressKit.objects.create(letter=letter, language="en", reuse_list="Ask us first.")
    filters = Filters(profession="painter", country="TW", version=2, q="梅")
    _rows, about = sheets(file(letter, xlsx_download.lines, filters))
    checkpoint = latest(letter)
    page = f"http://127.0.0.1:8000/letters/{letter.slug}/"
    told = {row["A"]: row["B"] for row in about}
    assert told.pop("Apostrophes").startswith("Where a cell")
    assert told.pop("Root")
    assert told == {
        "Letter": "Take what you like",
        "Address of the letter": page,
        "Names in this file": "Painter, Taiwan, version 2 of the text, name with “梅”",
        "How many names": 1,
        "Where they come from": (
            f"{page}signatories/?q=%E6%A2%85&profession=painter&country=TW&version=2"
        ),
        "As of (UTC)": f"{checkpoint.as_of:%Y-%m-%dT%H:%M:%SZ}",
        "Signatures that count": 4,
        "Of these, signed version 1 of the text": 3,
        "Of these, signed version 2 of the text": 1,
        "Not named, by their own choice": 1,
        "Lines in the record": checkpoint.size,
        "Terms of use": "Ask us first.",
    }


def test_the_same_list_is_the_same_bytes_and_leaves_nothing_behind(
    letter: Letter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(letter, BRIGID, SALMA)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert file(letter, xlsx_download.lines) == file(letter, xlsx_download.lines)
    download = downloads.open_download(letter=letter, filters=Filters(), lines=xlsx_download.lines)
    next(iter(download))
    download.close()
    assert os.listdir(tmp_path) == []


def test_a_workbook_of_nobody_is_one(letter: Letter) -> None:
    [header], about = sheets(file(letter, xlsx_download.lines))
    assert list(header.values()) == csv_download.header()
    assert {"A": "How many names", "B": 0.0} in about


@pytest.mark.parametrize("language", ["", "ar"])
def test_a_workbook_is_downloaded(client: Client, letter: Letter, language: str) -> None:
    listed(letter, BRIGID, SALMA)
    response = client.get(
        letter_url(letter, "signatories.xlsx", language),
        {"country": "LB"},
        headers={"Accept-Encoding": "gzip"},
    )
    assert response.status_code == 200
    assert "Content-Encoding" not in response
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert response["X-Total-Count"] == "1"
    assert f'filename="{letter.slug}-signatories-LB-2' in response["Content-Disposition"]
    assert not response.cookies
    rows, _about = sheets(response.content)
    assert [row["B"] for row in rows[1:]] == [SALMA.details.name]


def test_more_names_than_a_workbook_holds_are_for_a_csv(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_download, "MOST_ROWS", 1)
    listed(letter, BRIGID, SALMA)
    response = client.get(letter_url(letter, "signatories.xlsx"), {"kind": "person"})
    assert response.status_code == 422
    assert "signatories.csv?kind=person" in response.content.decode()
    one = client.get(letter_url(letter, "signatories.xlsx"), {"country": "LB"})
    assert one.status_code == 200
