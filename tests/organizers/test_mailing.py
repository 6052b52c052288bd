"""An invitation's e-mail: sent once, again only if it failed, and never when it is pointless."""

import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from campaign.mail.outbox import LEASE
from campaign.organizers import invitations, mailing
from campaign.organizers.models import Invitation, Organizer
from campaign.organizers.tasks import send_owed_invitations
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db
Make = Callable[..., Invitation]


def at(moment: datetime) -> Any:
    return time_machine.travel(moment, tick=False)


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def refuse(_self: EmailBackend, _messages: object) -> int:
        raise error

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)


def test_it_is_sent_once_and_says_what_is_offered(invited: Make, now: datetime) -> None:
    invitation = invited()
    with at(now + timedelta(minutes=1)):
        send_owed_invitations()
        send_owed_invitations()
    (message,) = mail.outbox
    assert message.to == ["nadia@elsewhere.example"]
    assert message.subject == "You are invited to Guild of Letter Writers"
    link = f"/accounts/invitations/key/{invitations.token_for(invitation=invitation)}/"
    for body in (str(message.body), str(message.alternatives[0][0])):  # type: ignore[attr-defined]
        for words in ("Oriane Bakker", "Guild of Letter Writers", "Vetter", link, "7 days"):
            assert words in body
    assert message.extra_headers["Message-ID"].startswith(f"<invitation-{invitation.pk}@")
    invitation.refresh_from_db()
    assert (invitation.sent_at, invitation.leased_until) == (now + timedelta(minutes=1), None)


def test_it_speaks_the_language_of_who_invited(invited: Make, now: datetime) -> None:
    invited()
    Invitation.objects.update(language="ar")
    with at(now):
        mailing.send_owed()
    (message,) = mail.outbox
    assert "/ar/accounts/invitations/key/" in message.body
    assert 'dir="rtl"' in str(message.alternatives[0][0])  # type: ignore[attr-defined]


@pytest.mark.parametrize("field", ["sent_at", "refused_at", "accepted_at", "revoked_at"])
def test_nothing_is_sent_where_nothing_is_owed(invited: Make, now: datetime, field: str) -> None:
    invited()
    Invitation.objects.update(**{field: now})
    with at(now):
        assert mailing.send_owed() == 0
    assert mail.outbox == []


def test_nothing_is_sent_when_the_link_has_run_out(invited: Make, now: datetime) -> None:
    invited()
    with at(now + invitations.VALID_FOR):
        assert mailing.send_owed() == 0


@pytest.mark.parametrize("error", [ConnectionRefusedError(), smtplib.SMTPServerDisconnected()])
def test_a_mail_server_that_is_down_is_tried_again_later(
    invited: Make, now: datetime, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    invitation = invited()
    with monkeypatch.context() as down, at(now):
        failing(down, error)
        assert mailing.send_owed() == 1
        assert mailing.send_owed() == 0
    with at(now + LEASE + timedelta(seconds=1)):
        assert mailing.send_owed() == 1
    assert len(mail.outbox) == 1
    invitation.refresh_from_db()
    assert invitation.sent_at is not None


@pytest.mark.parametrize(("code", "for_good"), [(550, True), (450, False)])
def test_a_refused_address_is_marked_if_it_is_for_good(
    invited: Make, now: datetime, monkeypatch: pytest.MonkeyPatch, code: int, *, for_good: bool
) -> None:
    invitation = invited()
    refused = {invitation.email: (code, b"no")}
    failing(monkeypatch, smtplib.SMTPRecipientsRefused(refused))
    with at(now):
        mailing.send_owed()
    invitation.refresh_from_db()
    assert (invitation.refused_at is not None) is for_good
    assert invitation.sent_at is None


def test_invitation_revoked_while_its_batch_is_sent_is_not_sent(
    invited: Make, owner: Organizer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = invited(), invited(email="noor@elsewhere.example")
    send = EmailBackend.send_messages

    def revoke_second(backend: EmailBackend, messages: Any) -> int:
        invitations.revoke(invitation=second, by=owner, now=now)
        return send(backend, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", revoke_second)
    with at(now):
        assert mailing.send_owed() == 2
    assert [message.to for message in mail.outbox] == [[first.email]]


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_send_one(invited: Make, now: datetime) -> None:
    invited()
    with at(now):
        assert sum(at_once([mailing.send_owed] * 4)) == 1
    assert len(mail.outbox) == 1


def test_refused_invitation_is_owed_again_when_it_is_said_so(
    invited: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    invitation = invited()
    with at(now):
        with monkeypatch.context() as refusing:
            refused = {invitation.email: (550, b"5.1.1 No such mailbox")}
            failing(refusing, smtplib.SMTPRecipientsRefused(refused))
            mailing.send_owed()
        assert mailing.requeue(since=now, reply="554") == 0
        assert mailing.requeue(since=now, reply="550", dry_run=True) == 1
        assert mailing.send_owed() == 0
        assert mailing.requeue(since=now, reply="550 5.1") == 1
        assert mailing.send_owed() == 1
    assert [message.to for message in mail.outbox] == [[invitation.email]]
