from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from allauth.account.models import EmailAddress

from campaign.link_token import TOKEN_LENGTH
from campaign.organizers import errors, invitations
from campaign.organizers.models import AuditEntry, Invitation, Membership, Organizer, Role, Team
from tests.concurrency import at_once
from tests.organizers.people import PASSWORD, person

pytestmark = pytest.mark.django_db
NADIA = "nadia@elsewhere.example"
RoleOf = Callable[[Organizer], str | None]


def invite(team: Team, by: Organizer, now: datetime, email: str = NADIA) -> Invitation:
    return invitations.invite(
        team=team, by=by, email=email, role=Role.VETTER, language="en", now=now
    )


def accept(invitation: Invitation, now: datetime) -> Organizer:
    return invitations.accept_as_newcomer(
        invitation=invitation, name="Nadia Ferreira", password=PASSWORD, now=now
    )


def test_an_invitation_is_open_and_its_mail_owed(
    guild: Team, owner: Organizer, now: datetime
) -> None:
    invitation = invite(guild, owner, now, "Nadia@Elsewhere.example")
    assert (invitation.email, invitation.sent_at, invitation.invited_by) == (NADIA, None, owner)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject, entry.detail) == (
        "invite",
        f"invitation {invitation.pk}",
        "vetter",
    )


def test_one_is_open_for_each_address_and_team(
    guild: Team, owner: Organizer, stranger: Organizer, now: datetime
) -> None:
    invite(guild, owner, now)
    with pytest.raises(errors.AlreadyInvited):
        invite(guild, owner, now, NADIA.upper())
    invite(Team.objects.get(slug="another"), stranger, now)
    assert Invitation.objects.count() == 2
    assert AuditEntry.objects.count() == 2


@pytest.mark.parametrize("why", ["expired", "refused", "revoked", "accepted"])
def test_one_that_is_over_makes_room(
    guild: Team, owner: Organizer, invited: Callable[..., Invitation], now: datetime, why: str
) -> None:
    earlier = invited(at=now - invitations.VALID_FOR if why == "expired" else now)
    if why != "expired":
        setattr(earlier, f"{why}_at", now)
        earlier.save()
    assert invite(guild, owner, now).pk != earlier.pk


def test_members_are_not_invited_whatever_their_address(
    guild: Team, cast: dict[Role, Organizer], now: datetime
) -> None:
    EmailAddress.objects.create(user=cast[Role.PRESS], email="pilar@desk.example", verified=True)
    for email in ("PRESS@guild.example", "pilar@desk.example"):
        with pytest.raises(errors.AlreadyAMember):
            invite(guild, cast[Role.OWNER], now, email)


def test_only_owners_invite(
    guild: Team, cast: dict[Role, Organizer], stranger: Organizer, now: datetime
) -> None:
    for by in (*(cast[role] for role in Role if role != Role.OWNER), stranger):
        with pytest.raises(errors.NotAllowed):
            invite(guild, by, now)
    assert not Invitation.objects.exists()


def test_a_newcomer_gets_an_account_with_a_verified_address(
    guild: Team, invited: Callable[..., Invitation], now: datetime, role_of: RoleOf
) -> None:
    invitation = invited()
    organizer = accept(invitation, now + timedelta(days=6))
    assert (organizer.email, organizer.name) == (NADIA, "Nadia Ferreira")
    assert organizer.check_password(PASSWORD)
    assert EmailAddress.objects.get(user=organizer).verified
    assert role_of(organizer) == Role.VETTER
    assert list(AuditEntry.objects.values_list("organizer", "action", "detail")) == [
        (organizer.pk, "join", "vetter")
    ]
    with pytest.raises(errors.AccountExists):
        accept(invitation, now)
    with pytest.raises(errors.InvitationUsed):
        invitations.accept_as(invitation=invitation, organizer=organizer, now=now)


def test_somebody_with_an_account_joins_with_it(
    invited: Callable[..., Invitation], now: datetime, role_of: RoleOf
) -> None:
    nadia, other = person(NADIA, "Nadia"), person("other@elsewhere.example", "Odd")
    invitation = invited(email=NADIA)
    with pytest.raises(errors.ForSomebodyElse):
        invitations.accept_as(invitation=invitation, organizer=other, now=now)
    with pytest.raises(errors.AccountExists):
        accept(invitation, now)
    invitations.accept_as(invitation=invitation, organizer=nadia, now=now)
    assert (role_of(nadia), role_of(other)) == (Role.VETTER, None)


def test_a_role_that_one_has_by_now_stays(
    guild: Team, invited: Callable[..., Invitation], now: datetime, role_of: RoleOf
) -> None:
    invitation, nadia = invited(), person(NADIA, "Nadia", guild, Role.OWNER)
    invitations.accept_as(invitation=invitation, organizer=nadia, now=now)
    assert role_of(nadia) == Role.OWNER


def test_what_ran_out_or_was_taken_back_is_not_accepted_and_leaves_no_account(
    owner: Organizer, invited: Callable[..., Invitation], now: datetime
) -> None:
    late = invited()
    with pytest.raises(errors.InvitationExpired):
        accept(late, now + invitations.VALID_FOR)
    back = invited(email="b@elsewhere.example")
    for _twice in range(2):
        invitations.revoke(invitation=back, by=owner, now=now)
    with pytest.raises(errors.InvitationExpired):
        accept(back, now)
    gone = invited(email="c@elsewhere.example")
    Invitation.objects.filter(pk=gone.pk).delete()
    with pytest.raises(errors.InvitationUnknown):
        accept(gone, now)
    assert not Organizer.objects.filter(email__endswith="@elsewhere.example").exists()
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["revoke_invitation"]


def test_what_was_accepted_is_not_taken_back(
    owner: Organizer, invited: Callable[..., Invitation], now: datetime
) -> None:
    invitation = invited()
    accept(invitation, now)
    with pytest.raises(errors.InvitationUsed):
        invitations.revoke(invitation=invitation, by=owner, now=now)


def test_a_link_is_known_by_its_hash_alone(
    invited: Callable[..., Invitation], now: datetime
) -> None:
    invitation = invited()
    token = invitations.token_for(invitation=invitation)
    assert len(token) == TOKEN_LENGTH
    assert invitations.invitation_behind(token, now=now) == invitation
    packed = urlsafe_b64decode(token)
    forged = [
        urlsafe_b64encode((invitation.pk + 1).to_bytes(8, "big") + packed[8:]).decode(),
        urlsafe_b64encode(packed[:-1] + bytes([packed[-1] ^ 1])).decode(),
        urlsafe_b64encode(b"\xff" * 24).decode(),
        token[:-4],
        token + "AAAA",
        token[:-1] + "=",
        "é" * 32,
        "",
    ]
    for wrong in forged:
        with pytest.raises(errors.InvitationUnknown):
            invitations.invitation_behind(wrong, now=now)
    Invitation.objects.update(created_at=now - timedelta(seconds=1))
    with pytest.raises(errors.InvitationUnknown):
        invitations.invitation_behind(token, now=now)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_account(invited: Callable[..., Invitation], now: datetime) -> None:
    invitation = invited()

    outcomes = at_once([lambda: accept(invitation, now)] * 4)
    assert sorted(type(each).__name__ for each in outcomes) == [*["AccountExists"] * 3, "Organizer"]
    assert Membership.objects.filter(organizer__email=NADIA).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_invitations_at_once_are_one(guild: Team, owner: Organizer, now: datetime) -> None:
    outcomes = at_once([lambda: invite(guild, owner, now)] * 4)
    assert sorted(type(each).__name__ for each in outcomes) == [
        *["AlreadyInvited"] * 3,
        "Invitation",
    ]
    assert Invitation.objects.count() == 1
