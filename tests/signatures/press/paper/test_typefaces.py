"""Every letter that is printed has a typeface, or is written otherwise and marked."""

import pytest

from campaign import languages
from signatures.press.paper import typefaces
from signatures.press.paper.typefaces import Settable

# The name of each language that a text may be in, in its own letters.
NAMES = tuple(languages.NAMES.values())


@pytest.mark.parametrize(
    "words",
    [
        *NAMES,
        "Zoë Żółcik Nguyễn",
        "Ёлка",
        "Αθηνά",
        "أحمد پژمان ڈاکٹر",
        "梅若溪 山田太郎 ひらがな",
        "김철수",
    ],
)
def test_what_the_typefaces_have_is_set_as_it_was_written(words: str) -> None:
    assert typefaces.settable(words) == Settable(words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("გიორგი Smith", Settable("giorgi Smith", is_spelled=True)),
        ("Anna 😀", Settable("Anna")),
        ("\U0010ffff", Settable("")),
    ],
)
def test_what_they_do_not_have_is_written_otherwise_or_left_out(
    words: str, expected: Settable
) -> None:
    assert typefaces.settable(words) == expected


def test_each_family_is_installed() -> None:
    assert len(typefaces.folders()) == len(typefaces.FAMILIES)
