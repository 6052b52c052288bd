"""Names as search sees them: without accents, case, letter forms, kinds of digits, punctuation.

The same folding is applied to stored names and to what a reader types, so it need not be right as
spelling, only the same on both sides; where two letters are often typed for each other (й and и,
ة and ه, か and カ), it finds rather than tells apart. A change here means that stored keys must be
computed again.
"""

import unicodedata

# As wide as the column that keeps it; only names made of fractions or the like are cut.
KEY_LIMIT = 360

# Written inside a name as an apostrophe, or for a sound that most people leave out when typing:
# typewriter and curly quotes, the ʻokina, ayin and hamza of transliterations, geresh. ´ has to go
# before decomposition, which makes a space and an accent of it.
_APOSTROPHES = "'`´‘’‛′ʹʻʼʽʾʿˈ՚׳״Ꞌꞌ"

# What is written or typed one for another, after decomposition and case folding: first what it
# becomes, then all that becomes it.
_FORMS = {
    # Latin letters that Unicode does not take apart
    "a": "ə", "ae": "æ", "b": "ɓ", "d": "đðɖɗ", "e": "ɛ", "f": "ƒ", "g": "ɠɣǥ", "h": "ħ",
    "i": "ıɨɩ", "j": "ȷ", "k": "ƙ", "l": "łɫ", "n": "ŋɲ", "o": "øɔ", "oe": "œ", "q": "ĸ",
    "t": "ŧ", "th": "þ", "u": "ʉʋ", "y": "ƴ", "z": "ƶ",
    # Cyrillic ones
    "г": "ґғ", "к": "қ", "н": "ң", "о": "ө", "у": "ұү", "х": "ҳһ",
    # Arabic letter forms, Persian and Urdu ones too
    "ا": "ٱ",
    "ي": "ىیے",
    "ك": "کڪ",
    "ه": "ةۃہھە",
    # Indic letters that older keyboards write as consonant, virama and joiner
    "ണ്": "ൺ", "ന്": "ൻ", "ര്": "ർ", "ല്": "ൽ", "ള്": "ൾ", "ക്": "ൿ", "ত্": "ৎ",
    # As often left out as written: lone hamza, the lengthening stroke, empty places in Hangul
    "": "ءـ\u115f\u1160",
}  # fmt: skip
_LETTERS = {form: letters for letters, forms in _FORMS.items() for form in forms}

# Katakana ァ to ヶ and ヽ: hiragana lies this much below it.
_KATAKANA = frozenset([*range(0x30A1, 0x30F7), 0x30FD])
_KATAKANA_ABOVE_HIRAGANA = 0x60

# Canonical combining classes of marks that carry meaning of their own: Japanese voicing, virama,
# vowels and tones of Thai, Lao and Tibetan. All other classes are accents and points.
_MEANINGFUL = frozenset([0, 8, 9, 84, 91, 103, 107, 118, 122, 129, 130, 132])

# How the names of marks begin that change or join what is beside them, and show nothing themselves.
_NOTHING = (
    "VARIATION SELECTOR",
    "MONGOLIAN FREE VARIATION SELECTOR",
    "COMBINING GRAPHEME JOINER",
    "KHMER VOWEL INHERENT",
)


class Folding(dict[int, str]):
    """A table for `str.translate` that fills itself, with room for all letters in daily use."""

    ROOM = 20_000

    def __missing__(self, code: int) -> str:
        folded = _fold(chr(code))
        if len(self) < self.ROOM:
            self[code] = folded
        return folded


def search_key(name: str) -> str:
    """Lower-case words of letters and digits, one space between them; may be empty.

    Holds no punctuation, so neither `%` nor `_` nor a quote reaches a LIKE pattern. Takes any
    string, raises nothing, and leaves its own result as it is.
    """
    if name.isascii():
        return " ".join(name.translate(_FOLDING).split())[:KEY_LIMIT].rstrip()
    taken_apart = unicodedata.normalize("NFKD", name.replace("´", ""))
    words = " ".join(taken_apart.translate(_FOLDING).split())
    return unicodedata.normalize("NFC", words)[:KEY_LIMIT].rstrip()


def _fold(char: str) -> str:
    """What becomes of one character of a string in NFKD."""
    if char in _APOSTROPHES:
        return ""
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category in ("Mn", "Me"):
        if unicodedata.combining(char) not in _MEANINGFUL or _shows_nothing(char):
            return ""
        return char
    if category == "Cf":
        return ""
    if category[0] not in "LMN":
        return " "
    if ord(char) in _KATAKANA:
        return chr(ord(char) - _KATAKANA_ABOVE_HIRAGANA)
    lower = unicodedata.normalize("NFKD", char.casefold())
    return "".join(_LETTERS.get(each, each) for each in lower)


def _shows_nothing(mark: str) -> bool:
    """Of combining class 0 like the vowels of many scripts, but nothing to search by."""
    return unicodedata.category(mark) == "Me" or unicodedata.name(mark, "").startswith(_NOTHING)


_FOLDING = Folding()
for _code in range(0x80):
    _FOLDING[_code] = _fold(chr(_code))
