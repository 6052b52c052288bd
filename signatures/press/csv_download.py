"""The list for spreadsheets: UTF-8 with BOM, header in words, no cell that could be a formula."""

import json
import re
from collections.abc import Generator
from contextlib import closing

from django.utils.translation import get_language, gettext, pgettext

from signatures import countries
from signatures.models import Kind, Level, Profession, Signature
from signatures.press import downloads
from signatures.press.proofs_in_words import all_in_words
from signatures.press.told import page_of

BOM = "\ufeff".encode()
# What makes a spreadsheet calculate: also behind blank space, and in the full width of East Asian
# keyboards. The same pattern in Python and in PostgreSQL.
FORMULA = "^(?:[\\t\\r\\n]|[ \\t\\r\\n\\f\\v\\u00a0\\u3000]*[=+@＝＋－＠-])"
_FORMULA = re.compile(FORMULA)

_GUARDED = """
    CASE WHEN {0} = '' THEN NULL
        WHEN ascii({0}) BETWEEN ascii('A') AND ascii('z') THEN {0}
        WHEN {0} ~ %s THEN '''' || {0}
        ELSE {0} END
"""
_NAMED = "coalesce(CAST(%s AS jsonb) ->> {0}, {0})"
_COLUMNS = ", ".join(
    (
        "number",
        _GUARDED.format("name"),
        f"CASE WHEN kind <> 'organisation' THEN {_NAMED.format('profession')} END",
        _NAMED.format("country"),
        _GUARDED.format("credit"),
        _GUARDED.format("affiliation"),
        "CASE kind WHEN 'organisation' THEN %s ELSE %s END",
        "(CAST(%s AS text[]))[level]",
        downloads.DAY,
        "%s || number || '/'",
        "public_id",
    )
)


def lines(asked: downloads.Asked) -> Generator[bytes, None, None]:
    """Begin with the BOM and the header; each ends with CR LF (RFC 4180)."""
    yield BOM + ",".join(map(quoted, header())).encode() + b"\r\n"
    professions: dict[str, str] = {code: str(name) for code, name in Profession.choices}
    lands = countries.names(get_language() or "en")
    kinds = {each.value: str(each.label) for each in Kind}
    levels = [str(each.label) for each in Level if each]
    page = f"{page_of(asked.letter)}signatories/"

    def otherwise(row: Signature) -> bytes:
        is_person = row.kind != Kind.ORGANISATION
        cells = (
            str(row.number),
            guarded(row.name),
            professions.get(row.profession, row.profession) if is_person else "",
            lands.get(row.country, row.country),
            guarded(row.credit),
            guarded(row.affiliation),
            kinds[row.kind],
            levels[row.level - 1],
            row.confirmed_at.date().isoformat() if row.confirmed_at else "",
            f"{page}{row.number}/",
            row.public_id,
        )
        return ",".join(map(quoted, cells)).encode()

    rows = downloads.rows(
        asked,
        columns=_COLUMNS,
        params=[
            *(FORMULA, json.dumps(professions), json.dumps(lands), FORMULA, FORMULA),
            *(kinds[Kind.ORGANISATION], kinds[Kind.PERSON], levels, page),
        ],
        quote='"',
        delimiter=",",
        otherwise=otherwise,
    )
    with closing(rows) as found:
        for some in found:
            yield b"".join(
                [row[:-1] + b"\r\n" if row.endswith(b",\n") else _with_proofs(row) for row in some]
            )


def _with_proofs(row: bytes) -> bytes:
    rest, _comma, hexed = row.rpartition(b",")
    words = guarded(all_in_words(downloads.proofs_of(hexed)))
    return b"%b,%b\r\n" % (rest, quoted(words).encode())


def header() -> list[str]:
    return [
        gettext("Number"),
        gettext("Name"),
        gettext("Profession"),
        gettext("Country"),
        gettext("Known for"),
        gettext("Affiliation"),
        gettext("Person or organisation"),
        gettext("Level"),
        gettext("Confirmed on"),
        gettext("Page"),
        pgettext("of a signature, in the record", "Id in the record"),
        gettext("How verified"),
    ]


def guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def quoted(cell: str) -> str:
    """As PostgreSQL's COPY quotes: only where it must."""
    if any(each in cell for each in ',"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell
