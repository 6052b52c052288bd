from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from time_machine import TimeMachineFixture

from campaign.letters.models import Event, Letter
from signatures import retention, withdrawal
from signatures.models import Delivery, DeliveryState, Signature, SignatureState
from signatures.signing import send_again
from tests.concurrency import while_uncommitted
from tests.signatures.factories import (
    BRIGID,
    MEI,
    SALMA,
    WIKTOR,
    confirmed,
    load,
    open_letter,
    pending,
    sequence,
    sign,
    someone,
)

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


def test_what_nobody_confirmed_goes_after_thirty_days(
    letter: Letter, start: datetime, time_machine: TimeMachineFixture
) -> None:
    waiting, done, left = pending(letter), confirmed(letter, SALMA), confirmed(letter, WIKTOR)
    withdrawal.withdraw(signature=left)
    time_machine.move_to(start + retention.UNCONFIRMED_FOR, tick=False)
    assert retention.forget_unconfirmed() == 0
    young = pending(letter, MEI)
    time_machine.move_to(start + retention.UNCONFIRMED_FOR + MOMENT, tick=False)

    assert retention.forget_unconfirmed() == 1
    assert retention.forget_unconfirmed() == 0

    assert set(Signature.objects.all()) == {done, left, young}
    assert not Delivery.objects.filter(signature_id=waiting.pk).exists()
    # A confirmation for each, and word of the withdrawal.
    assert Delivery.objects.count() == 4


def test_asking_again_keeps_it(
    letter: Letter, start: datetime, time_machine: TimeMachineFixture
) -> None:
    asked, anew = pending(letter), pending(letter, SALMA)
    time_machine.move_to(start + retention.UNCONFIRMED_FOR - MOMENT, tick=False)
    send_again(signature_id=asked.pk)
    sign(letter, SALMA)
    time_machine.move_to(start + retention.UNCONFIRMED_FOR + MOMENT, tick=False)

    assert retention.forget_unconfirmed() == 0

    assert set(Signature.objects.all()) == {asked, anew}


def test_many_go_in_batches(
    letter: Letter,
    start: datetime,
    time_machine: TimeMachineFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retention, "_AT_ONCE", 2)
    for number in range(5):
        pending(letter, someone(number))
    time_machine.move_to(start + retention.UNCONFIRMED_FOR + MOMENT, tick=False)

    assert retention.forget_unconfirmed() == 5

    assert not Signature.objects.exists()
    assert not Delivery.objects.exists()


def test_forgetting_leaves_count_and_record_alone(
    letter: Letter, start: datetime, time_machine: TimeMachineFixture
) -> None:
    confirmed(letter)
    pending(letter, SALMA)
    sequence(letter)
    time_machine.move_to(start + retention.UNCONFIRMED_FOR + MOMENT, tick=False)

    retention.forget_unconfirmed()

    assert not Event.objects.exists()
    assert Signature.objects.get().number == 1


def test_networks_are_forgotten_after_thirty_days(
    letter: Letter, start: datetime, time_machine: TimeMachineFixture
) -> None:
    old, waiting = confirmed(letter), pending(letter, WIKTOR)
    Signature.objects.update(network_key=b"0123456789abcdef")
    time_machine.move_to(start + retention.NETWORKS_FOR + MOMENT, tick=False)
    young = pending(letter, SALMA)
    Signature.objects.filter(pk=young.pk).update(network_key=b"fedcba9876543210")

    assert retention.forget_networks() == 2
    assert retention.forget_networks() == 0

    assert [load(each.pk).network_key for each in (old, waiting)] == [None, None]
    assert load(young.pk).network_key == b"fedcba9876543210"


def test_settled_deliveries_are_forgotten_and_owed_ones_kept(
    letter: Letter, start: datetime, time_machine: TimeMachineFixture
) -> None:
    states = list(DeliveryState)
    for number, state in enumerate(states):
        signature = pending(letter, someone(number))
        Delivery.objects.filter(signature=signature).update(state=state)
    time_machine.move_to(start + retention.DELIVERIES_FOR, tick=False)
    assert retention.forget_deliveries() == 0
    time_machine.move_to(start + retention.DELIVERIES_FOR + MOMENT, tick=False)

    assert retention.forget_deliveries() == 2
    assert retention.forget_deliveries() == 0

    kept = Delivery.objects.order_by("pk").values_list("state", flat=True)
    assert list(kept) == [DeliveryState.OWED, DeliveryState.CLAIMED]


@pytest.mark.django_db(transaction=True)
def test_one_that_is_asked_for_at_that_very_moment_stays() -> None:
    signature = pending(open_letter(), BRIGID)
    Signature.objects.update(asked_at=timezone.now() - retention.UNCONFIRMED_FOR - MOMENT)
    Delivery.objects.update(state=DeliveryState.SENT)

    answers = while_uncommitted(
        lambda: send_again(signature_id=signature.pk), retention.forget_unconfirmed
    )

    assert answers == [None, 0]
    assert load(signature.pk).state == SignatureState.PENDING
    assert Delivery.objects.filter(state=DeliveryState.OWED).count() == 1


def test_sessions_that_ran_out_go_and_the_others_stay() -> None:
    def kept(days: int) -> str:
        session = SessionStore()
        session.set_expiry(timezone.now() + timedelta(days=days))
        session.save()
        return str(session.session_key)

    kept(-1)
    still = kept(1)
    assert [retention.forget_sessions() for _time in range(2)] == [1, 0]
    assert [session.session_key for session in Session.objects.all()] == [still]
