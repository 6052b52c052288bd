"""What people write into cells for a country, a language, a profession, a day."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache

from django.utils.translation import override

from campaign import languages
from signatures.models import Profession
from signatures.names import countries

_ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)(?:[T ][\d:.]+)?")
_DAY_FIRST = re.compile(r"(?P<d>\d\d?)[.](?P<m>\d\d?)[.](?P<y>\d{4})")
# Which of the two is the month is known where one of them cannot be.
_SLASHES = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})")
# What else a column of languages says.
_CODES = {"english": "en", "arabic": "ar", "englisch": "en", "arabisch": "ar", "anglais": "en"}
_ENGLAND = {"uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "usa": "US"}


def folded(cell: str) -> str:
    return " ".join(cell.casefold().split())


def country(cell: str) -> str | None:
    return _countries().get(folded(cell))


def language(cell: str) -> str | None:
    """One that e-mails can be written in."""
    return _languages().get(folded(cell))


def profession(cell: str) -> str | None:
    return _professions().get(folded(cell))


def day(cell: str) -> date | None:
    """None for what is no day, or could be one of two."""
    found = _ISO.fullmatch(cell) or _DAY_FIRST.fullmatch(cell)
    if found:
        return _date(found["y"], found["m"], found["d"])
    slashes = _SLASHES.fullmatch(cell)
    if slashes is None:
        return None
    first, second, year = slashes.groups()
    either = {_date(year, first, second), _date(year, second, first)} - {None}
    return either.pop() if len(either) == 1 else None


def _date(year: str, month: str, day_of_month: str) -> date | None:
    try:
        return date(int(year), int(month), int(day_of_month))
    except ValueError:
        return None


@cache
def _countries() -> Mapping[str, str]:
    found = dict(_ENGLAND)
    for each in languages.INTERFACE:
        for code, name in countries.choices(each):
            found |= {code.casefold(): code, folded(name): code}
    return found


@cache
def _languages() -> Mapping[str, str]:
    own = {folded(languages.NAMES[code]): code for code in languages.INTERFACE}
    return _CODES | own | {code: code for code in languages.INTERFACE}


@cache
def _professions() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for each in languages.INTERFACE:
        with override(each):
            for one in Profession:
                found |= {one.value: one.value, folded(str(one.label)): one.value}
    return found
