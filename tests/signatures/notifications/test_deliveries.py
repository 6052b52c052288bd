from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from structlog.testing import capture_logs
from time_machine import TimeMachineFixture

from campaign.letters.models import Letter
from signatures import confirmation, withdrawal
from signatures.models import Delivery, DeliveryState, Message
from signatures.notifications import deliveries
from signatures.notifications.deliveries import LEASE, MOST_ATTEMPTS, send_owed
from tests.at_once import at_once, while_uncommitted
from tests.signatures.factories import (
    BRIGID,
    MEI,
    SALMA,
    WIKTOR,
    confirmed,
    open_letter,
    pending,
    sign,
    someone,
)
from tests.signatures.notifications.conftest import MailServer

pytestmark = pytest.mark.django_db

MOMENT = timedelta(seconds=1)


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def start(time_machine: TimeMachineFixture) -> datetime:
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    return now


def _stored() -> list[tuple[str, int]]:
    return list(Delivery.objects.order_by("pk").values_list("state", "attempts"))


def test_what_is_owed_is_sent_once(
    letter: Letter, mail_server: MailServer, start: datetime
) -> None:
    for who in (BRIGID, SALMA, WIKTOR):
        sign(letter, who)

    assert send_owed() == 3
    assert send_owed() == 0

    assert mail_server.recipients == [BRIGID.email, SALMA.email, WIKTOR.email]
    assert mail_server.connections == 1
    assert _stored() == [(DeliveryState.SENT, 1)] * 3
    assert set(Delivery.objects.values_list("sent_at", "leased_until")) == {(start, None)}


def test_nothing_owed_asks_no_server(letter: Letter) -> None:
    assert send_owed() == 0


def test_a_batch_is_only_so_many(letter: Letter, mail_server: MailServer) -> None:
    for number in range(5):
        sign(letter, someone(number))

    assert [send_owed(batch=2) for _ in range(4)] == [2, 2, 1, 0]

    assert len(mail_server.mails) == 5


def test_an_address_that_is_refused_for_good_fails(letter: Letter, mail_server: MailServer) -> None:
    mail_server.answers[BRIGID.email] = "550 5.1.1 No such mailbox"
    for who in (BRIGID, SALMA):
        sign(letter, who)

    with capture_logs() as logs:
        assert send_owed() == 2

    assert _stored() == [(DeliveryState.FAILED, 1), (DeliveryState.SENT, 1)]
    assert mail_server.recipients == [SALMA.email]
    assert send_owed() == 0
    assert [(line["event"], line["code"]) for line in logs] == [("recipient_refused", 550)]
    assert "quayside" not in str(logs)


def test_an_address_that_is_refused_for_now_is_tried_again(
    letter: Letter, mail_server: MailServer, start: datetime, time_machine: TimeMachineFixture
) -> None:
    mail_server.answers[BRIGID.email] = "450 4.2.1 Greylisted, come back later"
    sign(letter, BRIGID)
    sign(letter, SALMA)
    send_owed()
    assert _stored() == [(DeliveryState.OWED, 1), (DeliveryState.SENT, 1)]
    assert send_owed() == 0

    del mail_server.answers[BRIGID.email]
    time_machine.move_to(start + timedelta(seconds=20), tick=False)

    assert send_owed() == 1
    assert mail_server.recipients == [SALMA.email, BRIGID.email]
    assert _stored() == [(DeliveryState.SENT, 2), (DeliveryState.SENT, 1)]


def test_a_server_that_is_down_costs_only_time(
    letter: Letter, mail_server: MailServer, start: datetime, time_machine: TimeMachineFixture
) -> None:
    mail_server.stop()
    for who in (BRIGID, SALMA):
        sign(letter, who)
    with capture_logs() as logs:
        assert send_owed() == 2
    assert [line["event"] for line in logs] == ["mail_server_unreachable"]
    assert _stored() == [(DeliveryState.OWED, 1)] * 2
    assert send_owed() == 0

    mail_server.start()
    time_machine.move_to(start + timedelta(seconds=20), tick=False)

    assert send_owed() == 2
    assert mail_server.recipients == [BRIGID.email, SALMA.email]


def test_pauses_grow_and_end(
    letter: Letter, mail_server: MailServer, start: datetime, time_machine: TimeMachineFixture
) -> None:
    mail_server.stop()
    sign(letter)
    pauses = []
    for _ in range(MOST_ATTEMPTS - 1):
        send_owed()
        due_at = Delivery.objects.get().due_at
        pauses.append((due_at - timezone.now()).total_seconds())
        time_machine.move_to(due_at, tick=False)
    assert pauses == [20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10240, 20480]

    send_owed()

    assert _stored() == [(DeliveryState.FAILED, MOST_ATTEMPTS)]
    assert send_owed() == 0


def test_a_server_that_hangs_up_in_the_middle_is_called_again(
    letter: Letter, mail_server: MailServer
) -> None:
    mail_server.hang_up_after = 1
    for who in (BRIGID, SALMA, WIKTOR, MEI):
        sign(letter, who)

    assert send_owed() == 4

    states = [state for state, _attempts in _stored()]
    # Whether the first one arrived cannot be known here: at least once is what is promised.
    assert states.count(DeliveryState.OWED) == 1
    assert states.count(DeliveryState.SENT) == 3
    assert mail_server.connections == 2


def test_a_message_that_is_refused_holds_up_no_other(
    letter: Letter, mail_server: MailServer
) -> None:
    mail_server.data_answers = ["554 5.6.0 Not with us"]
    for who in (BRIGID, SALMA):
        sign(letter, who)

    send_owed()

    assert _stored() == [(DeliveryState.OWED, 1), (DeliveryState.SENT, 1)]


def test_a_message_that_cannot_be_built_holds_up_no_other(
    letter: Letter, mail_server: MailServer
) -> None:
    broken = pending(letter, BRIGID)
    sign(letter, SALMA)
    broken.email = "brigid\n@quayside.example"
    broken.save()

    with capture_logs() as logs:
        send_owed()

    assert _stored() == [(DeliveryState.OWED, 1), (DeliveryState.SENT, 1)]
    assert [line["event"] for line in logs] == ["mail_not_built"]


def test_who_confirmed_meanwhile_gets_no_mail_to_confirm(
    letter: Letter, mail_server: MailServer
) -> None:
    confirmed(letter, BRIGID)
    withdrawal.withdraw(signature=confirmed(letter, SALMA))

    assert send_owed() == 2

    assert mail_server.mails == []
    assert [state for state, _attempts in _stored()] == [DeliveryState.SENT] * 2


def test_mail_for_a_signature_that_is_gone_is_forgotten(letter: Letter) -> None:
    now = timezone.now()
    Delivery.objects.create(
        signature_id=2**40, message=Message.ALREADY_SIGNED, due_at=now, created_at=now
    )
    assert send_owed() == 0
    assert Delivery.objects.count() == 0


def test_a_sender_that_died_leaves_a_lease_that_runs_out(
    letter: Letter, mail_server: MailServer, start: datetime, time_machine: TimeMachineFixture
) -> None:
    sign(letter)
    [claimed] = deliveries._claim(now=timezone.now(), batch=10)
    assert _stored() == [(DeliveryState.CLAIMED, 1)]
    time_machine.move_to(start + LEASE, tick=False)
    assert send_owed() == 0

    time_machine.move_to(start + LEASE + MOMENT, tick=False)

    assert send_owed() == 1
    [(_recipients, message)] = mail_server.mails
    # The same name, so that a mailbox can tell a repeat.
    assert f"delivery-{claimed.pk}." in message["Message-ID"]
    assert _stored() == [(DeliveryState.SENT, 2)]


def test_a_sender_that_was_too_slow_settles_nothing(
    letter: Letter, mail_server: MailServer, start: datetime, time_machine: TimeMachineFixture
) -> None:
    sign(letter)
    [slow] = deliveries._claim(now=timezone.now(), batch=10)
    time_machine.move_to(start + LEASE + MOMENT, tick=False)
    [other] = deliveries._claim(now=timezone.now(), batch=10)

    deliveries._postpone(slow)
    assert _stored() == [(DeliveryState.CLAIMED, 2)]
    deliveries._finish(other, DeliveryState.SENT)
    deliveries._finish(slow, DeliveryState.FAILED)

    assert _stored() == [(DeliveryState.SENT, 2)]


def test_a_batch_that_outlives_its_lease_is_left_to_others(
    letter: Letter, start: datetime, time_machine: TimeMachineFixture
) -> None:
    for who in (BRIGID, SALMA, WIKTOR):
        sign(letter, who)

    class SlowOutbox(list[Any]):
        def append(self, message: Any) -> None:
            super().append(message)
            time_machine.move_to(timezone.now() + LEASE * 0.6, tick=False)

    mail.outbox = SlowOutbox()

    assert send_owed() == 3

    assert len(mail.outbox) == 2
    assert _stored() == [(DeliveryState.SENT, 1)] * 2 + [(DeliveryState.CLAIMED, 1)]
    assert send_owed() == 1
    assert [message.to for message in mail.outbox] == [
        [BRIGID.email],
        [SALMA.email],
        [WIKTOR.email],
    ]


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_once(mail_server: MailServer) -> None:
    letter = open_letter()
    people = [someone(number) for number in range(24)]
    for who in people:
        sign(letter, who)

    answers = at_once([partial(send_owed, batch=5)] * 6)

    assert sum(answers) == 24
    assert sorted(mail_server.recipients) == sorted(who.email for who in people)
    assert _stored() == [(DeliveryState.SENT, 1)] * 24


@pytest.mark.django_db(transaction=True)
def test_a_claim_that_is_not_committed_is_passed_by(mail_server: MailServer) -> None:
    letter = open_letter()
    for who in (BRIGID, SALMA, WIKTOR):
        sign(letter, who)

    answers = while_uncommitted(
        lambda: len(deliveries._claim(now=timezone.now(), batch=2)), send_owed
    )

    assert answers == [2, 1]
    assert mail_server.recipients == [WIKTOR.email]


@pytest.mark.django_db(transaction=True)
def test_confirming_while_the_mail_goes_out(mail_server: MailServer) -> None:
    letter = open_letter()
    signature = pending(letter)

    at_once([send_owed, partial(confirmation.confirm, signature=signature, seen=1)])

    assert _stored() == [(DeliveryState.SENT, 1)]
    assert len(mail_server.mails) <= 1
