from collections.abc import Callable
from datetime import datetime

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from campaign.organizers import account_mail, invitations, teams
from campaign.organizers.models import Invitation, Organizer, Role, Team
from tests.organizers.people import PASSWORD, person

pytestmark = pytest.mark.django_db
NADIA = "nadia@elsewhere.example"


@pytest.fixture
def second_owner(guild: Team) -> Organizer:
    return person("second@guild.example", "Second Owner", guild, Role.OWNER)


def _sent() -> list[EmailMessage]:
    account_mail.outbox.send()
    return list(mail.outbox)


def _invited(guild: Team, owner: Organizer, now: datetime) -> Invitation:
    return invitations.invite(
        team=guild, by=owner, email=NADIA, role=Role.EDITOR, language="en", now=now
    )


def test_every_owner_hears_who_joined_and_from_when_they_count(
    guild: Team, owner: Organizer, second_owner: Organizer, now: datetime
) -> None:
    invitation = _invited(guild, owner, now)

    invitations.accept_as_newcomer(
        invitation=invitation, name="Nadia\nFerreira", password=PASSWORD, now=now
    )

    mails = _sent()
    assert sorted(to for each in mails for to in each.to) == [owner.email, second_owner.email]
    assert {each.subject for each in mails} == {"Nadia Ferreira joined Guild of Letter Writers"}
    text = str(mails[0].body)
    assert "Nadia Ferreira (nadia@elsewhere.example) accepted an invitation" in text
    assert "Their role: Editor." in text
    assert "24 Nov 2026" in text


def test_an_owner_who_joins_does_not_hear_of_it(
    guild: Team, owner: Organizer, now: datetime
) -> None:
    nadia = person(NADIA, "Nadia", guild, Role.OWNER)

    invitations.accept_as(invitation=_open(guild, owner, now), organizer=nadia, now=now)

    assert _sent() == []


def _open(guild: Team, owner: Organizer, now: datetime) -> Invitation:
    """Made before they came in another way."""
    return Invitation.objects.create(
        team=guild,
        email=NADIA,
        role=Role.EDITOR,
        invited_by=owner,
        language="en",
        created_at=now,
    )


def test_the_other_owners_hear_of_another_role(
    guild: Team,
    cast: dict[Role, Organizer],
    second_owner: Organizer,
    now: datetime,
    role_of: Callable[[Organizer], str | None],
) -> None:
    member = cast[Role.VIEWER]

    for _twice in range(2):
        teams.change_role(team=guild, by=second_owner, member=member, role=Role.EDITOR, now=now)

    [told] = _sent()
    assert told.to == [cast[Role.OWNER].email]
    assert told.subject == f"{member.name} has another role in Guild of Letter Writers"
    assert role_of(member) == Role.EDITOR


def test_whoever_left_hears_nothing(
    guild: Team, owner: Organizer, second_owner: Organizer, now: datetime
) -> None:
    teams.leave(team=guild, organizer=second_owner, now=now)
    invitations.accept_as_newcomer(
        invitation=_invited(guild, owner, now), name="Nadia", password=PASSWORD, now=now
    )

    assert [each.to for each in _sent()] == [[owner.email]]
