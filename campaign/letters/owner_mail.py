"""What the other owners of a letter's team hear of by e-mail, whoever did it: nothing of it happens
behind the back of those who answer for the letter."""

from collections.abc import Mapping
from enum import Enum

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from campaign import languages
from campaign.letters.models import Letter, Text, Translation
from campaign.mail.composing import render
from campaign.organizers import account_mail
from campaign.organizers.models import Organizer, Role


class Deed(Enum):
    PROPOSED = "proposed"
    PUBLISHED = "published"


def owe(*, deed: Deed, text: Text, by: Organizer, corrects: int | None) -> None:
    """Of a later version. It holds no word of the new text, nor the reason given for it."""
    page = "desk_publish" if deed is Deed.PROPOSED else "desk_letter"
    tell(
        template=f"campaign/letters/email/version_{deed.value}",
        letter=text.letter,
        named=_published(text.letter_id).exclude(text=text).first(),
        by=by,
        path=reverse(page, args=[text.letter.slug]),
        context={"number": text.number, "corrects": corrects},
    )


def owe_taken_down(*, letter: Letter, because: str, by: Organizer) -> None:
    """With the reason that everyone is told."""
    tell(
        template="campaign/letters/email/taken_down",
        letter=letter,
        named=title_of(letter=letter),
        by=by,
        path=reverse("desk_letter", args=[letter.slug]),
        context={"because": because},
    )


def tell(
    *,
    template: str,
    letter: Letter,
    named: Translation | None,
    by: Organizer,
    path: str,
    context: Mapping[str, object],
) -> None:
    """Owe a mail to each owner but the one who did it, in the caller's transaction.

    It calls the letter by `named` and is in the language of that; `path` is where they can look.
    """
    owners = Organizer.objects.filter(
        memberships__team=letter.team_id, memberships__role=Role.OWNER, is_active=True
    )
    addresses = list(owners.exclude(pk=by.pk).order_by("pk").values_list("email", flat=True))
    if not addresses:
        return
    language = languages.interface_for(named.language if named else settings.LANGUAGE_CODE)
    with translation.override(language):
        content = render(
            template=template,
            context={
                "letter": letter,
                "title": named.title if named else letter.slug,
                "organizer": " ".join(str(by).split()),
                "link": settings.SITE_URL + path,
                **context,
            },
            why=_("You get this e-mail because you are an owner of the team."),
        )
    for address in addresses:
        account_mail.owe(content=content, to=address)


def title_of(*, letter: Letter) -> Translation | None:
    """What its owners know it by: the authoritative text that stands."""
    return _published(letter.pk).first()


def _published(letter_id: int) -> QuerySet[Translation]:
    """The authoritative texts, the latest first."""
    found = Translation.objects.filter(
        text__letter=letter_id, text__published_at__isnull=False, is_authoritative=True
    )
    return found.order_by("-text__number")
