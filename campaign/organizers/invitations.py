"""Inviting people into a team by e-mail.

The row is the truth: what it says decides whether a link works and whether a mail is still owed.
The link proves that its holder reads the invited mailbox, so an account made with it has a
verified address; the inviter never learns whether there was an account before.
"""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from campaign import link_token
from campaign.keyed_hash import Purpose, is_keyed_hash, keyed_hash
from campaign.organizers import audit, errors, team_mail
from campaign.organizers.enrolment import verify_address
from campaign.organizers.models import Invitation, Membership, Organizer, Role, Team
from campaign.wake import Task, wake

VALID_FOR = timedelta(days=7)


def invite(
    *, team: Team, by: Organizer, email: str, role: Role, language: str, now: datetime
) -> Invitation:
    """An open invitation whose mail is owed. One for each address and team.

    An invitation that has run out, or that the mail server refused, makes room for the new one.
    Raises NotAllowed, AlreadyAMember, AlreadyInvited.
    """
    email = email.lower()
    try:
        with transaction.atomic():
            if not _owners(team).filter(organizer=by).exists():
                raise errors.NotAllowed
            holder = account_behind(email)
            if holder and Membership.objects.filter(team=team, organizer=holder).exists():
                raise errors.AlreadyAMember
            earlier = _open(team).filter(email__iexact=email)
            earlier.filter(created_at__lte=now - VALID_FOR).update(revoked_at=now)
            earlier.filter(refused_at__isnull=False).update(revoked_at=now)
            invitation = Invitation.objects.create(
                team=team,
                email=email,
                role=role,
                invited_by=by,
                language=language,
                created_at=now,
                due_at=now,
            )
            audit.record(
                team=team,
                organizer=by,
                action="invite",
                subject=f"invitation {invitation.pk}",
                detail=role,
            )
            wake(Task.SEND_OWED_INVITATIONS)
    except IntegrityError as error:
        raise errors.AlreadyInvited from error
    return invitation


def offer(*, team: Team, email: str, language: str, now: datetime) -> Invitation:
    """To be the first owner of a team that nobody is in, for somebody who holds another link to it:
    no mail is owed. An earlier offer no longer works. Raises AlreadyBegun."""
    with transaction.atomic():
        Team.objects.select_for_update().get(pk=team.pk)
        if Membership.objects.filter(team=team).exists():
            raise errors.AlreadyBegun
        _open(team).update(revoked_at=now)
        return Invitation.objects.create(
            team=team,
            email=email.lower(),
            role=Role.OWNER,
            language=language,
            created_at=now,
            due_at=now,
            sent_at=now,
        )


def revoke(*, invitation: Invitation, by: Organizer, now: datetime) -> None:
    """Its link stops working. Raises InvitationUsed if it was accepted meanwhile; twice is fine."""
    with transaction.atomic():
        mine = _open(invitation.team).filter(pk=invitation.pk)
        if mine.update(revoked_at=now):
            audit.record(
                team=invitation.team,
                organizer=by,
                action="revoke_invitation",
                subject=f"invitation {invitation.pk}",
            )
        elif Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=False).exists():
            raise errors.InvitationUsed


def token_for(*, invitation: Invitation) -> str:
    return link_token.write(invitation.pk, keyed_hash(Purpose.INVITATION_LINK, _part(invitation)))


def invitation_behind(token: str, *, now: datetime) -> Invitation:
    """Raises InvitationUnknown, InvitationUsed, or InvitationExpired if it was taken back, too."""
    read = link_token.read(token)
    if read is None:
        raise errors.InvitationUnknown
    pk, given = read
    found = Invitation.objects.filter(pk=pk)
    invitation = found.select_related("team", "invited_by").first()
    if invitation is None or not is_keyed_hash(given, Purpose.INVITATION_LINK, _part(invitation)):
        raise errors.InvitationUnknown
    if invitation.accepted_at:
        raise errors.InvitationUsed
    if invitation.revoked_at or now >= invitation.created_at + VALID_FOR:
        raise errors.InvitationExpired
    return invitation


def account_behind(email: str) -> Organizer | None:
    """Whose account this address belongs to, as the log-in address or as a verified other one."""
    if organizer := Organizer.objects.filter(email__iexact=email).first():
        return organizer
    other = EmailAddress.objects.filter(email__iexact=email, verified=True)
    return Organizer.objects.filter(pk__in=other.values("user")).first()


def accept_as(*, invitation: Invitation, organizer: Organizer, now: datetime) -> None:
    """Join with the account that is logged in, if the invited address is its own.

    A role that the organizer has in the team by now stays. Raises ForSomebodyElse,
    InvitationUsed, InvitationExpired.
    """
    holder = account_behind(invitation.email)
    if holder is None or holder.pk != organizer.pk:
        raise errors.ForSomebodyElse
    with transaction.atomic():
        _join(invitation, organizer, now)


def accept_as_newcomer(
    *, invitation: Invitation, name: str, password: str, now: datetime
) -> Organizer:
    """Make an account for the invited address, and join. The password was validated.

    Raises AccountExists, InvitationUsed, InvitationExpired; then there is no new account.
    """
    try:
        with transaction.atomic():
            if account_behind(invitation.email):
                raise errors.AccountExists
            organizer = Organizer.objects.create_user(invitation.email, password, name=name)
            verify_address(organizer=organizer)
            _join(invitation, organizer, now)
    except IntegrityError as error:
        raise errors.AccountExists from error
    return organizer


def _join(invitation: Invitation, organizer: Organizer, now: datetime) -> None:
    mine = _open(invitation.team).filter(pk=invitation.pk, created_at__gt=now - VALID_FOR)
    if not mine.update(accepted_at=now):
        # Whatever it is by now, this says it.
        invitation_behind(token_for(invitation=invitation), now=now)
        raise errors.InvitationUnknown
    membership, is_new = Membership.objects.get_or_create(
        team=invitation.team,
        organizer=organizer,
        defaults={"role": invitation.role, "role_since": now},
    )
    if is_new:
        team_mail.owe(membership=membership, language=invitation.language, now=now, joined=True)
    audit.record(
        team=invitation.team,
        organizer=organizer,
        action="join",
        subject=f"invitation {invitation.pk}",
        detail=invitation.role,
    )


def _part(invitation: Invitation) -> bytes:
    """Its id, and when it was made."""
    return invitation.pk.to_bytes(8, "big") + str(invitation.created_at.timestamp()).encode()


def _open(team: Team) -> QuerySet[Invitation]:
    return Invitation.objects.filter(team=team, accepted_at=None, revoked_at=None)


def _owners(team: Team) -> QuerySet[Membership]:
    return Membership.objects.filter(team=team, role__in=Role.inviting())
