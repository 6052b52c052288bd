"""What a letter lacks before it is published, in words, and where that is mended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign import languages
from campaign.letters import before_publishing
from campaign.letters.before_publishing import Lack, Lacking
from campaign.letters.models import Letter, Text
from campaign.letters.together import keeping
from campaign.letters.views.desk import DeskRequest, may_change, may_vet
from campaign.mail.doctor import results, words


@dataclass(frozen=True, slots=True)
class Warned:
    words: str
    # Where it is mended; nothing for who may not.
    url: str
    link: str


def warnings(request: DeskRequest, letter: Letter, text: Text) -> Sequence[Warned]:
    now = timezone.now()
    found = before_publishing.lacking(letter=letter, text=text, now=now)
    return [
        Warned(_words(each, now), _url(request, letter, text, each), _link(each)) for each in found
    ]


def _words(lacking: Lacking, now: datetime) -> str:
    if lacking.lack is Lack.TRUSTED_MAIL:
        return _mail(now)
    sentence = {
        Lack.UNTRANSLATED: _("Parts of the text in %(language)s are untranslated."),
        Lack.OUTDATED: _(
            "The authoritative text changed since the text in %(language)s was last saved."
        ),
        Lack.INSECURE_LINK: _("A link of the text in %(language)s begins with http://."),
        Lack.CONTACT: _("No contact is public: nobody can ask you anything."),
        Lack.FUNDING: _("Nothing is said on who pays for it."),
        Lack.CLOSING_DATE: _("No day is set on which the signing closes."),
        Lack.WATCHED_NAMES: _(
            "No names are watched: anyone who signs in the name of somebody well known is shown "
            "at once."
        ),
    }[lacking.lack]
    if not lacking.language:
        return sentence
    return sentence % {"language": languages.NAMES[lacking.language]}


def _mail(now: datetime) -> str:
    worst = results.worst(now=now)
    why = words.said(worst, isolated=True).found if worst else ""
    return _(
        "Mail from this site will probably not be believed, so people may not get the e-mail that "
        "asks them to confirm: %(why)s"
    ) % {"why": why}


def _link(lacking: Lacking) -> str:
    return {
        Lack.UNTRANSLATED: _("Side by side"),
        Lack.OUTDATED: _("Side by side"),
        Lack.INSECURE_LINK: _("Edit the text"),
        Lack.CONTACT: _("Press page"),
        Lack.FUNDING: _("Press page"),
        Lack.CLOSING_DATE: _("Times and checking"),
        Lack.WATCHED_NAMES: _("Watched names"),
        Lack.TRUSTED_MAIL: _("What is set, and what to do"),
    }[lacking.lack]


def _url(request: DeskRequest, letter: Letter, text: Text, lacking: Lacking) -> str:
    match lacking.lack:
        case Lack.UNTRANSLATED | Lack.OUTDATED:
            latest = keeping.latest_draft(text=text)
            page = reverse("desk_draft", args=[letter.slug, latest.number]) if latest else ""
            return f"{page}?language={lacking.language}"
        case Lack.INSECURE_LINK if may_change(request, letter):
            return reverse("desk_translation", args=[letter.slug, lacking.language])
        case Lack.CONTACT | Lack.FUNDING:
            return reverse("desk_press", args=[letter.slug])
        case Lack.CLOSING_DATE if may_change(request, letter):
            return reverse("desk_details", args=[letter.slug])
        case Lack.WATCHED_NAMES if may_vet(request, letter):
            return reverse("desk_watched", args=[letter.slug])
        case Lack.TRUSTED_MAIL:
            return reverse("desk_mail_doctor")
    return ""
