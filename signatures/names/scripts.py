"""Which script a letter belongs to, and words that mix several: how names are disguised.

Python's Unicode data has no scripts, but each letter's Unicode name begins with its script's.
"""

import re
import unicodedata
from functools import lru_cache

# Han, kana, Hangul and bopomofo are written in one word, and with Latin letters beside them.
EAST_ASIAN = "EAST ASIAN"
LATIN = "LATIN"
_EAST_ASIAN_NAMES = frozenset(
    {"CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"}
)
# The accents of these scripts are Unicode's general ones, named `COMBINING …`.
_WITH_GENERAL_ACCENTS = frozenset({LATIN, "GREEK", "CYRILLIC", "COPTIC", "ARMENIAN", "GEORGIAN"})
_SHARED_NAMES = frozenset({"MODIFIER", "VARIATION", "FEMININE", "MASCULINE", "VEDIC", "ZERO"})
_TWO_WORD_NAMES = frozenset({"OLD", "NEW", "TAI"})
_ARABIC_NAMES = frozenset({"ARABIC-INDIC", "EXTENDED"})
# What stands inside a word without ending it.
_WITHIN_WORDS = frozenset("'’ʼ‘`´\u200c\u200d")


@lru_cache(maxsize=20_000)
def script_of(char: str) -> str:
    """The script's name in capitals; empty for what several scripts share, and for signs."""
    category = unicodedata.category(char)
    if category[0] not in "LM" and (category != "Nd" or char.isascii()):
        return ""
    if char == "µ":
        return "GREEK"
    words = unicodedata.name(char, "").split(" ", 2)
    first = words[0]
    if first == "COMBINING":
        second = words[1] if len(words) > 1 else ""
        return second if second in {"CYRILLIC", "GREEK", "DEVANAGARI", "GLAGOLITIC"} else ""
    if first in _SHARED_NAMES:
        return ""
    if first in _EAST_ASIAN_NAMES:
        return EAST_ASIAN
    if first in _ARABIC_NAMES:
        return "ARABIC"
    return " ".join(words[:2]) if first in _TWO_WORD_NAMES else first


def scripts_in(text: str) -> set[str]:
    return {script for char in text if (script := script_of(char))}


def mixed_words(name: str) -> list[str]:
    """The words with letters or marks of two scripts, known pairs left out.

    A Cyrillic first name beside a Latin last name is honest, and so is any accent.
    """
    if name.isascii():
        return []
    composed = unicodedata.normalize("NFC", name)
    return [word for word in _words(composed) if _mixes(word)]


def foreign_letters(name: str) -> list[str]:
    """The letters that are not of the script in which most of their word is written."""
    foreign: dict[str, None] = {}
    for word in mixed_words(name):
        scripts = [script_of(char) for char in word]
        counted = [script for script in scripts if script]
        main = LATIN if LATIN in counted else max(counted, key=counted.count)
        foreign.update(
            (char, None)
            for char, script in zip(word, scripts, strict=True)
            if (script and script != main) or _is_foreign_mark(char, of=main)
        )
    return list(foreign)


def _words(text: str) -> list[str]:
    inside = "".join(
        char if unicodedata.category(char)[0] in "LMN" or char in _WITHIN_WORDS else " "
        for char in text
    )
    return inside.split()


def _mixes(word: str) -> bool:
    if word.isascii():
        return False
    scripts = scripts_in(word)
    if len(scripts) > 2:
        return True
    if scripts == {LATIN, EAST_ASIAN}:
        return _hides_a_character(word)
    if len(scripts) == 2:
        return True
    return any(_is_foreign_mark(char, of=script) for script in scripts for char in word)


def _is_foreign_mark(char: str, *, of: str) -> bool:
    return (
        of in _WITH_GENERAL_ACCENTS
        and unicodedata.category(char) in ("Mn", "Mc")
        and not unicodedata.name(char, "").startswith("COMBINING ")
    )


def _hides_a_character(word: str) -> bool:
    """One East Asian character between Latin letters, where it is read as one of them."""
    kinds = "".join(
        "l" if script == LATIN else "e" if script == EAST_ASIAN else "."
        for script in map(script_of, word)
    )
    return bool(re.search("lel", kinds))
