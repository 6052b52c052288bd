"""Whoever signed and has not confirmed a day later is reminded: once, and only if it is of use."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from time_machine import TimeMachineFixture

from campaign.letters.models import Letter
from campaign.templatetags.locale_format import moment
from signatures import confirmation, denial, erasure, links, retention, signing, withdrawal
from signatures.links import code_for, token_for
from signatures.models import (
    Delivery,
    DeliveryState,
    Message,
    Signature,
    Suppression,
    SuppressionReason,
)
from signatures.notifications import leaving
from signatures.notifications.deliveries import send_owed
from signatures.notifications.reminding import (
    MIN_TIME_LEFT,
    MIN_TIME_SINCE_CONFIRMATION,
    REMIND_AFTER,
    remind,
)
from signatures.tasks import remind_unconfirmed
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    QUIET,
    SALMA,
    Person,
    close,
    load,
    open_letter,
    pending,
    sign,
    someone,
)

pytestmark = pytest.mark.django_db

MOMENT = timedelta(seconds=1)


class Clock:
    def __init__(self, machine: TimeMachineFixture) -> None:
        self._machine, self.start = machine, timezone.now()
        self.after(timedelta())

    def after(self, since_start: timedelta) -> datetime:
        self._machine.move_to(self.start + since_start, tick=False)
        return self.start + since_start


@pytest.fixture
def clock(time_machine: TimeMachineFixture) -> Clock:
    return Clock(time_machine)


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def waiting(letter: Letter, who: Person = BRIGID) -> Signature:
    """Signed, and the confirmation is sent."""
    signature = pending(letter, who)
    send_owed()
    mail.outbox.clear()
    return signature


def reminded() -> list[int]:
    owed = Delivery.objects.filter(message=Message.REMINDER).order_by("signature_id")
    return list(owed.values_list("signature_id", flat=True))


def sent() -> list[str]:
    send_owed()
    return [message.to[0] for message in mail.outbox]


def test_reminder_comes_after_a_day_and_never_twice(letter: Letter, clock: Clock) -> None:
    first, second = waiting(letter), waiting(letter, SALMA)

    clock.after(REMIND_AFTER - MOMENT)
    assert remind(now=timezone.now()) == 0
    clock.after(REMIND_AFTER)
    assert [remind(now=timezone.now()) for _ in range(2)] == [2, 0]
    assert reminded() == [first.pk, second.pk]
    assert sorted(sent()) == [BRIGID.email, SALMA.email]

    for days in range(2, 7):
        clock.after(timedelta(days=days))
        remind_unconfirmed()
    assert len(sent()) == 2


def test_reminder_has_the_link_the_code_and_the_end(letter: Letter, clock: Clock) -> None:
    signature = waiting(letter)
    clock.after(REMIND_AFTER)
    remind_unconfirmed()

    sent()

    [message] = mail.outbox
    text = str(message.body)
    assert message.subject == "Not confirmed yet: For work that is ours"
    assert f"/s/{token_for(signature=signature)}/" in text
    assert code_for(signature=signature) in text
    with translation.override("en"):
        assert moment(links.confirm_until(load(signature.pk))) in text
    assert BRIGID.details.name not in text


def test_reminder_goes_after_mail_that_somebody_waits_for(letter: Letter, clock: Clock) -> None:
    waiting(letter)
    clock.after(REMIND_AFTER)
    remind_unconfirmed()
    clock.after(REMIND_AFTER + MOMENT)
    sign(letter, SALMA)

    assert sent() == [SALMA.email, BRIGID.email]


def test_reminder_is_owed_for_whoever_signs(letter: Letter, clock: Clock) -> None:
    kept = [waiting(letter, who).pk for who in (QUIET, GUILD)]
    clock.after(REMIND_AFTER)

    remind_unconfirmed()

    assert reminded() == sorted(kept)


@pytest.mark.django_db(transaction=True)
def test_reminder_owed_from_many_places_at_once_is_one(letter: Letter, clock: Clock) -> None:
    for number in range(5):
        waiting(letter, someone(number))
    now = clock.after(REMIND_AFTER)

    answers = at_once([lambda: remind(now=now, batch=2)] * 6)

    assert sorted(answers) == [0, 0, 0, 0, 0, 5]
    assert len(reminded()) == 5


def test_reminders_are_owed_in_batches(letter: Letter, clock: Clock) -> None:
    for number in range(5):
        clock.after(MOMENT * number)
        waiting(letter, someone(number))
    now = clock.after(REMIND_AFTER + MOMENT * 5)

    assert [remind(now=now, batch=2) for _ in range(4)] == [2, 2, 1, 0]


def confirm(signature: Signature) -> None:
    confirmation.confirm(signature=signature, expected_revision=signature.revision)


def confirm_and_withdraw(signature: Signature) -> None:
    confirm(signature)
    withdrawal.withdraw(signature=load(signature.pk))


def discard(signature: Signature) -> None:
    signing.discard(signed=signing.Signed(signature.pk, signature.revision, fresh=True))


def pause(signature: Signature) -> None:
    Letter.objects.filter(pk=signature.letter_id).update(halted_at=timezone.now())


def end_soon(signature: Signature) -> None:
    ends = timezone.now() + REMIND_AFTER + MIN_TIME_LEFT
    Letter.objects.filter(pk=signature.letter_id).update(closes_at=ends)


def told_that_it_was_not_they(signature: Signature) -> None:
    Suppression.objects.create(
        letter=signature.letter,
        address_key=signature.email_key,
        reason=SuppressionReason.DENIED,
        since=timezone.now(),
    )


def fail(signature: Signature) -> None:
    Delivery.objects.update(state=DeliveryState.FAILED)


def send_late(signature: Signature) -> None:
    late = timezone.now() + REMIND_AFTER - MIN_TIME_SINCE_CONFIRMATION + MOMENT
    Delivery.objects.update(sent_at=late)


def owe_still(signature: Signature) -> None:
    signing.send_again(signature_id=signature.pk)


POINTLESS: list[Callable[[Signature], object]] = [
    confirm,
    confirm_and_withdraw,
    lambda signature: denial.deny(signature=signature),
    lambda signature: erasure.erase(signature=signature),
    discard,
    lambda signature: close(signature.letter),
    pause,
    told_that_it_was_not_they,
]


@pytest.mark.parametrize("happens", [*POINTLESS, end_soon, fail, send_late, owe_still])
def test_no_reminder_is_owed(
    letter: Letter, clock: Clock, happens: Callable[[Signature], object]
) -> None:
    happens(waiting(letter))
    clock.after(REMIND_AFTER)

    remind_unconfirmed()

    assert reminded() == []


@pytest.mark.parametrize("happens", POINTLESS)
def test_reminder_that_is_owed_is_not_sent(
    letter: Letter, clock: Clock, happens: Callable[[Signature], object]
) -> None:
    signature = waiting(letter)
    clock.after(REMIND_AFTER)
    remind_unconfirmed()
    assert reminded() == [signature.pk]

    happens(signature)

    send_owed()
    assert [each for each in mail.outbox if "Not confirmed yet" in str(each.subject)] == []


def test_reminder_that_comes_when_the_link_has_ended_is_not_sent(
    letter: Letter, clock: Clock
) -> None:
    waiting(letter)
    clock.after(REMIND_AFTER)
    remind_unconfirmed()

    clock.after(links.TIME_TO_CONFIRM)

    assert sent() == []


def test_who_left_the_news_is_reminded(letter: Letter, clock: Clock) -> None:
    signature = waiting(letter)
    leaving.leave(leaving.subscriber(signature=signature), everything=True)
    clock.after(REMIND_AFTER)

    remind_unconfirmed()

    assert sent() == [BRIGID.email]


def test_asking_again_begins_the_day_anew(letter: Letter, clock: Clock) -> None:
    signature = waiting(letter)
    clock.after(timedelta(hours=20))
    signing.send_again(signature_id=signature.pk)
    send_owed()

    clock.after(REMIND_AFTER)
    remind_unconfirmed()
    assert reminded() == []
    clock.after(timedelta(hours=20) + REMIND_AFTER)
    remind_unconfirmed()
    assert reminded() == [signature.pk]


def test_signing_anew_gets_no_second_reminder(letter: Letter, clock: Clock) -> None:
    """Nor after what was sent is forgotten."""
    signature = waiting(letter)
    clock.after(REMIND_AFTER)
    remind_unconfirmed()
    send_owed()

    for days in (5, 20, 40, 60):
        clock.after(timedelta(days=days))
        retention.forget_deliveries()
        sign(letter, BRIGID.but(credit=f"The {days} Ledgers"))
        send_owed()
        mail.outbox.clear()
        clock.after(timedelta(days=days) + REMIND_AFTER)
        assert remind(now=timezone.now()) == 0

    assert reminded() == [signature.pk]


def test_reminder_is_forgotten_with_the_signature(letter: Letter, clock: Clock) -> None:
    waiting(letter)
    clock.after(REMIND_AFTER)
    remind_unconfirmed()
    send_owed()

    clock.after(retention.UNCONFIRMED_FOR + MOMENT)
    retention.forget_unconfirmed()

    assert not Delivery.objects.exists()


def test_first_sweep_begins_with_those_who_can_still_act(letter: Letter, clock: Clock) -> None:
    waiting(letter)
    clock.after(MOMENT)
    later = waiting(letter, SALMA)
    clock.after(links.TIME_TO_CONFIRM - MIN_TIME_LEFT)

    remind_unconfirmed()

    assert reminded() == [later.pk]


def test_sweep_reads_the_index_of_those_who_wait(letter: Letter, clock: Clock) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL explains")
    waiting(letter)
    now = clock.after(REMIND_AFTER)
    with CaptureQueriesContext(connection) as captured:
        remind(now=now)
    end, _owed = [
        each["sql"]
        for each in captured.captured_queries
        if "signatures_signature" in each["sql"] and "asked_at" in each["sql"]
    ]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        # Of few rows, the statement that owes is planned by whatever comes first.
        cursor.execute(f"EXPLAIN {end}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "signature_unconfirmed" in plan
