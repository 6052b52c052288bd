"""The consonants of a name: the common ground of its spellings in two scripts.

Vowels, doubled letters, articles and a silent last h are left out.
"""

from functools import lru_cache

from signatures.names.folding import search_key
from signatures.names.scripts import scripts_in
from signatures.names.words import in_latin_letters

# As search_key writes them: hamza carriers are bare, ة is ه, ى is ي.
_ARABIC_SOUNDS = {
    "b": "بپ", "t": "تثطٹ", "g": "جغگ", "h": "حه", "x": "خ", "d": "دذضڈ", "r": "رڑ", "z": "زظژ",
    "s": "سص", "S": "شچ", "f": "فڤ", "k": "قك", "l": "ل", "m": "م", "n": "نں",
}  # fmt: skip
_SOUND_OF = {letter: sound for sound, letters in _ARABIC_SOUNDS.items() for letter in letters}
_DIGRAPHS = (
    *(("x", "ks"), ("tch", "S"), ("sch", "S"), ("kh", "x"), ("gh", "g"), ("dj", "g")),
    *(("sh", "S"), ("ch", "S"), ("th", "t"), ("dh", "d"), ("ph", "f")),
    *(("tz", "ts"), ("ce", "s"), ("ci", "s"), ("cy", "s")),
)
_LATIN_SOUNDS = str.maketrans("cqvpj", "kkfbg", "aeiouyw")
_READ_TWO_WAYS = (("ו", ""), ("в", ""), ("व", ""), ("פ", "p"), ("ב", "v"))
_ARTICLES = frozenset({"al", "el", "ad", "an", "ar", "as", "ash", "at", "az", "ul"})


@lru_cache(maxsize=50_000)
def sounds(word: str) -> frozenset[str]:
    """How one word of any script may sound; some letters are a v or a w."""
    key = search_key(word)
    if not key or key in _ARTICLES:
        return frozenset()
    scripts = scripts_in(key)
    if scripts == {"ARABIC"}:
        heard = {arabic_sounds(key)}
    else:
        forms = {key}
        for letter, read_as in _READ_TWO_WAYS:
            forms |= {form.replace(letter, read_as) for form in forms}
        heard = {latin_sounds(in_latin_letters(form)) for form in forms}
    return frozenset(heard - {""})


def latin_sounds(word: str) -> str:
    word = search_key(word).replace(" ", "")
    if word.startswith(("al", "el")) and len(word) >= 6:
        word = word[2:]
    for letters, sound in _DIGRAPHS:
        word = word.replace(letters, sound)
    return _without_doubles(word.removesuffix("h").translate(_LATIN_SOUNDS))


def arabic_sounds(word: str, *, waw: str = "", ya: str = "") -> str:
    """Of a word as `search_key` writes it; و and ي are heard as these."""
    if word.startswith("ال") and len(word) >= 5:
        word = word[2:]
    heard = _SOUND_OF | {"و": waw, "ي": ya}
    return _without_doubles("".join(heard.get(letter, "") for letter in word.removesuffix("ه")))


def _without_doubles(word: str) -> str:
    return "".join(
        letter for index, letter in enumerate(word) if not index or word[index - 1] != letter
    )
