"""Parts of names by culture, read from the text files beside this one.

A file begins with `key: value` lines: `share` (its part of all people, relative to the others),
`countries` (code and weight), `in_script` (per cent of names written in their own script),
`arabic` (per cent who sign in Arabic: of those in script, of the others), and any number of
`native` and `latin` lines (weight and pattern of a full name). Lists follow under `[women]`,
`[men]` and `[family]`, set apart by commas; an entry is `Latin` or `native=Latin`, a family name
that changes with gender is `his/hers`.

No real person: family names that one well-known artist has made their own are left out, and
pairs that would still name somebody known are in `kept_out.sha256`, as the first sixteen hex
digits of the SHA-256 of the lower-case Latin name, so that no real name stands in this code.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from demo.rng import Weights

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Part:
    """One given or family name in its own script and in Latin letters (the same for many)."""

    native: str
    latin: str


@dataclass(frozen=True, slots=True)
class Gender:
    given: tuple[Part, ...]
    family: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Culture:
    word: str
    share: float
    women: Gender
    men: Gender
    countries: Weights[str]
    native: Weights[str]
    latin: Weights[str]
    in_script: float
    arabic: tuple[float, float]


@cache
def cultures() -> tuple[Culture, ...]:
    """In the order of their file names, so that every machine draws alike."""
    return tuple(_culture(path) for path in sorted(FOLDER.glob("*.txt")))


@cache
def kept_out() -> frozenset[str]:
    return frozenset((FOLDER / "kept_out.sha256").read_text("ascii").split())


def _culture(path: Path) -> Culture:
    lists: dict[str, tuple[str, ...]] = {}
    settings: dict[str, str] = {}
    patterns: dict[str, dict[str, float]] = {"native": {}, "latin": {}}
    section = ""
    for line in path.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            section = line.strip("[]")
        elif section:
            lists[section] = tuple(line.split(", "))
        else:
            key, value = line.split(": ", 1)
            if (word := key.split(" ")[0]) in patterns:
                patterns[word][value] = float(key.split(" ")[1])
            else:
                settings[key] = value
    in_script, in_latin = settings.get("arabic", "0 0").split(" ")
    return Culture(
        word=path.stem,
        share=float(settings["share"]),
        women=Gender(_parts(lists["women"]), _parts(lists["family"], hers=True)),
        men=Gender(_parts(lists["men"]), _parts(lists["family"])),
        countries=Weights(
            {
                country: float(weight)
                for country, weight in (
                    entry.split(" ") for entry in settings["countries"].split(", ")
                )
            }
        ),
        native=Weights(patterns["native"]),
        latin=Weights(patterns["latin"]),
        in_script=float(settings.get("in_script", "0")),
        arabic=(float(in_script), float(in_latin)),
    )


def _parts(entries: tuple[str, ...], *, hers: bool = False) -> tuple[Part, ...]:
    parts = []
    for entry in entries:
        form = entry.split("/")[-1 if hers else 0]
        native, _, latin = form.partition("=")
        parts.append(Part(native, latin or native))
    return tuple(parts)
