"""Links and numbers of public records as people paste them, made into source and identifier.

Only the form is checked here; nothing is looked up.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from signatures.models import Source

_MAX_LINK_LETTERS = 2000


class Unfit(StrEnum):
    EMPTY = "empty"
    UNKNOWN = "unknown"
    NOT_A_PERSON = "not_a_person"
    CHECK_DIGIT = "check_digit"


SENTENCES = {
    Unfit.EMPTY: _("Paste the address of your entry, or its number."),
    Unfit.UNKNOWN: _(
        "We do not recognise this link. These records we know: MusicBrainz, Wikidata, "
        "Open Library, ORCID, IMDb, ISNI. Paste the address of your entry there."
    ),
    Unfit.NOT_A_PERSON: _(
        "This leads to something else than a person’s entry, such as a work. "
        "Paste the address of the entry about you."
    ),
    Unfit.CHECK_DIGIT: _(
        "A digit of this number is wrong: its last character does not fit the others. "
        "Please compare the two."
    ),
}


class EvidenceRefused(ValueError):
    """What was pasted is no entry about a person; `str()` gives the bare reason, for logs."""

    def __init__(self, reason: Unfit) -> None:
        super().__init__(reason.value)
        self.reason = reason

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.reason])


@dataclass(frozen=True, slots=True)
class Identifier:
    source: Source
    value: str


_MBID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_ITEM = re.compile(r"Q[1-9][0-9]{0,11}", re.IGNORECASE)
_AUTHOR = re.compile(r"OL[1-9][0-9]{0,11}A", re.IGNORECASE)
_NAME = re.compile(r"nm[0-9]{7,10}", re.IGNORECASE)
_SIXTEEN = re.compile(r"[0-9]{15}[0-9X]", re.IGNORECASE)
# Written before the number, as on title pages: "ISNI 0000 0001 …", "orcid:0000-0001-…".
_CALLED = re.compile(r"(?:ISNI|ORCID)(?:\s*iD)?\s*:?\s*", re.IGNORECASE)
# The blocks of ISNI that were given to ORCID, without their check digits.
_BLOCKS_OF_ORCID = (
    range(15000000, 35000001),
    range(900000000000, 900100000001),
)

_LINKS = {
    Source.MUSICBRAINZ: "https://musicbrainz.org/artist/{}",
    Source.WIKIDATA: "https://www.wikidata.org/wiki/{}",
    Source.OPEN_LIBRARY: "https://openlibrary.org/authors/{}",
    Source.ORCID: "https://orcid.org/{}",
    Source.IMDB: "https://www.imdb.com/name/{}/",
    Source.ISNI: "https://isni.org/isni/{}",
}


def parse(raw: str) -> Identifier:
    """From a link or a bare number. Raises only EvidenceRefused."""
    if len(raw) > _MAX_LINK_LETTERS:
        raise EvidenceRefused(Unfit.UNKNOWN)
    typed = "".join(char for char in raw.strip() if unicodedata.category(char) != "Cf").strip()
    if not typed:
        raise EvidenceRefused(Unfit.EMPTY)
    return _from_link(typed) if "/" in typed else _from_number(typed)


def link_to(source: str, identifier: str) -> str:
    """The entry's page, for a person to open."""
    return _LINKS[Source(source)].format(identifier)


def check_digit(digits: str) -> str:
    """Of fifteen digits, by ISO/IEC 7064 MOD 11-2, as ISNI and ORCID have it."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)


def _from_number(typed: str) -> Identifier:
    for pattern, source, form in (
        (_MBID, Source.MUSICBRAINZ, str.lower),
        (_ITEM, Source.WIKIDATA, str.upper),
        (_AUTHOR, Source.OPEN_LIBRARY, str.upper),
        (_NAME, Source.IMDB, str.lower),
    ):
        if pattern.fullmatch(typed):
            return Identifier(source, form(typed))
    return _sixteen(_CALLED.sub("", typed, count=1))


def _sixteen(typed: str) -> Identifier:
    """An ORCID is an ISNI of certain blocks, so the number itself tells which it is."""
    number = re.sub(r"[\s\-\u2010-\u2013]", "", typed).upper()
    if not _SIXTEEN.fullmatch(number):
        raise EvidenceRefused(Unfit.UNKNOWN)
    if check_digit(number[:15]) != number[15]:
        raise EvidenceRefused(Unfit.CHECK_DIGIT)
    if any(int(number[:15]) in block for block in _BLOCKS_OF_ORCID):
        return Identifier(Source.ORCID, "-".join(re.findall(".{4}", number)))
    return Identifier(Source.ISNI, number)


def _from_link(typed: str) -> Identifier:
    try:
        parts = urlsplit(typed if "://" in typed else f"https://{typed}")
        host = (parts.hostname or "").lower()
    except ValueError:
        raise EvidenceRefused(Unfit.UNKNOWN) from None
    found = next((each for each in _HOSTS if host == each or host.endswith(f".{each}")), None)
    if parts.scheme not in ("http", "https") or found is None:
        raise EvidenceRefused(Unfit.UNKNOWN)
    steps = [unquote(step).strip() for step in parts.path.split("/") if step.strip()]
    return _HOSTS[found](steps)


def _after(
    source: Source, pattern: re.Pattern[str], form: Callable[[str], str], *before: str
) -> Callable[[list[str]], Identifier]:
    """Reads the step of a path that follows one of these names."""

    def read(steps: list[str]) -> Identifier:
        for name, step in pairwise(steps):
            if name.lower() in before and pattern.fullmatch(step):
                return Identifier(source, form(step))
        raise EvidenceRefused(Unfit.NOT_A_PERSON)

    return read


def _number_in(source: Source) -> Callable[[list[str]], Identifier]:
    """Reads the first step that is a number of sixteen digits; on this site it must be its own."""

    def read(steps: list[str]) -> Identifier:
        for step in steps:
            if _SIXTEEN.fullmatch(re.sub(r"[\s\-]", "", step)):
                found = _sixteen(step)
                if found.source != source and source == Source.ORCID:
                    raise EvidenceRefused(Unfit.NOT_A_PERSON)
                return found
        raise EvidenceRefused(Unfit.NOT_A_PERSON)

    return read


_HOSTS = {
    "musicbrainz.org": _after(Source.MUSICBRAINZ, _MBID, str.lower, "artist"),
    "wikidata.org": _after(
        Source.WIKIDATA, _ITEM, str.upper, "wiki", "entity", "special:entitypage"
    ),
    "openlibrary.org": _after(Source.OPEN_LIBRARY, _AUTHOR, str.upper, "authors"),
    "imdb.com": _after(Source.IMDB, _NAME, str.lower, "name"),
    "orcid.org": _number_in(Source.ORCID),
    "isni.org": _number_in(Source.ISNI),
}
