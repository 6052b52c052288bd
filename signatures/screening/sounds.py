"""The consonants of a name: the common ground of its spellings in two scripts.

Vowels, doubled letters, articles and a silent last h are left out.
"""

from functools import lru_cache

from signatures.press.search_key import search_key
from signatures.screening.scripts import EAST_ASIAN, scripts_in
from signatures.screening.words import in_latin_letters

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
_LONG_VOWELS = str.maketrans("cqvpjouieS", "kkfbgwwyys", "a'")
_ARTICLES = frozenset({"al", "el", "ad", "an", "ar", "as", "ash", "at", "az", "ul"})
# Kana and Hangul do not tell these apart, and leave out an r before a consonant and at the end.
_LOOSE = str.maketrans("lSfv", "rsbb")


@lru_cache(maxsize=50_000)
def sounds(word: str) -> frozenset[str]:
    """How one word of any script may sound; Hebrew's ו is a v or a vowel."""
    key = search_key(word)
    if not key or key in _ARTICLES:
        return frozenset()
    scripts = scripts_in(key)
    if scripts == {"ARABIC"}:
        heard = {_without_doubles(_arabic(key))}
    elif "HEBREW" in scripts:
        heard = {latin_sounds(in_latin_letters(form)) for form in (key, key.replace("ו", ""))}
    else:
        heard = {latin_sounds(in_latin_letters(key))}
    return frozenset(heard - {""})


def latin_sounds(word: str) -> str:
    word = search_key(word).replace(" ", "")
    if word.startswith(("al", "el")) and len(word) >= 6:
        word = word[2:]
    for letters, sound in _DIGRAPHS:
        word = word.replace(letters, sound)
    return _without_doubles(word.removesuffix("h").translate(_LATIN_SOUNDS))


@lru_cache(maxsize=50_000)
def with_long_vowels(word: str) -> str:
    """Consonants and what Arabic and Hebrew write of vowels: o and u as w, e and i as y."""
    latin = search_key(in_latin_letters(word)).replace(" ", "")
    if scripts_in(word) & {"ARABIC", "HEBREW"} and latin.startswith("al") and len(latin) >= 5:
        latin = latin[2:]
    for letters, sound in _DIGRAPHS:
        latin = latin.replace(letters, sound)
    return _without_doubles(latin.translate(_LONG_VOWELS))


@lru_cache(maxsize=50_000)
def loose(word: str) -> str:
    """As Japanese and Korean letters write a foreign word."""
    latin = search_key(in_latin_letters(word)).replace(" ", "")
    kept = "".join(
        letter
        for place, letter in enumerate(latin)
        if letter != "r" or latin[place + 1 : place + 2] in tuple("aeiouy")
    )
    return _without_doubles(latin_sounds(kept).translate(_LOOSE))


def is_loose(text: str) -> bool:
    return EAST_ASIAN in scripts_in(text)


def _arabic(word: str) -> str:
    if word.startswith("ال") and len(word) >= 5:
        word = word[2:]
    return "".join(_SOUND_OF.get(letter, "") for letter in word.removesuffix("ه"))


def _without_doubles(word: str) -> str:
    return "".join(
        letter for index, letter in enumerate(word) if not index or word[index - 1] != letter
    )
