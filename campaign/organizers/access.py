"""Which of the things that teams own an organizer may see, and which they may change.

For any model with a `team`; views answer 404 to what is not in the set, so that nobody learns
what other teams are preparing.
"""

from django.db.models import Q, QuerySet

from campaign.organizers.models import Membership, Organizer, Role, Team


def owned_by_teams_of(*, organizer: Organizer) -> Q:
    """What any member of the owning team may see."""
    return Q(team__in=Membership.objects.filter(organizer=organizer).values("team"))


def owned_by_teams_writing(*, organizer: Organizer) -> Q:
    """What a member with a writing role may change, publish and close."""
    return Q(team__in=_writing(organizer).values("team"))


def teams_writing(*, organizer: Organizer) -> QuerySet[Team]:
    """The teams for which this organizer may begin a letter."""
    return Team.objects.filter(pk__in=_writing(organizer).values("team")).order_by("name", "pk")


def _writing(organizer: Organizer) -> QuerySet[Membership]:
    return Membership.objects.filter(organizer=organizer, role__in=Role.writing())
