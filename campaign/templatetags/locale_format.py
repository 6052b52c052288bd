"""Numbers, dates and names of things as the page's language writes them."""

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_datetime
from babel.numbers import format_decimal, format_percent
from django import template
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext, ngettext, pgettext

from campaign import languages

register = template.Library()

_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
# Arabic as it is written in Egypt: Gregorian months by their Latin names, Eastern digits.
_LOCALES = {"en": "en_GB", "ar": "ar_EG"}


def interface_locale() -> Locale:
    return _locale(languages.interface_for(get_language() or "en"))


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(_LOCALES[language])


def _digits(text: str, language: str) -> str:
    return text.translate(_ARABIC_DIGITS) if language == "ar" else text


@register.filter
def number(value: int | None) -> str:
    return "" if value is None else number_in(value, language=interface_locale().language)


def number_in(value: int, *, language: str) -> str:
    """`language` is one of the interface's."""
    return f"{value:,}".translate(_written_for(language))


def decimal(value: float) -> str:
    """To a tenth, rounded down: 4.49 is no 4.5."""
    locale = interface_locale()
    rounded = math.floor(value * 10) / 10
    return _digits(format_decimal(rounded, "#,##0.0", locale=locale), locale.language)


@register.filter
def percent(share: float) -> str:
    """Of a share between 0 and 1, to a tenth of a percent."""
    locale = interface_locale()
    system = "arab" if locale.language == "ar" else "latn"
    written = format_percent(share, "#,##0.#%", locale=locale, numbering_system=system)
    # The sign is not among what Babel translates.
    signed = written.replace("%", "٪") if locale.language == "ar" else written
    return _digits(signed, locale.language)


@register.filter
def numbers(values: Iterable[int]) -> str:
    return semicolon().join(map(number, values))


@register.simple_tag
def comma() -> str:
    return pgettext("between two of a list", ", ")


def listed(parts: Iterable[str]) -> str:
    """One, two, three."""
    return comma().join(parts)


def semicolon() -> str:
    """Between parts that may have commas of their own, such as numbers."""
    return pgettext("between two proofs", "; ")


def _shorten_to(limit: int) -> str:
    sentence = ngettext(
        "Shorten this to %(limit)s character.", "Shorten this to %(limit)s characters.", limit
    )
    return sentence % {"limit": number(limit)}


# For a form's field, which is made before the language of its page is known.
shorten_to = lazy(_shorten_to, str)


@register.filter
def language_name(code: str) -> str:
    """As the page's language calls it; the language itself, where that does not know it."""
    language, _hyphen, script = code.partition("-")
    known: Mapping[str, str] = interface_locale().languages
    return known.get(f"{language}_{script.title()}" if script else language, languages.NAMES[code])


@cache
def _written_for(language: str) -> dict[int, int]:
    """What the language writes for each digit and for the comma of thousands: putting a number
    together anew costs Babel as much as a whole mail. A language that groups otherwise raises
    ValueError here."""
    example = 9_876_543_210
    system = "arab" if language == "ar" else "latn"
    written = format_decimal(example, locale=_locale(language), numbering_system=system)
    return str.maketrans(f"{example:,}", _digits(written, language))


# A page of the list writes a hundred times the same few days.
@lru_cache(maxsize=5000)
def _date_in(when: datetime, pattern: str, language: str) -> str:
    return _digits(format_datetime(when, pattern, locale=_locale(language)), language)


def _date(when: datetime, pattern: str) -> str:
    return _date_in(when, pattern, interface_locale().language)


def _midnight(when: datetime) -> datetime:
    return when.replace(hour=0, minute=0, second=0, microsecond=0)


@register.filter
def day(when: datetime | None) -> str:
    """22 October 2026."""
    return _date(_midnight(when), "d MMMM y") if when else ""


@register.filter
def calendar_day(when: date) -> str:
    """As `day`, of a date without a time."""
    return day(datetime(when.year, when.month, when.day, tzinfo=UTC))


@register.filter
def short_day(when: datetime | None) -> str:
    """22 Oct 2026."""
    return _date(_midnight(when), "d MMM y") if when else ""


@register.filter
def moment(when: datetime | None) -> str:
    """22 Nov 2026, 14:05 UTC."""
    if when is None:
        return ""
    return gettext("%(day)s, %(time)s UTC") % {
        "day": _date(when, "d MMM y"),
        "time": _date(when, "HH:mm"),
    }


@register.filter
def clock(when: datetime) -> str:
    """14:05, where the page says of which day."""
    return _date(when, "HH:mm")


@register.filter
def second(when: datetime | None) -> str:
    """22 Nov 2026, 14:05:09 UTC."""
    if when is None:
        return ""
    return gettext("%(day)s, %(time)s UTC") % {
        "day": _date(when, "d MMM y"),
        "time": _date(when, "HH:mm:ss"),
    }
