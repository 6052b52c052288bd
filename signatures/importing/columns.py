"""What the columns of a file hold, found by looking: at their headings, or else at what is in
them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import islice

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from signatures.importing import values


class Column(StrEnum):
    NAME = "name"
    GIVEN = "given"
    FAMILY = "family"
    EMAIL = "email"
    PROFESSION = "profession"
    COUNTRY = "country"
    CREDIT = "credit"
    AFFILIATION = "affiliation"
    LANGUAGE = "language"
    PLACE = "place"
    DATE = "date"


# As the desk names them.
LABELS: Mapping[Column, Promise] = {
    Column.NAME: _("Name"),
    Column.GIVEN: _("Given name"),
    Column.FAMILY: _("Family name"),
    Column.EMAIL: _("E-mail address"),
    Column.PROFESSION: _("Profession"),
    Column.COUNTRY: _("Country"),
    Column.CREDIT: _("Known for"),
    Column.AFFILIATION: _("Affiliation"),
    Column.LANGUAGE: _("Language"),
    Column.PLACE: pgettext_lazy("of a signature on paper", "Place"),
    Column.DATE: pgettext_lazy("of a signature on paper", "Day"),
}
_HEADINGS: Mapping[Column, tuple[str, ...]] = {
    Column.NAME: ("name", "full name", "fullname", "nom complet", "nombre completo", "الاسم"),
    Column.GIVEN: (
        *("given name", "first name", "firstname", "forename", "vorname", "prénom", "nombre"),
        *("nome", "الاسم الأول"),
    ),
    Column.FAMILY: (
        *("family name", "last name", "lastname", "surname", "nachname", "nom", "apellido"),
        *("apellidos", "cognome", "اسم العائلة", "اللقب"),
    ),
    Column.EMAIL: (
        *("email", "e-mail", "mail", "e-mail address", "email address", "e-mail-adresse"),
        *("courriel", "correo", "البريد", "البريد الإلكتروني"),
    ),
    Column.PROFESSION: (
        "profession",
        "occupation",
        "job",
        "beruf",
        "métier",
        "profesión",
        "المهنة",
    ),
    Column.COUNTRY: ("country", "land", "pays", "país", "paese", "البلد", "الدولة"),
    Column.CREDIT: ("credit", "known for", "work", "works", "أعمال", "معروف بـ"),
    Column.AFFILIATION: (
        *("affiliation", "organisation", "organization", "institution", "company", "employer"),
        *("verein", "جهة العمل", "الجهة"),
    ),
    Column.LANGUAGE: ("language", "lang", "sprache", "langue", "idioma", "lingua", "اللغة"),
    Column.PLACE: ("place", "city", "town", "ort", "lieu", "lugar", "luogo", "المكان", "المدينة"),
    Column.DATE: ("date", "day", "signed", "signed on", "datum", "fecha", "data", "التاريخ"),
}
_COLUMN_OF = {word: column for column, words in _HEADINGS.items() for word in words}
# So much of a column has to look like what it is taken for.
_LEAST_SHARE = 0.6


def guess(rows: Sequence[Sequence[str]]) -> tuple[list[str], bool]:
    """From the first rows, of which none is empty: what each column holds, empty where nobody can
    tell, and whether the first row is a heading. What two columns seem to hold, the first does."""
    first = rows[0]
    named = [_COLUMN_OF.get(values.folded(cell)) for cell in first]
    has_heading = any(named) and not any("@" in cell for cell in first)
    body = rows[1:] if has_heading else rows
    width = max(map(len, rows))
    taken: set[Column] = set()
    found: list[str] = []
    for at in range(width):
        column = named[at] if has_heading and at < len(named) else None
        column = column or _by_looking(_cells(body, at))
        if column in taken or column is None:
            found.append("")
            continue
        taken.add(column)
        found.append(column)
    if not taken & {Column.NAME, Column.GIVEN, Column.FAMILY}:
        words = (at for at, column in enumerate(found) if not column and _has_words(body, at))
        for name in islice(words, 1):
            found[name] = Column.NAME
    return found, has_heading


def missing(columns: Sequence[str]) -> Iterator[Column]:
    """Without which nobody can be asked."""
    if Column.EMAIL not in columns:
        yield Column.EMAIL
    if not {Column.NAME, Column.GIVEN, Column.FAMILY} & set(columns):
        yield Column.NAME


def _by_looking(cells: Sequence[str]) -> Column | None:
    if not cells:
        return None
    looks_like: tuple[tuple[Column, Callable[[str], object]], ...] = (
        (Column.EMAIL, lambda cell: "@" in cell),
        (Column.DATE, values.day),
        # Before countries, of which AR is one.
        (Column.LANGUAGE, lambda cell: not cell.isupper() and values.language(cell)),
        (Column.COUNTRY, values.country),
        (Column.PROFESSION, values.profession),
    )
    return next((column for column, looks in looks_like if _is_most(cells, looks)), None)


def _cells(body: Sequence[Sequence[str]], at: int) -> list[str]:
    return [row[at] for row in body if at < len(row) and row[at]]


def _has_words(body: Sequence[Sequence[str]], at: int) -> bool:
    cells = _cells(body, at)
    return bool(cells) and _is_most(cells, lambda cell: any(map(str.isalpha, cell)))


def _is_most(cells: Sequence[str], looks: Callable[[str], object]) -> bool:
    return sum(1 for cell in cells if looks(cell)) >= _LEAST_SHARE * len(cells)
