"""What is in a private export: a CSV file, and what whoever gets it has to know, in one ZIP.

In memory alone: neither rows nor the file are ever written to a disk or a table.
"""

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, TextChoices
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaign import csv_cells
from campaign.letters.models import Letter
from campaign.templatetags.locale_format import moment, number
from signatures import answers, consent
from signatures.errors import ExportTooLarge, NobodyFits
from signatures.listing import queries
from signatures.listing.deadline import in_time
from signatures.models import Answer, Kind, Signature
from signatures.notifications import leaving
from signatures.press import csv_download, downloads

# Some seconds and some tens of megabytes; beyond, addresses come in several files.
MOST_ROWS = 100_000
_READING_SECONDS = 20
_ROWS_PER_QUERY = 2000


class What(TextChoices):
    ADDRESSES = "addresses", _("Names and e-mail addresses of those who agreed to news")
    NAMES = "names", _("Everybody who is named on the list, without addresses")
    ANSWERS = "answers", _("What those who are named answered to your questions")


@dataclass(frozen=True, slots=True)
class Rows:
    """A CSV file, how many it has, and the number of the last, if others come behind it."""

    csv: bytes
    count: int
    goes_on_after: int | None = None


def reached(*, letter_id: int) -> QuerySet[Signature]:
    """Whose address an owner may have: in the record, named, and hearing news at this moment.

    Who signed without their name is promised that it is shown nowhere, and an address is often a
    name: news reach them by updates alone.
    """
    hearing = leaving.hearing(letter_id=letter_id)
    return hearing.filter(consent_publish=True, number__isnull=False).exclude(email="")


def answering(*, letter: Letter) -> QuerySet[Signature]:
    """On the list, with an answer. Who signed without their name is not told apart."""
    something = Exists(Answer.objects.filter(signature=OuterRef("pk")))
    return queries.listed(letter=letter).filter(something)


def read(*, letter: Letter, what: What, after: int = 0) -> Rows:
    """Raises NobodyFits, ExportTooLarge and TooSlow."""
    match what:
        case What.ADDRESSES:
            rows = _addresses(letter, after)
        case What.NAMES:
            rows = _names(letter)
        case What.ANSWERS:
            rows = _answers(letter, after)
    if not rows.count:
        raise NobodyFits
    return rows


def packed(
    *, letter: Letter, what: What, rows: Rows, purpose: str, by: str, title: str, now: datetime
) -> bytes:
    """The ZIP that is sealed: as `age` gives it back, any office opens it."""
    whole = io.BytesIO()
    told = _about(letter, what, rows, purpose, by, title, now)
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{letter.slug}-{what}.csv", rows.csv)
        archive.writestr("READ-ME.txt", "\r\n".join([*told, ""]))
    return whole.getvalue()


def _addresses(letter: Letter, after: int) -> Rows:
    shown = ("number", "name", "email", "language", "kind", "consented_at", "consent_version")
    # By what the link to leave is made of.
    of_link = ("letter_id", "email_key")
    found = reached(letter_id=letter.pk).only(*shown, *of_link)
    return _numbered(found, after, _header(), _cells)


def _answers(letter: Letter, after: int) -> Rows:
    """A column for each question that is asked, or was and has an answer."""
    asked = answers.of_letter(letter=letter)
    words = (csv_cells.guarded(answers.words_of(each)[0]) for each in asked)
    offered = {each.pk: dict(answers.choices_of(each)) for each in asked}

    def cells(row: Signature) -> Iterator[str]:
        given = {each.question_id: each.value for each in row.answers.all()}
        yield str(row.number)
        yield csv_cells.text(row.name)
        for pk, choices in offered.items():
            value = given.get(pk, "")
            yield csv_cells.text(choices.get(value, value))

    found = answering(letter=letter).prefetch_related("answers")
    return _numbered(found, after, [gettext("Number"), gettext("Name"), *words], cells)


def _numbered(
    found: QuerySet[Signature],
    after: int,
    header: list[str],
    cells: Callable[[Signature], Iterable[str]],
) -> Rows:
    """As many as one file holds of those behind this number."""
    lines, last, goes_on = [csv_download.first_line(header)], after, False
    with in_time(seconds=_READING_SECONDS):
        rows = found.filter(number__gt=after).order_by("number").iterator(_ROWS_PER_QUERY)
        for row in islice(rows, MOST_ROWS):
            lines.append(",".join(cells(row)).encode() + b"\r\n")
            last = row.number or last
        goes_on = next(rows, None) is not None
    return Rows(b"".join(lines), len(lines) - 1, last if goes_on else None)


def _names(letter: Letter) -> Rows:
    """The public list as it is, or will be once an embargo ends."""
    found = downloads.open_download(
        letter=letter, filters=queries.Filters(), lines=csv_download.lines
    )
    try:
        if found.asked.listed > MOST_ROWS:
            raise ExportTooLarge
        return Rows(b"".join(found), found.asked.listed)
    finally:
        found.close()


def _header() -> list[str]:
    return [
        gettext("Number"),
        gettext("Name"),
        gettext("E-mail address"),
        gettext("Language"),
        gettext("Person or organisation"),
        gettext("Agreed on"),
        gettext("Words agreed to"),
        gettext("Link to leave the news"),
    ]


def _cells(row: Signature) -> Iterable[str]:
    leave = reverse("leave", args=[leaving.token_for(leaving.subscriber(signature=row))])
    return (
        str(row.number),
        csv_cells.text(row.name),
        csv_cells.text(row.email),
        row.language,
        csv_cells.quoted(str(Kind(row.kind).label)),
        row.consented_at.date().isoformat(),
        row.consent_version,
        settings.SITE_URL + leave,
    )


def _about(
    letter: Letter, what: What, rows: Rows, purpose: str, by: str, title: str, now: datetime
) -> Iterator[str]:
    yield f"{title} <{settings.SITE_URL}{reverse('letter', args=[letter.slug])}>"
    yield str(what.label)
    yield gettext("Made on %(when)s by %(who)s: %(count)s rows.") % {
        "when": moment(now),
        "who": by,
        "count": number(rows.count),
    }
    yield gettext("Purpose: %(purpose)s") % {"purpose": purpose}
    yield ""
    yield gettext(
        "To have signed an open letter is a political opinion. Use this file for that purpose "
        "alone, pass it on to nobody who is not needed for it, and delete it afterwards."
    )
    if what is What.ADDRESSES:
        yield from _about_addresses(now)
    else:
        yield gettext("Anyone who signed without their name is not in it.")
    if rows.goes_on_after is not None:
        yield gettext("There are more: the next file begins after number %(number)s.") % {
            "number": number(rows.goes_on_after)
        }


def _about_addresses(now: datetime) -> Iterator[str]:
    yield gettext("Each of them agreed to these words, in their own language: “%(words)s”") % {
        "words": consent.shown("updates")
    }
    yield gettext(
        "It holds those who agreed and had not left by %(when)s, and nobody whose mail came back, "
        "who complained, withdrew or signed without their name. It does not follow what happens "
        "later: make a new one before each use."
    ) % {"when": moment(now)}
    yield gettext(
        "Put each one’s own link to leave into what you send: anyone who leaves by it has left "
        "here, too."
    )
