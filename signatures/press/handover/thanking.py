"""Thanks to everyone once the letter was delivered: the beginning of an update's words, which the
organizers read and change before anybody gets it."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from campaign import languages as known
from campaign.letters.models import Letter
from campaign.templatetags.locale_format import calendar_day
from campaign.templatetags.locale_format import number as in_digits
from signatures.models import Handover
from signatures.press.handover import noting


def thanks(*, letter: Letter, number: int, languages: Sequence[str]) -> dict[str, str]:
    """By the names of the fields (`forms.desk.updates`), in those of the languages that the
    interface speaks; nothing where there is no such delivery."""
    found = noting.shown(letter=letter).filter(number=number, struck_at=None).first()
    if found is None:
        return {}
    written: dict[str, str] = {}
    for language in set(languages) & set(known.INTERFACE):
        with translation.override(language):
            written[f"subject_{language}"] = gettext("The letter was delivered")
            written[f"body_{language}"] = _body(found)
    return written


def _body(handover: Handover) -> str:
    snapshot = handover.package.snapshot
    return gettext(
        "Thank you. The letter that you signed was delivered on %(when)s to %(recipient)s, with "
        "%(count)s signatures.\n\nWhat was handed over, and when: %(url)s"
    ) % {
        "when": calendar_day(handover.delivered_on),
        "recipient": _as_words(handover.recipient),
        "count": in_digits(snapshot.checkpoint.total) if snapshot else "",
        "url": settings.SITE_URL + reverse("delivery", args=[handover.letter.slug]),
    }


def _as_words(text: str) -> str:
    """Not as Markdown."""
    return "".join(f"\\{each}" if each in "\\`*_[]<>#!&" else each for each in text)
