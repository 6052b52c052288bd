from functools import partial

import pytest
from django.utils import timezone

from campaign.letters.models import Event, EventKind, Letter
from signatures.editing import edit
from signatures.models import Correction, Level, Signature, SignatureState
from signatures.moderation.recheck import doubt
from signatures.record import tally
from signatures.screening import watchlist
from signatures.withdrawal import withdraw
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    QUIET,
    WIKTOR,
    Person,
    close,
    confirmed,
    listed,
    load,
    make_organizer,
    open_letter,
    pending,
    sequence,
)
from tests.signatures.record.record_invariants import check_that_it_adds_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def _withdrawals() -> list[Event]:
    return list(Event.objects.filter(kind=EventKind.WITHDRAW))


@pytest.mark.parametrize(
    ("who", "shape"),
    [
        (BRIGID, "v1:person:1:author:IE"),
        (QUIET, "v1:person:1:actor:AT:anonymous"),
        (GUILD, "v1:organisation:1::NZ"),
    ],
)
def test_withdrawing_takes_it_back_and_leaves_one_event(
    letter: Letter, who: Person, shape: str
) -> None:
    [signature, other] = listed(letter, who, WIKTOR)
    before = timezone.now()

    assert withdraw(signature=signature)

    stored = load(signature.pk)
    assert (stored.state, stored.level) == (SignatureState.WITHDRAWN, Level.PENDING)
    assert stored.withdrawn_at is not None
    assert stored.withdrawn_at >= before
    [event] = _withdrawals()
    assert (event.signature_id, event.public_id) == (signature.pk, signature.public_id)
    assert (event.level, event.text_sha256, event.commitment) == (None, "", "")
    assert (event.before, event.after) == (shape, "")
    sequence(letter)
    counted = tally.latest(letter_id=letter.pk)
    assert counted is not None
    assert (counted.total, counted.people, counted.anonymous, counted.signings) == (1, 1, 0, 2)
    assert load(other.pk).state == SignatureState.CONFIRMED


def test_withdrawing_twice_is_withdrawing_once(letter: Letter) -> None:
    signature = confirmed(letter)
    other_tab = load(signature.pk)

    assert withdraw(signature=signature)
    assert not withdraw(signature=other_tab)
    assert not withdraw(signature=load(signature.pk))
    assert len(_withdrawals()) == 1


def test_what_is_not_confirmed_is_not_withdrawn(letter: Letter) -> None:
    signature = pending(letter)

    assert not withdraw(signature=signature)

    assert load(signature.pk).state == SignatureState.PENDING
    assert _withdrawals() == []


def test_an_edit_in_between_does_not_stop_it(letter: Letter) -> None:
    signature = confirmed(letter)
    edit(
        signature=load(signature.pk),
        expected_revision=1,
        details=BRIGID.but(consent_publish=False).details,
    )

    assert withdraw(signature=signature)

    assert [event.before for event in _withdrawals()] == ["v1:person:1:author:IE:anonymous"]


def test_a_closed_letter_can_still_be_left(letter: Letter) -> None:
    signature = confirmed(letter)
    close(letter)

    assert withdraw(signature=load(signature.pk))


def test_withdrawn_before_it_had_a_number(letter: Letter) -> None:
    first = confirmed(letter)
    withdraw(signature=first)
    second = confirmed(letter)

    sequence(letter)

    # The first signing had number 1, and nobody has it now.
    assert load(second.pk).number == 2
    counted = tally.latest(letter_id=letter.pk)
    assert counted is not None
    assert (counted.total, counted.signings) == (1, 2)


@pytest.mark.parametrize(
    ("who", "named", "told"),
    [(BRIGID, False, ""), (BRIGID, True, BRIGID.details.name), (QUIET, True, "")],
)
def test_the_corrections_name_only_who_asks_for_it_and_was_shown(
    letter: Letter, who: Person, named: bool, told: str
) -> None:
    [signature] = listed(letter, who)

    assert withdraw(signature=signature, named=named)

    assert [(event.reason, event.told_name) for event in _withdrawals()] == [("signer", told)]
    sequence(letter)
    correction = Correction.objects.get()
    assert (correction.kind, correction.number, correction.name) == ("withdraw", 1, told)


def test_of_who_was_never_on_the_list_nothing_is_told(letter: Letter) -> None:
    Letter.objects.update(vets_everyone=True)
    watchlist.forget()
    signature = confirmed(letter, BRIGID)
    assert signature.state == SignatureState.HELD

    assert withdraw(signature=signature, named=True)

    assert _withdrawals() == []


def test_of_who_was_taken_off_to_be_checked_it_is_told_without_the_name(letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    organizer = make_organizer(team=letter.team)
    doubt(signature=signature, organizer=organizer, expected_revision=1)

    assert withdraw(signature=load(signature.pk), named=True)
    assert not withdraw(signature=load(signature.pk), named=True)

    assert [(event.before, event.told_name) for event in _withdrawals()] == [("", "")]
    assert load(signature.pk).withdrawn_at is not None
    sequence(letter)
    told = Correction.objects.order_by("index").values_list("kind", "reason", "number", "name")
    assert list(told) == [("remove", "checking", 1, ""), ("withdraw", "signer", 1, "")]
    check_that_it_adds_up(letter)


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_withdraw_once() -> None:
    letter = open_letter()
    [signature] = listed(letter, BRIGID)

    answers = at_once([partial(withdraw, signature=load(signature.pk)) for _ in range(20)])

    assert answers.count(True) == 1
    assert answers.count(False) == 19
    assert len(_withdrawals()) == 1


@pytest.mark.django_db(transaction=True)
def test_edits_and_withdrawals_at_once_add_up() -> None:
    letter = open_letter()
    [signature, _other] = listed(letter, BRIGID, WIKTOR)

    def change(number: int) -> bool:
        current = load(signature.pk)
        details = BRIGID.but(name=f"Brigid {number}", consent_publish=number % 2 == 0).details
        return edit(signature=current, expected_revision=current.revision, details=details)

    at_once(
        [partial(change, number) for number in range(10)]
        + [partial(withdraw, signature=load(signature.pk)) for _ in range(4)]
    )
    withdraw(signature=load(signature.pk))

    assert Signature.objects.filter(state=SignatureState.CONFIRMED).count() == 1
    assert len(_withdrawals()) == 1
    sequence(letter)
    counted = tally.latest(letter_id=letter.pk)
    assert counted is not None
    assert (counted.total, counted.people, counted.anonymous) == (1, 1, 0)
