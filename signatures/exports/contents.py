"""What is in a private export: a CSV file, and what whoever gets it has to know, in one ZIP.

In memory alone: neither rows nor the file are ever written to a disk or a table.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.conf import settings
from django.db.models import QuerySet, TextChoices
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaign import csv_cells
from campaign.letters.models import Letter
from campaign.templatetags.locale_format import moment, number
from signatures import consent
from signatures.errors import ExportTooLarge, NobodyFits
from signatures.listing import queries
from signatures.listing.deadline import in_time
from signatures.models import Kind, Signature
from signatures.notifications import leaving
from signatures.press import csv_download, downloads

# Some seconds and some tens of megabytes; beyond, addresses come in several files.
MOST_ROWS = 100_000
_READING_SECONDS = 20
_ROWS_PER_QUERY = 2000


class What(TextChoices):
    ADDRESSES = "addresses", _("Names and e-mail addresses of those who agreed to news")
    NAMES = "names", _("Everybody who is named on the list, without addresses")


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


def read(*, letter: Letter, what: What, after: int = 0) -> Rows:
    """Raises NobodyFits, ExportTooLarge and TooSlow."""
    rows = _addresses(letter, after) if what is What.ADDRESSES else _names(letter)
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
    found = reached(letter_id=letter.pk).filter(number__gt=after).order_by("number")
    lines, last, goes_on = [csv_download.first_line(_header())], after, False
    with in_time(seconds=_READING_SECONDS):
        rows = found.only(*shown, *of_link).iterator(_ROWS_PER_QUERY)
        for row in islice(rows, MOST_ROWS):
            lines.append(_line(row))
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


def _line(row: Signature) -> bytes:
    leave = reverse("leave", args=[leaving.token_for(leaving.subscriber(signature=row))])
    cells = (
        str(row.number),
        csv_cells.text(row.name),
        csv_cells.text(row.email),
        row.language,
        csv_cells.quoted(str(Kind(row.kind).label)),
        row.consented_at.date().isoformat(),
        row.consent_version,
        settings.SITE_URL + leave,
    )
    return ",".join(cells).encode() + b"\r\n"


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
    if what is not What.ADDRESSES:
        yield gettext("Anyone who signed without their name is not in it.")
        return
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
    if rows.goes_on_after is not None:
        yield gettext("There are more: the next file begins after number %(number)s.") % {
            "number": number(rows.goes_on_after)
        }
