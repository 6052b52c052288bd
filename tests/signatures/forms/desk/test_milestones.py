"""Numbers to take a snapshot at, as organizers write them: read in one way, or refused."""

import pytest
from django.utils import translation

from signatures.forms.desk.milestones import MilestonesForm, written

UNCLEAR = "It is not clear which numbers are meant by “{}”. "
NUMBER = "Please write whole numbers up to 1,000,000,000, with semicolons between them."


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("", []),
        (" ; ", []),
        ("10500", [10_500]),
        ("10,500", [10_500]),
        ("10.500", [10_500]),
        ("10 500", [10_500]),
        ("10\u00a0500", [10_500]),
        ("10\u2009500", [10_500]),
        ("10\u202f500", [10_500]),
        ("10'500", [10_500]),
        ("10’500", [10_500]),
        ("١٠٥٠٠", [10_500]),
        ("١٠٬٥٠٠", [10_500]),
        ("\u200f١٠٬٥٠٠\u200e", [10_500]),
        ("۱۰٬۵۰۰", [10_500]),
        ("1,000,000,000", [1_000_000_000]),
        ("250; 2,500; 10,500", [250, 2_500, 10_500]),
        ("10,500, 2,500, 250", [250, 2_500, 10_500]),
        ("10,500 , 250,", [250, 10_500]),
        ("10, 500", [10, 500]),
        ("250\n2 500\r\n10.500", [250, 2_500, 10_500]),
        ("٢٥٠، ٢٬٥٠٠، ١٠٬٥٠٠", [250, 2_500, 10_500]),
        ("٢٥٠،٢٥٠٠", [250, 2_500]),
        ("٢٥٠؛ ٢٬٥٠٠", [250, 2_500]),
        ("250; 2,500; 2500; 250", [250, 2_500]),
    ],
)
def test_numbers_are_read_as_the_whole_site_writes_them(typed: str, numbers: list[int]) -> None:
    form = MilestonesForm({"milestones": typed})
    assert form.is_valid()
    assert form.cleaned_data["milestones"] == numbers


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("250,2500", "250,2500"),
        ("10,500,2500", "10,500,2500"),
        ("250 2500", "250 2500"),
        ("10,500 25,000", "10,500 25,000"),
        ("250 10,500", "250 10,500"),
        ("1.000,500", "1.000,500"),
        ("100; 10،500", "10،500"),
        ("١٠،٥٠٠", "١٠،٥٠٠"),
        ("10,5", "10,5"),
        ("0,500", "0,500"),
        ("10 ,500", "10 ,500"),
    ],
)
def test_what_may_be_one_number_or_two_is_refused(typed: str, meant: str) -> None:
    [told] = MilestonesForm({"milestones": typed}).errors["milestones"]
    assert told == (
        f"{UNCLEAR.format(meant)}Please put semicolons between them, for example 2,500; 10,500."
    )


@pytest.mark.parametrize(
    "typed",
    [
        *("10.5", "10.50", "10٫5", "10٫500", "1e3", "10k", "many", "-5", "+5", "0", "²", "10²"),
        *("1,000,000,001", "9" * 400, "007", "10_500", "10;many", "\x00", "½", ".", "'"),
    ],
)
def test_what_is_no_whole_number_is_refused(typed: str) -> None:
    told = MilestonesForm({"milestones": typed}).errors["milestones"]
    assert told == (["Null characters are not allowed."] if typed == "\x00" else [NUMBER])


def test_there_are_at_most_twenty() -> None:
    twenty = "; ".join(str(number) for number in range(1, 21))
    assert MilestonesForm({"milestones": f"{twenty}; 20"}).is_valid()
    assert MilestonesForm({"milestones": f"{twenty}; 21"}).errors == {
        "milestones": ["Please choose at most 20 numbers."]
    }


@pytest.mark.parametrize(("language", "shown"), [("en", "250; 10,500"), ("ar", "٢٥٠؛ ١٠٬٥٠٠")])
def test_what_is_shown_is_read_again_as_the_same(language: str, shown: str) -> None:
    with translation.override(language):
        assert written([250, 10_500]) == shown
        form = MilestonesForm({"milestones": shown})
        assert form.is_valid()
        assert form.cleaned_data["milestones"] == [250, 10_500]
