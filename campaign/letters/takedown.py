"""A letter that nobody may read any more, by the word of those who run the site.

It is closed, not deleted: its record, signatures and texts stay, signers can leave and be erased
as ever, and it can be put back. Its address says to everyone since when it is gone, and why
(`signatures/views/public/letters.py`); no update of it is sent meanwhile.
"""

from contextlib import suppress
from datetime import datetime

from django.db import transaction

from campaign.letters import closing, errors, owner_mail
from campaign.letters.models import Letter
from campaign.organizers import audit
from campaign.organizers.models import Organizer


def take_down(*, letter: Letter, operator: Organizer, because: str, now: datetime) -> None:
    """Hide it from now on, and close it where it was open. `because` is told to everyone.

    The owners of its team hear of it by e-mail. Raises NotPublished for a draft, which nobody can
    read anyway, and TakenDownMeanwhile the second time.
    """
    with transaction.atomic():
        with suppress(errors.AlreadyClosed):
            closing.close_letter(letter=letter, now=now)
        standing = Letter.objects.filter(pk=letter.pk, taken_down_at=None)
        if not standing.update(taken_down_at=now, taken_down_because=because):
            raise errors.TakenDownMeanwhile
        _record(letter, operator, "take_down", because)
        owner_mail.owe_taken_down(letter=letter, because=because, by=operator)


def put_back(*, letter: Letter, operator: Organizer, expected_since: datetime) -> None:
    """It can be read again, and stays closed. `expected_since` is when it was taken down, as it was
    seen: raises TakenDownMeanwhile if that is no longer so."""
    with transaction.atomic():
        down = Letter.objects.filter(pk=letter.pk, taken_down_at=expected_since)
        if not down.update(taken_down_at=None, taken_down_because=""):
            raise errors.TakenDownMeanwhile
        _record(letter, operator, "put_back", "")


def _record(letter: Letter, operator: Organizer, action: str, detail: str) -> None:
    audit.record(
        team=letter.team,
        organizer=operator,
        action=action,
        subject=f"letter {letter.slug}",
        detail=detail,
    )
