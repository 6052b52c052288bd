"""Names, credits and affiliations as people write them, made safe to show to anyone.

What is harmless is put right without a word: composed form (NFC), spaces and line breaks from
pasting, full-width letters, printers' ligatures, Arabic presentation forms. What would show
something else than was meant, or nothing, is refused with a reason. Any script is welcome.
"""

import re
import unicodedata
from enum import StrEnum
from string import ascii_letters, digits

from django.utils.translation import gettext_lazy as _

from campaign.templatetags.locale_format import number
from signatures.names.folding import search_key

# In characters after composition, as the columns count them.
NAME_LIMIT = 120
MARKS_LIMIT = 3


class NameReason(StrEnum):
    EMPTY = "empty"
    NO_LETTER = "no_letter"
    TOO_LONG = "too_long"
    CONTROL = "control"
    DIRECTION = "direction"
    INVISIBLE = "invisible"
    UNREADABLE = "unreadable"
    EMOJI = "emoji"
    STYLED = "styled"
    MARKS = "marks"
    SIGN = "sign"
    ADDRESS = "address"


_SENTENCES = {
    NameReason.EMPTY: _("Enter the name that you sign with."),
    NameReason.NO_LETTER: _("A name needs at least one letter. Enter it in any script."),
    NameReason.TOO_LONG: _("This is too long. Please use at most %(limit)s characters."),
    NameReason.CONTROL: _(
        "This contains a control character, which cannot be shown. "
        "Please type it instead of pasting it."
    ),
    NameReason.DIRECTION: _(
        "This contains an invisible mark that changes the direction of text. "
        "Please type it instead of pasting it: the right direction is found by itself."
    ),
    NameReason.INVISIBLE: _(
        "This contains an invisible character where none belongs. "
        "Please type it instead of pasting it."
    ),
    NameReason.UNREADABLE: _(
        "This contains a character that other devices cannot show. "
        "Please write it with ordinary letters."
    ),
    NameReason.EMOJI: _(
        "Names are shown as plain text. Please leave out emoji and symbols such as ★ or ♥."
    ),
    NameReason.STYLED: _(
        "This contains decorated letters or digits, which screen readers and search cannot read. "
        "Please type ordinary ones."
    ),
    NameReason.MARKS: _(
        "Please check the accents: each belongs on a letter, and a letter has three at most."
    ),
    NameReason.SIGN: _("Please leave out the sign %(sign)s."),
    NameReason.ADDRESS: _(
        "This is shown to everyone. Please leave out web and e-mail addresses and the sign @."
    ),
}


class NameRefused(ValueError):
    """Why a text cannot be shown as a name; `str()` gives the bare reason, for logs."""

    def __init__(self, reason: NameReason, *, limit: int = NAME_LIMIT, sign: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self._limit, self._sign = limit, sign

    @property
    def sentence(self) -> str:
        """For the signer, in the language that is active when it is read."""
        return str(_SENTENCES[self.reason]) % {"limit": number(self._limit), "sign": self._sign}


def clean_name(raw: str) -> str:
    """The name as it will appear; cleaning it again changes nothing. Raises only NameRefused."""
    return _with_a_letter(_clean(raw, limit=NAME_LIMIT, is_title=False))


def clean_organisation(raw: str) -> str:
    """The same for institutions, whose names have signs that people's have not, as in `№ 35`."""
    return _with_a_letter(_clean(raw, limit=NAME_LIMIT, is_title=True))


def _with_a_letter(name: str) -> str:
    if not name:
        raise NameRefused(NameReason.EMPTY)
    if not any(_is_letter(char) for char in name):
        raise NameRefused(NameReason.NO_LETTER)
    return name


def clean_line(raw: str, *, limit: int) -> str:
    """A credit or affiliation: the title of a work, the name of an institution. May be empty, and
    is when all that was entered is a dash or the like; digits alone are welcome. Raises only
    NameRefused."""
    line = _clean(raw, limit=limit, is_title=True)
    if not any(_is_letter(char) or char.isnumeric() for char in line):
        return ""
    return line


def is_same_name(one: str, other: str) -> bool:
    """Whether search takes both for one name: spaces, case, accents and signs do not count."""
    mine, theirs = (search_key(name).replace(" ", "") for name in (one, other))
    return mine == theirs if mine else one == other


# Composition makes one character of four at most; more than this is no name with some spaces.
_RAW_TIMES_LIMIT = 20

_ADDRESS = re.compile(r"://|@|\bwww\.", re.IGNORECASE)

_PLAIN = frozenset(ascii_letters + digits + " .,'-")
_PASTED_SPACES = frozenset("\t\n\v\f\r\x85")
_JOINERS = frozenset("\u200c\u200d")
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Letters and vowel signs by category, empty boxes by sight.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# Markup, paths, code and formulas are made of these; names are not.
_REFUSED_SIGNS = frozenset("<>{}[]\\|^=")
_WELCOME_SYMBOLS = frozenset("+~`´×−°")
_WELCOME_STYLED = frozenset("ªº")
# In titles and institutions only: numero, marks of trade and copyright, accidentals, H₂O and m².
_SIGNS_OF_TITLES = frozenset("№™®©℗℠♯♭♮∞²³¹⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉")

# What phones, input methods and printers write for ordinary letters: Latin and Armenian ligatures,
# Arabic presentation forms, half and full width, Roman numerals.
_WRITTEN_OTHERWISE = re.compile(
    r"[\ufb00-\ufb17\ufb50-\ufdcf\ufdf0-\ufdfc\ufe70-\ufefc\u2160-\u217f"
    r"\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff61-\uffdc]"
)
# Older keyboards write these as consonant, virama and joiner, also at the end of a word.
_OLD_SPELLINGS = {
    "ണ്\u200d": "ൺ",
    "ന്\u200d": "ൻ",
    "ര്\u200d": "ർ",
    "ല്\u200d": "ൽ",
    "ള്\u200d": "ൾ",
    "ക്\u200d": "ൿ",
    "ত্\u200d": "ৎ",
}
# Blocks of scripts that join letters: Arabic to Samaritan, Indic, Tibetan and Myanmar, Khmer and
# Mongolian, Limbu to Vedic, Syloti Nagri to Meetei Mayek, the Brahmic ones beyond.
_JOINING = (
    (0x0600, 0x08FF),
    (0x0900, 0x0DFF),
    (0x0F00, 0x109F),
    (0x1780, 0x18AF),
    (0x1900, 0x1CFF),
    (0xA800, 0xABFF),
    (0x11000, 0x11FFF),
)


def _clean(raw: str, *, limit: int, is_title: bool) -> str:
    if len(raw) > limit * _RAW_TIMES_LIMIT:
        raise NameRefused(NameReason.TOO_LONG, limit=limit)
    for char in raw:
        if unicodedata.category(char) == "Cc" and char not in _PASTED_SPACES:
            raise NameRefused(NameReason.CONTROL)
    plain = _WRITTEN_OTHERWISE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), raw)
    text = " ".join(unicodedata.normalize("NFC", plain).split())
    if not text.isascii():
        for old, new in _OLD_SPELLINGS.items():
            text = text.replace(old, new)
    for before, char, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if char not in _PLAIN and not (is_title and char in _SIGNS_OF_TITLES):
            _check_character(char, before=before, after=after)
    _check_marks(text)
    if _ADDRESS.search(unicodedata.normalize("NFKC", text)):
        raise NameRefused(NameReason.ADDRESS)
    if len(text) > limit:
        raise NameRefused(NameReason.TOO_LONG, limit=limit)
    return text


def _check_character(char: str, *, before: str, after: str) -> None:
    if char in _DIRECTIONS:
        raise NameRefused(NameReason.DIRECTION)
    if char in _JOINERS:
        if not (_is_joining(before) and _is_joining(after)):
            raise NameRefused(NameReason.INVISIBLE)
        return
    category = unicodedata.category(char)
    if char in _INVISIBLE or category == "Cf" or _is_misplaced_selector(char, before=before):
        raise NameRefused(NameReason.EMOJI if char == "\ufe0f" else NameReason.INVISIBLE)
    if category in ("Cs", "Co", "Cn"):
        # An emoji newer than this Python is unassigned to it.
        is_emoji = 0x1F000 <= ord(char) < 0x1FC00
        raise NameRefused(NameReason.EMOJI if is_emoji else NameReason.UNREADABLE)
    if _is_styled(char):
        raise NameRefused(NameReason.STYLED)
    if unicodedata.normalize("NFKC", char) in _REFUSED_SIGNS:
        raise NameRefused(NameReason.SIGN, sign=char)
    if category in ("So", "Sk", "Sm", "Me") and char not in _WELCOME_SYMBOLS:
        raise NameRefused(NameReason.EMOJI)


def _check_marks(text: str) -> None:
    """Vowel signs with a width of their own (Mc) pile up nothing, and end a row as a letter does;
    what shows nothing (joiners) does not end it."""
    row, is_on_letter = 0, False
    for char in text:
        category = unicodedata.category(char)
        if category == "Mn":
            row += 1
            if row > MARKS_LIMIT or not is_on_letter:
                raise NameRefused(NameReason.MARKS)
        elif char not in _JOINERS:
            row, is_on_letter = 0, category[0] in "LMN"


def _is_letter(char: str) -> bool:
    return unicodedata.category(char) in ("Lu", "Ll", "Lt", "Lo", "Nl")


def _is_joining(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM" and any(
        first <= ord(char) <= last for first, last in _JOINING
    )


def _is_misplaced_selector(char: str, *, before: str) -> bool:
    """Variation selectors pick a form of an ideograph or a Mongolian letter, and nothing else."""
    code = ord(char)
    if 0xE0100 <= code <= 0xE01EF:
        return not unicodedata.name(before, "").startswith("CJK UNIFIED")
    if 0x180B <= code <= 0x180D or code == 0x180F:
        return not 0x1820 <= ord(before) <= 0x18AA
    return 0xFE00 <= code <= 0xFE0F


def _is_styled(char: str) -> bool:
    """Mathematical, circled, raised and small capital letters and digits; but neither fractions
    nor those raised letters that people write (ʷ in Salish names, ª and º in Portuguese)."""
    if char.isascii() or char in _WELCOME_STYLED or "\u02b0" <= char <= "\u02ff":
        return False
    if unicodedata.name(char, "").startswith("LATIN LETTER SMALL CAPITAL"):
        return True
    if unicodedata.category(char) == "No" and 0x2070 <= ord(char) <= 0x32FF:
        return "FRACTION" not in unicodedata.name(char)
    style = unicodedata.decomposition(char).partition(">")[0]
    if unicodedata.category(char) == "So" and style != "<circle":
        return False
    if style not in ("<font", "<circle", "<super", "<sub", "<square"):
        return False
    return any(each.isalnum() for each in unicodedata.normalize("NFKC", char))
