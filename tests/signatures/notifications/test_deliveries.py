from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from structlog.testing import capture_logs
from time_machine import TimeMachineFixture

from campaign import stopping
from campaign.letters.models import Letter
from campaign.mail.breaker import REFUSALS_BEFORE_PAUSE, SHORTEST_PAUSE, trouble
from campaign.mail.models import MailServer as Server
from campaign.mail.outbox import GIVE_UP_AFTER, LEASE, MAX_REFUSALS
from signatures import confirmation, withdrawal
from signatures.models import Delivery, DeliveryState, Message
from signatures.notifications import deliveries
from signatures.notifications.deliveries import outbox, send_owed
from tests.concurrency import at_once, while_uncommitted
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
    assert [(line["event"], line["reply"]) for line in logs] == [("recipient_refused", "550 5.1.1")]
    assert Delivery.objects.get(state=DeliveryState.FAILED).reply == "550 5.1.1"
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
    assert [line["event"] for line in logs] == ["mail_server_unreachable", "mail_paused"]
    assert _stored() == [(DeliveryState.OWED, 1)] * 2
    assert send_owed() == 0

    mail_server.start()
    time_machine.move_to(start + SHORTEST_PAUSE, tick=False)

    # One tries; then all the rest goes.
    assert [send_owed() for _ in range(3)] == [1, 1, 0]
    assert mail_server.recipients == [BRIGID.email, SALMA.email]


def test_what_is_owed_anew_while_it_is_postponed_is_owed_once(
    letter: Letter, mail_server: MailServer
) -> None:
    mail_server.answers[BRIGID.email] = "450 4.2.1 Try later"
    sign(letter, BRIGID)
    [claimed] = outbox.claim(now=timezone.now(), batch=10)
    sign(letter, BRIGID)

    outbox.postpone(claimed)

    [left] = Delivery.objects.all()
    assert (left.state, left.attempts) == (DeliveryState.OWED, 0)
    assert left.pk != claimed.pk


def test_of_a_batch_that_is_given_back_each_mail_is_owed_once(
    letter: Letter, mail_server: MailServer
) -> None:
    sign(letter, BRIGID)
    sign(letter, SALMA)
    claimed = outbox.claim(now=timezone.now(), batch=10)
    sign(letter, BRIGID)

    outbox.give_back(claimed)

    owed = Delivery.objects.filter(state=DeliveryState.OWED)
    assert sorted(owed.values_list("signature__email", flat=True)) == [BRIGID.email, SALMA.email]
    assert Delivery.objects.count() == 2


def test_what_failed_twice_is_requeued_once(letter: Letter) -> None:
    now = timezone.now()
    for _ in range(2):
        sign(letter, BRIGID)
        Delivery.objects.update(state=DeliveryState.FAILED, sent_at=now)

    assert deliveries.requeue(since=now) == 1

    assert [each.state for each in Delivery.objects.all()] == [DeliveryState.OWED]


def test_pauses_grow_and_end(
    letter: Letter, mail_server: MailServer, start: datetime, time_machine: TimeMachineFixture
) -> None:
    mail_server.answers[BRIGID.email] = "450 4.2.1 Greylisted, come back later"
    sign(letter, BRIGID)
    pauses = []
    for _ in range(MAX_REFUSALS - 1):
        send_owed()
        due_at = Delivery.objects.get().due_at
        pauses.append((due_at - timezone.now()).total_seconds())
        time_machine.move_to(due_at, tick=False)
    assert pauses == [20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10240, 20480]

    send_owed()

    assert _stored() == [(DeliveryState.FAILED, MAX_REFUSALS)]
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

    assert send_owed() == 3

    [(recipients, notice)] = mail_server.mails
    assert recipients == [SALMA.email]
    assert "/undo/" in str(notice)
    assert [state for state, _attempts in _stored()] == [DeliveryState.SENT] * 3


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
    [claimed] = outbox.claim(now=timezone.now(), batch=10)
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
    [slow] = outbox.claim(now=timezone.now(), batch=10)
    time_machine.move_to(start + LEASE + MOMENT, tick=False)
    [other] = outbox.claim(now=timezone.now(), batch=10)

    outbox.postpone(slow)
    assert _stored() == [(DeliveryState.CLAIMED, 2)]
    outbox.finish(other, is_sent=True)
    outbox.finish(slow, is_sent=False)

    assert _stored() == [(DeliveryState.SENT, 2)]


class SlowOutbox(list[Any]):
    """Takes its time with each mail."""

    def __init__(self, machine: TimeMachineFixture, takes: timedelta) -> None:
        super().__init__()
        self.machine, self.takes = machine, takes

    def append(self, message: Any) -> None:
        super().append(message)
        self.machine.move_to(timezone.now() + self.takes, tick=False)


def test_a_slow_batch_renews_its_lease(
    letter: Letter, start: datetime, time_machine: TimeMachineFixture
) -> None:
    for number in range(5):
        sign(letter, someone(number))
    mail.outbox = SlowOutbox(time_machine, LEASE * 0.6)

    assert send_owed() == 5

    assert len(mail.outbox) == 5
    assert _stored() == [(DeliveryState.SENT, 1)] * 5


def test_a_batch_that_outlives_its_lease_is_left_to_others(
    letter: Letter, start: datetime, time_machine: TimeMachineFixture
) -> None:
    for who in (BRIGID, SALMA, WIKTOR):
        sign(letter, who)
    mail.outbox = SlowOutbox(time_machine, LEASE + MOMENT)

    assert send_owed() == 3

    # Sent, and what was not tried is due at once.
    assert len(mail.outbox) == 1
    assert _stored() == [(DeliveryState.SENT, 1)] + [(DeliveryState.OWED, 1)] * 2
    mail.outbox.takes = timedelta(0)
    assert send_owed() == 2
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

    answers = while_uncommitted(lambda: len(outbox.claim(now=timezone.now(), batch=2)), send_owed)

    assert answers == [2, 1]
    assert mail_server.recipients == [WIKTOR.email]


@pytest.mark.django_db(transaction=True)
def test_confirming_while_the_mail_goes_out(mail_server: MailServer) -> None:
    letter = open_letter()
    signature = pending(letter)

    at_once([send_owed, partial(confirmation.confirm, signature=signature, expected_revision=1)])

    assert _stored() == [(DeliveryState.SENT, 1)]
    assert len(mail_server.mails) <= 1


RELAY_DENIED = "554 5.7.1 <someone@quayside.example>: Relay access denied"


def test_a_server_that_refuses_us_fails_no_mail_and_is_left_alone_for_a_while(
    letter: Letter, mail_server: MailServer, start: datetime, time_machine: TimeMachineFixture
) -> None:
    people = [someone(number) for number in range(REFUSALS_BEFORE_PAUSE + 5)]
    for who in people:
        sign(letter, who)
        mail_server.answers[who.email] = RELAY_DENIED

    with capture_logs() as logs:
        send_owed()

    assert [line["event"] for line in logs] == [
        *(["mail_not_sent"] * REFUSALS_BEFORE_PAUSE),
        "mail_paused",
    ]
    assert "quayside" not in str(logs)
    assert {state for state, _attempts in _stored()} == {DeliveryState.OWED}
    row = trouble()
    assert row is not None
    assert (row.failing_since, row.paused_until, row.reply) == (
        start,
        start + SHORTEST_PAUSE,
        "554 5.7.1",
    )
    assert send_owed() == 0
    assert len(set(Delivery.objects.values_list("refusals", flat=True))) == 1

    mail_server.answers.clear()
    time_machine.move_to(start + timedelta(hours=1), tick=False)
    assert send_owed() == 1
    assert trouble() is None
    assert send_owed() == len(people) - 1
    assert sorted(mail_server.recipients) == sorted(who.email for who in people)
    assert send_owed() == 0


def test_one_tries_when_the_pause_is_over_and_the_pause_grows(
    letter: Letter, mail_server: MailServer, start: datetime, time_machine: TimeMachineFixture
) -> None:
    for number in range(REFUSALS_BEFORE_PAUSE + 5):
        who = someone(number)
        sign(letter, who)
        mail_server.answers[who.email] = RELAY_DENIED
    send_owed()
    pauses = []
    for _ in range(8):
        row = trouble()
        assert row is not None
        assert row.paused_until is not None
        pauses.append(round((row.paused_until - timezone.now()).total_seconds()))
        time_machine.move_to(row.paused_until, tick=False)
        assert send_owed() == 1
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (10, 20)


def test_mail_that_was_refused_before_does_not_speak_for_the_rest(
    letter: Letter, mail_server: MailServer, start: datetime, time_machine: TimeMachineFixture
) -> None:
    for number in range(REFUSALS_BEFORE_PAUSE):
        who = someone(number)
        sign(letter, who)
        mail_server.answers[who.email] = RELAY_DENIED
    send_owed()
    sign(letter, SALMA)
    time_machine.move_to(start + timedelta(hours=1), tick=False)

    send_owed()

    assert mail_server.recipients == [SALMA.email]
    assert trouble() is None


def test_refusals_between_mails_that_are_taken_pause_nothing(
    letter: Letter, mail_server: MailServer
) -> None:
    for number in range(REFUSALS_BEFORE_PAUSE * 2):
        who = someone(number)
        sign(letter, who)
        if number % 2:
            mail_server.answers[who.email] = RELAY_DENIED

    send_owed()

    assert len(mail_server.mails) == REFUSALS_BEFORE_PAUSE
    assert trouble() is None
    assert Server.objects.get().failures == 1


def test_what_the_server_refused_of_us_is_given_up_after_a_week(
    letter: Letter, mail_server: MailServer, start: datetime, time_machine: TimeMachineFixture
) -> None:
    mail_server.answers[BRIGID.email] = RELAY_DENIED
    sign(letter, BRIGID)
    tries = 0
    while _stored()[0][0] == DeliveryState.OWED:
        send_owed()
        tries += 1
        time_machine.move_to(timezone.now() + timedelta(hours=6), tick=False)
    assert tries > MAX_REFUSALS
    assert timezone.now() - start > GIVE_UP_AFTER


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_tries(mail_server: MailServer) -> None:
    letter = open_letter()
    for number in range(12):
        sign(letter, someone(number))
    long_ago = timezone.now() - timedelta(hours=1)
    Server.objects.create(failures=20, failing_since=long_ago, paused_until=long_ago)

    answers = at_once([partial(send_owed, batch=5)] * 6)

    # Whoever asks after the one who tried may send a batch already.
    assert answers.count(1) >= 1
    assert len(mail_server.mails) == sum(answers)


def test_what_was_failed_wrongly_is_owed_again(
    letter: Letter, mail_server: MailServer, start: datetime, time_machine: TimeMachineFixture
) -> None:
    for who in (BRIGID, SALMA):
        sign(letter, who)
        mail_server.answers[who.email] = "550 5.1.1 No such mailbox"
    confirmed(letter, WIKTOR)
    mail_server.answers[WIKTOR.email] = "550 5.1.1 No such mailbox"
    send_owed()
    mail_server.answers.clear()
    assert deliveries.requeue(since=start + MOMENT) == 0
    assert deliveries.requeue(since=start, reply="554") == 0
    assert deliveries.requeue(since=start, dry_run=True) == 2
    assert send_owed() == 0

    assert deliveries.requeue(since=start, reply="550") == 2
    assert deliveries.requeue(since=start) == 0
    send_owed()

    assert mail_server.recipients == [BRIGID.email, SALMA.email]


def test_a_worker_that_must_stop_gives_back_what_it_did_not_try(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        sign(letter, someone(number))

    class LastOutbox(list[Any]):
        def append(self, message: Any) -> None:
            super().append(message)
            if len(self) == 2:
                stopping.ask_to_stop()

    mail.outbox = LastOutbox()
    try:
        deliveries.send_until_done(batches=10)
    finally:
        stopping.forget()

    assert _stored() == [(DeliveryState.SENT, 1)] * 2 + [(DeliveryState.OWED, 1)] * 3
    deliveries.send_until_done(batches=10)
    assert len(mail.outbox) == 5


def test_a_server_that_throttles_is_asked_again_in_seconds(
    letter: Letter, mail_server: MailServer, start: datetime, time_machine: TimeMachineFixture
) -> None:
    """Somebody waits for this mail: it must not wait behind what made the server slow down."""
    sign(letter, BRIGID)
    mail_server.answers[BRIGID.email] = "450 4.7.1 too many messages"
    waits = []
    for _try in range(10):
        send_owed()
        # That so many refusals in a row pause all mail is another thing.
        Server.objects.all().delete()
        due_at = Delivery.objects.values_list("due_at", flat=True).get()
        waits.append((due_at - timezone.now()).total_seconds())
        time_machine.move_to(due_at, tick=False)
    mail_server.answers.clear()

    assert send_owed() == 1
    assert (waits, mail_server.recipients) == ([1] * 8 + [2, 4], [BRIGID.email])
