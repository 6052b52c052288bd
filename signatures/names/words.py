"""A text as the words by which names are compared: look-alike letters and spellings made one.

What comes out means nothing except beside another that was made in the same way.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from anyascii import anyascii

from signatures.names import set_aside, tables
from signatures.names.confusables import changed_letter, readings
from signatures.names.folding import search_key
from signatures.names.scripts import EAST_ASIAN, LATIN, script_of, scripts_in

_READINGS = readings()
# After that, in small Latin letters: what digits and narrow letters are read as.
_NARROW = str.maketrans("0123456789i", "olzeasgtbgl")
_PAIRS = (("rn", "m"), ("vv", "w"))
# Read as elsewhere, Володимир is no Volodymyr.
_AS_IN_UKRAINIAN = str.maketrans("иг", "yh")
# No name has one letter three times in a row, but for a Roman number.
_DRAWN_OUT = re.compile(r"\b[vx]*iii\b|([a-z])\1{2,}")
# Two letters for one with an accent, and how keyboards without it write it.
_DOUBLED = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"), ("ph", "f"))
# What a table of single letters does not know.
_READ_TOGETHER = (("ντ", "nd"), ("Ντ", "D"), ("μπ", "mb"), ("Μπ", "B"), ("Γκ", "G"), ("ं", "n"))
# Letters that keyboards elsewhere lack, beside what `search_key` makes of them.
_WRITTEN_OTHERWISE = {"þ": ("t", "p"), "ð": ("th",), "ß": ("b",), "đ": ("dj",)}
_SIGNS_AS_LETTERS = {"!": "i", "¡": "i", "$": "s", "€": "e", "£": "l", "¢": "c", "¥": "y", "§": "s"}
_SIGN_IN_WORD = re.compile(r"(?<=\w)[!¡$€£¢¥§](?=\w)|(?<!\w)[$€£¢¥§¡](?=\w)")
_SIGNS = frozenset(_SIGNS_AS_LETTERS)
_APOSTROPHES = frozenset("'`´‘’‛′ʹʻʼʽʾʿ՚׳״Ꞌꞌ")
# Written without a space after a name in Han characters, kana or Hangul.
_ATTACHED_TITLE = re.compile(
    rf"(?<=[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]{{2}})({'|'.join(set_aside.ATTACHED.split())})(?!\S)"
)
# Letters by which an initial is written that is one sound, or one letter in another script.
_INITIALS_OF_TWO = frozenset(
    [
        *("Sh", "Kh", "Zh", "Gh", "Ch", "Dh", "Ts", "Ph", "Th", "Dj", "Dz", "Cz", "Sz", "Rz", "Gy"),
        *("Zs", "Cs", "Chr", "Sch"),
    ]
)
_MAX_INITIALS = 3
_BETWEEN_NAMES = re.compile(
    r"(?<!\w)(?:feat|ft|featuring|presents|presenting|aka|a\.k\.a|alias|f\.?k\.?a|formerly|known as"
    r"|born|née?|geb|vs|dit)(?!\w)\.?|\s[/|·•–—x]\s",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[(\[{«„“\"].*?[)\]}»“”\"]")


@lru_cache(maxsize=20_000)
def _latin_form(char: str) -> str:
    """The letters that this one looks like, else the character itself."""
    if (letters := _READINGS.get(ord(char))) is not None:
        return letters
    return changed_letter(char) if script_of(char) == LATIN else char


@lru_cache(maxsize=50_000)
def seen(text: str) -> str:
    """Words as an eye reads them, one space between them."""
    if not text.isascii():
        text = "".join(_latin_form(char) for char in _without_accents(text))
    key = _DRAWN_OUT.sub(_once, search_key(_with_letters_for_signs(text))).translate(_NARROW)
    for pair, letter in _PAIRS:
        key = key.replace(pair, letter)
    return key


@lru_cache(maxsize=50_000)
def read(word: str) -> str:
    """One word as it is compared: as `seen`, and with doubled spellings made single."""
    key = seen(word).replace(" ", "")
    for pair, letter in _DOUBLED:
        key = key.replace(pair, letter)
    return key


@lru_cache(maxsize=50_000)
def in_each_case(text: str) -> frozenset[str]:
    """As it is, and where it is not all Latin in capitals and small letters, too: В looks like B,
    and в does not. Л is drawn as Λ, too, which is read as A."""
    if text.isascii() or scripts_in(text) <= {LATIN, EAST_ASIAN}:
        return frozenset({text})
    return frozenset({text, text.upper().replace("Л", "Λ"), text.lower()})


@lru_cache(maxsize=50_000)
def looks(word: str) -> frozenset[str]:
    """How one word is read in each case."""
    return frozenset(map(read, in_each_case(word))) - {""}


@lru_cache(maxsize=50_000)
def forms(word: str) -> frozenset[str]:
    """How one word is read, how it sounds, and how it is written without letters of its own."""
    ways = [word, in_latin_letters(word)]
    small = word.lower()
    for place, letter in enumerate(small):
        for other in _WRITTEN_OTHERWISE.get(letter, ()):
            ways.append(f"{small[:place]}{other}{small[place + 1 :]}")
            ways.append(small.replace(letter, other))
    # An accent on two letters, or two letters in the wrong order: Margraet.
    as_they_are = seen(word).replace(" ", "")
    return frozenset((*map(read, ways), as_they_are)) - {""}


@lru_cache(maxsize=50_000)
def full_names(word: str) -> frozenset[int]:
    """The given names that this one is, by their numbers in the table of short forms."""
    return frozenset[int]().union(*(_FULL_NAMES.get(form, ()) for form in forms(word)))


@lru_cache(maxsize=50_000)
def shortened_names(word: str) -> frozenset[int]:
    """The given names of which it is a short form, likewise."""
    return frozenset[int]().union(*(_SHORT_FORMS.get(form, ()) for form in forms(word)))


@lru_cache(maxsize=50_000)
def equivalents(word: str) -> frozenset[int]:
    """The names that this is one form of, by their numbers in the table of equivalents."""
    ways = forms(word) | forms(word.lower().translate(_AS_IN_UKRAINIAN))
    return frozenset[int]().union(*(_EQUIVALENTS.get(form, ()) for form in ways))


def are_equivalent(one: str, other: str) -> bool:
    return not equivalents(one).isdisjoint(equivalents(other))


def are_known_apart(one: str, other: str) -> bool:
    """Whether the tables have both, and as two names: Takeshi and Takashi, Daniel and Daniela."""
    return _is_in_tables(one) and _is_in_tables(other) and not are_equivalent(one, other)


@lru_cache(maxsize=50_000)
def _is_in_tables(word: str) -> bool:
    return bool(equivalents(word) or full_names(word) or shortened_names(word))


@lru_cache(maxsize=50_000)
def is_initials(word: str) -> bool:
    """J, JR, j, न or Sh: whether it may stand for names that begin so."""
    if len(word) <= _MAX_INITIALS and (word.isupper() or word in _INITIALS_OF_TWO):
        return True
    letters = [char for char in word if unicodedata.category(char)[0] != "M"]
    return len(letters) == 1 and EAST_ASIAN not in scripts_in(word) and read(word) not in PARTICLES


@lru_cache(maxsize=50_000)
def in_latin_letters(text: str) -> str:
    """By sound, where it is of another script."""
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFC", text)
    for written, latin in _READ_TOGETHER:
        composed = composed.replace(written, latin)
    return "".join(char if script_of(char) == LATIN else anyascii(char) for char in composed)


def split(text: str) -> list[str]:
    """The words as they are written; single letters in a row are one: `J. K.` is JK."""
    apart = _ATTACHED_TITLE.sub(r" \1", _with_letters_for_signs(text).translate(_SEPARATING))
    words = apart.split()
    joined: list[str] = []
    row = ""
    for word in [*words, ""]:
        if len(word) == 1:
            row += word
            continue
        if row:
            joined.append(row if len(row) == 1 else row.upper())
            row = ""
        if word:
            joined.append(word)
    return joined


def core(text: str) -> list[str]:
    """The words of a name without titles, additions and what stands in brackets or after a comma;
    empty where nothing else was said."""
    head = _BRACKETS.sub(" ", text)
    for part in (head.split(",")[0], head, text):
        if left := [word for word in split(part) if read(word) not in SET_ASIDE]:
            return left
    return []


def pieces(text: str) -> list[str]:
    """The names in a text that says of several how they belong together: `A feat. B`, `A aka B`."""
    found = [piece for each in _BETWEEN_NAMES.split(text) if (piece := each.strip(" ()"))]
    return found if len(found) > 1 else []


def _once(found: re.Match[str]) -> str:
    return found[1] or found[0]


def _with_letters_for_signs(text: str) -> str:
    if _SIGNS.isdisjoint(text):
        return text
    return _SIGN_IN_WORD.sub(lambda found: _SIGNS_AS_LETTERS[found[0]], text)


class _Separating(dict[int, str]):
    """For `str.translate`: what is neither letter, mark, digit nor apostrophe ends a word."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        inside = unicodedata.category(char)[0] in "LMN" or char in _APOSTROPHES
        kept = char if inside or unicodedata.category(char) == "Cf" else " "
        if len(self) < 20_000:
            self[code] = kept
        return kept


def _without_accents(text: str) -> str:
    """Accents first: й and ё are letters of their own only once they are composed.

    Vowel signs stay, but not where they cling to a Latin letter and only disturb.
    """
    kept, base = [], ""
    for char in unicodedata.normalize("NFD", text):
        if unicodedata.category(char) == "Mn":
            if unicodedata.combining(char) or script_of(base) in (LATIN, "GREEK", "CYRILLIC"):
                continue
        elif unicodedata.category(char)[0] == "L":
            base = char
        kept.append(char)
    return "".join(kept)


def _table(text: str) -> frozenset[str]:
    return frozenset(word for each in text.split() if (word := read(each)))


def _numbered(lines: Iterable[Iterable[str]]) -> dict[str, frozenset[int]]:
    table: dict[str, set[int]] = {}
    for number, names in enumerate(lines):
        for name in names:
            table.setdefault(read(name), set()).add(number)
    return {name: frozenset(numbers) for name, numbers in table.items()}


def _in_each_language(names: list[str]) -> set[str]:
    """With their forms elsewhere: Nick is short for Nikolaos, too."""
    groups = {group for name in names for group in _EQUIVALENTS.get(read(name), ())}
    return {*names}.union(*(_FORMS_OF_NAMES[group] for group in groups))


_SEPARATING = _Separating()
_FORMS_OF_NAMES = tables.equivalents()
_EQUIVALENTS = _numbered(_FORMS_OF_NAMES)
_SHORTENED = tables.short_forms()
_FULL_NAMES = _numbered(_in_each_language(full) for full, _ in _SHORTENED)
_SHORT_FORMS = _numbered(short for _, short in _SHORTENED)
PARTICLES = _table(set_aside.PARTICLES)
TITLES = _table(set_aside.TITLES)
FAMILY_NAMES_FIRST = _table(set_aside.FAMILY_NAMES_FIRST)
SET_ASIDE = TITLES | _table(set_aside.ADDITIONS)
