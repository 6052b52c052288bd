"""The list for spreadsheets: UTF-8 with BOM, header in words, no cell that could be a formula."""

import json
from collections.abc import Generator, Sequence
from contextlib import closing

from django.utils.translation import get_language, gettext, pgettext

from campaign import languages
from campaign.csv_cells import BOM, FORMULA, guarded, quoted, text
from campaign.letters.models import Letter
from campaign.templatetags.locale_format import listed
from signatures.listing import notables
from signatures.listing.proof_text import all_in_cell
from signatures.models import Kind, Level, Profession, Signature
from signatures.names import countries
from signatures.press import downloads
from signatures.press.serializers import page_of, signed_texts

# Spreadsheets open what their language separates by; the other one lands in a single column.
SEPARATORS = {"comma": ",", "semicolon": ";"}


def lines(asked: downloads.ListQuery, *, separator: str = ",") -> Generator[bytes, None, None]:
    """Begin with the BOM and the header; each ends with CR LF (RFC 4180)."""
    yield first_line(header(), separator=separator)
    found = downloads.blocks(asked, wording(asked.letter, separator=separator))
    with closing(found):
        yield from found


def unfinished() -> bytes:
    """The last line of a file that the database did not finish."""
    told = gettext("This file is not complete: the database failed on the way. Download it again.")
    return b"\r\n" + quoted(told).encode() + b"\r\n"


def first_line(names: Sequence[str], *, separator: str = ",") -> bytes:
    return BOM + separator.join(map(quoted, names)).encode() + b"\r\n"


def wording(letter: Letter, *, separator: str = ",", more: str = "") -> downloads.RowFormat:
    """Of a line, in the language that is active; `more` stands at its end."""

    def cells(*several: str) -> str:
        return "".join(f"{cell}{separator}" for cell in several)

    professions = {code: cells(quoted(str(name)), code) for code, name in Profession.choices}
    language = languages.interface_for(get_language() or "en")
    named = countries.names(language).items()
    lands = {code: cells(quoted(name), code) for code, name in named}
    levels = {
        kind: [cells(quoted(str(kind.label)), quoted(str(level.label))) for level in Level if level]
        for kind in Kind
    }
    texts = {
        pk: cells(str(told["text_version"]), told["text_language"], told["text_sha256"])
        for pk, told in signed_texts(letter=letter).items()
    }
    first = {pk: str(place) for pk, place in notables.places(letter=letter).items()}
    page = separator + quoted(f"{page_of(letter, language=language)}signatories/")

    def python(row: Signature) -> str:
        day = row.confirmed_at.date().isoformat() if row.confirmed_at else ""
        return "".join(
            (
                cells(str(row.number), text(row.name)),
                professions.get(row.profession, cells(row.profession, row.profession)),
                lands.get(row.country, cells(row.country, row.country)),
                cells(text(row.credit), text(row.affiliation)),
                levels[Kind(row.kind)][row.level - 1],
                cells(day),
                texts[row.translation_id],
                f"{first.get(row.pk, '')}{page}{row.number}/",
                f"{separator}{guarded(row.public_id)}",
            )
        )

    return downloads.RowFormat(
        sql=_line(separator),
        params=[
            *(FORMULA, json.dumps(professions), json.dumps(lands), FORMULA, FORMULA),
            *(levels[Kind.ORGANISATION], levels[Kind.PERSON]),
            *(json.dumps(texts), json.dumps(first), page),
        ],
        python=python,
        showed=lambda showed: f"{_showed(showed, separator)}{more}\r\n",
    )


def _line(separator: str) -> str:
    """Cells in SQL, each with its separator: what is put together of fewer pieces is written
    sooner. Most texts begin with a letter of ASCII, of which PostgreSQL is sure without the
    pattern."""

    def typed(column: str) -> str:
        plain = f"ascii({column}) BETWEEN ascii('A') AND ascii('z') OR {column} !~ %s"
        return (
            f"CASE {column} WHEN '' THEN '{separator}' ELSE "
            f"""CASE WHEN {plain} THEN '"' ELSE '"''' END """
            f"""|| replace({column}, '"', '""') || '"{separator}' END"""
        )

    def named(column: str) -> str:
        unknown = f"{column} || '{separator}' || {column} || '{separator}'"
        return f"coalesce(CAST(%s AS jsonb) ->> {column}, {unknown})"

    return " || ".join(
        (
            f"number || '{separator}'",
            typed("name"),
            named("profession"),
            named("country"),
            typed("credit"),
            typed("affiliation"),
            "(CASE kind WHEN 'organisation' THEN %s::text[] ELSE %s::text[] END)[level]",
            f"{downloads.DAY} || '{separator}'",
            "(CAST(%s AS jsonb) ->> translation_id::text)",
            "coalesce(CAST(%s AS jsonb) ->> id::text, '')",
            # Ids of before may begin as a formula does.
            f"%s || number || CASE WHEN starts_with(public_id, '-') THEN '/{separator}''' "
            f"ELSE '/{separator}' END || public_id",
        )
    )


def _showed(showed: downloads.PublicEvidence, separator: str) -> str:
    by = showed.authority
    signed_by = text(listed((by.name, by.role))) if by else ""
    return f"{separator}{text(all_in_cell(showed.proofs))}{separator}{signed_by}"


def header() -> list[str]:
    return [
        gettext("Number"),
        gettext("Name"),
        gettext("Profession"),
        gettext("Profession code"),
        gettext("Country"),
        gettext("Country code"),
        gettext("Known for"),
        gettext("Affiliation"),
        gettext("Person or organisation"),
        gettext("Level"),
        gettext("Confirmed on"),
        gettext("Version of the text signed"),
        gettext("Language of the text signed"),
        gettext("SHA-256 of the text signed"),
        gettext("Place among those named first"),
        gettext("Page"),
        pgettext("of a signature, in the record", "Id in the record"),
        gettext("How verified"),
        pgettext("who signed for an organisation", "Signed for it by"),
    ]
