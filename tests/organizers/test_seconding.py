"""From when somebody is one of two."""

from datetime import datetime, timedelta

import pytest

from campaign.organizers import invitations, seconding, teams
from campaign.organizers.errors import CountsLater
from campaign.organizers.models import Membership, Organizer, Role, Team
from tests.organizers.people import person

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)


def _refused(
    organizer: Organizer, team: Team, *, public_since: datetime | None, now: datetime
) -> datetime | None:
    later = seconding.refusal([organizer], team_id=team.pk, public_since=public_since, now=now)
    return later.since if later else None


def test_who_came_lately_counts_after_a_day_unless_nothing_was_public_then(
    guild: Team, now: datetime
) -> None:
    newcomer = person("new@guild.example", "Nadia Okafor", guild, Role.EDITOR)
    Membership.objects.filter(organizer=newcomer).update(role_since=now)
    public = now - timedelta(hours=1)
    for public_since, at, refused in (
        (public, now, now + DAY),
        (public, now + DAY - timedelta(seconds=1), now + DAY),
        (public, now + DAY, None),
        (now, now, now + DAY),
        (now + timedelta(seconds=1), now + timedelta(minutes=1), None),
        (None, now, None),
    ):
        assert _refused(newcomer, guild, public_since=public_since, now=at) == refused
        membership = Membership.objects.get(organizer=newcomer)
        from_when = seconding.counts_from(membership=membership, public_since=public_since)
        assert (from_when <= at) == (refused is None)


def test_either_of_two_is_refused(guild: Team, now: datetime) -> None:
    old, new = (person(f"{name}@guild.example", name, guild) for name in ("old", "new"))
    Membership.objects.filter(organizer=new).update(role_since=now)
    for two in ([old, new], [new, old]):
        with pytest.raises(CountsLater) as refused:
            seconding.check(two, team_id=guild.pk, public_since=now - DAY, now=now)
        assert refused.value.organizer == new


def test_the_wait_begins_with_joining_and_with_a_role_that_may_more(
    guild: Team, cast: dict[Role, Organizer], now: datetime
) -> None:
    owner = cast[Role.OWNER]
    newcomer = person("new@guild.example", "Nadia Okafor")
    invitation = invitations.invite(
        team=guild, by=owner, email=newcomer.email, role=Role.OWNER, language="en", now=now
    )
    invitations.accept_as(invitation=invitation, organizer=newcomer, now=now + DAY)

    def since(organizer: Organizer) -> datetime:
        return Membership.objects.get(organizer=organizer).role_since

    assert since(newcomer) == now + DAY
    teams.change_role(team=guild, by=owner, member=newcomer, role=Role.EDITOR, now=now + 2 * DAY)
    assert since(newcomer) == now + DAY
    viewer, before = cast[Role.VIEWER], since(cast[Role.VIEWER])
    teams.change_role(team=guild, by=owner, member=viewer, role=Role.VIEWER, now=now)
    assert since(viewer) == before
    teams.change_role(team=guild, by=owner, member=viewer, role=Role.VETTER, now=now)
    assert since(viewer) == now
