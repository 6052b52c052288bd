"""What spreadsheets do to cells."""

import pytest

from signatures.sheets.cells import harm


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("=A1", "like a formula"),
        ("\uff0bcmd", "like a formula"),
        ("M\ufffdller", "cannot be read"),
        ("#REF!", "shows an error"),
        ("#name?", "shows an error"),
        ("1.23E+10", "shortened a number"),
        ("4,9E+12", "shortened a number"),
        ("03-Mar", "There is a date here"),
        ("2026-03-03 00:00:00", "There is a date here"),
        ("3/4/2026", "There is a date here"),
    ],
)
def test_harm_is_told(cell: str, sentence: str) -> None:
    assert sentence in harm(cell)


@pytest.mark.parametrize("cell", ["", "Brigid O’Malloran", "نور", "E. E. Ward", "R2D2", "12E3x"])
def test_what_somebody_typed_is_left_alone(cell: str) -> None:
    assert harm(cell) == ""


def test_a_column_of_days_may_have_days() -> None:
    assert harm("2026-03-03", may_be_date=True) == ""
