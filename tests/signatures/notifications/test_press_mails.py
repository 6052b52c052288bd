"""Milestones and corrections by e-mail, for those who follow a letter: each at most once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from time_machine import TimeMachineFixture

from campaign.letters.models import Letter
from signatures import erasure, withdrawal
from signatures.models import PressFollower, PressMail, Snapshot
from signatures.notifications import press_followers, press_mails
from signatures.notifications.press_mails import DAYS_FOR, OWED_FOR, SETTLING
from signatures.record import snapshots
from signatures.tasks import forget_old_data, send_press_mail
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    MEI,
    SALMA,
    WIKTOR,
    listed,
    open_letter,
    publish_version,
    sequence,
)
from tests.signatures.notifications.conftest import MailServer

pytestmark = pytest.mark.django_db

REPORTER = "desk@daily.example"
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 12, 2, tzinfo=UTC)


@pytest.fixture
def move(time_machine: TimeMachineFixture) -> Callable[[datetime], None]:
    def to(when: datetime) -> None:
        time_machine.move_to(when, tick=False)

    to(NOON)
    return to


@pytest.fixture
def letter(move: Callable[[datetime], None]) -> Letter:
    """Its third signature is a milestone."""
    letter = open_letter()
    snapshots.choose_milestones(letter=letter, milestones=[3])
    letter.refresh_from_db()
    return letter


def follow(letter: Letter, email: str = REPORTER, language: str = "en") -> PressFollower:
    press_followers.ask(letter=letter, email=email, language=language, now=timezone.now())
    follower = PressFollower.objects.get(letter=letter, email=email)
    press_followers.confirm(follower=follower, now=timezone.now())
    send_press_mail()
    mail.outbox.clear()
    return follower


def sent() -> list[EmailMultiAlternatives]:
    mail.outbox.clear()
    send_press_mail()
    return list(mail.outbox)  # type: ignore[arg-type]


def test_milestone_is_mailed_once_to_each_who_follows(
    letter: Letter, move: Callable[[datetime], None]
) -> None:
    listed(letter, BRIGID, SALMA)
    follow(letter)
    follow(letter, "second@daily.example", "ar")
    press_followers.ask(
        letter=letter, email="never@daily.example", language="en", now=timezone.now()
    )
    other = open_letter(slug="another-one")
    follow(other, "elsewhere@daily.example")
    move(NOON + timedelta(minutes=1))
    listed(letter, WIKTOR)

    found = {message.to[0]: message for message in sent() if "/snapshots/" in str(message.body)}

    assert set(found) == {REPORTER, "second@daily.example"}
    assert found[REPORTER].subject == "3 signatures: For work that is ours"
    assert found["second@daily.example"].extra_headers["Content-Language"] == "ar"
    [snapshot] = Snapshot.objects.all()
    assert f"/letters/{letter.slug}/snapshots/{snapshot.number}/" in str(found[REPORTER].body)
    move(NOON + timedelta(hours=1))
    assert sent() == []


def test_milestone_stands_with_the_text_that_was_signed(
    letter: Letter, move: Callable[[datetime], None]
) -> None:
    follow(letter)
    move(NOON + timedelta(minutes=1))
    listed(letter, BRIGID, SALMA, WIKTOR)
    publish_version(letter, title="Take whatever you like")
    sequence(letter)

    [message] = sent()

    assert message.subject == "3 signatures · version 1: For work that is ours"
    assert "Take whatever" not in str(message.body)


def test_what_was_reached_before_or_taken_by_hand_is_not_mailed(
    letter: Letter, move: Callable[[datetime], None]
) -> None:
    listed(letter, BRIGID, SALMA, WIKTOR)
    move(NOON + timedelta(minutes=1))
    follow(letter)
    move(NOON + timedelta(minutes=2))
    listed(letter, MEI)
    snapshots.take(letter=letter)

    assert sent() == []


def test_corrections_are_mailed_once_a_day_without_names(
    letter: Letter, move: Callable[[datetime], None]
) -> None:
    brigid, salma, wiktor = listed(letter, BRIGID, SALMA, WIKTOR)
    follow(letter)
    move(NOON + timedelta(hours=1))
    for signature in (brigid, salma):
        withdrawal.withdraw(signature=signature)
    erasure.erase(signature=wiktor)
    publish_version(letter, body="We ask for more.")
    sequence(letter)

    move(MIDNIGHT + SETTLING - timedelta(seconds=1))
    assert sent() == []
    move(MIDNIGHT + SETTLING)
    [message] = sent()

    text = str(message.body)
    assert message.subject == "Corrections of 1 December 2026: For work that is ours"
    assert "2 signatures were withdrawn by their signers." in text
    assert "1 signature was erased at the wish of its signer." in text
    assert "Version 2 of the text was published" in text
    for who in (BRIGID, SALMA, WIKTOR):
        assert who.details.name not in text + str(message.alternatives[0][0])
    for hours in (1, 13, 24, 48):
        move(MIDNIGHT + SETTLING + timedelta(hours=hours))
        assert sent() == []


def test_corrections_from_before_they_followed_are_not_mailed(
    letter: Letter, move: Callable[[datetime], None]
) -> None:
    [brigid, salma] = listed(letter, BRIGID, SALMA)
    withdrawal.withdraw(signature=brigid)
    sequence(letter)
    move(NOON + timedelta(minutes=1))
    follow(letter)
    move(NOON + timedelta(minutes=2))
    withdrawal.withdraw(signature=salma)
    sequence(letter)

    move(MIDNIGHT + SETTLING)
    [message] = sent()

    assert "1 signature was withdrawn by its signer." in str(message.body)


def test_day_that_could_not_be_owed_in_time_is_still_owed_for_a_while(
    letter: Letter, move: Callable[[datetime], None]
) -> None:
    [brigid] = listed(letter, BRIGID)
    follow(letter)
    withdrawal.withdraw(signature=brigid)
    sequence(letter)
    move(MIDNIGHT + OWED_FOR + SETTLING)
    assert press_mails.owe(now=timezone.now()) == 0
    move(MIDNIGHT + OWED_FOR + SETTLING - timedelta(seconds=1))
    assert len(sent()) == 1


@pytest.mark.django_db(transaction=True)
def test_owing_from_many_places_at_once_owes_each_once(
    letter: Letter, move: Callable[[datetime], None]
) -> None:
    follow(letter)
    follow(letter, "second@daily.example")
    [brigid, *_others] = listed(letter, BRIGID, SALMA, WIKTOR)
    withdrawal.withdraw(signature=brigid)
    sequence(letter)
    now = MIDNIGHT + SETTLING
    move(now)

    answers = at_once([lambda: press_mails.owe(now=now)] * 5)

    assert sum(answers) == PressMail.objects.count() == 4


def test_mail_has_the_way_to_stop_and_who_stopped_gets_none(
    letter: Letter, move: Callable[[datetime], None]
) -> None:
    follower = follow(letter)
    gone = follow(letter, "gone@daily.example")
    listed(letter, BRIGID, SALMA, WIKTOR)
    press_mails.owe(now=timezone.now())

    press_followers.stop(follower=gone)

    [message] = sent()
    assert message.to == [REPORTER]
    link = f"http://127.0.0.1:8000/f/{press_followers.token_for(follower)}/"
    assert link in str(message.body)
    assert message.extra_headers["List-Unsubscribe"] == f"<{link}>"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_mailbox_that_is_not_there_is_forgotten(letter: Letter, mail_server: MailServer) -> None:
    mail_server.answers[REPORTER] = "550 5.1.1 No such mailbox"
    press_followers.ask(letter=letter, email=REPORTER, language="en", now=timezone.now())
    send_press_mail()
    assert not PressFollower.objects.exists()


def test_unconfirmed_and_old_days_are_forgotten(
    letter: Letter, move: Callable[[datetime], None]
) -> None:
    [brigid] = listed(letter, BRIGID)
    follow(letter)
    withdrawal.withdraw(signature=brigid)
    sequence(letter)
    press_followers.ask(
        letter=letter, email="never@daily.example", language="en", now=timezone.now()
    )
    move(MIDNIGHT + SETTLING)
    send_press_mail()
    assert (PressFollower.objects.count(), PressMail.objects.count()) == (2, 1)

    move(NOON + press_followers.TIME_TO_CONFIRM + timedelta(seconds=1))
    forget_old_data()
    assert (PressFollower.objects.count(), PressMail.objects.count()) == (1, 1)
    move(MIDNIGHT + DAYS_FOR + timedelta(days=1))
    forget_old_data()
    send_press_mail()
    assert (PressFollower.objects.count(), PressMail.objects.count()) == (1, 0)
