"""Invented people who sign the demo's letters: any number, the same ones for the same seed.

Nobody here exists: names are put together by chance (see `demo.names`), titles and ensembles are
made up (`demo.credits`), and every address is in the reserved domain `.example` (RFC 2606).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from demo.addresses import address
from demo.credits import affiliation_of, credit_of, invent
from demo.names import Culture, cultures
from demo.names.drawing import full_name
from demo.rng import Chance, Weights

PROFESSIONS = Weights(
    {
        "musician": 155,
        "actor": 140,
        "author": 140,
        "illustrator": 68,
        "photographer": 58,
        "composer": 56,
        "translator": 52,
        "singer": 46,
        "filmmaker": 40,
        "painter": 38,
        "journalist": 36,
        "songwriter": 34,
        "poet": 34,
        "screenwriter": 33,
        "director": 30,
        "editor": 26,
        "designer": 26,
        "playwright": 24,
        "animator": 23,
        "voice_actor": 23,
        "producer": 19,
        "sculptor": 17,
        "cinematographer": 15,
        "game_designer": 14,
        "dancer": 14,
        "scholar": 13,
        "publisher": 11,
        "sound_designer": 11,
        "comedian": 9,
        "craftsperson": 9,
        "other": 9,
        "architect": 8,
        "choreographer": 7,
    }
)
LEVELS = Weights({1: 39, 2: 34, 3: 24, 4: 3})
_ORGANISATION_LEVELS = Weights({1: 16, 2: 44, 3: 36, 4: 4})

_ENGLISH_COUNTRIES = Weights(
    {"GB": 30, "US": 26, "CA": 10, "IE": 8, "AU": 8, "NZ": 4, "ZA": 5, "NG": 4, "IN": 5}
)
_ARAB_COUNTRIES = Weights({"EG": 30, "LB": 20, "MA": 14, "TN": 12, "JO": 14, "IQ": 10})
# A few people do share a name; more than this per cent of meetings would look invented.
_SAME_NAME = 1.5
_TRIES = 12


@dataclass(frozen=True, slots=True)
class Person:
    """What someone would have typed into the form, and the level that they then reached."""

    name: str
    email: str
    profession: str
    country: str
    credit: str
    affiliation: str
    kind: str
    publish: bool
    updates: bool
    language: str
    level: int


def people(*, count: int, seed: int) -> Iterator[Person]:
    """`count` people; fewer of the same seed are the first of these. No two share an address."""
    chance = Chance(seed)
    names: set[str] = set()
    addresses: set[str] = set()
    for _ in range(count):
        if chance.percent(1):
            yield _organisation(chance, names, addresses)
        else:
            yield _person(chance, names, addresses)


@cache
def _by_share() -> Weights[Culture]:
    return Weights({culture: culture.share for culture in cultures()})


def _person(chance: Chance, names: set[str], addresses: set[str]) -> Person:
    culture = chance.weighted(_by_share())
    name, latin, own_script = full_name(chance, culture)
    tries = 1
    while name in names and tries < _TRIES and not chance.percent(_SAME_NAME):
        name, latin, own_script = full_name(chance, culture)
        tries += 1
    names.add(name)
    profession = chance.weighted(PROFESSIONS)
    arabic = chance.percent(culture.arabic[0 if own_script else 1])
    return Person(
        name=name,
        email=address(chance, latin, addresses),
        profession=profession,
        country=chance.weighted(culture.countries),
        credit=credit_of(chance, profession, arabic=arabic and own_script),
        affiliation=affiliation_of(chance, profession, arabic=arabic and own_script),
        kind="person",
        publish=chance.percent(95.6),
        updates=chance.percent(58),
        language="ar" if arabic else "en",
        level=chance.weighted(LEVELS),
    )


def _organisation(chance: Chance, names: set[str], addresses: set[str]) -> Person:
    arabic = chance.percent(18)
    pattern = "arabic_organisations" if arabic else "organisations"
    name = invent(chance, pattern)
    tries = 1
    while name in names and tries < _TRIES:
        name = invent(chance, pattern)
        tries += 1
    names.add(name)
    country = chance.weighted(_ARAB_COUNTRIES if arabic else _ENGLISH_COUNTRIES)
    return Person(
        name=name,
        email=address(chance, "rabita wa ittihad" if arabic else name, addresses, office=True),
        profession="",
        country=country,
        credit="",
        affiliation="",
        kind="organisation",
        publish=True,
        updates=chance.percent(86),
        language="ar" if arabic else "en",
        level=chance.weighted(_ORGANISATION_LEVELS),
    )
