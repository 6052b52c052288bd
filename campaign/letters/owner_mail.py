"""Each other owner of the team hears of a later version by e-mail: no two accounts change a text
behind the back of those who answer for it."""

from enum import Enum

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from campaign import languages
from campaign.letters.models import Text, Translation
from campaign.mail.composing import render
from campaign.organizers import account_mail
from campaign.organizers.models import Organizer, Role


class Deed(Enum):
    PROPOSED = "proposed"
    PUBLISHED = "published"


def owe(*, deed: Deed, text: Text, by: Organizer, corrects: int | None) -> None:
    """To each owner but the one who did it, in the language of the text that is authoritative.

    Owed in the caller's transaction. It holds no word of the new text, nor the reason given for it.
    """
    addresses = other_owners(team_id=text.letter.team_id, but=by)
    if not addresses:
        return
    before = _published(text.letter_id).exclude(text=text).first()
    with translation.override(_language(before)):
        page = "desk_publish" if deed is Deed.PROPOSED else "desk_letter"
        context = {
            "organizer": " ".join(str(by).split()),
            "title": before.title if before else text.letter.slug,
            "number": text.number,
            "corrects": corrects,
            "link": settings.SITE_URL + reverse(page, args=[text.letter.slug]),
        }
        content = render(
            template=f"campaign/letters/email/version_{deed.value}",
            context=context,
            why=_("You get this e-mail because you are an owner of the team."),
        )
    for address in addresses:
        account_mail.owe(content=content, to=address)


def other_owners(*, team_id: int, but: Organizer) -> list[str]:
    """The addresses of those who answer for the team beside this one."""
    owners = Organizer.objects.filter(
        memberships__team=team_id, memberships__role=Role.OWNER, is_active=True
    )
    return list(owners.exclude(pk=but.pk).order_by("pk").values_list("email", flat=True))


def language_of(*, letter_id: int) -> str:
    """That of the interface in which its owners are written to."""
    return _language(_published(letter_id).first())


def _published(letter_id: int) -> QuerySet[Translation]:
    """The authoritative texts, the latest first."""
    found = Translation.objects.filter(
        text__letter=letter_id, text__published_at__isnull=False, is_authoritative=True
    )
    return found.order_by("-text__number")


def _language(published: Translation | None) -> str:
    return languages.interface_for(published.language if published else settings.LANGUAGE_CODE)
