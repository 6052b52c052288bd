"""Claims as people type them, in many scripts and habits; what is ambiguous is refused."""

from datetime import UTC, date, datetime, time
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signatures.press import claim_words
from signatures.press.claim_words import (
    LONGEST,
    ClaimRefused,
    Unreadable,
    Until,
    read_claim,
    read_until,
)

TODAY = date(2026, 11, 23)
DAY = Until(date(2026, 10, 22))
MINUTE = Until(date(2026, 10, 22), time(14, 5))


def read(typed: str) -> tuple[int, Until | None]:
    return read_claim(typed, today=TODAY)


def refusal_of(typed: str) -> Unreadable:
    with pytest.raises(ClaimRefused) as refused:
        read(typed)
    return refused.value.reason


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("7", 7),
        ("10500", 10_500),
        ("10,500", 10_500),
        ("10.500", 10_500),
        ("10 500", 10_500),
        ("10\u202f500", 10_500),
        ("10\u00a0500", 10_500),
        ("10’500", 10_500),
        ("10'500", 10_500),
        ("10_500", 10_500),
        ("1,050,000", 1_050_000),
        ("10,50,000", 1_050_000),
        ("١٠٬٥٠٠", 10_500),
        ("۱۰٬۵۰۰", 10_500),
        ("१०,५००", 10_500),
        ("１０，５００", 10_500),
        ("\u200f10,500\u200e", 10_500),
        ("more than 10,500!", 10_500),
        ("10,500人", 10_500),
        ("10,500명", 10_500),
        ("10,500 के", 10_500),
        ("10,500+", 10_500),
        ("999999999999", 999_999_999_999),
    ],
)
def test_numbers_in_any_digits_and_with_any_separator(typed: str, number: int) -> None:
    assert read(typed) == (number, None)


@pytest.mark.parametrize(
    "typed",
    [
        "10,500 by 22 October 2026",
        "10,500 by 22nd of October, 2026",
        "By October 22, 2026: 10,500",
        "October 22 10,500",
        "10,500 by 22 Oct.",
        "10,500 by 2026-10-22",
        "2026/10/22 10,500",
        "10,500 by 22/10/2026",
        "10,500 on 10/22/2026",
        "10,500 am 22.10.2026",
        "10.500 am 22. Oktober 2026",
        "10 500 le 22 octobre 2026",
        "10 500 22 octobre 2026",
        "10 500 к 22 октября 2026 г.",
        "١٠٬٥٠٠ بحلول ٢٢ أكتوبر ٢٠٢٦",
        "١٠٬٥٠٠ بحلول ٢٢ اكتوبر ٢٠٢٦",
        "١٠٬٥٠٠ حتى ٢٢ تشرين الأول ٢٠٢٦",
        "10,500 22 tháng 10, 2026",
        "2026年10月22日 10,500人",
        "2026년 10월 22일까지 10,500명",
        "10,500 22 अक्टूबर 2026",
    ],
)
def test_days_as_many_languages_write_them(typed: str) -> None:
    assert read(typed) == (10_500, DAY)


@pytest.mark.parametrize(
    "typed",
    [
        "10,500 by 22 October 2026, 14:05",
        "10,500 signatures, 22 Oct 2026, 14:05 UTC.",
        "10,500 at 2026-10-22T14:05Z",
        "10,500 at 2026-10-22 14:05:59",
        "10,500 by 22 October 2026 at 2:05 pm",
    ],
)
def test_a_minute_of_the_day(typed: str) -> None:
    assert read(typed) == (10_500, MINUTE)


def test_noon_and_midnight_by_twelve() -> None:
    assert read("5 by 22 October 12:00 am")[1] == Until(date(2026, 10, 22), time(0))
    assert read("5 by 22 October 12:30 p.m.")[1] == Until(date(2026, 10, 22), time(12, 30))


def test_a_day_without_a_year_is_the_last_such_day() -> None:
    assert read("5 by 23 November") == (5, Until(date(2026, 11, 23)))
    assert read("5 by 24 November") == (5, Until(date(2025, 11, 24)))


def test_no_word_is_one_month_in_one_language_and_another_in_another() -> None:
    meant: dict[str, set[int]] = {}
    for locale in claim_words._locales():
        for form, width in product(("format", "stand-alone"), ("wide", "abbreviated")):
            for number, name in locale.months[form][width].items():
                meant.setdefault(claim_words._folded(name), set()).add(number)
    assert {name: found for name, found in meant.items() if len(found) > 1} == {}


def test_a_day_ends_at_midnight_and_a_minute_with_its_last_second() -> None:
    assert DAY.before == datetime(2026, 10, 23, tzinfo=UTC)
    assert MINUTE.before == datetime(2026, 10, 22, 14, 6, tzinfo=UTC)
    assert (DAY.typed, MINUTE.typed) == ("2026-10-22", "2026-10-22T14:05")
    for until in (DAY, MINUTE):
        assert read_until(until.typed, today=TODAY) == until


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Unreadable.NO_NUMBER),
        ("many", Unreadable.NO_NUMBER),
        ("0", Unreadable.NO_NUMBER),
        ("-5", Unreadable.NO_NUMBER),
        ("10k", Unreadable.NO_NUMBER),
        ("10 thousand", Unreadable.NO_NUMBER),
        ("10 тысяч", Unreadable.NO_NUMBER),
        ("10 آلاف", Unreadable.NO_NUMBER),
        ("10万", Unreadable.NO_NUMBER),
        ("1만 명", Unreadable.NO_NUMBER),
        ("10.5 thousand", Unreadable.NO_NUMBER),
        ("10%", Unreadable.NO_NUMBER),
        ("10,5", Unreadable.NO_NUMBER),
        ("10,5000", Unreadable.NO_NUMBER),
        ("10.500,000", Unreadable.NO_NUMBER),
        ("v2", Unreadable.NO_NUMBER),
        ("22 October 2026", Unreadable.NO_NUMBER),
        ("9" * 13, Unreadable.NO_NUMBER),
        ("9" * 1000, Unreadable.NO_NUMBER),
        ("10,500 and 11,500", Unreadable.SEVERAL_NUMBERS),
        ("10,500 by October 2026", Unreadable.SEVERAL_NUMBERS),
        ("10,500 by 22 October 2026 +02:00", Unreadable.SEVERAL_NUMBERS),
        ("10,500 by 31 February 2026", Unreadable.NO_DAY),
        ("10,500 by 29 February", Unreadable.NO_DAY),
        ("10,500 by 2026-13-01", Unreadable.NO_DAY),
        ("10,500 by December", Unreadable.NO_DAY),
        ("10,500 by 22 October 2026 25:00", Unreadable.NO_DAY),
        ("10,500 by 22 October 2026 13:00 pm", Unreadable.NO_DAY),
        ("10,500 by 3/4/2026", Unreadable.TWO_WAYS),
    ],
)
def test_what_cannot_be_read_or_can_be_read_in_two_ways_is_refused(
    typed: str, reason: Unreadable
) -> None:
    assert refusal_of(typed) == reason


def test_the_same_day_and_month_is_one_day_however_it_is_read() -> None:
    assert read("5 by 4/4/2026")[1] == Until(date(2026, 4, 4))


@pytest.mark.parametrize("typed", ["", "soon", "22 October 2026 and 5", "10,500", "2026-02-30"])
def test_a_day_field_takes_a_day_and_nothing_else(typed: str) -> None:
    with pytest.raises(ClaimRefused) as refused:
        read_until(typed, today=TODAY)
    assert refused.value.reason == Unreadable.NO_DAY


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=LONGEST * 2), st.from_regex(r"[0-9 ,.:/octmay-]{0,200}")))
def test_nothing_that_is_typed_raises_anything_else(typed: str) -> None:
    try:
        number, until = read(typed)
    except ClaimRefused:
        return
    assert number > 0
    assert until is None or 2000 <= until.day.year < 2100


@given(
    number=st.integers(1, 10**9),
    day=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    form=st.sampled_from(["{0:,} by {1:%Y-%m-%d}", "{1:%d.%m.%Y}: {0}", "{0:,} by {1:%d %B %Y}"]),
)
def test_what_is_written_by_rule_is_read_back(number: int, day: date, form: Any) -> None:
    assert read(form.format(number, day)) == (number, Until(day))
