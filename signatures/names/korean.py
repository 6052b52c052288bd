"""Korean names in Hangul, and the ways in which people spell them in Latin letters: Park Ji-hyun,
Pak Chi-hyŏn and Bak Jihyeon are 박지현.

A name becomes a row of sounds in which those that are spelled alike are one. A Latin name becomes
several, one for each way to read it.
"""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import product

from signatures.names.folding import search_key
from signatures.names.scripts import LATIN, scripts_in, writing_of

_FIRST_SYLLABLE = 0xAC00
_SYLLABLES_OF_INITIAL, _SYLLABLES_OF_VOWEL = 588, 28
# In the order of Unicode, with one sign for what is spelled alike. O is ㅓ, U is ㅡ.
_INITIALS = "kknttrmppss-cccktph"
_VOWELS = ("a", "e", "ya", "ye", "O", "e", "yO", "ye", "o", "wa", "we",
    "we", "yo", "u", "wO", "we", "wi", "yu", "U", "i", "i")  # fmt: skip
_FINALS = "-KKKNNNTLKMLLLPLMPPTTGTTKTPT"
# How each is spelled.
_INITIALS_SPELLED = {
    "k": "g k kk kh gg", "n": "n", "t": "d t dd tt th", "r": "r l rh", "m": "m", "s": "s ss sh",
    "p": "b p bb pp ph v f", "c": "j ch jj tch z", "h": "h",
}  # fmt: skip
_VOWELS_SPELLED = {
    "a": "a ah", "e": "ae ai ay e ei eh", "ya": "ya", "ye": "ye yae yeh", "O": "eo uh",
    "yO": "yeo yuh", "o": "o oh", "wa": "wa wha oa", "we": "oe oi we wae", "yo": "yo yoh",
    "u": "u oo woo wu ou", "wO": "wo weo", "wi": "wi wee", "yu": "yu yoo you", "U": "eu",
    "i": "i ee ui eui yi ie ih ea",
}  # fmt: skip
# And where a consonant follows in the syllable: Sung, Chon, Hyun, Young.
_BEFORE_CONSONANT = {"O": "u o ou", "yO": "yu yo you", "U": "u"}
_FINALS_SPELLED = {
    "G": "ng", "N": "n", "M": "m", "K": "k g ck", "L": "l r", "P": "p b", "T": "t s d",
}  # fmt: skip
# Family names, with what else they are spelled as.
_FAMILY_NAMES = """
    이 lee rhee li yee,박 park bark,최 choy,김,임 lim rim,노 roh ro,유 ryu lyu,양 ryang,나 ra rah
    강,고,곽,구,국,권,금,기,길,남,남궁,도,독고,마,맹,명,모,문,민,반,방,배,백 paik baik,변,복,봉,사공
    서,석,선,선우,설,성,소,손,송,신,심,안,어,엄,여,연,염,예,오,옥,왕,용,우,원,위,육,윤,은,인,장,전,정
    제,제갈,조,주,지,진,차,채,천,추,탁,태,표,하,한,함,허 hur her,현,형,홍,황,황보
"""
# Written so in the North.
_IN_THE_SOUTH = {"리": "이", "림": "임", "로": "노", "류": "유", "량": "양", "라": "나", "려": "여"}
_MAX_SYLLABLES_GIVEN = 3
_MIN_SYLLABLES_BY_SPELLING = 2
_MAX_READINGS = 60
_MAX_WORDS = 4


def readings(words: Sequence[str]) -> frozenset[str]:
    """The rows of sounds that a whole name may be, family name first; none for what is no Korean
    name with a family name of many."""
    if words and all(writing_of(word) == {"HANGUL"} for word in words):
        return frozenset(_of_hangul("".join(words)))
    if not 1 < len(words) <= _MAX_WORDS or scripts_in("".join(words)) != {LATIN}:
        return frozenset()
    plain = tuple(search_key(word).replace(" ", "") for word in words)
    return _of_latin(plain[0], plain[1:]) | _of_latin(plain[-1], plain[:-1])


def _of_hangul(word: str) -> Iterator[str]:
    for cut in (1, 2):
        family = _IN_THE_SOUTH.get(word[:cut], word[:cut])
        given = word[cut:]
        if family in _families() and 0 < len(given) <= _MAX_SYLLABLES_GIVEN:
            yield " ".join((family, *(" ".join(_sounds(syllable)) for syllable in given)))


def _sounds(syllable: str) -> tuple[str, str, str]:
    place = ord(syllable) - _FIRST_SYLLABLE
    return (
        _INITIALS[place // _SYLLABLES_OF_INITIAL],
        _VOWELS[place % _SYLLABLES_OF_INITIAL // _SYLLABLES_OF_VOWEL],
        _FINALS[place % _SYLLABLES_OF_VOWEL],
    )


@lru_cache(maxsize=20_000)
def _of_latin(family: str, given: tuple[str, ...]) -> frozenset[str]:
    families = _spelled_families().get(family)
    if not families:
        return frozenset()
    found = product(families, *(list(_parses(part)) for part in given))
    rows = (" ".join(parts) for _, parts in zip(range(_MAX_READINGS), found, strict=False))
    # Each syllable has three sounds.
    fewest = 1 + 3 * _MIN_SYLLABLES_BY_SPELLING
    return frozenset(
        row for row in rows if fewest <= len(row.split()) <= 1 + 3 * _MAX_SYLLABLES_GIVEN
    )


def _parses(word: str, syllables: int = _MAX_SYLLABLES_GIVEN) -> Iterator[str]:
    """Each way to read a word as so many syllables at most."""
    for length in range(1, min(len(word), max(map(len, _spelled_syllables()))) + 1):
        for sounds in _spelled_syllables().get(word[:length], ()):
            if length == len(word):
                yield sounds
            elif syllables > 1:
                yield from (f"{sounds} {rest}" for rest in _parses(word[length:], syllables - 1))


@cache
def _spelled_syllables() -> dict[str, tuple[str, ...]]:
    table: dict[str, set[str]] = {}
    for initial, vowel, final in product({*_INITIALS}, {*_VOWELS}, {*_FINALS}):
        for spelled in _spellings(initial, vowel, final):
            table.setdefault(spelled, set()).add(f"{initial} {vowel} {final}")
    return {spelled: tuple(sorted(sounds)) for spelled, sounds in table.items()}


def _spellings(initial: str, vowel: str, final: str) -> Iterator[str]:
    vowels = _VOWELS_SPELLED[vowel]
    if final != "-":
        vowels += " " + _BEFORE_CONSONANT.get(vowel, "")
    parts = (_INITIALS_SPELLED.get(initial, ""), vowels, _FINALS_SPELLED.get(final, ""))
    yield from map("".join, product(*(part.split() or [""] for part in parts)))


@cache
def _families() -> dict[str, list[str]]:
    """Family names, and what else each is spelled as."""
    lines = (line.split() for line in _FAMILY_NAMES.strip().replace("\n", ",").split(","))
    return {family: others for family, *others in lines}


@cache
def _spelled_families() -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for family, others in _families().items():
        ways = product(*(_spellings(*_sounds(syllable)) for syllable in family))
        for spelled in {*map("".join, ways), *others}:
            table.setdefault(spelled, []).append(family)
    return table
