"""Taking a name off a letter's watch list: two organizers must want it.

A watched name needs two approvals. If one organizer could take it off alone, one would be enough.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import Membership, Organizer, Role
from signatures.models import Watched
from signatures.moderation import watching
from signatures.moderation.deciding import UNDO_WITHIN


@dataclass(frozen=True, slots=True)
class Dropped:
    removed: int
    # Watched until a second organizer wants them off the list, too.
    asked: int


def drop(*, letter: Letter, ids: Iterable[int], organizer: Organizer) -> Dropped:
    """Take these names off the letter's list, or ask a second organizer to.

    One that a different organizer wanted off, who still may vet, goes at once; so does what this
    one has put there within the last ten minutes. Signatures held for them stay held, and need two
    approvals as before. Safe to repeat.
    """
    with transaction.atomic():
        mine = _mine(letter, ids)
        vetters = Membership.objects.filter(team=letter.team_id, role__in=Role.vetting())
        by_another = Q(dropped_by__in=vetters.values("organizer")) & ~Q(dropped_by=organizer)
        slip = Q(added_by=organizer, added_at__gt=timezone.now() - UNDO_WITHIN)
        rows = list(
            mine.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)
        )
        going = list(mine.filter(by_another | slip, pk__in=rows).values_list("pk", flat=True))
        Watched.objects.filter(pk__in=going).delete()
        staying = Watched.objects.filter(pk__in=set(rows) - set(going))
        asked = staying.update(dropped_by=organizer)
    watching.forget()
    return Dropped(removed=len(going), asked=asked)


def keep(*, letter: Letter, ids: Iterable[int]) -> int:
    """Nobody wants these names off the list any more; how many somebody had wanted off."""
    return _mine(letter, ids).exclude(dropped_by=None).update(dropped_by=None)


def _mine(letter: Letter, ids: Iterable[int]) -> QuerySet[Watched]:
    return Watched.objects.filter(letter=letter, pk__in=list(ids))
