import unicodedata
from datetime import UTC, datetime

import pytest
from babel.numbers import format_decimal
from django.utils import translation

from campaign import languages
from campaign.templatetags.locale_format import (
    day,
    interface_locale,
    language_name,
    listed,
    moment,
    number,
    numbers,
    percent,
    shorten_to,
)

WHEN = datetime(2026, 10, 9, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "value", "shown"),
    [
        ("en", 0, "0"),
        ("en", 10500, "10,500"),
        ("ar", 10500, "١٠٬٥٠٠"),
        ("ar", 7, "٧"),
        ("en", 999, "999"),
        ("en", 1234567890123, "1,234,567,890,123"),
        ("ar", 1234567, "١٬٢٣٤٬٥٦٧"),
        ("de", 10500, "10,500"),
        ("en", None, ""),
        ("ar", None, ""),
    ],
)
def test_numbers_are_in_the_digits_of_the_language(
    language: str, value: int | None, shown: str
) -> None:
    with translation.override(language):
        assert number(value) == shown


@pytest.mark.parametrize("language", languages.INTERFACE)
def test_numbers_are_as_babel_writes_them(language: str) -> None:
    system = "arab" if language == "ar" else "latn"
    for value in (0, 7, 1000, 12345, 678901, 2**40):
        with translation.override(language):
            written = format_decimal(value, locale=interface_locale(), numbering_system=system)
            shown = number(value)
        digits = [str(unicodedata.digit(char, char)) for char in shown]
        assert "".join(digits) == written


def test_shares_and_numbers_in_a_row() -> None:
    assert [percent(each) for each in (0.0, 0.98432, 1.0)] == ["0%", "98.4%", "100%"]
    assert numbers([3, 1200]) == "3; 1,200"
    with translation.override("ar"):
        assert percent(0.98432) == "٩٨٫٤٪"
        assert numbers([3, 1200]) == "٣؛ ١٬٢٠٠"


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", "9 October 2026"), ("ar", "٩ أكتوبر ٢٠٢٦"), ("he", "9 October 2026")],
)
def test_days(language: str, shown: str) -> None:
    with translation.override(language):
        assert day(WHEN) == shown


def test_moments_are_in_utc_and_say_so() -> None:
    assert moment(WHEN) == "9 Oct 2026, 14:05 UTC"
    with translation.override("ar"):
        shown = moment(WHEN)
    assert "١٤:٠٥" in shown
    assert not any(char in shown for char in "0123456789")


def test_no_time_is_nothing() -> None:
    assert (day(None), moment(None)) == ("", "")


def test_outside_of_any_language_it_is_english() -> None:
    with translation.override(None):
        assert number(10500) == "10,500"


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["English", "Arabic", "Traditional Chinese"]),
        ("ar", ["الإنجليزية", "العربية", "الصينية التقليدية"]),
    ],
)
def test_languages_are_named_in_the_language_of_the_page(language: str, names: list[str]) -> None:
    with translation.override(language):
        assert [language_name(code) for code in ("en", "ar", "zh-hant")] == names
        assert all(language_name(code) for code in languages.NAMES)


@pytest.mark.parametrize(("language", "shown"), [("en", "one, two"), ("ar", "one، two")])
def test_parts_of_a_list_have_the_comma_of_the_language(language: str, shown: str) -> None:
    with translation.override(language):
        assert listed(["one", "two"]) == shown


@pytest.mark.parametrize(
    ("language", "limit", "shown"),
    [
        ("en", 1000, "Shorten this to 1,000 characters."),
        ("ar", 300, "يلزم اختصار هذا إلى ٣٠٠ حرف."),
        ("ar", 240, "يلزم اختصار هذا إلى ٢٤٠ حرفًا."),
        ("ar", 105, "يلزم اختصار هذا إلى ١٠٥ أحرف."),
    ],
)
def test_what_is_too_long_is_told_in_the_language_of_the_page(
    language: str, limit: int, shown: str
) -> None:
    sentence = shorten_to(limit)
    with translation.override(language):
        assert str(sentence) == shown
