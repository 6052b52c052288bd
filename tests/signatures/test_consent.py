"""The words that signers consented to stay as they were shown."""

import hashlib

from django.utils import translation

from campaign import languages
from signatures import consent
from signatures.forms.signer.signing import SignForm

# Each line once it was shown to anybody. One that is here is never changed: see `consent`.
SHOWN = {
    "2026-11/en": "3aa6a69b3bfb7571",
    "2026-12/en": "8f9c820bd9862fc4",
    "2026-12/ar": "02a307045f2fbd5b",
    "2026-11/ar": "a26869c8a5484e1c",
}


def test_words_that_were_shown_are_never_changed() -> None:
    assert {version: digest(words) for version, words in consent.WORDINGS.items()} == SHOWN


def test_the_words_of_today_are_there_in_every_language_of_the_interface() -> None:
    today = {version for version in consent.WORDINGS if version.startswith(f"{consent.VERSION}/")}

    assert today == {f"{consent.VERSION}/{language}" for language in languages.INTERFACE}


def test_the_form_shows_the_words_that_are_kept() -> None:
    for language in languages.INTERFACE:
        with translation.override(language):
            label = str(SignForm().fields["consent_updates"].label)

        assert label == consent.WORDINGS[consent.version_in(language)].updates


def test_a_language_that_the_interface_lacks_is_asked_in_english() -> None:
    assert consent.version_in("ja") == f"{consent.VERSION}/en"


def test_a_version_that_was_never_shown_has_no_words() -> None:
    assert consent.wording_of("2019-01/en") is None


def digest(words: consent.Wording) -> str:
    told = repr(
        [(part, getattr(words, part)) for part in consent.Wording.__slots__ if getattr(words, part)]
    )
    return hashlib.sha256(told.encode()).hexdigest()[:16]
