"""Inviting, reminding and revoking: each address once, nobody twice, and what is kept of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.core import mail
from django.utils import timezone
from time_machine import TimeMachineFixture

from campaign.letters import publishing
from campaign.letters.models import Letter
from campaign.mail.returned import Outcome
from campaign.organizers.models import AuditEntry, Organizer
from signatures import links
from signatures.addresses import email_key
from signatures.errors import (
    InvitationLimit,
    InvitationOver,
    InvitedAlready,
    LetterNotOpen,
    LinkUnknown,
    NothingToRemind,
)
from signatures.invitations import answering, inviting
from signatures.invitations.inviting import AFTER_CLOSING_FOR, REMIND_AFTER, UNANSWERED_FOR
from signatures.models import (
    ReturnedMail,
    SigningInvitation,
    Suppression,
    SuppressionReason,
)
from signatures.notifications import bounces
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    SALMA,
    WIKTOR,
    close,
    draft_letter,
    person,
)
from tests.signatures.invitations.invited import invite, send_mail

pytestmark = pytest.mark.django_db

Move = Callable[[timedelta], datetime]


@pytest.fixture
def pass_by(time_machine: TimeMachineFixture) -> Move:
    def move(time: timedelta) -> datetime:
        time_machine.move_to(timezone.now() + time, tick=False)
        return timezone.now()

    return move


def sent() -> list[tuple[str, str]]:
    send_mail()
    found = [(each.to[0], each.subject.split(":")[0]) for each in mail.outbox]
    mail.outbox.clear()
    return found


def test_the_same_address_is_asked_once(letter: Letter, ottilie: Organizer) -> None:
    """However it is spelled, and whatever it answered."""
    invitation = invite(letter, ottilie)
    again = person("Brigid+list@quayside.example", "Brigid")
    assert email_key(again.email) != email_key(BRIGID.email)
    for spelled in (BRIGID, person("BRIGID@Quayside.example", "B.")):
        with pytest.raises(InvitedAlready):
            invite(letter, ottilie, spelled)
    assert answering.decline(invitation=invitation, now=timezone.now())
    with pytest.raises(InvitedAlready):
        invite(letter, ottilie)
    assert sent() == []
    trail = AuditEntry.objects.values_list("action", "subject", "detail")
    assert list(trail) == [("invite_signatories", f"letter {letter.slug}", "1")]


@pytest.mark.django_db(transaction=True)
def test_two_organizers_at_once_invite_once(letter: Letter, ottilie: Organizer) -> None:
    at_once([partial(invite, letter, ottilie)] * 3)
    assert SigningInvitation.objects.count() == 1


def test_a_draft_is_prepared_and_mailed_once_it_is_published(ottilie: Organizer) -> None:
    letter = draft_letter(slug="later", team=ottilie.memberships.get().team)
    invite(letter, ottilie)
    assert sent() == []
    publishing.publish(letter=letter, now=timezone.now())
    assert sent() == [(BRIGID.email, "Invited to sign")]
    assert sent() == []


def test_a_closed_letter_invites_and_mails_nobody(letter: Letter, ottilie: Organizer) -> None:
    invite(letter, ottilie)
    close(letter)
    assert sent() == []
    with pytest.raises(LetterNotOpen):
        invite(letter, ottilie, WIKTOR)


def test_one_reminder_after_two_days_and_never_another(
    letter: Letter, ottilie: Organizer, pass_by: Move
) -> None:
    Letter.objects.filter(pk=letter.pk).update(opens_at=None)
    letter.refresh_from_db()
    now = pass_by(timedelta())
    brigid, wiktor = invite(letter, ottilie), invite(letter, ottilie, WIKTOR)
    remind = partial(inviting.remind, letter=letter, organizer=ottilie)
    with pytest.raises(NothingToRemind):
        remind(now=now)
    assert len(sent()) == 2
    now = pass_by(REMIND_AFTER - timedelta(minutes=1))
    with pytest.raises(NothingToRemind):
        remind(now=now)
    now = pass_by(timedelta(minutes=1))
    assert answering.decline(invitation=wiktor, now=now)
    assert remind(now=now, invitation_id=brigid.pk) == 1
    assert sent() == [(BRIGID.email, "Still invited to sign")]
    now = pass_by(timedelta(days=30))
    with pytest.raises(NothingToRemind):
        remind(now=now)
    assert sent() == []


def test_revoking_deletes_the_address_and_a_new_one_voids_the_link(
    letter: Letter, ottilie: Organizer
) -> None:
    invitation = invite(letter, ottilie)
    token = links.invitation_token_for(invitation=invitation)
    revoke = partial(inviting.revoke, invitation=invitation, organizer=ottilie, now=timezone.now())
    revoke()
    with pytest.raises(InvitationOver):
        revoke()
    kept = SigningInvitation.objects.values_list("state", "email", "mail")
    assert (list(kept), sent()) == ([("revoked", "", "")], [])
    invite(letter, ottilie)
    with pytest.raises(LinkUnknown):
        links.invitation_behind(token)
    assert sent() == [(BRIGID.email, "Invited to sign")]


@pytest.mark.parametrize(
    ("reason", "whole_site"),
    [("denied", False), ("left", False), ("left", True), ("bounced", True), ("complained", True)],
)
def test_who_wants_no_mail_gets_none(
    letter: Letter, ottilie: Organizer, reason: str, whole_site: bool
) -> None:
    """The person's own word counts for their agent's mailbox, too."""
    Suppression.objects.create(
        letter=None if whole_site else letter,
        address_key=email_key(BRIGID.email),
        reason=SuppressionReason(reason),
        since=timezone.now(),
    )
    invite(letter, ottilie, agent_email="agency@curtain.example")
    assert sent() == []
    told = SigningInvitation.objects.values_list("mail", "mailed_at", "returned_at")
    [(owed, mailed_at, returned_at)] = told
    assert (owed, mailed_at, returned_at is None) == ("", None, False)


def test_mail_that_comes_back_is_told_and_ends_the_mails(
    letter: Letter, ottilie: Organizer, pass_by: Move
) -> None:
    invitation = invite(letter, ottilie)
    assert len(sent()) == 1
    now = pass_by(REMIND_AFTER)
    ReturnedMail.objects.create(
        key=b"k" * 32,
        source="mailbox",
        outcome=Outcome.HARD,
        kind="signinginvitation",
        row_id=invitation.pk,
        happened_at=now,
        received_at=now,
    )
    bounces.process()
    invitation.refresh_from_db()
    assert invitation.returned_at == now
    with pytest.raises(NothingToRemind):
        inviting.remind(letter=letter, organizer=ottilie, now=now)


def test_nobodys_mailbox_is_filled_by_taking_back_and_inviting_anew(
    letter: Letter, ottilie: Organizer
) -> None:
    for _time in range(3):
        invitation = invite(letter, ottilie)
        inviting.revoke(invitation=invitation, organizer=ottilie, now=timezone.now())
    with pytest.raises(InvitationLimit):
        invite(letter, ottilie)


def test_what_is_forgotten_and_when(letter: Letter, ottilie: Organizer, pass_by: Move) -> None:
    Letter.objects.filter(pk=letter.pk).update(opens_at=None)
    letter.refresh_from_db()
    pass_by(timedelta())
    invite(letter, ottilie)
    answering.decline(invitation=invite(letter, ottilie, WIKTOR), now=timezone.now())
    now = pass_by(UNANSWERED_FOR)
    assert inviting.forget_old(now=now) == 0
    now = pass_by(timedelta(minutes=1))
    assert inviting.forget_old(now=now) == 2
    # That he said no, by his keyed hash alone: so he is not asked again.
    kept = SigningInvitation.objects.values_list("state", "name", "email")
    assert list(kept) == [("declined", "", "")]
    with pytest.raises(InvitedAlready):
        invite(letter, ottilie, WIKTOR)
    invite(letter, ottilie, SALMA)
    close(letter)
    now = pass_by(AFTER_CLOSING_FOR + timedelta(minutes=1))
    assert inviting.forget_old(now=now) == 2
    assert SigningInvitation.objects.count() == 0
