"""A name's words in a fixed order, and words that mix the letters of several scripts."""

import re

from signatures.names import scripts
from signatures.names.folding import search_key

_ARABIC = re.compile("[\u0620-\u064a\u0671-\u06d3]")


def words_key(name: str) -> str:
    """The words of a name as search sees them, in alphabetical order; may be empty."""
    return " ".join(sorted(search_key(name).split()))


def mixes_alphabets(name: str) -> bool:
    """Whether letters or marks of two scripts stand in one word."""
    return bool(scripts.mixed_words(name))


def look_alikes_in(name: str) -> list[str]:
    """The letters that are not of their word's script, as `а U+0430`, in words that mix several."""
    return [f"{char} U+{ord(char):04X}" for char in scripts.foreign_letters(name)]


def is_arabic(name: str) -> bool:
    return not name.isascii() and bool(_ARABIC.search(name))
