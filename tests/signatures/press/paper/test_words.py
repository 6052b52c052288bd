"""Words of strangers: none turns what stands beside it, none runs out of its column."""

from unicodedata import normalize

import pytest

from signatures.press.paper import words


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("\u202elive\u202c name", "live name"),
        ("\u2066a\u2069\u200e\u200f\u061c", "a"),
        ("a\u0000\u001bb", "ab"),
        ("می‌خواهم", "می‌خواهم"),
        ("e\u0301", "é"),
    ],
)
def test_what_turns_directions_is_left_out(typed: str, plain: str) -> None:
    assert words.plain(typed).words == plain


@pytest.mark.parametrize(("word", "breaks"), [("x" * 28, 0), ("x" * 29, 7), ("e\u0327" * 40, 9)])
def test_a_long_word_may_be_broken(word: str, breaks: int) -> None:
    assert words.breakable(word).count("\u200b") == breaks
    assert words.breakable(word).replace("\u200b", "") == normalize("NFC", word)


@pytest.mark.parametrize(
    ("name", "country", "expected"),
    [
        ("山田ひろし", "CN", ("ja", "")),
        ("직수 金", "CN", ("ko", "")),
        ("直樹", "TW", ("zh", "TW")),
        ("直樹", "IE", ("zh", "CN")),
        ("直樹", "JP", ("ja", "")),
        ("Ana", "JP", ("", "")),
    ],
)
def test_chinese_characters_have_the_shape_of_their_country(
    name: str, country: str, expected: tuple[str, str]
) -> None:
    assert words.language_of_name(name, country) == expected
