"""What a row of the file says, once it is known what its columns hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from signatures.addresses import AddressRefused, clean_address, email_key
from signatures.importing import values
from signatures.importing.columns import Column
from signatures.models.sheet_import import PLACE_LETTERS
from signatures.names.cleaning import NameRefused, clean_line, clean_name
from signatures.sheets.cells import harm
from signatures.sheets.rows import Row

MAX_ROW_LETTERS = 2000
_LINE_LETTERS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Of what a row leaves open."""

    place: str
    signed_on: date
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Cleaned. `said` is what the form is filled in with; `unknown` names the columns whose words
    none of its choices has, so that they are asked for it."""

    name: str
    email: str
    language: str
    place: str
    signed_on: date
    said: dict[str, str] = field(default_factory=dict)
    unknown: tuple[Column, ...] = ()

    @property
    def key(self) -> bytes:
        return email_key(self.email)


class Unusable(Exception):
    """A row that asks nobody: which column is wrong, if it is one, and why, as a sentence."""

    def __init__(self, column: str, why: str) -> None:
        super().__init__(column)
        self.column, self.why = column, why


def person(row: Row, *, columns: Sequence[str], evidence: Evidence, today: date) -> Person:
    """Raises Unusable."""
    if row.cells is None:
        raise Unusable("", _("A quotation mark is opened and not closed."))
    if sum(map(len, row.cells)) > MAX_ROW_LETTERS:
        raise Unusable("", _("This row is too long."))
    cells = {
        Column(column): cell
        for column, cell in zip(columns, row.cells, strict=False)
        if column and cell
    }
    for column, cell in cells.items():
        if why := harm(cell, may_be_date=column == Column.DATE):
            raise Unusable(column, why)
    said, unknown = _said(cells)
    return Person(
        name=_name(cells),
        email=_email(cells),
        language=_language(cells, evidence),
        place=_line(cells, Column.PLACE, PLACE_LETTERS) or evidence.place,
        signed_on=_day(cells, evidence, today),
        said=said,
        unknown=unknown,
    )


def _name(cells: Mapping[Column, str]) -> str:
    whole = cells.get(Column.NAME, "")
    parts = [cells.get(Column.GIVEN, ""), cells.get(Column.FAMILY, "")]
    try:
        return clean_name(whole or " ".join(filter(None, parts)))
    except NameRefused as refused:
        raise Unusable(Column.NAME, refused.sentence) from None


def _email(cells: Mapping[Column, str]) -> str:
    try:
        return clean_address(
            cells.get(Column.EMAIL, ""), allow_reserved=settings.ALLOW_RESERVED_ADDRESSES
        )
    except AddressRefused as refused:
        raise Unusable(Column.EMAIL, refused.sentence) from None


def _language(cells: Mapping[Column, str], evidence: Evidence) -> str:
    """Languages that no e-mail can be in are no mistake of the row."""
    return values.language(cells.get(Column.LANGUAGE, "")) or evidence.language


def _day(cells: Mapping[Column, str], evidence: Evidence, today: date) -> date:
    if Column.DATE not in cells:
        return evidence.signed_on
    found = values.day(cells[Column.DATE])
    if found is None:
        raise Unusable(Column.DATE, _("Which day this is cannot be told. Write it as 2026-11-30."))
    if found > today:
        raise Unusable(Column.DATE, _("This day has not come yet."))
    return found


def _said(cells: Mapping[Column, str]) -> tuple[dict[str, str], tuple[Column, ...]]:
    said = {
        column.value: line
        for column in (Column.CREDIT, Column.AFFILIATION)
        if (line := _line(cells, column, _LINE_LETTERS))
    }
    unknown = []
    for column, look in (
        (Column.COUNTRY, values.country),
        (Column.PROFESSION, values.profession),
    ):
        if cell := cells.get(column):
            if code := look(cell):
                said[column.value] = code
            else:
                unknown.append(column)
    return said, tuple(unknown)


def _line(cells: Mapping[Column, str], column: Column, limit: int) -> str:
    try:
        return clean_line(cells.get(column, ""), limit=limit)
    except NameRefused as refused:
        raise Unusable(column, refused.sentence) from None
