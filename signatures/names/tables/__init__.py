"""Tables of names that may stand for each other, as the files beside this have them: facts of
languages, put together by us. A line is a name; `#` begins a comment."""

from pathlib import Path

_HERE = Path(__file__).parent


def equivalents() -> list[list[str]]:
    """The forms of each given name and of each family name."""
    return [line.split() for kind in ("given_names", "family_names") for line in _lines(kind)]


def short_forms() -> list[tuple[list[str], list[str]]]:
    """Full names, and what people who bear one of them are called."""
    parts = (line.partition(":") for line in _lines("short_forms"))
    return [(full.split(), short.split()) for full, _, short in parts]


def _lines(kind: str) -> list[str]:
    lines = (_HERE / f"{kind}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
