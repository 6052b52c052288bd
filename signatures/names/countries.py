"""Countries by their ISO 3166-1 code, named by the Unicode CLDR in the interface's language."""

from functools import cache

from babel import Locale

from campaign import languages
from signatures.names.folding import search_key

# Regions in the CLDR that are no countries: unions, test codes and the like.
_NOT_COUNTRIES = {
    "EU",
    "EZ",
    "UN",
    "QO",
    "XA",
    "XB",
    "ZZ",
    "AC",
    "CP",
    "CQ",
    "DG",
    "EA",
    "IC",
    "TA",
}

# The short forms of the CLDR, which Babel leaves out, and the two that Arabic newspapers shorten.
_SHORT = {
    "en": {"HK": "Hong Kong", "MO": "Macao", "PS": "Palestine"},
    "ar": {
        "AE": "الإمارات",
        "HK": "هونغ كونغ",
        "MO": "ماكاو",
        "PS": "فلسطين",
        "SA": "السعودية",
    },
}


@cache
def choices(language: str) -> tuple[tuple[str, str], ...]:
    """Code and name, in the order of the names."""
    interface = languages.interface_for(language)
    short = _SHORT.get(interface, {})
    territories = Locale.parse(interface).territories
    countries = [
        (code, short.get(code, name))
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    ]
    # As Arabic dictionaries do, without the article: Morocco is looked for under its own letter.
    return tuple(sorted(countries, key=lambda country: search_key(country[1].removeprefix("ال"))))


@cache
def names(language: str) -> dict[str, str]:
    return dict(choices(language))
