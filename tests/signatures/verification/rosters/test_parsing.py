"""The lines of a roster: every form that societies have them in, and what cannot be read."""

import io
import time

import pytest

from signatures.errors import TooManyLines
from signatures.verification.rosters import parsing
from signatures.verification.rosters.membership import line_key
from signatures.verification.rosters.parsing import Reading, Unreadable, read


def reading(text: str, encoding: str = "utf-8") -> Reading:
    return read(io.BytesIO(text.encode(encoding)))


def keys(*members: tuple[str, str]) -> set[bytes]:
    return {line_key(number=number, name=name) for number, name in members}


MEMBERS = keys(("10482", "Noor Dálaigh"), ("SIA 77", "سلمى الحبّار"))
TWO = "10482, Noor Dálaigh\nSIA 77, سلمى الحبّار\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_of_spreadsheets_are_found_out(encoding: str) -> None:
    assert reading(TWO, encoding) == Reading(lines=MEMBERS)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", "\n\n \n", ""])
def test_lines_end_as_they_do(ending: str) -> None:
    text = TWO.strip().replace("\n", ending or "\n") + ending
    assert reading(text) == Reading(lines=MEMBERS)


@pytest.mark.parametrize(
    "text",
    [
        "10482\tNoor Dálaigh\nSIA 77\tسلمى الحبّار",
        "10482;Noor Dálaigh\nSIA 77;سلمى الحبّار;;",
        '"10482";"Dálaigh, Noor"\n"SIA 77";"سلمى الحبّار"',
        "10482; Dálaigh, Noor\nSIA 77; الحبّار, سلمى",
        '10482,"Dálaigh, Noor"\nSIA 77,سلمى الحبّار',
        "10482,Dálaigh, Noor\nSIA 77,سلمى,الحبّار",
        "010482,Noor,Dalaigh\nsia-77,سلمى,الحبار",
        "١٠٤٨٢,NOOR DALAIGH\nSia.77,سلمى الحبّار",
    ],
)
def test_separators_columns_and_spellings(text: str) -> None:
    assert reading(text) == Reading(lines=MEMBERS)


@pytest.mark.parametrize("number", ["1.23457E+12", "1,23457E+12", "1E+12", "1.2e12", "4.2E-05"])
def test_a_number_that_a_spreadsheet_shortened_is_refused_with_its_line(number: str) -> None:
    text = f"{TWO}{number};Anna Berg\n" if "," not in number else f'{TWO}"{number}",Anna Berg\n'
    found = reading(text if ";" not in text else text.replace(", ", ";"))
    assert found == Reading(lines=MEMBERS, refused={Unreadable.SHORTENED: [3]})


@pytest.mark.parametrize("number", ["10482.0", "10482,00", "١٠٤٨٢٫٠"])
def test_a_whole_number_written_as_a_fraction_is_that_number(number: str) -> None:
    assert reading(f'"{number}",Noor Dálaigh\nSIA 77,سلمى الحبّار\n') == Reading(lines=MEMBERS)


@pytest.mark.parametrize("number", ["E12", "12E", "12E3", "A1.0", "10.482", "10.000"])
def test_a_number_with_letters_or_points_of_its_own_is_taken_as_it_is(number: str) -> None:
    found = reading(f"{number};Anna Berg\n")
    assert found == Reading(lines=keys((number, "Anna Berg")))


@pytest.mark.parametrize("header", ["Member no.,Name", "Nummer,Vorname,Nachname,E-Mail", "رقم,اسم"])
def test_a_heading_is_no_member_and_no_mistake(header: str) -> None:
    assert reading(f"{header}\n{TWO}") == Reading(lines=MEMBERS, has_header=True)


def test_only_the_first_line_can_be_a_heading() -> None:
    assert reading(f"{TWO}Member no.,Name\n") == Reading(
        lines=MEMBERS, refused={Unreadable.NO_NUMBER: [3]}
    )


def test_every_line_that_cannot_be_read_is_told_and_costs_no_other() -> None:
    text = "\n".join(
        [
            "1, Noor Dálaigh",
            "2 Noor Dálaigh",
            "",
            '3,"Noor Dálaigh',
            "4,",
            "5, ---",
            "six, Noor Dálaigh",
            "7, noor@viola.example",
            "8, Noor, 1987-03-02",
            "9, " + "x" * 1000,
            "1" * 61 + ", Noor Dálaigh",
            "11, Noor\ufffdDálaigh",
            '12, Noor "Viola" Dálaigh',
            "1, Dálaigh NOOR",
            "13, 2Pac Dálaigh",
        ]
    )
    result = reading(text)
    assert result == Reading(
        lines=keys(("1", "Noor Dálaigh"), ("12", 'Noor "Viola" Dálaigh'), ("13", "2Pac Dálaigh")),
        again=1,
        refused={
            Unreadable.ONE_COLUMN: [2],
            Unreadable.QUOTES: [4],
            Unreadable.NO_NAME: [5, 6],
            Unreadable.NO_NUMBER: [7],
            Unreadable.MORE: [8, 9],
            Unreadable.TOO_LONG: [10, 11],
            Unreadable.CHARACTERS: [12],
        },
    )
    assert result.refused_count == 10
    # Nothing is lost: each line that is not blank is one of these.
    assert len(result.lines) + result.again + result.refused_count == 14


def test_each_reason_is_a_sentence() -> None:
    assert all(reason.sentence.endswith(".") for reason in Unreadable)


def test_bytes_that_are_no_text_cost_their_line() -> None:
    source = b"1,No\xebl Brandsma\n2,Noor Brandsma\n"
    assert read(io.BytesIO(source)) == Reading(
        lines=keys(("2", "Noor Brandsma")), refused={Unreadable.CHARACTERS: [1]}
    )


@pytest.mark.parametrize(
    "junk", [b"", b"\0", b"\xff\xfe", b"\x00\x01\x02" * 100, b"%PDF-1.7\n\xde"]
)
def test_what_is_no_roster_at_all_yields_no_member(junk: bytes) -> None:
    assert read(io.BytesIO(junk)).lines == set()


def test_a_roster_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "MAX_LINES", 2)
    assert reading(f"Number,Name\n{TWO}").lines == MEMBERS
    with pytest.raises(TooManyLines):
        reading(f"{TWO}3, Somebody Else\n")


def test_a_large_union_is_read_in_seconds() -> None:
    text = "".join(f"{number},Member Nümber {number}x\n" for number in range(20_000))
    began = time.perf_counter()
    assert len(reading(text).lines) == 20_000
    assert time.perf_counter() - began < 5
