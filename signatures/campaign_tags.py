"""Where signers come from, as far as a link says so: `?from=newsletter`.

No cookie, no referrer, and nothing of those who do not sign. The page is the same for all; a script
copies the word from its address into the form. Only words that organizers wrote down beforehand are
kept, so that strangers fill nothing, and only of those who are named, so that a word sent to one
person cannot tell whether they signed without their name.
"""

import re

from django.db import transaction
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures.errors import NothingChanged, TooManyTags
from signatures.models import CampaignTag
from signatures.models.campaign_tag import MAX_TAG_LETTERS

MAX_TAGS = 30
# As the script has it, too (static/js/campaign-tag.js).
_FORM = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def cleaned(typed: str) -> str:
    """As it is kept; nothing for what is no such word."""
    tag = typed.strip().lower()
    return tag if len(tag) <= MAX_TAG_LETTERS and _FORM.fullmatch(tag) else ""


def known(*, letter: Letter, tag: str, is_named: bool) -> str:
    """The word that is kept with a signature; nothing of a stranger's. Asks the database only where
    there is one."""
    if not tag or not is_named:
        return ""
    return tag if CampaignTag.objects.filter(letter=letter, tag=tag).exists() else ""


def add(*, letter: Letter, organizer: Organizer, tag: str) -> None:
    """Raises TooManyTags, and NothingChanged where it is there."""
    with transaction.atomic():
        # In turn, so that none comes beyond the limit.
        Letter.objects.select_for_update().only("pk").get(pk=letter.pk)
        mine = CampaignTag.objects.filter(letter=letter)
        if mine.filter(tag=tag).exists():
            raise NothingChanged
        if mine.count() >= MAX_TAGS:
            raise TooManyTags
        CampaignTag.objects.create(
            letter=letter, tag=tag, added_by=organizer, added_at=timezone.now()
        )


def remove(*, letter: Letter, tag: str) -> None:
    """Nobody is counted by it any more, nor who came by it before. Raises NothingChanged."""
    if not CampaignTag.objects.filter(letter=letter, tag=tag).delete()[0]:
        raise NothingChanged


def all_of(*, letter: Letter) -> list[str]:
    tags = CampaignTag.objects.filter(letter=letter).order_by("tag")
    return list(tags.values_list("tag", flat=True))
