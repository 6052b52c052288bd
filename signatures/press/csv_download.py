"""The list for spreadsheets: UTF-8 with BOM, header in words, no cell that could be a formula."""

import json
import re
from collections.abc import Generator, Sequence
from contextlib import closing

from django.utils.translation import get_language, gettext, pgettext

from campaign.letters.models import Letter
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

# Cells in SQL, each with its comma: what is put together of fewer pieces is written sooner. Most
# texts begin with a letter of ASCII, of which PostgreSQL is sure without the pattern.
_TEXT = """
    CASE {0} WHEN '' THEN ',' ELSE
        CASE WHEN ascii({0}) BETWEEN ascii('A') AND ascii('z') OR {0} !~ %s THEN '"' ELSE '"''' END
        || replace({0}, '"', '""') || '",' END
"""
_NAMED = "coalesce(CAST(%s AS jsonb) ->> {0}, {0} || ',')"
_LINE = " || ".join(
    (
        "number || ','",
        _TEXT.format("name"),
        _NAMED.format("profession"),
        _NAMED.format("country"),
        _TEXT.format("credit"),
        _TEXT.format("affiliation"),
        "(CASE kind WHEN 'organisation' THEN %s::text[] ELSE %s::text[] END)[level]",
        f"{downloads.DAY} || %s || number || '/,' || public_id",
    )
)


def lines(asked: downloads.Asked) -> Generator[bytes, None, None]:
    """Begin with the BOM and the header; each ends with CR LF (RFC 4180)."""
    yield first_line(header())
    with closing(downloads.blocks(asked, wording(asked.letter))) as found:
        yield from found


def first_line(names: Sequence[str]) -> bytes:
    return BOM + ",".join(map(quoted, names)).encode() + b"\r\n"


def wording(letter: Letter, *, more: str = "") -> downloads.Wording:
    """Of a line, in the language that is active; `more` stands at its end."""
    professions = {code: f"{quoted(str(name))}," for code, name in Profession.choices}
    named = countries.names(get_language() or "en").items()
    lands = {code: f"{quoted(name)}," for code, name in named}
    levels = {
        kind: [f"{quoted(str(kind.label))},{quoted(str(level.label))}," for level in Level if level]
        for kind in Kind
    }
    page = quoted(f"{page_of(letter)}signatories/")

    def python(row: Signature) -> str:
        day = row.confirmed_at.date().isoformat() if row.confirmed_at else ""
        return "".join(
            (
                f"{row.number},",
                f"{text(row.name)},",
                professions.get(row.profession, f"{row.profession},"),
                lands.get(row.country, f"{row.country},"),
                f"{text(row.credit)},",
                f"{text(row.affiliation)},",
                levels[Kind(row.kind)][row.level - 1],
                f"{day},{page}{row.number}/,{row.public_id}",
            )
        )

    return downloads.Wording(
        sql=_LINE,
        params=[
            *(FORMULA, json.dumps(professions), json.dumps(lands), FORMULA, FORMULA),
            *(levels[Kind.ORGANISATION], levels[Kind.PERSON], f",{page}"),
        ],
        python=python,
        showed=lambda showed: f"{_showed(showed)}{more}\r\n",
    )


def _showed(showed: downloads.Showed) -> str:
    by = showed.authority
    signed_by = text(f"{by.name}, {by.role}") if by else ""
    return f",{text(all_in_words(showed.proofs))},{signed_by}"


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
        pgettext("who signed for an organisation", "Signed for it by"),
    ]


def text(cell: str) -> str:
    """What somebody typed: guarded, and in quotes whatever it is."""
    return '"' + guarded(cell).replace('"', '""') + '"' if cell else ""


def guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def quoted(cell: str) -> str:
    """Words of ours: only where they must be."""
    if any(each in cell for each in ',"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell
