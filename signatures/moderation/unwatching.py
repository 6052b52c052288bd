"""Taking a name off a letter's watch list: two organizers must want it.

A watched name needs two approvals. If one organizer could take it off alone, one would be enough.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers import seconding
from campaign.organizers.models import Membership, Organizer, Role
from signatures.models import Vetting, Watched
from signatures.moderation.decisions import UNDO_WITHIN
from signatures.screening import watchlist


@dataclass(frozen=True, slots=True)
class Dropped:
    removed: int
    # Watched until a second organizer wants them off the list, too.
    asked: int


def drop(*, letter: Letter, ids: Iterable[int], organizer: Organizer) -> Dropped:
    """Take these names off the letter's list, or ask a second organizer to.

    One that a different organizer wanted off, who still may vet, goes at once, if both count as one
    of two (organizers/seconding.py). So does what this one has put there within the last ten
    minutes, unless somebody has been held because of it. Signatures held for them stay held, and
    need two approvals as before. Safe to repeat.
    """
    now = timezone.now()
    with transaction.atomic():
        mine = _mine(letter, ids)
        vetters = Membership.objects.filter(
            seconding.counting(public_since=letter.published_at, now=now),
            team=letter.team_id,
            role__in=Role.vetting(),
        )
        wanted = Q(dropped_by__in=vetters.values("organizer"))
        counts = vetters.filter(organizer=organizer).exists()
        by_another = wanted & ~Q(dropped_by=organizer) if counts else Q(pk__in=())
        nobody_waits = ~Exists(Vetting.objects.filter(watched=OuterRef("pk")))
        slip = Q(nobody_waits, added_by=organizer, added_at__gt=now - UNDO_WITHIN)
        rows = list(
            mine.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)
        )
        going = list(mine.filter(by_another | slip, pk__in=rows).values_list("pk", flat=True))
        Watched.objects.filter(pk__in=going).delete()
        staying = Watched.objects.filter(pk__in=set(rows) - set(going))
        # The wish of one who counts is not replaced by that of one who does not.
        (staying if counts else staying.exclude(wanted)).update(dropped_by=organizer)
    watchlist.forget()
    return Dropped(removed=len(going), asked=len(rows) - len(going))


def keep(*, letter: Letter, ids: Iterable[int]) -> int:
    """Nobody wants these names off the list any more; how many somebody had wanted off."""
    return _mine(letter, ids).exclude(dropped_by=None).update(dropped_by=None)


def _mine(letter: Letter, ids: Iterable[int]) -> QuerySet[Watched]:
    return Watched.objects.filter(letter=letter, pk__in=list(ids))
