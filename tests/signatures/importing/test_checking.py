"""What a file is taken for, and what is told of it before anybody is asked."""

from functools import partial
from typing import Any

import pytest
from django.utils import translation

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures.errors import ImportInWrongState, LetterNotOpen, TooManyImports
from signatures.importing import checking, columns, reading, working
from signatures.models import SheetPart, Signature, SigningInvitation
from tests.signatures.factories import BRIGID, close, confirmed
from tests.signatures.importing.imported import asked, checked, found, rows_of, sent
from tests.signatures.sheets.test_workbook import workbook

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["Name", "E-Mail"], ["Noor", "n@q.example"]], (["name", "email"], True)),
        ([["Noor Dálaigh", "n@q.example"]], (["name", "email"], False)),
        (
            [["Vorname", "Nachname", "Beruf", "Land", "Telefon", "email"]],
            (["given", "family", "profession", "country", "", "email"], True),
        ),
        (
            [["IE", "n@q.example", "Noor Dálaigh", "actor", "ar", "2026-11-03"]],
            (["country", "email", "name", "profession", "language", "date"], False),
        ),
        ([["الاسم", "البريد الإلكتروني", "المهنة"]], (["name", "email", "profession"], True)),
        ([["name", "name", "email"]], (["name", "", "email"], True)),
        ([["1", "2"], ["3"]], (["", ""], False)),
    ],
)
def test_columns_are_found_by_looking(
    rows: list[list[str]], expected: tuple[list[str], bool]
) -> None:
    assert columns.guess(rows) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_however_it_was_saved(
    letter: Letter, ottilie: Organizer, encoding: str, separator: str
) -> None:
    lines = ["Email;Name", "", "noor@quay.example;Noor Dálaigh", ";;", '"ann@quay.example";"Ann"']
    raw = "\r\n".join(lines).replace(";", separator).encode(encoding)
    sheet = checked(letter, ottilie, raw)
    assert (sheet.state, sheet.total, found(sheet)) == (
        "ready",
        2,
        {"fresh": 2, "known": 0, "again": 0, "wrong": 0},
    )


def test_a_workbook_is_read_as_a_csv_is(letter: Letter, ottilie: Organizer) -> None:
    raw = workbook(["name", "email"], ["Noor", "noor@quay.example"], ["=1+1", "a@quay.example"])
    sheet = checked(letter, ottilie, raw)
    assert found(sheet) == {"fresh": 1, "known": 0, "again": 0, "wrong": 1}
    [problem] = sheet.found["problems"]
    assert (problem["row"], problem["column"], problem["why"]["en"]) == (
        3,
        "name",
        "This begins like a formula of a spreadsheet.",
    )


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        ("Noor,nobody", "email", "The @ is missing"),
        ("Noor,", "email", "Enter your e-mail"),
        (",noor@quay.example", "name", ""),
        ('"Noor,noor@quay.example', "", "A quotation mark is opened"),
        ("1.23E+10,noor@quay.example", "name", "shortened a number"),
        ("03-Mar,noor@quay.example", "name", "There is a date here"),
        ("#REF!,noor@quay.example", "name", "shows an error"),
        ("Noor,noor@quay.example,3/4/2026", "date", "Which day this is cannot be told"),
        ("Noor,noor@quay.example,2126-01-01", "date", "This day has not come yet"),
        (f"{'x' * 2001},noor@quay.example", "", "This row is too long"),
    ],
)
def test_a_row_that_is_wrong_is_told_in_words(
    letter: Letter, ottilie: Organizer, row: str, column: str, sentence: str
) -> None:
    sheet = checked(letter, ottilie, f"name,email,date\nAnn,ann@quay.example\n\n{row}\n")
    [problem] = sheet.found["problems"]
    assert (problem["row"], problem["column"]) == (4, column)
    assert sentence in problem["why"]["en"]
    assert problem["why"]["ar"] not in ("", problem["why"]["en"])
    assert found(sheet) == {"fresh": 1, "known": 0, "again": 0, "wrong": 1}


def test_words_that_are_no_choice_are_counted_and_asked_for(
    letter: Letter, ottilie: Organizer
) -> None:
    rows = "name,email,country,job\nNoor,n@quay.example,Irland,Falconer\nAnn,a@quay.example,IE,poet"
    assert checked(letter, ottilie, rows).found["unknown"] == {"country": 1, "profession": 1}


def test_nothing_is_changed_by_reading(letter: Letter, ottilie: Organizer) -> None:
    sheet = checked(letter, ottilie, rows_of(1, 2, 1))
    assert found(sheet) == {"fresh": 2, "known": 0, "again": 1, "wrong": 0}
    assert (SigningInvitation.objects.count(), Signature.objects.count()) == (0, 0)
    assert sheet.raw is None
    [part] = SheetPart.objects.all()
    assert b"quay" not in bytes(part.rows)


def test_who_has_signed_cannot_be_told_from_who_has_not(letter: Letter, ottilie: Organizer) -> None:
    confirmed(letter, BRIGID)
    rows = f"Brigid,{BRIGID.email}\nNoor,noor@quay.example\n"
    assert found(checked(letter, ottilie, rows))["fresh"] == 2


def test_who_was_asked_before_is_known(letter: Letter, ottilie: Organizer) -> None:
    asked(letter, ottilie, rows_of(1, 2))
    again = checked(letter, ottilie, rows_of(2, 3))
    assert found(again) == {"fresh": 1, "known": 1, "again": 0, "wrong": 0}


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("", "The file is empty."),
        ("\n;;\n", "The file is empty."),
        (b"PK\x03\x04", "The workbook cannot be read."),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_says_why(
    letter: Letter, ottilie: Organizer, raw: bytes | str, why: str
) -> None:
    sheet = checked(letter, ottilie, raw)
    assert (sheet.state, sheet.why[: len(why)], sheet.raw) == ("unreadable", why, None)


def test_it_is_told_in_the_language_of_who_sent_it(letter: Letter, ottilie: Organizer) -> None:
    with translation.override("en"):
        sheet = checked(letter, ottilie, "", told_in="ar")
    with translation.override("ar"):
        assert sheet.why == translation.gettext("The file is empty.") != "The file is empty."


def test_too_many_rows_are_told_and_none_is_kept(
    letter: Letter, ottilie: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_ROWS", 3)
    assert checked(letter, ottilie, rows_of(1, 2, 3)).state == "ready"
    assert checked(letter, ottilie, "name,email\n" + rows_of(1, 2, 3)).state == "ready"
    sheet = checked(letter, ottilie, rows_of(1, 2, 3, 4))
    assert (sheet.state, "more than 100,000 rows" in sheet.why) == ("unreadable", True)
    assert sheet.parts.count() == 0


@pytest.mark.long
def test_half_a_million_rows_are_refused_in_seconds(letter: Letter, ottilie: Organizer) -> None:
    sheet = checked(letter, ottilie, "A Name,a@b.example\n" * 500_000)
    assert (sheet.state, sheet.parts.count()) == ("unreadable", 0)


def test_a_file_that_kills_its_readers_is_given_up(letter: Letter, ottilie: Organizer) -> None:
    sheet = sent(letter, ottilie, rows_of(1))
    type(sheet).objects.update(attempts=3)
    working.work_off()
    sheet.refresh_from_db()
    assert (sheet.state, sheet.why) == (
        "unreadable",
        "The file cannot be read. Save it as CSV, in UTF-8.",
    )


def test_a_key_that_was_replaced_opens_no_file_and_holds_up_no_other(
    letter: Letter, ottilie: Organizer, settings: Any
) -> None:
    half = sent(letter, ottilie, rows_of(1))
    done = checked(letter, ottilie, rows_of(2))
    type(half).objects.filter(pk=half.pk).update(state="received", raw=b"not ours")
    again = partial(checking.choose_columns, columns=done.columns, has_heading=False)
    again(sheet=done, expected_revision=1)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key" * 6, []
    last = checked(letter, ottilie, rows_of(3))
    for sheet in (half, done):
        sheet.refresh_from_db()
    assert [each.state for each in (half, done, last)] == ["unreadable", "unreadable", "ready"]
    assert done.why == "Please choose the file once more."


def test_without_a_column_of_addresses_nobody_would_be_asked(
    letter: Letter, ottilie: Organizer
) -> None:
    sheet = checked(letter, ottilie, "Noor Dálaigh,12\nAnn Ward,13\n")
    assert (list(columns.missing(sheet.columns)), sheet.found["fresh"]) == (["email"], 0)


def test_other_columns_are_checked_anew(letter: Letter, ottilie: Organizer) -> None:
    sheet = checked(letter, ottilie, "Work,name,email\nThe Quay,Noor,noor@quay.example\n")
    chosen = ["name", "credit", "email"]
    change = partial(
        checking.choose_columns,
        sheet=sheet,
        columns=chosen,
        has_heading=True,
        expected_revision=sheet.revision,
    )
    change()
    with pytest.raises(ImportInWrongState):
        change()
    working.work_off()
    sheet.refresh_from_db()
    assert (sheet.state, sheet.revision, sheet.columns, sheet.total) == ("ready", 2, chosen, 1)
    assert checking.judged(sheet, checking.below_heading(sheet, number=0)[0]).name == "The Quay"


def test_a_heading_that_is_none_is_a_row(letter: Letter, ottilie: Organizer) -> None:
    sheet = checked(letter, ottilie, "name,email\nNoor,noor@quay.example\n")
    checking.choose_columns(
        sheet=sheet, columns=["name", "email"], has_heading=False, expected_revision=1
    )
    working.work_off()
    sheet.refresh_from_db()
    assert (sheet.total, found(sheet)["wrong"]) == (2, 1)


def test_files_do_not_pile_up(letter: Letter, ottilie: Organizer) -> None:
    for _time in range(reading.MAX_WAITING):
        sent(letter, ottilie, rows_of(1))
    with pytest.raises(TooManyImports):
        sent(letter, ottilie, rows_of(1))


def test_nothing_is_taken_in_for_a_closed_letter(letter: Letter, ottilie: Organizer) -> None:
    close(letter)
    letter.refresh_from_db()
    with pytest.raises(LetterNotOpen):
        sent(letter, ottilie, rows_of(1))
