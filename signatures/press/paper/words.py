"""Words of strangers as they stand in a PDF: each in its own direction, and none wider than its
column."""

import unicodedata
from collections.abc import Iterator

from campaign.letters.typed_text import direction_of
from signatures.press.paper.typefaces import Settable, settable
from signatures.press.typesetting import clusters

# About half of what a column is wide.
_LONGEST_WORD = 28
_BREAK = "\u200b"
_ISOLATE, _ISOLATED = "\u2068", "\u2069"
# What turns the direction of the words around it; the joiners of Persian and Indian words stay.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])


def plain(words: str) -> Settable:
    """One line, or several: without what turns directions, and with every letter settable."""
    clean = unicodedata.normalize("NFC", words).translate(_TURNING)
    return settable("".join(each for each in clean if unicodedata.category(each) != "Cc"))


def alone(words: str) -> str:
    """Beside other words, in whichever direction it runs."""
    return f"{_ISOLATE}{breakable(words)}{_ISOLATED}"


def breakable(words: str) -> str:
    """A word that is wider than a column may be broken anywhere."""
    return " ".join(_in_parts(word) for word in words.split(" "))


def is_right_to_left(words: str) -> bool:
    return direction_of(words) == "rtl"


def language_of_name(name: str, country: str) -> tuple[str, str]:
    """Language and region, where they decide on the shape of letters: Chinese characters, by what
    stands beside them, else by the country of who signed. Else nothing."""
    kinds = {_script(each) for each in name}
    if "HIRAGANA" in kinds or "KATAKANA" in kinds:
        return "ja", ""
    if "HANGUL" in kinds:
        return "ko", ""
    if "CJK" not in kinds:
        return "", ""
    return {
        "JP": ("ja", ""),
        "KR": ("ko", ""),
        "TW": ("zh", "TW"),
        "HK": ("zh", "HK"),
        "MO": ("zh", "HK"),
    }.get(country, ("zh", "CN"))


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _in_parts(word: str) -> str:
    return word if len(word) <= _LONGEST_WORD else _BREAK.join(_parts(word))


def _parts(word: str) -> Iterator[str]:
    """A few letters each, with their marks."""
    pieces = clusters(word)
    for start in range(0, len(pieces), 4):
        yield "".join(pieces[start : start + 4])
