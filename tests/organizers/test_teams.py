"""Who is in a team: changed by owners, and never left without one."""

from collections.abc import Callable
from datetime import datetime

import pytest

from campaign.organizers import errors, teams
from campaign.organizers.models import AuditEntry, Invitation, Membership, Organizer, Role, Team
from tests.concurrency import at_once
from tests.organizers.people import person

pytestmark = pytest.mark.django_db
RoleOf = Callable[[Organizer], str | None]


def told() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", "detail"))


def test_an_owner_gives_roles(
    guild: Team, cast: dict[Role, Organizer], role_of: RoleOf, now: datetime
) -> None:
    member = cast[Role.VIEWER]
    for _twice in range(2):
        teams.change_role(team=guild, by=cast[Role.OWNER], member=member, role=Role.VETTER, now=now)
    assert role_of(member) == Role.VETTER
    assert told() == [("change_role", "viewer > vetter")]


def test_an_owner_removes(
    guild: Team, cast: dict[Role, Organizer], role_of: RoleOf, now: datetime
) -> None:
    member = cast[Role.VETTER]
    teams.remove_member(team=guild, by=cast[Role.OWNER], member=member, now=now)
    assert role_of(member) is None
    assert told() == [("remove_member", "")]
    with pytest.raises(errors.NotAMember):
        teams.remove_member(team=guild, by=cast[Role.OWNER], member=member, now=now)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OWNER])
def test_nobody_else_does(
    guild: Team, cast: dict[Role, Organizer], now: datetime, role: Role
) -> None:
    by, member = cast[role], cast[Role.OWNER]
    with pytest.raises(errors.NotAllowed):
        teams.change_role(team=guild, by=by, member=by, role=Role.OWNER, now=now)
    with pytest.raises(errors.NotAllowed):
        teams.remove_member(team=guild, by=by, member=member, now=now)
    assert Membership.objects.filter(team=guild).count() == len(Role)


def test_the_last_owner_stays(
    guild: Team, cast: dict[Role, Organizer], role_of: RoleOf, now: datetime
) -> None:
    owner = cast[Role.OWNER]
    asleep = person("asleep@guild.example", "Asel Moreau", guild)
    asleep.is_active = False
    asleep.save()
    with pytest.raises(errors.LastOwner):
        teams.change_role(team=guild, by=owner, member=owner, role=Role.EDITOR, now=now)
    with pytest.raises(errors.LastOwner):
        teams.remove_member(team=guild, by=owner, member=owner, now=now)
    with pytest.raises(errors.LastOwner):
        teams.leave(team=guild, organizer=owner, now=now)
    assert role_of(owner) == Role.OWNER
    assert told() == []


def test_of_two_owners_one_may_leave(guild: Team, owner: Organizer, now: datetime) -> None:
    second = person("second@guild.example", "Sefa Brandt", guild)
    teams.leave(team=guild, organizer=owner, now=now)
    with pytest.raises(errors.LastOwner):
        teams.leave(team=guild, organizer=second, now=now)
    with pytest.raises(errors.NotAMember):
        teams.leave(team=guild, organizer=owner, now=now)
    assert told() == [("leave", "")]


def test_invitations_of_who_goes_are_taken_back(
    guild: Team, owner: Organizer, invited: Callable[..., Invitation], now: datetime
) -> None:
    second = person("second@guild.example", "Sefa Brandt", guild)
    theirs, mine = invited(by=second), invited(email="b@elsewhere.example")
    teams.change_role(team=guild, by=owner, member=second, role=Role.VIEWER, now=now)
    theirs.refresh_from_db()
    mine.refresh_from_db()
    assert (theirs.revoked_at, mine.revoked_at) == (now, None)


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_demote_each_other_at_once_leave_one(
    guild: Team, owner: Organizer, now: datetime
) -> None:
    second = person("second@guild.example", "Sefa Brandt", guild)

    def demote(by: Organizer, member: Organizer) -> None:
        teams.change_role(team=guild, by=by, member=member, role=Role.VIEWER, now=now)

    outcomes = at_once([lambda: demote(owner, second), lambda: demote(second, owner)])
    assert sorted(type(each).__name__ for each in outcomes) == ["NoneType", "NotAllowed"]
    assert Membership.objects.filter(team=guild, role=Role.OWNER).count() == 1
