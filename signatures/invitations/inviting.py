"""What organizers do: invite, revoke, remind once. Only the address itself answers."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from campaign import limits
from campaign.letters.models import Letter, LetterState
from campaign.mail_hosts import is_free
from campaign.organizers import audit
from campaign.organizers.models import Organizer
from campaign.wake import Task, wake
from signatures.addresses import email_key
from signatures.errors import (
    InvitationLimit,
    InvitedAlready,
    LetterNotOpen,
    NothingToRemind,
)
from signatures.invitations.settling import settle
from signatures.models import InvitationMail, InvitationState, SigningInvitation

REMIND_AFTER = timedelta(hours=48)
# Nothing is kept for longer of who does not answer, nor of anybody once the letter has closed so
# long ago.
UNANSWERED_FOR = timedelta(days=90)
AFTER_CLOSING_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitee:
    """Cleaned: `email` is the person's own address, `agent_email` that of who signs for them."""

    name: str
    email: str
    language: str
    agent_email: str = ""
    line: str = ""

    @property
    def key(self) -> bytes:
        return email_key(self.email)

    @property
    def recipient(self) -> str:
        return self.agent_email or self.email


@dataclass(frozen=True, slots=True)
class Invited:
    """How many were invited now, were before, and cannot be today."""

    fresh: int
    known: int
    beyond_limit: int


def invite(*, letter: Letter, organizer: Organizer, invitee: Invitee, now: datetime) -> None:
    """As `invite_many`. Raises InvitedAlready and InvitationLimit besides."""
    done = invite_many(letter=letter, organizer=organizer, invitees=[invitee], now=now)
    if done.known:
        raise InvitedAlready
    if done.beyond_limit:
        raise InvitationLimit


def invite_many(
    *, letter: Letter, organizer: Organizer, invitees: Sequence[Invitee], now: datetime
) -> Invited:
    """Each address once, however often and by whom it is asked for: their mails are owed.

    They go out once the letter is published. Where an invitation was revoked, a new one takes its
    place, and the earlier link opens nothing. Raises LetterNotOpen for a letter that is closed.
    """
    if not may_invite(letter=letter, now=now):
        raise LetterNotOpen
    fresh = unknown(letter=letter, invitees=invitees)
    allowed = [each for each in fresh if _is_within_limits(letter, each)]
    rows = [_row(letter, organizer, each, now) for each in allowed]
    with transaction.atomic():
        keys = [row.address_key for row in rows]
        of_letter(letter=letter).filter(
            state=InvitationState.REVOKED, address_key__in=keys
        ).delete()
        SigningInvitation.objects.bulk_create(rows, ignore_conflicts=True)
        # Another may have invited the same at this moment.
        made = of_letter(letter=letter).filter(nonce__in=[row.nonce for row in rows]).count()
        if made:
            audit.record(
                team=letter.team,
                organizer=organizer,
                action="invite_signatories",
                subject=f"letter {letter.slug}",
                detail=str(made),
            )
    wake(Task.SEND_OWED_MAIL)
    beyond_limit = len(fresh) - len(allowed)
    return Invited(made, len(invitees) - made - beyond_limit, beyond_limit)


def may_invite(*, letter: Letter, now: datetime) -> bool:
    is_over = letter.closes_at is not None and now >= letter.closes_at
    return letter.state in (LetterState.DRAFT, LetterState.PUBLISHED) and not is_over


def unknown(*, letter: Letter, invitees: Iterable[Invitee]) -> list[Invitee]:
    """Those whose address has no invitation that stands or was answered, each address once."""
    fresh: dict[bytes, Invitee] = {}
    for each in invitees:
        fresh.setdefault(each.key, each)
    taken = SigningInvitation.objects.filter(letter=letter).exclude(state=InvitationState.REVOKED)
    for key in taken.filter(address_key__in=fresh).values_list("address_key", flat=True):
        del fresh[bytes(key)]
    return list(fresh.values())


def of_letter(*, letter: Letter) -> QuerySet[SigningInvitation]:
    """First signatories: who is asked about a signature on paper is in no list of anybody's."""
    return SigningInvitation.objects.filter(letter=letter, collected="")


def revoke(*, invitation: SigningInvitation, organizer: Organizer, now: datetime) -> None:
    """Its link opens nothing any more, and the addresses are deleted. Raises InvitationOver where
    it was answered, or revoked, before."""
    with transaction.atomic():
        settle(invitation=invitation, state=InvitationState.REVOKED, now=now)
        audit.record(
            team=invitation.letter.team,
            organizer=organizer,
            action="revoke_signing_invitation",
            subject=f"letter {invitation.letter.slug}",
            detail=str(invitation.pk),
        )


def to_remind(*, letter: Letter, now: datetime) -> QuerySet[SigningInvitation]:
    """Who has had the first mail for two days, and neither answered nor been reminded."""
    return of_letter(letter=letter).filter(
        state=InvitationState.OPEN,
        mail=InvitationMail.NONE,
        mailed_at__lte=now - REMIND_AFTER,
        reminded_at=None,
        returned_at=None,
    )


def remind(
    *, letter: Letter, organizer: Organizer, now: datetime, invitation_id: int | None = None
) -> int:
    """One reminder for each who waits for it, or for this one; how many. There is never a second.

    Raises NothingToRemind, and LetterNotOpen where nobody can sign.
    """
    if not letter.is_open(now=now, to_invited=True):
        raise LetterNotOpen
    waiting = to_remind(letter=letter, now=now)
    if invitation_id is not None:
        waiting = waiting.filter(pk=invitation_id)
    with transaction.atomic():
        owed = waiting.update(
            mail=InvitationMail.REMINDER, reminded_at=now, due_at=now, attempts=0, refusals=0
        )
        if not owed:
            raise NothingToRemind
        audit.record(
            team=letter.team,
            organizer=organizer,
            action="remind_signatories",
            subject=f"letter {letter.slug}",
            detail=str(owed),
        )
    wake(Task.SEND_OWED_MAIL)
    return owed


def forget_old(*, now: datetime) -> int:
    """Who never answered goes, and all of a letter that has closed. Of who said no, or was in an
    import (`importing.forgetting`), a keyed hash stays until then, so that nobody asks them
    again."""
    old = now - UNANSWERED_FOR
    closed = Q(letter__closed_at__lt=now - AFTER_CLOSING_FOR)
    unanswered = Q(state=InvitationState.OPEN, created_at__lt=old, collected="")
    over = (InvitationState.ACCEPTED, InvitationState.REVOKED)
    settled = Q(state__in=over, answered_at__lt=old, collected="")
    gone = SigningInvitation.objects.filter(closed | unanswered | settled).delete()[0]
    declined = SigningInvitation.objects.filter(
        state=InvitationState.DECLINED, answered_at__lt=old
    ).exclude(name="")
    return gone + declined.update(name="")


def _row(
    letter: Letter, organizer: Organizer, invitee: Invitee, now: datetime
) -> SigningInvitation:
    return SigningInvitation(
        letter=letter,
        name=invitee.name,
        email=invitee.email,
        address_key=invitee.key,
        agent_email=invitee.agent_email,
        language=invitee.language,
        line=invitee.line,
        nonce=secrets.token_bytes(8),
        invited_by=organizer,
        created_at=now,
        due_at=now,
    )


def _is_within_limits(letter: Letter, invitee: Invitee) -> bool:
    domain = invitee.recipient.rpartition("@")[2]
    asked = [
        (limits.Limit.SIGNING_INVITATIONS_TO_ADDRESS, email_key(invitee.recipient)),
        (limits.Limit.SIGNING_INVITATIONS_OF_TEAM, str(letter.team_id).encode()),
    ]
    if not is_free(domain):
        asked.append((limits.Limit.SIGNING_INVITATIONS_TO_DOMAIN, domain.encode()))
    return all(limits.hit(limit, who) for limit, who in asked)
