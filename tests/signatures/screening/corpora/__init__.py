"""Names to run against screening, none of them anybody's: disguises of watched names, honest people
whose names are near these, and honest people of all scripts.

`python -m bench screening` prints how many of the first are public and of the others are held.
"""

import re
from pathlib import Path

from signatures.names.cleaning import NameRefused, clean_name
from signatures.names.lookalikes import mixes_alphabets
from signatures.screening.watched_names import WatchedNames

_HERE = Path(__file__).parent
# What no editor shows is written by its number.
_NUMBERED = re.compile(r"\\u([0-9a-f]{4})")


def disguises() -> dict[str, list[str]]:
    """By the watched name."""
    found: dict[str, list[str]] = {}
    for line in _lines("disguises"):
        if line.startswith("= "):
            under = found[line.removeprefix("= ")] = []
        else:
            under.append(line)
    return found


def near() -> list[str]:
    return _lines("near")


def honest() -> list[str]:
    return _lines("honest")


def watched() -> WatchedNames:
    names = WatchedNames()
    for number, name in enumerate(disguises(), start=1):
        names.add(number, name)
    return names


def is_public(name: str, *, names: WatchedNames) -> bool:
    """Whether it goes on the list at once: neither refused nor held."""
    try:
        cleaned = clean_name(name)
    except NameRefused:
        return False
    return names.find(cleaned) is None and not mixes_alphabets(cleaned)


def _lines(name: str) -> list[str]:
    text = (_HERE / f"{name}.txt").read_text(encoding="utf-8")
    return [
        _NUMBERED.sub(lambda found: chr(int(found[1], 16)), line)
        for line in text.splitlines()
        if line and not line.startswith("#")
    ]
