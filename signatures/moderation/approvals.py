"""Whose approvals of a signature stand: what the rule of two organizers is counted from."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import F
from django.utils import timezone

from campaign.organizers import seconding
from campaign.organizers.models import Membership, Role
from signatures.models import Decision, Verdict, Vetting


def standing(*, vettings: Iterable[Vetting]) -> Mapping[int, frozenset[int]]:
    """By vetting, the ids of the organizers who approved it as it is now. Two queries for all.

    An approval stands until it is undone, until its signer changes something, until an organizer
    holds or rejects it or wants it checked once more (unless that is undone), and for as long as
    its organizer may vet the letter and counts as one of two.
    """
    decisions = (
        Decision.objects.filter(vetting__in=list(vettings), undone_by=None)
        .exclude(verdict=Verdict.UNDO)
        .annotate(
            current=F("vetting__signature__revision"),
            team_id=F("vetting__letter__team"),
            public_since=F("vetting__letter__published_at"),
        )
        .order_by("pk")
    )
    approved: dict[int, dict[int, tuple[int, datetime | None]]] = defaultdict(dict)
    for each in decisions:
        if each.verdict != Verdict.APPROVE:
            approved[each.vetting_id].clear()
        elif each.revision == each.current:
            approved[each.vetting_id][each.organizer_id] = (each.team_id, each.public_since)
    organizers = {each for found in approved.values() for each in found}
    if not organizers:
        return {}
    members = Membership.objects.filter(organizer__in=organizers, role__in=Role.vetting())
    now = timezone.now()
    membership_of = {(each.team_id, each.organizer_id): each for each in members}

    def counts(organizer_id: int, team_id: int, public_since: datetime | None) -> bool:
        member = membership_of.get((team_id, organizer_id))
        return member is not None and (
            seconding.counts_from(membership=member, public_since=public_since) <= now
        )

    return {
        vetting_id: frozenset(each for each, where in found.items() if counts(each, *where))
        for vetting_id, found in approved.items()
    }


def of(*, vetting: Vetting) -> frozenset[int]:
    return standing(vettings=[vetting]).get(vetting.pk, frozenset())
