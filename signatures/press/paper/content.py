"""What the PDF of a letter says, as data: text and names of one moment, in one language.

Names stand under the text that they signed, and no other. What is in here is what the public list
shows: no address, nobody who asked not to be named.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.conf import settings
from django.urls import reverse
from django.utils import translation as language_of_words
from django.utils.translation import gettext, ngettext

from campaign import languages
from campaign.letters.models import Letter, Text, Translation
from campaign.letters.texts import published_texts, translation_for
from campaign.templatetags.locale_format import day, listed, number, second, semicolon
from signatures.listing import queries
from signatures.listing.counts import base64_of
from signatures.listing.deadline import in_time
from signatures.models import Checkpoint, Kind, Level, Profession, Signature, VersionTally
from signatures.names import countries
from signatures.press import standing as standings
from signatures.press.paper import marks, typefaces, words
from signatures.press.paper.blocks import Node, blocks
from signatures.press.serializers import page_of
from signatures.press.standing import Standing
from signatures.record import tally

# More are not printed: half a minute and half a gigabyte for the compiler.
MAX_NAMES = 20_000
MAX_READING_SECONDS = 30
Told: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """`told` is what the template reads. `mark` is of the names in it (`marks.mark_of`)."""

    told: Told
    checkpoint: Checkpoint
    text: Text
    mark: str


def of(*, letter: Letter, language: str) -> Content | None:
    """In one of the languages of the text that stands; None before there is anything to count.
    Raises TooSlow."""
    with in_time(seconds=MAX_READING_SECONDS):
        checkpoint = tally.latest(letter_id=letter.pk)
        published = list(published_texts(letter=letter))
        if checkpoint is None or not published:
            return None
        standing = standings.among(
            letter=letter, text=published[0], checkpoint=checkpoint, published=published
        )
        named = queries.listed(letter=letter).filter(number__lte=checkpoint.last_number)
        rows, mark = [], marks.NO_NAMES
        if checkpoint.named <= MAX_NAMES:
            rows = list(named.order_by("number"))
            mark = marks.mark_of(letter_id=letter.pk, last=checkpoint.last_number)
    with language_of_words.override(languages.interface_for(language)):
        told = _told(standing, checkpoint, published, rows, language)
    return Content(told=told, checkpoint=checkpoint, text=published[0], mark=mark)


def without_names(told: Told) -> Told:
    """For the certificate of the count (`count.typ`), which needs neither names nor text."""
    sections = [each | {"names": [], "blocks": []} for each in told["sections"]]
    return told | {"sections": sections}


def _told(
    standing: Standing,
    checkpoint: Checkpoint,
    published: Sequence[Text],
    rows: Sequence[Signature],
    language: str,
) -> Told:
    shown = _translation(published[0], language)
    here = languages.interface_for(language)
    sections = list(_sections(standing, published, rows, language))
    are_spelled = any(name["spelled"] for each in sections for name in each["names"])
    return {
        "title": words.plain(shown.title).words,
        "families": typefaces.FAMILIES,
        "page_language": _language(shown.language),
        "words_language": _language(here),
        "kicker": gettext("Open letter · published %(when)s")
        % {"when": day(standing.letter.public_since)},
        "as_of": gettext("As it stood on %(when)s") % {"when": second(checkpoint.as_of)},
        "sections": sections,
        "spelled_note": gettext(
            "* This name has letters that this file has no typeface for, and is written here in "
            "Latin letters. On the letter’s page it stands as it was signed."
        )
        if are_spelled
        else "",
        "check": _check(standing, checkpoint, shown),
        "footer": _footer(checkpoint),
        # Filled in by the template, with digits of this language.
        "page_of": gettext("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
        "digits": [number(digit) for digit in range(10)],
    }


def _sections(
    standing: Standing, published: Sequence[Text], rows: Sequence[Signature], language: str
) -> Iterator[Told]:
    """The text that stands with its names, then each other one that somebody signed."""
    yield _section(
        published[0],
        standing.tally,
        [row for row in rows if standing.is_of(row.version)],
        language,
        heading=standing.name if standing.is_split else "",
    )
    by_number = {text.number: text for text in published}
    for other in standing.others:
        yield _section(
            by_number[other.number],
            other.tally,
            [row for row in rows if row.version == other.number],
            language,
            heading=gettext("version %(version)s") % {"version": number(other.number)},
        )


def _section(
    text: Text, counted: VersionTally, rows: Sequence[Signature], language: str, *, heading: str
) -> Told:
    shown = _translation(text, language)
    return {
        "heading": heading,
        "language": _language(shown.language),
        "title": words.plain(shown.title).words,
        "addressee": words.breakable(words.plain(shown.addressee).words),
        "blocks": blocks(shown.body, direction=shown.direction),
        "translated": _translated(text, shown),
        "names_heading": ngettext("%(n)s signature", "%(n)s signatures", counted.total)
        % {"n": number(counted.total)},
        "counts": [[label, number(count)] for label, count in _counts(counted)],
        "names_note": _names_note(counted, printed=len(rows)),
        "names": [_name(row) for row in rows],
    }


def _translation(text: Text, language: str) -> Translation:
    found = translation_for(text=text, language=language)
    if found is None:
        raise ValueError("a published text has an authoritative translation")
    return found


def _translated(text: Text, shown: Translation) -> str:
    if shown.is_authoritative:
        return ""
    counting = _translation(text, "")
    return gettext("Where translations differ, the text in %(language)s counts.") % {
        "language": languages.NAMES[counting.language]
    }


def _counts(counted: VersionTally) -> Iterator[tuple[str, int]]:
    yield gettext("Signatures that count"), counted.total
    yield gettext("People"), counted.people
    yield gettext("Organisations"), counted.organisations
    yield gettext("Not named, by their own choice"), counted.anonymous
    for level, count in counted.levels.items():
        words_of_level = str(Level(int(level)).label)
        yield (
            gettext("Level %(level)s: %(words)s")
            % {"level": number(int(level)), "words": words_of_level},
            count,
        )


def _names_note(counted: VersionTally, *, printed: int) -> str:
    if counted.named and not printed:
        return gettext(
            "These are too many names to print. All of them are on the letter’s page, as a list "
            "and as files."
        )
    if printed:
        return gettext("In the order of signing, with the numbers of the record.")
    return gettext("Nobody is named here.") if counted.total else gettext("Nobody has signed yet.")


def _name(row: Signature) -> Told:
    name = words.plain(row.name)
    language, region = words.language_of_name(row.name, row.country)
    return {
        "number": number(row.number),
        "name": words.alone(name.words) + ("*" if name.is_spelled else ""),
        "spelled": name.is_spelled,
        "language": language,
        "region": region,
        "about": _about(row),
    }


def _about(row: Signature) -> str:
    what = (
        gettext("Organisation")
        if row.kind == Kind.ORGANISATION
        else str(Profession(row.profession).label)
    )
    here = languages.interface_for(language_of_words.get_language() or "en")
    country = countries.names(here).get(row.country, row.country)
    beside = (words.plain(each).words for each in (row.credit, row.affiliation) if each)
    return semicolon().join([listed([what, country]), *(words.alone(each) for each in beside)])


def _check(standing: Standing, checkpoint: Checkpoint, shown: Translation) -> Told:
    """How anybody can find out whether this is true."""
    here = languages.interface_for(language_of_words.get_language() or "en")
    return {
        "heading": gettext("How to check this"),
        "words": gettext(
            "The count and the names are as of the checkpoint below, which is signed. Names can "
            "leave the list later; the letter’s page says which numbers did. Anybody can check "
            "the record with the verifier."
        ),
        "facts": [
            [gettext("Address of the letter"), page_of(standing.letter, language=here), True],
            [gettext("Verifier"), f"{settings.SITE_URL}{reverse('verify')}", True],
            [gettext("As of (UTC)"), second(checkpoint.as_of), False],
            [gettext("Lines in the record"), number(checkpoint.size), False],
            [gettext("Root"), base64_of(checkpoint.root), True],
            [gettext("SHA-256 of the text"), shown.sha256, True],
        ],
    }


def _footer(checkpoint: Checkpoint) -> str:
    return gettext("Checkpoint %(size)s of %(when)s") % {
        "size": number(checkpoint.size),
        "when": second(checkpoint.as_of),
    }


def _language(code: str) -> Node:
    """As the template knows it."""
    language, _hyphen, script = code.partition("-")
    region = {"hans": "CN", "hant": "TW"}.get(script, "")
    return {"lang": language, "region": region, "dir": languages.direction(code)}
