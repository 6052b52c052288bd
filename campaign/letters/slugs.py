"""The address of a letter on this site: what it may look like, and the one that a title suggests.

A suggestion always has the shape that the form asks for, so that nothing is made which could not
be typed.
"""

import re
import unicodedata

from anyascii import anyascii

MAX_SLUG_LETTERS = 60
# Small Latin letters, digits, and single hyphens between them.
SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*\Z"

_APOSTROPHES = re.compile("['’‘ʼʻʹ′`´]")
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")


def slug_of(title: str) -> str:
    """The title in Latin letters: accents are dropped and other scripts transliterated.

    At most MAX_SLUG_LETTERS characters, cut between words where there are several; empty if the
    title has neither letters nor digits.
    """
    text = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", title))
    latin = "".join(anyascii(char) if _is_written(char) else " " for char in text)
    words = _BETWEEN_WORDS.split(latin.lower().strip())
    slug = "-".join(word for word in words if word)
    if len(slug) <= MAX_SLUG_LETTERS:
        return slug
    cut = slug[: MAX_SLUG_LETTERS + 1].rpartition("-")[0] or slug[:MAX_SLUG_LETTERS]
    return cut.strip("-")


def _is_written(char: str) -> bool:
    """Letters, marks and digits: anyascii also spells emoji and signs out, which no title says."""
    return unicodedata.category(char)[0] in "LMN"
