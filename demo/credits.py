"""Invented titles, ensembles, houses and organisations, put together from `credits.txt`."""

import re
from functools import cache
from pathlib import Path

from demo.rng import Chance

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


def credit_of(chance: Chance, profession: str, *, arabic: bool) -> str:
    if not chance.percent(34):
        return ""
    script = "arabic_" if arabic else ""
    if profession in _WITH_WORKS and not (profession == "composer" and chance.percent(40)):
        return invent(chance, f"{script}works")
    if profession in _MUSICAL and profession != "songwriter":
        return invent(chance, f"{script}music").capitalize()
    return ""


def affiliation_of(chance: Chance, profession: str, *, arabic: bool) -> str:
    if not chance.percent(14):
        return ""
    houses = _HOUSES.get(profession, "picture")
    return invent(chance, f"{'arabic_' if arabic else ''}{houses}_houses")


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


def all_of(section: str) -> tuple[str, ...]:
    return _lists()[section]


def invent(chance: Chance, section: str) -> str:
    """One entry of a list, with what stands in braces drawn from the lists of those names."""
    return re.sub(
        r"\{(\w+)\}",
        lambda match: invent(chance, match[1]),
        chance.one_of(_lists()[section]),
    )
