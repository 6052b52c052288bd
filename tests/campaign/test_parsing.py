import pytest

from campaign.parsing import LARGEST_KEY, whole_number


@pytest.mark.parametrize(
    ("raw", "number"),
    [("0", 0), ("7", 7), ("007", 7), (str(LARGEST_KEY), LARGEST_KEY), ("9" * 18, 10**18 - 1)],
)
def test_numbers_are_read(raw: str, number: int) -> None:
    assert whole_number(raw) == number


@pytest.mark.parametrize(
    "raw",
    ["", " 7", "7\n", "+7", "-7", "1_000", "7.0", "1e3", "x", "٧", "７", "²", "\0", "9" * 100_000],
)
def test_whatever_else_is_none(raw: str) -> None:
    assert whole_number(raw) is None


@pytest.mark.parametrize(("raw", "number"), [("99", 99), ("100", None), ("0100", None), ("1", 1)])
def test_no_larger_than_what_is_asked_for(raw: str, number: int | None) -> None:
    assert whole_number(raw, most=99) == number


def test_no_larger_than_a_key() -> None:
    assert whole_number(str(LARGEST_KEY + 1)) is None
