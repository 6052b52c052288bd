import unicodedata
from pathlib import Path

import allauth
import pytest
from babel import Locale
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language_info

from campaign import languages
from campaign.organizers.allauth_words import WORDS


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


def test_words_put_right_for_allauth_are_still_its_words() -> None:
    folder = Path(allauth.__file__).parent / "locale" / "ar" / "LC_MESSAGES"
    with (folder / "django.po").open("rb") as source:
        theirs = [message.id for message in read_po(source)]
    known = {word for ids in theirs for word in ([ids] if isinstance(ids, str) else ids)}
    assert [word for word in WORDS if word not in known] == []


def test_arabic_of_allauth_is_ours_where_its_own_is_broken() -> None:
    with translation.override("ar"):
        left = translation.ngettext(
            "There is %(unused_count)s out of %(total_count)s recovery codes available.",
            "There are %(unused_count)s out of %(total_count)s recovery codes available.",
            1,
        )
    assert left % {"unused_count": 1, "total_count": 10} == "بقي 1 من 10 من رموز الاستعادة."
