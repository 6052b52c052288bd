"""How a word of any script is spoken, and how far two words are apart by that.

A word becomes a row of sounds, one character for each, as its own script writes them. `bones` are
coarse, for finding what is worth comparing. `distance` weighs each difference by how often two
spellings of one name differ in it: a v for a w is little, an r for a k is much, and a vowel is next
to nothing where one of the scripts leaves vowels out.

Sounds are small letters as in Latin; T is th, S sh, Z zh, C ch, J dzh, c ts, x kh, G gh. Others
are read in several ways: H is what Latin writes ch, Q a soft g, j a Latin j, R an r before no
vowel, E a last e, N and M a nasal and @ a vowel that may be left out, B is b or v, D d or t, L l
or r, O a dhal; A, W and Y are ا, و and ي.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations, product

from anyascii import anyascii

from signatures.names.folding import search_key
from signatures.names.latin_key import kana_in_latin
from signatures.names.scripts import LATIN, scripts_in

_MAX_SOUNDS = 30
_MAX_BONES = 24
_KANA = re.compile("[\u3041-\u30ff]")
_SYLLABLES = re.compile("[\u3041-\u30ff\uac00-\ud7a3]")
_INDIC = re.compile("[\u0900-\u0dff]")

# What letters mean together, or otherwise than `anyascii` has it.
_GREEK = (
    *(
        ("ντζ", "J"),
        ("τζ", "J"),
        ("τσ", "C"),
        ("ντ", "ND"),
        ("μπ", "MB"),
        ("γκ", "Ng"),
        ("γγ", "ng"),
    ),
    *(
        ("γχ", "nx"),
        ("ου", "u"),
        ("αυ", "aW"),
        ("ευ", "eW"),
        ("ηυ", "iW"),
        ("οι", "i"),
        ("ει", "i"),
    ),
    *(("αι", "e"), ("χ", "x"), ("γ", "G"), ("θ", "T"), ("ξ", "ks"), ("ψ", "ps"), ("υ", "i")),
    *(("η", "i"), ("ω", "o"), ("β", "v")),
)
_CYRILLIC = (
    *(("дж", "J"), ("дз", "c"), ("ьо", "io"), ("х", "x"), ("ц", "c"), ("ч", "C"), ("щ", "S")),
    *(
        ("г", "G"),
        ("ђ", "X"),
        ("ћ", "C"),
        ("џ", "J"),
        ("љ", "l"),
        ("њ", "n"),
        ("ё", "yo"),
        ("ы", "i"),
        ("ъ", ""),
        ("ь", ""),
        ("ө", "o"),
        ("ү", "u"),
        ("ә", "a"),
    ),
)
_ARMENIAN = (("ու", "u"), ("եւ", "ev"))
_GEORGIAN = (("ჯ", "J"), ("ფ", "B"))
_PAIRS = {"GREEK": _GREEK, "CYRILLIC": _CYRILLIC, "ARMENIAN": _ARMENIAN, "GEORGIAN": _GEORGIAN}
_HEBREW = {
    "א": "A", "ב": "B", "ג": "g", "ד": "d", "ה": "h", "ו": "W", "ז": "z", "ח": "x", "ט": "t",
    "י": "Y", "כ": "k", "ך": "x", "ל": "l", "מ": "m", "ם": "m", "נ": "n", "ן": "n", "ס": "s",
    "ע": "A", "פ": "B", "ף": "f", "צ": "c", "ץ": "c", "ק": "k", "ר": "r", "ש": "S", "ת": "t",
}  # fmt: skip
# As search_key writes them: hamza carriers are bare, ة is ه, ى is ي.
_ARABIC = {
    letter: sound
    for sound, letters in {
        "b": "ب", "p": "پ", "t": "تطٹ", "T": "ث", "O": "ذ", "J": "ج", "C": "چ", "Z": "ژ", "h": "هح",
        "x": "خ", "d": "دضڈ", "r": "رڑ", "z": "زظ", "s": "سص", "S": "ش", "G": "غ", "f": "فڤ",
        "k": "قك", "g": "گ", "l": "ل", "m": "م", "n": "نں", "A": "اع", "W": "و", "Y": "ي",
    }.items()
    for letter in letters
}  # fmt: skip
_WITHOUT_VOWELS = {"ARABIC": _ARABIC, "HEBREW": _HEBREW}
# As Latin letters write them, the longest first; some by what follows.
_LATIN = {
    "schtsch": "S", "chtch": "S", "shch": "S", "szcz": "S", "stsj": "S", "sjtj": "S",
    "tth": "T", "tsch": "C", "dsch": "J", "tch": "C", "sch": "S", "dg(?=[eiy])": "J",
    "ssh": "S", "sh": "S", "zh": "Z", "kh": "x", "gh": "G", "th": "T", "dh": "d", "ph": "f",
    "bh": "b", "ck": "k", "cz": "C", "sz": "S", "rz": "RZ", "dz": "c", "dj": "J", "ts": "c",
    "tz": "c", "ch": "H", "qu": "kw", "q": "k", "x": "ks", "ou(?=[aeiy])": "w",
    "ou": "u", "oo": "u", "ee": "i",
    "oe": "o@",
    "ue": "u@", "ae": "e@", "aa": "a", "lh": "l", "nh": "n", "wh": "w",
    "c(?=[eiy])": "s", "c(?=[ao]?$)": "K", "c": "k", "g(?=[eiy])": "Q",
    "r(?![aeiouyr])": "R", "e$": "E",
}  # fmt: skip
_LATIN_LETTERS = re.compile("|".join(f"({letters})" for letters in _LATIN))
_LATIN_SOUNDS = tuple(_LATIN.values())
_ACCENTED = str.maketrans(
    {
        **dict.fromkeys("çşšśș", "S"), **dict.fromkeys("čć", "C"), **dict.fromkeys("žżź", "Z"),
        "đ": "X", "ğ": "G", "ę": "eN", "ą": "oN", "ã": "aN", "õ": "oN", "þ": "T", "ß": "s",
    }
)  # fmt: skip
# As `anyascii` writes letters of other scripts.
_SPELLED_SOUNDS = {
    "shch": "S", "kh": "x", "gh": "G", "ch": "C", "sh": "S", "zh": "Z", "ts": "c", "dz": "c",
    "th": "T", "dh": "d", "ph": "f", "bh": "b", "jh": "J", "eu": "u", "eo": "o", "ae": "e",
    "ng": "nG", "j": "J",
}  # fmt: skip
_SPELLED = re.compile("|".join(_SPELLED_SOUNDS))
_TWICE = re.compile(r"(.)\1+")
_NOT_HEARD = re.compile("[^a-zA-Z@]")
_ARTICLES = ("al", "el", "ال")
# `Abdel`, `Abdul` and `Abdur-` without the article that is spoken with what follows.
_ABD = re.compile(r"^(?:عبدال|abd[aeiou]*(?:l(?![aeiou])|([^aeioul])(?=\1)))")
_MIN_LETTERS_AFTER_ARTICLE = 3

_VOWELS = frozenset("aeiouE@")
# Which bones a sound leaves; none where it may be silent. What is missing here never leaves one.
_BONES = {
    "b": ("b",), "p": ("b",), "f": ("f",), "v": ("f",), "B": ("b", "f"), "w": ("", "f"),
    "W": ("", "f"), "m": ("m",), "n": ("n",), "N": ("", "n"), "l": ("l",), "r": ("r",),
    "L": ("l", "r"), "R": ("r", ""), "t": ("t",), "d": ("d",), "T": ("t", "s"),
    "O": ("s", "d"), "D": ("d", "t"), "X": ("d", "s", "k"), "K": ("k", "s"), "M": ("", "n", "m"),
    **dict.fromkeys("szSZCc", ("s",)), "J": ("s", "k"),
    "j": ("", "s", "k"), "Q": ("k", "s"), "H": ("s", "k", ""),
    "k": ("k",), "g": ("k",), "x": ("k", ""), "G": ("k", ""),
}  # fmt: skip

# Of `frames`: what is written for each other, and what is left out. A ch is read in both ways.
_FRAME_PAIRS = (
    *((letters, "s") for letters in ("schtsch", "chtch", "shch", "szcz", "stsj", "sjtj")),
    *((letters, "s") for letters in ("tsch", "tch", "sch", "sh", "sz", "cz", "ts", "tz", "ds")),
    *(("qu", "kv"), ("kh", "k"), ("gh", "g"), ("th", "t"), ("ph", "f"), ("x", "ks")),
)
_FRAME_CH = (("ch", "k"), ("ch", "s"))
_OU_AS_W = re.compile("ou(?=[aeiy])")
_SOFT_C = re.compile("c(?=[eiy])")
_FRAME = str.maketrans("wvzqcg", "ffskkk", "aeiouyhj")

# Kana and Hangul write one for both.
_OF_SYLLABLES = str.maketrans("bplr", "BBLL")

# What one difference costs; another sound costs 1.
_NEXT_TO_NOTHING, _ALIKE, _SIMILAR, _OTHER_VOWEL, _OTHER = 0.05, 0.15, 0.3, 0.6, 1.0
_FOR_NONE = {
    **dict.fromkeys("hNM@", 0.1), **dict.fromkeys("yYRE", 0.2), **dict.fromkeys("AWGw", 0.3),
    **dict.fromkeys("xHj", 0.6),
}  # fmt: skip
_VOWEL_FOR_NONE, _UNWRITTEN_FOR_NONE, _OF_SYLLABLE_FOR_NONE = 0.4, 0.06, 0.12
# Nino and Nina are two people.
_ANOTHER_ENDING = 0.5
_ENDINGS_APART = frozenset(permutations("aoi", 2)) | frozenset(permutations("aue", 2))
_PAIRS_ALIKE = """
    Dd Dt DT Mm Mn
    bp bv fv fb vw wu wo wf Bb Bp Bf Bv Lr Ll LR tT dT sT zT TO dO zO sO sS zZ SZ SC CJ
    ZJ zc cC Jc Cs cS kG gG xh hG xG kH xH CH SH hH cH jJ jZ jy jx jh ji gk Rr yi ye nN mN
    XJ KC KS Kx @a @e @o Aa Ae Ao Wv Ww Wu Wo Wf Yi Yy Ye Yj ie ou gQ GQ QJ QZ Qy Jg Ee
"""
_PAIRS_SAME = "Xd Kk Kc Rr Lr Ll Bb Bv Aa Wo Wu Wv Ww Yi Yy yi vw Ee Mm Mn nN Dd Dt"
_PAIRS_SIMILAR = """
    ae ao uy iu oe Ai Au AY AW hk xk kx gx yo Ea Ei fT td pf sz zS zJ Js sc jz js jC jg kQ mn
"""


def _costs() -> dict[tuple[str, str], float]:
    costs = {}
    for pairs, cost in (
        (_PAIRS_SIMILAR, _SIMILAR),
        (_PAIRS_ALIKE, _ALIKE),
        (_PAIRS_SAME, _NEXT_TO_NOTHING),
    ):
        for pair in pairs.split():
            costs[pair[0], pair[1]] = costs[pair[1], pair[0]] = cost
    return costs


_COSTS = _costs()


@dataclass(frozen=True, slots=True)
class Heard:
    """A word by its sounds, and what its script leaves out or puts between them."""

    sounds: str
    has_unwritten_vowels: bool = False
    is_of_syllables: bool = False


@lru_cache(maxsize=50_000)
def heard(word: str) -> tuple[Heard, ...]:
    """How a word may sound: twice where it may begin with an article."""
    key = search_key(word).replace(" ", "")
    ways = [word]
    if key.startswith(_ARTICLES) and len(key) - 2 >= _MIN_LETTERS_AFTER_ARTICLE:
        ways.append(key[2:])
    if found := _ABD.match(key):
        ways.append(("عبد" if key[0] == "ع" else "abd") + key[found.end() :])
    return tuple(dict.fromkeys(way for each in ways if (way := _heard(each)).sounds))


@lru_cache(maxsize=50_000)
def bones(word: str) -> frozenset[str]:
    """Its consonants in ten kinds, in each way that they may be spoken."""
    found: set[str] = set()
    for way in heard(word):
        rows = product(*(_BONES[sound] for sound in way.sounds if sound in _BONES))
        for _, row in zip(range(_MAX_BONES), rows, strict=False):
            found.add(_TWICE.sub(r"\1", "".join(row)))
    return frozenset(found - {""})


@lru_cache(maxsize=50_000)
def frames(word: str) -> frozenset[str]:
    """The consonants of a Latin word as another may write them, for what is worth comparing in the
    same script: Shukriya and Šukrija share one. None for words of other scripts."""
    if scripts_in(word) - {LATIN}:
        return frozenset()
    plain = _OU_AS_W.sub("v", search_key(word).replace(" ", ""))
    for letters, other in _FRAME_PAIRS:
        plain = plain.replace(letters, other)
    ways = {_SOFT_C.sub("s", plain.replace(*pair)) for pair in _FRAME_CH}
    return frozenset(_TWICE.sub(r"\1", way.translate(_FRAME)) for way in ways) - {""}


@lru_cache(maxsize=20_000)
def distance(one: str, other: str) -> float:
    """What it costs to make one word of the other, for each of their sounds: 0 is the same."""
    return min(
        (_distance(mine, theirs) for mine in heard(one) for theirs in heard(other)),
        default=_OTHER,
    )


def consonants(word: str) -> int:
    return max(map(len, bones(word)), default=0)


def begins_alike(one: str, other: str) -> bool:
    """Whether an initial may stand for the word."""
    return any(
        mine.sounds[0] == theirs.sounds[0] or (mine.sounds[0], theirs.sounds[0]) in _COSTS
        for mine in heard(one)
        for theirs in heard(other)
    )


def _heard(word: str) -> Heard:
    scripts = scripts_in(word)
    for script, table in _WITHOUT_VOWELS.items():
        if script in scripts:
            sounds = "".join(table.get(letter, "") for letter in search_key(word))
            return Heard(_tidy(sounds), has_unwritten_vowels=True)
    if _KANA.search(word):
        spelled = _spelled(kana_in_latin(search_key(word)))
        return Heard(_tidy(spelled.translate(_OF_SYLLABLES)), is_of_syllables=True)
    if _INDIC.search(word):
        return Heard(_tidy(_indic(word)))
    if scripts <= {LATIN}:
        return Heard(_tidy(_latin(word)))
    sounds = _by_letter(word, scripts)
    if _SYLLABLES.search(word):
        return Heard(_tidy(sounds.translate(_OF_SYLLABLES)), is_of_syllables=True)
    return Heard(_tidy(sounds))


def _tidy(sounds: str) -> str:
    return _TWICE.sub(r"\1", _NOT_HEARD.sub("", sounds))[:_MAX_SOUNDS]


def _latin(word: str) -> str:
    accented = unicodedata.normalize("NFC", word).casefold()
    # Capitals are sounds already, and search_key would make them small.
    parts = re.split("([A-Z])", accented.translate(_ACCENTED))
    plain = "".join(part if part.isupper() else search_key(part) for part in parts)
    return _LATIN_LETTERS.sub(lambda found: _LATIN_SOUNDS[(found.lastindex or 1) - 1], plain)


def _by_letter(word: str, scripts: set[str]) -> str:
    lower = unicodedata.normalize("NFC", word).casefold()
    if "GREEK" in scripts:
        lower = "".join(
            c for c in unicodedata.normalize("NFD", lower) if not unicodedata.combining(c)
        )
    for script in scripts & _PAIRS.keys():
        for letters, sounds in _PAIRS[script]:
            lower = lower.replace(letters, sounds)
    return "".join(c if c.isascii() else _spelled(anyascii(c).lower()) for c in lower)


def _indic(word: str) -> str:
    """Each consonant has a vowel of its own unless another is written, or none."""
    row = ""
    for char in unicodedata.normalize("NFC", word):
        latin = _spelled(anyascii(char).lower().replace("c", "ch")) if char != "ं" else "M"
        if unicodedata.category(char)[0] == "M" and char != "ं":
            row = row.removesuffix("@")
        row += latin
        if unicodedata.category(char) == "Lo" and latin and latin[-1] not in _VOWELS:
            row += "@"
    row = row.removesuffix("@")
    # Tamil has one letter for both.
    return row.replace("t", "D") if "TAMIL" in scripts_in(word) else row


def _spelled(latin: str) -> str:
    return _SPELLED.sub(lambda found: _SPELLED_SOUNDS[found[0]], latin)


def _distance(one: Heard, other: Heard) -> float:
    mine, theirs = _for_none(one, other), _for_none(other, one)
    row = [0.0]
    for cost in theirs:
        row.append(row[-1] + cost)
    for sound, left_out in zip(one.sounds, mine, strict=True):
        above, row = row, [row[0] + left_out]
        for place, another in enumerate(other.sounds):
            row.append(
                min(
                    above[place] + _substitution(sound, another),
                    above[place + 1] + left_out,
                    row[place] + theirs[place],
                )
            )
    cost = row[-1]
    if not one.has_unwritten_vowels and not other.has_unwritten_vowels:
        cost += _ANOTHER_ENDING * ((one.sounds[-1], other.sounds[-1]) in _ENDINGS_APART)
    return cost * 2 / (len(one.sounds) + len(other.sounds))


def _for_none(word: Heard, other: Heard) -> list[float]:
    """What each of its sounds costs where the other word has none."""
    costs = []
    for place, sound in enumerate(word.sounds):
        cost = _FOR_NONE.get(sound, _VOWEL_FOR_NONE if sound in _VOWELS else _OTHER)
        if word.is_of_syllables and sound in "iou":
            cost = _OF_SYLLABLE_FOR_NONE
        # A first vowel has a letter in every script, and so has one of two in a row.
        is_inside = place and word.sounds[place - 1] not in _VOWELS
        if other.has_unwritten_vowels and is_inside and sound in _VOWELS:
            cost = _UNWRITTEN_FOR_NONE
        costs.append(cost)
    return costs


def _substitution(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if (cost := _COSTS.get((one, other))) is not None:
        return cost
    return _OTHER_VOWEL if one in _VOWELS and other in _VOWELS else _OTHER
