"""What each letter is read as by an eye, from Unicode's data on confusable characters (UTS #39).

That data comes with the library `confusable_homoglyphs`.
"""

import re
import unicodedata

from confusable_homoglyphs import utils

from signatures.names.scripts import EAST_ASIAN, script_of

# Beside those of Unicode. Whatever looks like one of these is read as they are.
_OWN = {
    "E": "Ɛ", "I": "Ꮖ", "b": "ь", "e": "є", "k": "кĸ", "l": "ꞁ", "n": "п", "N": "И", "w": "ωш",
    "x": "χ",
}  # fmt: skip
# These alone: a Cyrillic Л and a Greek Σ look like them, but are read as what they are.
_OWN_ALONE = {"A": "ΛɅᗩ", "E": "Ʃ"}
# Of Arabic, Persian and Urdu. Other letters in the script are these with more dots, rings or tails.
_ARABIC_LETTERS = frozenset("ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءپچژکگیٹڈڑںھہے")
# Small Cherokee and Cyrillic letters are drawn like these, which names themselves may not have.
_SMALL_CAPITAL = re.compile("LATIN LETTER SMALL CAPITAL ([A-Z])")
# Struck through, with a hook or upside down: Unicode says of few what they look like.
_CHANGED_LETTER = re.compile(
    "LATIN (SMALL|CAPITAL) LETTER (?:DOTLESS |TURNED )?([A-Z])(?: WITH .*)?"
)
# Drawn like their capitals, of which Unicode says more.
_SMALL_CHEROKEE = "".join(map(chr, range(0xAB70, 0xABC0)))
# Stands around letters that are written from right to left, as in Unicode's own file.
_MARK_OF_DIRECTION = "\u200e"


def prototypes() -> dict[str, str]:
    """Each character that looks like another, and what stands for all that look so: UTS #39's map.

    The library has both directions of each pair. What stands for others is in several pairs, or
    comes second in its only one.
    """
    pairs: dict[str, list[dict[str, str]]] = utils.load("confusables.json")
    found: dict[str, str] = {}
    standing: set[str] = set()
    for written, others in pairs.items():
        char = written.replace(_MARK_OF_DIRECTION, "")
        if len(others) == 1 and len(char) == 1 and char not in standing:
            found[char] = others[0]["c"].replace(_MARK_OF_DIRECTION, "")
            standing.add(found[char])
    return found


def readings() -> dict[int, str]:
    """For each character what it is read as: Latin letters or digits where it looks like these,
    else katakana, or a letter of Arabic, Persian or Urdu. ASCII is read as it is."""
    alike: dict[str, set[str]] = {}
    for char, prototype in prototypes().items():
        alike.setdefault(prototype, {prototype}).add(char)
    table: dict[int, str] = {}
    for prototype, chars in alike.items():
        reading = _reading(prototype, chars)
        for char in chars:
            if reading and _may_be_read_as(char, reading):
                table[ord(char)] = reading
    for letter, forms in (*_OWN.items(), *_OWN_ALONE.items()):
        table.update((ord(form), letter) for form in forms)
    for small in _SMALL_CHEROKEE:
        if letters := table.get(ord(small.upper())):
            table.setdefault(ord(small), letters.lower())
    return table


def changed_letter(char: str) -> str:
    """The letter of which this Latin one is a form, else the same."""
    found = _CHANGED_LETTER.fullmatch(unicodedata.name(char, ""))
    if not found:
        return char
    return found[2].lower() if found[1] == "SMALL" else found[2]


def _reading(prototype: str, chars: set[str]) -> str:
    own = (letter for letter, forms in _OWN.items() if not chars.isdisjoint(forms))
    if letter := next(own, ""):
        return letter
    letters = _without_marks(prototype)
    if letters.isascii() and letters.isalnum():
        return letters
    names = sorted(unicodedata.name(char, "") for char in chars if len(char) == 1)
    for name in names:
        if found := _SMALL_CAPITAL.fullmatch(name):
            return found[1].lower()
    kana = [char for char in sorted(chars) if "ア" <= char <= "ン"]
    return kana[0] if kana else letters


def _may_be_read_as(char: str, reading: str) -> bool:
    """Other scripts than Latin only within themselves: search takes many of their letters for each
    other already, and those must not come apart."""
    if len(char) != 1 or char.isascii() or char == reading:
        return False
    if not unicodedata.is_normalized("NFD", char):
        return False  # Texts are taken apart before.
    if reading.isascii():
        return unicodedata.bidirectional(char) not in ("R", "AL", "AN")
    if reading in _ARABIC_LETTERS:
        return script_of(char) == "ARABIC" and char not in _ARABIC_LETTERS
    return len(reading) == 1 and script_of(char) == script_of(reading) == EAST_ASIAN


def _without_marks(text: str) -> str:
    return "".join(
        char
        for char in unicodedata.normalize("NFD", text)
        if unicodedata.category(char)[0] not in "MS" and unicodedata.category(char) != "Lm"
    )
