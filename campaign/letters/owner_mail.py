"""Each other owner of the team hears of a later version by e-mail: no two accounts change a text
behind the back of those who answer for it."""

from enum import Enum

from django.conf import settings
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
    owners = Organizer.objects.filter(
        memberships__team__letters=text.letter_id, memberships__role=Role.OWNER, is_active=True
    )
    addresses = list(owners.exclude(pk=by.pk).order_by("pk").values_list("email", flat=True))
    if not addresses:
        return
    before = (
        Translation.objects.filter(
            text__letter=text.letter_id, text__published_at__isnull=False, is_authoritative=True
        )
        .exclude(text=text)
        .order_by("-text__number")
        .first()
    )
    language = languages.interface_for(before.language if before else settings.LANGUAGE_CODE)
    with translation.override(language):
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
