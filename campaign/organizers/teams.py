"""Who is in a team, and with which role.

Each change holds the team's row, so that of two owners who demote each other at once one stays.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language

from campaign.organizers import audit, team_mail
from campaign.organizers.errors import LastOwner, NotAllowed, NotAMember
from campaign.organizers.models import Invitation, Membership, Organizer, Role, Team


def change_role(*, team: Team, by: Organizer, member: Organizer, role: Role, now: datetime) -> None:
    """Give a member another role. The same role again changes nothing and is not recorded.

    Raises NotAllowed, NotAMember, LastOwner. Of who may no longer invite, the open invitations
    are taken back.
    """
    with _held(team):
        _check_owner(team, by)
        membership = _membership(team, member)
        if membership.role == role:
            return
        if role != Role.OWNER:
            _check_another_owner(team, besides=member)
        # An owner may do all that the others may.
        since = membership.role_since if membership.role == Role.OWNER else now
        Membership.objects.filter(pk=membership.pk).update(role=role, role_since=since)
        membership.role, membership.role_since, before = role, since, membership.role
        if role not in Role.inviting():
            _take_invitations_back(team, member, now)
        audit.record(
            team=team,
            organizer=by,
            action="change_role",
            subject=f"organizer {member.pk}",
            detail=f"{before} > {role}",
        )
        language = get_language() or settings.LANGUAGE_CODE
        team_mail.owe(membership=membership, language=language, now=now, joined=False, by=by)


def remove_member(*, team: Team, by: Organizer, member: Organizer, now: datetime) -> None:
    """Take somebody out of the team. Raises NotAllowed, NotAMember, LastOwner."""
    with _held(team):
        _check_owner(team, by)
        _take_out(team, member, now)
        audit.record(
            team=team, organizer=by, action="remove_member", subject=f"organizer {member.pk}"
        )


def leave(*, team: Team, organizer: Organizer, now: datetime) -> None:
    """Raises NotAMember, and LastOwner: somebody else must own the team first."""
    with _held(team):
        _take_out(team, organizer, now)
        audit.record(
            team=team, organizer=organizer, action="leave", subject=f"organizer {organizer.pk}"
        )


@contextmanager
def _held(team: Team) -> Iterator[None]:
    with transaction.atomic():
        Team.objects.select_for_update().get(pk=team.pk)
        yield


def _check_owner(team: Team, by: Organizer) -> None:
    """Looked at while the team is held: the page that was sent may be old."""
    if not Membership.objects.filter(team=team, organizer=by, role__in=Role.inviting()).exists():
        raise NotAllowed


def _membership(team: Team, member: Organizer) -> Membership:
    membership = Membership.objects.filter(team=team, organizer=member).first()
    if membership is None:
        raise NotAMember
    return membership


def _take_out(team: Team, member: Organizer, now: datetime) -> None:
    membership = _membership(team, member)
    _check_another_owner(team, besides=member)
    membership.delete()
    _take_invitations_back(team, member, now)


def _check_another_owner(team: Team, *, besides: Organizer) -> None:
    owners = Membership.objects.filter(team=team, role=Role.OWNER, organizer__is_active=True)
    if not owners.exclude(organizer=besides).exists():
        raise LastOwner


def _take_invitations_back(team: Team, inviter: Organizer, now: datetime) -> None:
    mine = Invitation.objects.filter(team=team, invited_by=inviter)
    mine.filter(accepted_at=None, revoked_at=None).update(revoked_at=now)
