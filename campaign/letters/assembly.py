"""While an assembly signs: for some hours, more may sign from one network.

It ends by itself, so that nobody forgets it: the ceiling also slows programs that sign with
invented addresses.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from campaign.letters import errors
from campaign.letters.models import Letter, LetterState
from campaign.organizers import audit
from campaign.organizers.models import Organizer


def begin(
    *, letter: Letter, organizer: Organizer, ceiling: int, hours: int, now: datetime
) -> datetime:
    """Until when so many may sign within an hour from one network.

    Raises AssemblyGoesOn while one signs already, and NotPublished where nobody can sign.
    """
    until = now + timedelta(hours=hours)
    idle = Letter.objects.filter(
        Q(assembly_until=None) | Q(assembly_until__lte=now),
        pk=letter.pk,
        state=LetterState.PUBLISHED,
    )
    with transaction.atomic():
        if not idle.update(hourly_ceiling=ceiling, assembly_until=until):
            is_published = Letter.objects.filter(pk=letter.pk, state=LetterState.PUBLISHED)
            raise errors.AssemblyGoesOn if is_published.exists() else errors.NotPublished
        _record(letter, organizer, "assembly", f"{ceiling} until {until:%Y-%m-%dT%H:%MZ}")
    return until


def end(*, letter: Letter, organizer: Organizer, now: datetime) -> bool:
    """Before its time; False if it is over."""
    with transaction.atomic():
        signing = Letter.objects.filter(pk=letter.pk, assembly_until__gt=now)
        if not signing.update(assembly_until=now):
            return False
        _record(letter, organizer, "end_assembly", "")
    return True


def _record(letter: Letter, organizer: Organizer, action: str, detail: str) -> None:
    audit.record(
        team=letter.team,
        organizer=organizer,
        action=action,
        subject=f"letter {letter.slug}",
        detail=detail,
    )
