"""What a letter's wording may consist of, and the one form in which it is kept and hashed."""

import unicodedata

# Embeddings, overrides and isolates: they make a line read otherwise than it is stored.
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# What stands for bytes that were no text, which a browser or Django could not read.
UNREADABLE = "\ufffd"
# Control characters, lone surrogates, private use.
_REFUSED = frozenset({"Cc", "Cs", "Co"})


def one_line(text: str) -> str:
    """NFC, with each run of blank space a single space."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def many_lines(text: str) -> str:
    """NFC, lines ended by LF, no blank space at either end."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").strip())


def refused_character(text: str) -> str:
    """The first character that a text may not have, or nothing. Line ends and tabs are fine."""
    for character in text:
        if character in _BIDI_CONTROLS:
            return character
        if unicodedata.category(character) in _REFUSED and character not in "\n\r\t":
            return character
        if _is_noncharacter(character):
            return character
    return ""


def _is_noncharacter(character: str) -> bool:
    """Never assigned, and two of them in no XML file. Others without a category may be letters of a
    newer Unicode than ours."""
    code = ord(character)
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def says_nothing(text: str) -> bool:
    """Whether there is no letter, digit, sign or symbol in it: only blank or invisible ones."""
    return not any(unicodedata.category(character)[0] in "LNPS" for character in text)
