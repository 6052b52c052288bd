"""Invented names of people, as many as wanted: of more words than the demo has, in six ways of
speaking, whose given and family names are put together from syllables. Some words are borne by
many, as in life; nobody who exists is meant."""

from collections.abc import Iterator
from functools import cache

from demo.rng import Chance

# Of each way of speaking: how syllables begin, their vowels, how they end, and how given names
# and family names end.
_SPEECHES = (
    (
        "b br c cl d f g gr h j k l m n p r s st t th w",
        "a e i o u ea",
        " l n r s th",
        "a en ia in is y",
        "ford ham ley man son ton well wood worth by",
    ),
    (
        "b c d f g l m n p r s t v z",
        "a e i o ia io",
        "  l n r",
        "a o ella ina ino etta",
        "ini etti one elli acci ardo ese ante",
    ),
    (
        "b ch cz d dr g j k kr l m n p r s st w z",
        "a e i o u",
        "  j l n r w",
        "a ek mir slaw na usz",
        "ski wicz ak czyk ow ek iec ka",
    ),
    (
        "ch f h k m n r s sh t ts y",
        "a e i o u",
        "   n",
        "ko mi ro ta ya ki",
        "moto da mura yama saki gawa no shima",
    ),
    (
        "b d f gh h j k kh m n q r s sh t z",
        "a i u a",
        " b d l m n r s",
        "a im an ia ir ud",
        "i awi an ani ari ouri iri",
    ),
    (
        "b ch d f g k kw l m mb n ng nk o r t y",
        "a e i o u",
        "   n",
        "a e ola uche oma ike",
        "eze ola ogu anya adi uwa eke osi",
    ),
)
GIVEN_NAMES = 1_500
FAMILY_NAMES = 15_000
_MIDDLE_PERCENT = 12
# Above 1, the first of a pool are drawn more often.
_UNEVENNESS = 1.5


def names(*, count: int, seed: int) -> Iterator[str]:
    """Any number, all of the same pools whatever the seed."""
    chance = Chance(seed)
    for _ in range(count):
        speech = int(chance.fraction() * len(_SPEECHES))
        given, family = _pool(speech, 0), _pool(speech, 1)
        first = _common(chance, given)
        if chance.percent(_MIDDLE_PERCENT):
            middle = _common(chance, given)
            first += f" {middle}" if chance.percent(50) else f" {middle[0]}."
        yield f"{first} {_common(chance, family)}"


@cache
def _pool(speech: int, kind: int) -> tuple[str, ...]:
    """Different words, the given names (0) or family names (1) of one way of speaking."""
    chance = Chance(speech * 2 + kind)
    begin, vowels, end, *endings = (part.split(" ") for part in _SPEECHES[speech])
    words: dict[str, None] = {}
    while len(words) < (GIVEN_NAMES, FAMILY_NAMES)[kind]:
        syllables = "".join(
            chance.one_of(begin) + chance.one_of(vowels) + chance.one_of(end)
            for _ in range(1 + kind * chance.percent(70) + chance.percent(40))
        )
        words[(syllables + chance.one_of(endings[kind])).capitalize()] = None
    return tuple(words)


def _common(chance: Chance, pool: tuple[str, ...]) -> str:
    return pool[int(chance.fraction() ** _UNEVENNESS * len(pool))]
