"""Which script a letter belongs to, and words that mix several: how names are disguised.

Unicode's data of scripts comes with the library `confusable_homoglyphs`.
"""

import re
import unicodedata
from functools import lru_cache

from confusable_homoglyphs import categories

# Han, kana, Hangul and bopomofo are written in one word, and with Latin letters beside them.
EAST_ASIAN = "EAST ASIAN"
LATIN = "LATIN"
_EAST_ASIAN = frozenset({"HAN", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"})
_KANA = frozenset({"HIRAGANA", "KATAKANA", "COMMON"})
_OF_SEVERAL = frozenset({"COMMON", "INHERITED"})
# Unicode counts these to several scripts, of which only one is written with what they look like.
_SHARED = {
    **dict.fromkeys("ـ٠١٢٣٤٥٦٧٨٩", "ARABIC"),
    **dict.fromkeys("ー〆〱〲〳〴〵〼", EAST_ASIAN),
}
# The accents of these scripts are Unicode's general ones, named `COMBINING …`.
_WITH_GENERAL_ACCENTS = frozenset({LATIN, "GREEK", "CYRILLIC", "COPTIC", "ARMENIAN", "GEORGIAN"})
# What stands inside a word without ending it.
_WITHIN_WORDS = frozenset("'’ʼ‘`´\u200c\u200d")


@lru_cache(maxsize=20_000)
def script_of(char: str) -> str:
    """The script's name in capitals; empty for what several scripts share, and for signs."""
    category = unicodedata.category(char)
    if category[0] not in "LM" and (category != "Nd" or char.isascii()):
        return ""
    if char in _SHARED:
        return _SHARED[char]
    # Letters as signs, such as µ and ℵ, are of the script of the letter.
    script: str = categories.alias(unicodedata.normalize("NFKC", char)[0])
    if script in _OF_SEVERAL:
        return ""
    return EAST_ASIAN if script in _EAST_ASIAN else script


def scripts_in(text: str) -> set[str]:
    return {script for char in text if (script := script_of(char))}


@lru_cache(maxsize=50_000)
def writing_of(text: str) -> frozenset[str]:
    """The scripts as a reader tells them apart: kana, Hangul and Han each by itself."""
    if text.isascii():
        return frozenset({LATIN})
    found = scripts_in(text)
    if EAST_ASIAN in found:
        found = found - {EAST_ASIAN}
        found |= {categories.alias(char) for char in text if script_of(char) == EAST_ASIAN}
        found = {"KANA" if script in _KANA else script for script in found}
    return frozenset(found)


def mixed_words(name: str) -> list[str]:
    """The words with letters or marks of two scripts, known pairs left out, or with two systems of
    digits.

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
        zeros = _zeros(word)[:1]
        foreign.update(
            (char, None)
            for char, script in zip(word, scripts, strict=True)
            if (script and script != main)
            or _is_foreign_mark(char, of=main)
            or _zeros(char) not in ([], zeros)
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
    if len(_zeros(word)) > 1:
        return True
    scripts = scripts_in(word)
    if len(scripts) > 2:
        return True
    if scripts == {LATIN, EAST_ASIAN}:
        return _hides_a_character(word)
    if len(scripts) == 2:
        return True
    return any(_is_foreign_mark(char, of=script) for script in scripts for char in word)


def _zeros(text: str) -> list[int]:
    """Where the digits begin of which some are in the text, in order: one place for each system."""
    systems = (
        ord(char) - unicodedata.decimal(char) for char in text if unicodedata.category(char) == "Nd"
    )
    return list(dict.fromkeys(systems))


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
