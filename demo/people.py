"""Invented people who sign the demo's letters: any number, the same ones for the same seed.

Nobody here exists: names are put together by chance (see `demo.names`), titles and ensembles are
made up (`credits.txt`), and every address is in the reserved domain `.example` (RFC 2606).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from demo.chance import Chance, Weights
from demo.names import Culture, Part, cultures, kept_out

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

# Where people of a profession work: a theatre, a press, an ensemble; all others in studios.
_HOUSES = {
    **dict.fromkeys(("actor", "comedian", "dancer", "choreographer", "playwright"), "stage"),
    **dict.fromkeys(("musician", "singer", "composer", "songwriter", "sound_designer"), "music"),
    **dict.fromkeys(("author", "poet", "translator", "editor", "publisher"), "text"),
    **dict.fromkeys(("journalist", "scholar"), "text"),
}
_MUSICAL = {"musician", "singer", "composer", "songwriter"}
_WITH_WORKS = {
    "author",
    "poet",
    "playwright",
    "screenwriter",
    "translator",
    "illustrator",
    "filmmaker",
    "director",
    "cinematographer",
    "actor",
    "voice_actor",
    "animator",
    "game_designer",
    "composer",
    "songwriter",
    "producer",
    "choreographer",
    "sound_designer",
}
# What an organisation's name says, and the profession under which it signs.
_CRAFTS = {
    "Voice Actors": "voice_actor",
    "Translators": "translator",
    "Illustrators": "illustrator",
    "Playwrights": "playwright",
    "Musicians": "musician",
    "Composers": "composer",
    "Photographers": "photographer",
    "Actors": "actor",
    "Screenwriters": "screenwriter",
    "Animators": "animator",
    "Poets": "poet",
    "Songwriters": "songwriter",
    "Publishers": "publisher",
    "Dancers": "dancer",
    "المترجمين": "translator",
    "الرسّامين": "illustrator",
    "الكتّاب المسرحيين": "playwright",
    "الموسيقيين": "musician",
    "الملحنين": "composer",
    "المصورين": "photographer",
    "الممثلين": "actor",
}
_ENGLISH_COUNTRIES = Weights(
    {"GB": 30, "US": 26, "CA": 10, "IE": 8, "AU": 8, "NZ": 4, "ZA": 5, "NG": 4, "IN": 5}
)
_ARAB_COUNTRIES = Weights({"EG": 30, "LB": 20, "MA": 14, "TN": 12, "JO": 14, "IQ": 10})
_MAIL_WORDS = (
    "inkwell lantern quire foolscap halftone treble aperture proscenium gouache backlot "
    "marginalia rehearsal darkroom letterpress coda gesso overture galley lightbox vellum "
    "footlight cadence easel typecase ostinato limelight storyboard kiln plectrum palimpsest "
    "mailbox postroom homepost letterbox mymail worldpost"
).split(" ")

# Beyond NFKD: letters that Unicode does not take apart.
_PLAIN_LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ß": "ss",
        "ı": "i",
        "ɛ": "e",
    }
)
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
    for _ in range(_TRIES):
        name, latin, own_script = _name(chance, culture)
        if name not in names or chance.percent(_SAME_NAME):
            break
    names.add(name)
    profession = chance.weighted(PROFESSIONS)
    arabic = chance.percent(culture.arabic[0 if own_script else 1])
    return Person(
        name=name,
        email=_address(chance, latin, addresses),
        profession=profession,
        country=chance.weighted(culture.countries),
        credit=_credit(chance, profession, arabic=arabic and own_script),
        affiliation=_affiliation(chance, profession, arabic=arabic and own_script),
        kind="person",
        publish=chance.percent(95.6),
        updates=chance.percent(58),
        language="ar" if arabic else "en",
        level=chance.weighted(LEVELS),
    )


def _organisation(chance: Chance, names: set[str], addresses: set[str]) -> Person:
    arabic = chance.percent(18)
    for _ in range(_TRIES):
        name = _invent(chance, "arabic_organisations" if arabic else "organisations")
        if name not in names:
            break
    names.add(name)
    country = chance.weighted(_ARAB_COUNTRIES if arabic else _ENGLISH_COUNTRIES)
    return Person(
        name=name,
        email=_address(chance, "rabita wa ittihad" if arabic else name, addresses, office=True),
        profession=next(slug for craft, slug in _CRAFTS.items() if craft in name),
        country=country,
        credit="",
        affiliation="",
        kind="organisation",
        publish=True,
        updates=chance.percent(86),
        language="ar" if arabic else "en",
        level=chance.weighted(_ORGANISATION_LEVELS),
    )


def _name(chance: Chance, culture: Culture) -> tuple[str, str, bool]:
    """A full name as it is shown, the same in Latin letters, and whether its own script is used."""
    while True:
        gender = culture.women if chance.percent(52) else culture.men
        given, given2 = chance.one_of(gender.given), chance.one_of(gender.given)
        family, family2 = chance.one_of(gender.family), chance.one_of(gender.family)
        father = chance.one_of(culture.men.given)
        native = chance.percent(culture.in_script) and all(
            part.native != part.latin for part in (given, given2, family, family2)
        )
        pattern = chance.weighted(culture.native if native else culture.latin)
        parts = {
            "given": given,
            "given2": given2,
            "father": father,
            "family": family,
            "family2": family2,
        }
        latin = _filled("{given} {family}" if native else pattern, parts)
        if not _is_fitting(pattern, parts) or _is_kept_out(parts, latin):
            continue
        return (_filled(pattern, parts, native=native), latin, native)


def _is_fitting(pattern: str, parts: dict[str, Part]) -> bool:
    """No name twice in one, and no third family name beside a double one."""
    given, given2, father = parts["given"], parts["given2"], parts["father"]
    family, family2 = parts["family"], parts["family2"]
    if "{given2}" in pattern and (given == given2 or " " in given.latin):
        return False
    if "{father}" in pattern and given == father:
        return False
    doubled = family.latin + family2.latin
    return "{family2}" not in pattern or (
        family != family2 and "-" not in doubled and ("-" not in pattern or " " not in doubled)
    )


def _is_kept_out(parts: dict[str, Part], latin: str) -> bool:
    family, given = parts["family"].latin, parts["given"].latin
    return any(
        sha256(name.lower().encode()).hexdigest()[:16] in kept_out()
        for name in {latin, f"{given} {family}", f"{given} {parts['family2'].latin}"}
    )


def _filled(pattern: str, parts: dict[str, Part], *, native: bool = False) -> str:
    words = {key: part.native if native else part.latin for key, part in parts.items()}
    return pattern.format(
        **words,
        initial=parts["given2"].latin[0],
        initial2=parts["father"].latin[0],
    )


def _credit(chance: Chance, profession: str, *, arabic: bool) -> str:
    if not chance.percent(34):
        return ""
    script = "arabic_" if arabic else ""
    if profession in _WITH_WORKS and not (profession == "composer" and chance.percent(40)):
        return _invent(chance, f"{script}works")
    if profession in _MUSICAL and profession != "songwriter":
        return _invent(chance, f"{script}music").capitalize()
    return ""


def _affiliation(chance: Chance, profession: str, *, arabic: bool) -> str:
    if not chance.percent(14):
        return ""
    houses = _HOUSES.get(profession, "picture")
    return _invent(chance, f"{'arabic_' if arabic else ''}{houses}_houses")


@cache
def _lists() -> dict[str, tuple[str, ...]]:
    lists: dict[str, tuple[str, ...]] = {}
    section = ""
    for line in (Path(__file__).parent / "credits.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            lists[section] = tuple(line.split(", "))
    return lists


def _invent(chance: Chance, section: str) -> str:
    return re.sub(
        r"\{(\w+)\}",
        lambda match: _invent(chance, match[1]),
        chance.one_of(_lists()[section]),
    )


def _address(chance: Chance, latin: str, taken: set[str], *, office: bool = False) -> str:
    words = [_plain(word) for word in latin.split(" ")]
    words = [word for word in words if word] or ["post"]
    first, last = words[0], words[-1]
    if len(words) == 1:
        local, domain = first, chance.one_of(_MAIL_WORDS)
    elif office:
        local, domain = "office", "-".join(words)
    else:
        local, domain = chance.one_of(
            (
                (f"{first}.{last}", chance.one_of(_MAIL_WORDS)),
                (f"{first[0]}{last}", chance.one_of(_MAIL_WORDS)),
                (f"{first}{last}", chance.one_of(_MAIL_WORDS)),
                (f"{last}.{first}", chance.one_of(_MAIL_WORDS)),
                ("post", f"{first}{last}"),
                (first, last if len(last) > 3 else f"{first}-{last}"),
            )
        )
    address, number = f"{local}@{domain}.example", 1
    while address in taken:
        number += 1
        address = f"{local}{number}@{domain}.example"
    taken.add(address)
    return address


def _plain(word: str) -> str:
    """The ASCII letters of a Latin word, for an address."""
    decomposed = unicodedata.normalize("NFKD", word.lower().translate(_PLAIN_LETTERS))
    return re.sub(r"[^a-z]", "", decomposed)
