"""When two names look alike, or are one name in two alphabets.

Three ways to compare, each by a string that both names must share: their words in any order; their
`skeleton`, in which look-alike letters are made one (after Unicode UTS #39, with our own small
table for Latin, Cyrillic, Greek and digits); and the consonants of a Latin and an Arabic spelling.
"""

import re
import unicodedata

from signatures.press.search_key import search_key

# Seen from capitals and small letters apart: В looks like B, and в like nothing Latin.
_LOOK_ALIKES = {
    "A": "АΑᎪ", "a": "аɑα", "B": "ВΒᏴ", "b": "ЬЪƅ", "C": "СϹᏟ", "c": "сϲᴄ", "d": "ԁɗ", "E": "ЕΕᎬ",
    "e": "еҽєε", "F": "Ϝ", "g": "ɡց", "G": "ԌᏀ", "H": "НΗᎻ", "h": "һհ", "I": "ІΙӀ", "i": "іιɩ",
    "J": "ЈᎫ", "j": "јϳ", "K": "КΚ", "k": "кκ", "L": "Ꮮʟ", "l": "ӏ", "M": "МΜϺ", "m": "мᴍ",
    "N": "Ν", "n": "пηո", "O": "ОΟՕ", "o": "оοσօ", "P": "РΡ", "p": "рρ", "Q": "Ԛ", "q": "ԛգ",
    "R": "Ꭱ", "r": "гᴦ", "S": "ЅՏ", "s": "ѕꜱ", "T": "ТΤ", "t": "тτ", "U": "Ս", "u": "υսцʋ",
    "V": "Ѵ", "v": "ѵν", "W": "Ԝ", "w": "ԝωѡшա", "X": "ХΧ", "x": "хχ", "Y": "УΥҮ", "y": "уγүʏ",
    "Z": "Ζ", "z": "ᴢ",
}  # fmt: skip
_TO_LATIN = {ord(form): letter for letter, forms in _LOOK_ALIKES.items() for form in forms}
# After that, in small Latin letters: what digits and narrow letters are read as.
_NARROW = str.maketrans("013458i", "oleasbl")
_PAIRS = (("rn", "m"), ("vv", "w"))

_LATIN = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
_NEIGHBOURS = "\u0370-\u03ff\u0400-\u052f\u0531-\u0587\u13a0-\u13f4"
_MIXED = re.compile(
    rf"[{_LATIN}]['’\u0300-\u036f]*[{_NEIGHBOURS}]|[{_NEIGHBOURS}]['’\u0300-\u036f]*[{_LATIN}]"
)
_FOREIGN = re.compile(f"[{_NEIGHBOURS}]")
_ARABIC = re.compile("[\u0620-\u064a\u0671-\u06d3]")

# As search_key writes them: hamza carriers are bare, ة is ه, ى is ي.
_ARABIC_SOUNDS = {
    "b": "بپ", "t": "تثطٹ", "g": "جغگ", "h": "حه", "x": "خ", "d": "دذضڈ", "r": "رڑ", "z": "زظژ",
    "s": "سص", "S": "شچ", "f": "فڤ", "k": "قك", "l": "ل", "m": "م", "n": "نں",
}  # fmt: skip
_SOUND_OF = {letter: sound for sound, letters in _ARABIC_SOUNDS.items() for letter in letters}
_DIGRAPHS = (
    *(("x", "ks"), ("tch", "S"), ("sch", "S"), ("kh", "x"), ("gh", "g"), ("dj", "g")),
    *(("sh", "S"), ("ch", "S"), ("th", "t"), ("dh", "d"), ("ph", "f")),
    *(("ce", "s"), ("ci", "s"), ("cy", "s")),
)
_LATIN_SOUNDS = str.maketrans("cqvpj", "kkfbg", "aeiouyw")
_ARTICLES = frozenset({"al", "el", "ad", "an", "ar", "as", "ash", "at", "az", "ul"})
# Fewer consonants fit too many names.
_ENOUGH = 4


def words_key(name: str) -> str:
    """The words of a name as search sees them, in alphabetical order; may be empty."""
    return " ".join(sorted(search_key(name).split()))


def skeleton(name: str) -> str:
    """The same with look-alike letters made one. Means nothing except beside another skeleton."""
    return " ".join(sorted(_seen(name).split()))


def run_together(name: str) -> str:
    """The skeleton in the order written, without spaces: `Jeanpaul` as `Jean-Paul`."""
    return _seen(name).replace(" ", "")


def turns(name: str) -> set[str]:
    """`run_together` for each word that the name could begin with: last name first, and so on."""
    words = _seen(name).split()
    return {"".join(words[start:] + words[:start]) for start in range(len(words))}


def mixes_alphabets(name: str) -> bool:
    """Whether letters of Latin and of a look-alike alphabet stand in one word.

    A Cyrillic first name beside a Latin last name is honest, and so is any accent.
    """
    return not name.isascii() and bool(_MIXED.search(unicodedata.normalize("NFC", name)))


def look_alikes_in(name: str) -> list[str]:
    """The letters that no eye can tell from Latin ones, as `а U+0430`, in words that have both."""
    if not mixes_alphabets(name):
        return []
    foreign = [char for char in name if _FOREIGN.match(char)]
    return [f"{char} U+{ord(char):04X}" for char in dict.fromkeys(foreign)]


def is_arabic(name: str) -> bool:
    return not name.isascii() and bool(_ARABIC.search(name))


def consonants(name: str) -> str:
    """The consonants of each word by their sound, words in alphabetical order; "" if too few.

    To be compared between an Arabic and a Latin spelling only, of which it is the common ground:
    vowels, doubled letters, articles and a silent last h are left out.
    """
    sound = _arabic_sounds if is_arabic(name) else _latin_sounds
    words = [sound(word) for word in search_key(name).split() if word not in _ARTICLES]
    heard = sorted(_without_doubles(word) for word in words if word)
    if len(heard) < 2 or sum(map(len, heard)) < _ENOUGH:
        return ""
    return " ".join(heard)


def _seen(name: str) -> str:
    # Accents first: й and ё are letters of their own only once they are composed.
    bare = "".join(
        char for char in unicodedata.normalize("NFD", name) if not unicodedata.combining(char)
    )
    seen = search_key(bare.translate(_TO_LATIN)).translate(_NARROW)
    for pair, letter in _PAIRS:
        seen = seen.replace(pair, letter)
    return seen


def _arabic_sounds(word: str) -> str:
    if word.startswith("ال") and len(word) >= 5:
        word = word[2:]
    return "".join(_SOUND_OF.get(letter, "") for letter in word.removesuffix("ه"))


def _latin_sounds(word: str) -> str:
    if word.startswith(("al", "el")) and len(word) >= 6:
        word = word[2:]
    for letters, sound in _DIGRAPHS:
        word = word.replace(letters, sound)
    return word.removesuffix("h").translate(_LATIN_SOUNDS)


def _without_doubles(word: str) -> str:
    return "".join(
        letter for index, letter in enumerate(word) if not index or word[index - 1] != letter
    )
