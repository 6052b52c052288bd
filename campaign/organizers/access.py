"""Which of the things that teams own an organizer may see, and which they may change.

For any model with a `team`; views answer 404 to what is not in the set, so that nobody learns
what other teams are preparing.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from campaign.organizers.models import Membership, Organizer, Role, Team


def owned_by_teams_of(*, organizer: Organizer) -> Q:
    """What any member of the owning team may see."""
    return Q(team__in=_memberships(organizer).values("team"))


def owned_by_teams_writing(*, organizer: Organizer) -> Q:
    """What a member with a writing role may change, publish and close."""
    return Q(team__in=_memberships(organizer, Role.writing()).values("team"))


def owned_by_teams_vetting(*, organizer: Organizer) -> Q:
    """Of what a member may see signers' private data, and decide about signatures."""
    return Q(team__in=_memberships(organizer, Role.vetting()).values("team"))


def owned_by_teams_curating(*, organizer: Organizer) -> Q:
    """Of what a member may say who stands on the public list, and who is named first."""
    return Q(team__in=_memberships(organizer, Role.curating()).values("team"))


def owned_by_teams_briefing(*, organizer: Organizer) -> Q:
    """Of what a member may write the press page."""
    return Q(team__in=_memberships(organizer, Role.briefing()).values("team"))


def teams_of(*, organizer: Organizer) -> QuerySet[Team]:
    """The teams that this organizer is in, whatever the role."""
    return _teams(_memberships(organizer))


def teams_writing(*, organizer: Organizer) -> QuerySet[Team]:
    """The teams for which this organizer may begin a letter."""
    return _teams(_memberships(organizer, Role.writing()))


def writers(*, team_id: Any) -> QuerySet[Membership]:
    """Of a team, or of an OuterRef to one: those who may write, publish and send in its name."""
    return Membership.objects.filter(
        team=team_id, role__in=Role.writing(), organizer__is_active=True
    )


def vetters(*, team_id: Any) -> QuerySet[Membership]:
    """Of a team: those who may decide about its signatures."""
    return Membership.objects.filter(
        team=team_id, role__in=Role.vetting(), organizer__is_active=True
    )


def teams_inviting(*, organizer: Organizer) -> QuerySet[Team]:
    """The teams whose members, invitations and audit trail are this organizer's to look after."""
    return _teams(_memberships(organizer, Role.inviting()))


def _memberships(
    organizer: Organizer, roles: Collection[Role] = tuple(Role)
) -> QuerySet[Membership]:
    return Membership.objects.filter(organizer=organizer, role__in=roles)


def _teams(memberships: QuerySet[Membership]) -> QuerySet[Team]:
    return Team.objects.filter(pk__in=memberships.values("team")).order_by("name", "pk")
