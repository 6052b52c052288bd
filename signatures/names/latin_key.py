"""Names of other scripts as Latin letters write them, for readers who type those.

Scripts that write their vowels are kept letter by letter, in one spelling for the usual several
(Dostoevskiy, Dostoyevsky; Kim, Gim). Arabic and Hebrew leave vowels out, so of their words only the
consonants are kept, with a sign for how the word begins: Omar is not Maria. Longer words of all
scripts are kept by their consonants, too.

What comes out means nothing except beside another that was made in the same way. A change here
means that stored keys must be computed again.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from signatures.names.folding import search_key
from signatures.names.scripts import LATIN, scripts_in
from signatures.names.sounds import arabic_sounds, latin_sounds, sounds
from signatures.names.words import in_latin_letters

# No name that people bear comes near.
KEY_LIMIT = 4000

# Whole words stand between spaces, consonants between bars: no query holds a bar.
BAR = "|"

_WITHOUT_VOWELS = frozenset({"ARABIC", "HEBREW", "SYRIAC"})
# Fewer are found by chance, where vowels would tell names apart.
_SOUNDS = 3
_SOUNDS_WITHOUT_VOWELS = 2

_SPELLINGS = (
    *(("shch", "sh"), ("tch", "ch"), ("sch", "sh"), ("dzh", "j"), ("dj", "j"), ("ch", "C")),
    *(("kh", "h"), ("zh", "z"), ("ph", "f"), ("th", "t"), ("gh", "g"), ("ck", "k"), ("c", "k")),
    *(("C", "c"), ("q", "k"), ("x", "ks"), ("tz", "ts"), ("w", "v"), ("ee", "i"), ("oo", "u")),
    *(("ou", "o"), ("y", "i"), ("j", "i"), ("ie", "e"), ("mb", "nb"), ("mp", "np")),
)
_SILENT_H = re.compile("(?<!s)h(?![aeiou])")
_DOUBLED = re.compile(r"(.)\1+")
_NO_LETTER = re.compile("[^a-z0-9]+")

# Kana that are read with the one before them, in hiragana, as `search_key` has them.
_WITH_Y = re.compile("([きしちにひみりぎじぢびぴ])([ゃゅょ])")
_WITH_VOWEL = re.compile("(.)([ぁぃぅぇぉ])")
# How Koreans write the commonest parts of their names, beside the official way.
_KOREAN = {
    "강": "kang", "경": "kyung", "고": "ko", "곽": "kwak", "구": "koo", "권": "kwon", "김": "kim",
    "노": "roh", "류": "ryoo", "박": "park pak", "백": "paik", "변": "byun", "서": "suh",
    "선": "sun", "성": "sung", "승": "seung", "신": "shin", "심": "shim", "안": "ahn", "엄": "um",
    "연": "yun", "영": "young", "오": "oh", "우": "woo", "유": "yoo", "은": "eun", "이": "lee yi",
    "임": "lim", "전": "jun", "정": "jung chung", "조": "cho", "천": "chun", "최": "choi",
    "허": "hur", "현": "hyun", "희": "hee",
}  # fmt: skip
_SYLLABLES = re.compile("[\u3400-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff]")
_KANA = re.compile("[\u3041-\u309f]")
_ABD = re.compile("^عبد(?=ال.)")
_ARTICLE, _GOD = "ال", "الله"
# A vowel's seat only, which `search_key` takes for the letter.
_SEAT = str.maketrans("", "", "ؤ")


@lru_cache(maxsize=20_000)
def latin_key(name: str) -> str:
    """What is stored beside a name: ` fedor dostoevski |fdr|dstfsk|`; empty if all of it is Latin.

    Takes any string and raises nothing. Its index leaves out the spaces, so that what stands
    between bars is found whole in it, and letters are found together and apart.
    """
    if name.isascii():
        return ""
    words = [word for each in search_key(name.translate(_SEAT)).split() for word in _apart(each)]
    others = [word for word in words if scripts_in(word) - {LATIN}]
    if not others:
        return ""
    spelled = dict.fromkeys(each for word in others for each in _letters(word) if each)
    heard = dict.fromkeys(
        each for word in (*others, *_pairs(words)) for each in sorted(_heard(word))
    )
    letters, sound = " ".join(spelled), BAR.join(heard)
    key = (f" {letters} " if letters else "") + (f"{BAR}{sound}{BAR}" if sound else "")
    return key[:KEY_LIMIT]


def spelling(latin: str) -> str:
    """One spelling for the usual several of a word in Latin letters."""
    word = _NO_LETTER.sub("", latin.lower())
    for written, same in _SPELLINGS:
        word = word.replace(written, same)
    return _DOUBLED.sub(r"\1", _SILENT_H.sub("", word))


def heard_in(latin: str) -> str:
    """The consonants of a word in Latin letters, and how it begins."""
    word = _NO_LETTER.sub("", latin.lower())
    if word.startswith(("al", "el")) and len(word) >= 6:
        word = word[2:]
    begins = _beginning(word)
    # Between vowels a w is heard, which those who only compare consonants leave out.
    return begins + "w".join(map(latin_sounds, word.removeprefix("w").split("w")))


def is_without_vowels(word: str) -> bool:
    return bool(scripts_in(word) & _WITHOUT_VOWELS)


def _apart(word: str) -> tuple[str, ...]:
    """Servant of …: written together and apart."""
    found = _ABD.match(word)
    return (found[0], word[found.end() :]) if found else (word,)


def _pairs(words: list[str]) -> Iterator[str]:
    """Two words of a script without vowels are often one in Latin letters, or the article goes to
    the first: Abdelrahman, Abdel Rahman."""
    for one, other in pairwise(words):
        if is_without_vowels(one) and is_without_vowels(other):
            yield one + other
            if other.startswith(_ARTICLE):
                yield one + _ARTICLE


def _letters(word: str) -> Iterator[str]:
    if is_without_vowels(word):
        return
    if _KANA.search(word):
        yield spelling(kana_in_latin(word))
        return
    yield spelling(_latin(word))
    if _SYLLABLES.search(word):
        for syllable in word:
            yield spelling(in_latin_letters(syllable))
            yield from (spelling(usual) for usual in _KOREAN.get(syllable, "").split())


def _heard(word: str) -> set[str]:
    if is_without_vowels(word):
        if word == _GOD:
            return set()
        heard = _heard_in_arabic(word) if "ARABIC" in scripts_in(word) else _heard_in_hebrew(word)
        return {each for each in heard if len(each) >= _SOUNDS_WITHOUT_VOWELS}
    latin = kana_in_latin(word) if _KANA.search(word) else _latin(word)
    sound = heard_in(latin)
    if len(latin_sounds(latin)) < _SOUNDS:
        return set()
    if sound[0] not in "ay":
        return {sound}
    # Yevgeny and Evgeny are one name.
    return {begun + sound[1:] for begun in "ay"}


def _heard_in_arabic(word: str) -> set[str]:
    """و is a vowel or a w, in Persian and Urdu a v; before a last ة it is no vowel."""
    if word.startswith(_ARTICLE) and len(word) >= 5:
        word = word.removeprefix(_ARTICLE)
    ways = ("w", "f") if word.endswith("وه") else ("", "w", "f")
    if word[0] == "و":
        return {begun + arabic_sounds(word[1:], waw=way) for begun in "wf" for way in ways}
    begins = ("a",) if word[0] in "اع" else ("y", "a") if word[0] == "ي" else ("",)
    return {begun + arabic_sounds(word, waw=way) for begun in begins for way in ways}


def _heard_in_hebrew(word: str) -> set[str]:
    """ב is a v or a b."""
    begins = ("a",) if word[0] in "אע" else ("y", "a") if word[0] == "י" else ("",)
    ways = sounds(word) | sounds(word.replace("ב", "b"))
    return {begun + each for begun in begins for each in ways}


def _beginning(latin: str) -> str:
    if re.match("ou[aeiy]", latin):
        return "w"
    first = latin[:1]
    return "a" if first in tuple("aeiou") else first if first in ("w", "y") else ""


def _latin(word: str) -> str:
    return in_latin_letters(word.replace("ου", "ou"))


def kana_in_latin(word: str) -> str:
    """By sound; `in_latin_letters` reads each sign by itself."""
    word = word.replace("っ", "")
    word = _WITH_Y.sub(lambda pair: f"{in_latin_letters(pair[1])[:-1]}{_small(pair)}", word)
    word = _WITH_VOWEL.sub(lambda pair: in_latin_letters(pair[1])[:-1] + _small(pair), word)
    return in_latin_letters(word).lower().replace("oo", "o")


def _small(pair: re.Match[str]) -> str:
    small = in_latin_letters(pair[2])
    return small.removeprefix("y") if pair[1] in "しちじぢ" else small
