import unicodedata

import pytest
from babel import Locale
from django.conf import settings
from django.utils.translation import get_language_info

from campaign import languages


def test_the_site_knows_its_languages_by_the_same_names() -> None:
    assert dict(settings.LANGUAGES) == languages.NAMES
    assert set(languages.INTERFACE) <= set(languages.NAMES)
    assert languages.INTERFACE[0] == settings.LANGUAGE_CODE


@pytest.mark.parametrize("code", languages.NAMES)
def test_each_language_is_known_and_has_its_direction(code: str) -> None:
    rtl = languages.direction(code) == "rtl"
    assert rtl is (get_language_info(code)["bidi"] if code != "ur" else True)
    assert rtl is (Locale.parse(code, sep="-").text_direction == "rtl")
    assert rtl is (unicodedata.bidirectional(languages.NAMES[code][0]) in ("R", "AL"))


@pytest.mark.parametrize(
    ("code", "interface"), [("en", "en"), ("ar", "ar"), ("fa", "en"), ("de", "en"), ("", "en")]
)
def test_the_interface_speaks_english_where_it_does_not_know_better(
    code: str, interface: str
) -> None:
    assert languages.interface_for(code) == interface


def test_what_is_no_language_reads_from_the_left() -> None:
    assert languages.direction("xx") == "ltr"
