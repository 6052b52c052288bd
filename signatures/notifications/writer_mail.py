"""Mail about an update to all who may write for the team of its letter."""

from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from campaign import languages
from campaign.letters import updates
from campaign.letters.models import Update
from campaign.mail.composing import render
from campaign.organizers import access, account_mail
from campaign.organizers.models import Organizer


def owe(
    *,
    update: Update,
    template: str,
    context: Mapping[str, object],
    without: Organizer | None = None,
) -> None:
    """In the caller's transaction, in the authoritative language of the letter. It holds no word of
    the update: that is read on its page."""
    letter = update.letter
    writers = access.writers(team_id=letter.team_id)
    if without:
        writers = writers.exclude(organizer=without)
    language = languages.interface_for(updates.languages_of(letter=letter)[0])
    with translation.override(language):
        page = reverse("desk_update", args=[letter.slug, update.number])
        content = render(
            template=template,
            context={**context, "letter": letter, "link": settings.SITE_URL + page},
            why=_("You get this e-mail because you can write for the team of this letter."),
        )
    for address in writers.order_by("organizer").values_list("organizer__email", flat=True):
        account_mail.owe(content=content, to=address)
