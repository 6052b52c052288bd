"""The words that signers consented to stay as they were shown."""

import hashlib

import pytest
from django.utils import translation

from campaign import languages
from campaign.letters.models import Letter
from signatures import consent
from signatures.forms.signer.signing import SignForm

# Each line once it was shown to anybody. One that is here is never changed: see `consent`.
SHOWN = {
    "2026-11/en": "3aa6a69b3bfb7571",
    "2026-12/en": "8f9c820bd9862fc4",
    "2026-12/ar": "02a307045f2fbd5b",
    "2026-11/ar": "a26869c8a5484e1c",
    "2026-12b/en": "8228b32cab1b0adf",
    "2026-12b/ar": "f003c3b4682d194c",
}


def test_words_that_were_shown_are_never_changed() -> None:
    assert {version: digest(words) for version, words in consent.WORDINGS.items()} == SHOWN


def test_the_words_of_today_are_there_in_every_language_of_the_interface() -> None:
    today = {version for version in consent.WORDINGS if version.startswith(f"{consent.VERSION}/")}

    assert today == {f"{consent.VERSION}/{language}" for language in languages.INTERFACE}


def test_the_form_shows_the_words_that_are_kept() -> None:
    for language in languages.INTERFACE:
        with translation.override(language):
            label = str(SignForm(letter=Letter()).fields["consent_updates"].label)

        assert label == consent.WORDINGS[consent.version_in(language)].updates


def test_a_language_that_the_interface_lacks_is_asked_in_english() -> None:
    assert consent.version_in("ja") == f"{consent.VERSION}/en"


def test_a_version_that_was_never_shown_has_no_words() -> None:
    assert consent.wording_of("2019-01/en") is None


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("2026-12b/en/18", "I am at least 18 years old."),
        ("2026-12b/ar/16", "لا يقل عمري عن ١٦ سنة."),
        ("2026-12b/en", ""),
        ("2026-12/en", ""),
    ],
)
def test_an_age_that_was_said_is_kept_in_its_words(version: str, words: str) -> None:
    read = consent.wording_of(version)
    assert read is not None
    assert read.of_age == words


def test_the_form_asks_for_an_age_in_the_words_that_are_kept() -> None:
    for language in languages.INTERFACE:
        with translation.override(language):
            label = str(SignForm(letter=Letter(least_age=16)).fields["of_age"].label)
        kept = consent.wording_of(consent.version_in(language, least_age=16))
        assert kept is not None
        assert label == kept.of_age


def digest(words: consent.Wording) -> str:
    told = repr(
        [(part, getattr(words, part)) for part in consent.Wording.__slots__ if getattr(words, part)]
    )
    return hashlib.sha256(told.encode()).hexdigest()[:16]
