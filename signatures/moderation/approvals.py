"""Whose approvals of a signature stand: what the rule of two organizers is counted from."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import F

from campaign.organizers.models import Membership, Role
from signatures.models import Decision, Verdict, Vetting


def standing(*, vettings: Iterable[Vetting]) -> Mapping[int, frozenset[int]]:
    """By vetting, the ids of the organizers who approved it as it is now. Two queries for all.

    An approval stands until it is undone, until its signer changes something, until an organizer
    holds or rejects it or wants it checked once more (unless that is undone), and for as long as
    its organizer may vet the letter.
    """
    decisions = (
        Decision.objects.filter(vetting__in=list(vettings), undone_by=None)
        .exclude(verdict=Verdict.UNDO)
        .annotate(current=F("vetting__signature__revision"), team_id=F("vetting__letter__team"))
        .order_by("pk")
    )
    approved: dict[int, dict[int, int]] = defaultdict(dict)
    for each in decisions:
        if each.verdict != Verdict.APPROVE:
            approved[each.vetting_id].clear()
        elif each.revision == each.current:
            approved[each.vetting_id][each.organizer_id] = each.team_id
    organizers = {each for found in approved.values() for each in found}
    if not organizers:
        return {}
    members = Membership.objects.filter(organizer__in=organizers, role__in=Role.vetting())
    may_vet = set(members.values_list("team_id", "organizer_id"))
    return {
        vetting_id: frozenset(
            organizer_id
            for organizer_id, team_id in found.items()
            if (team_id, organizer_id) in may_vet
        )
        for vetting_id, found in approved.items()
    }


def of(*, vetting: Vetting) -> frozenset[int]:
    return standing(vettings=[vetting]).get(vetting.pk, frozenset())
