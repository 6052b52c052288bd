"""Names to watch, as files hold them: the ready-made lists, and what an operator has.

They are hints: what they find is held for vetting and never refused for it.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

READY_MADE = Path(__file__).parent / "ready_made"
# The column of a table that holds names, as in the query of docs/running.md.
NAME_COLUMN = "name"


def ready_made_lists() -> list[str]:
    return sorted(path.stem for path in READY_MADE.glob("*.txt"))


def ready_made(kind: str, *, languages: Iterable[str] = ()) -> list[str]:
    """The names of one list, in these languages or in all."""
    wanted = frozenset(languages)
    names: list[str] = []
    language = ""
    for line in _lines((READY_MADE / f"{kind}.txt").read_text(encoding="utf-8")):
        if line.startswith("["):
            language = line.strip("[]")
        elif not wanted or language in wanted:
            names.append(line)
    return names


def read(text: str) -> list[str]:
    """One name a line, or the column `name` of a table with commas or tabs."""
    head, _, _ = text.lstrip("\ufeff").partition("\n")
    for delimiter in (",", "\t"):
        columns = [column.strip().strip('"?').lower() for column in head.split(delimiter)]
        if NAME_COLUMN in columns:
            rows = csv.reader(text.lstrip("\ufeff").splitlines()[1:], delimiter=delimiter)
            place = columns.index(NAME_COLUMN)
            names = (_without_language(row[place]) for row in rows if len(row) > place)
            return [name for name in names if name]
    return _lines(text)


def _without_language(cell: str) -> str:
    """`"Maria Karlsen"@en` as Wikidata writes it in tables with tabs."""
    name, at, _language = cell.strip().rpartition("@")
    return (name if at else cell).strip().strip('"')


def _lines(text: str) -> list[str]:
    lines = (line.strip() for line in text.lstrip("\ufeff").splitlines())
    return [line for line in lines if line and not line.startswith("#")]
