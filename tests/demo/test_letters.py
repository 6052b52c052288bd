import re
import unicodedata

import pytest

from demo.letters import ASK_IN_ARABIC, ASK_IN_ENGLISH, Version, letters

VERSIONS = [version for letter in letters() for version in letter.versions]


def test_the_main_letter_comes_first_and_others_fill_the_home_page() -> None:
    assert [
        (letter.slug, [version.language for version in letter.versions], letter.signatures)
        for letter in letters()
    ] == [
        ("ask-before-you-train", ["en", "ar"], 10_500),
        ("names-on-covers", ["en"], 1_204),
        ("port-library", ["ar"], 342),
        ("ferry-lane-music-school", ["en"], 128),
    ]
    assert [letter.slug for letter in letters() if letter.closed] == ["ferry-lane-music-school"]


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.title)
def test_texts_are_composed_trimmed_and_end_in_one_newline(version: Version) -> None:
    for text in (version.title, version.addressee, version.body):
        assert unicodedata.normalize("NFC", text) == text
        assert not re.search(r"[^\S\n ]|  | \n|\n{3}", text)
        assert not [char for char in text if unicodedata.category(char) in {"Cf", "Co", "Cs", "Cn"}]
    assert version.body == version.body.strip() + "\n"


@pytest.mark.parametrize(
    "version", [each for each in VERSIONS if each.language == "ar"], ids=lambda each: each.title
)
def test_arabic_is_written_with_arabic_marks(version: Version) -> None:
    text = f"{version.title}\n{version.addressee}\n{version.body}"
    assert not re.search(r"[A-Za-z,;?\"“”]", text)


def test_both_languages_of_the_main_letter_have_the_same_shape() -> None:
    english, arabic = ASK_IN_ENGLISH.body, ASK_IN_ARABIC.body
    for mark in ("\n\n", "\n- **"):
        assert english.count(mark) == arabic.count(mark)
    assert 250 <= len(english.split()) <= 360
