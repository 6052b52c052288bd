from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone
from time_machine import TimeMachineFixture

from campaign.letters.models import Event, EventKind, Letter
from signatures import withdrawal
from signatures.confirmation import confirm, confirm_by_code
from signatures.details import Details
from signatures.errors import DetailsChanged, LetterNotOpen, LinkExpired, WrongCode
from signatures.links import MAX_CODE_TRIES, TIME_TO_CONFIRM, code_for
from signatures.models import Level, Signature, SignatureState
from signatures.record import tally
from signatures.signing import send_again
from tests.concurrency import at_once, while_uncommitted
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    QUIET,
    SALMA,
    WIKTOR,
    Person,
    close,
    confirmed,
    load,
    open_letter,
    pending,
    sequence,
    sign,
    translation_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def _signings() -> list[Event]:
    return list(Event.objects.filter(kind=EventKind.SIGN).order_by("pk"))


def _untouched(signature: Signature) -> bool:
    stored = load(signature.pk)
    return (stored.state, stored.confirmed_at, _signings()) == (signature.state, None, [])


def _other_code(signature: Signature) -> str:
    return f"{(int(code_for(signature=signature)) + 1) % 10**6:06d}"


def test_confirming_makes_it_count_and_leaves_one_event(letter: Letter) -> None:
    signature = pending(letter, SALMA)
    before = timezone.now()

    assert confirm(signature=signature, expected_revision=1)

    stored = load(signature.pk)
    assert (stored.state, stored.level) == (SignatureState.CONFIRMED, Level.CONFIRMED)
    assert stored.confirmed_at is not None
    assert before <= stored.confirmed_at <= timezone.now()
    assert stored.number is None
    assert (stored.revision, bytes(stored.salt)) == (1, bytes(signature.salt))
    [event] = _signings()
    assert (event.letter_id, event.signature_id) == (letter.pk, signature.pk)
    assert event.public_id == signature.public_id
    assert event.level == 1
    assert event.text_sha256 == translation_of(letter, "ar").sha256 != ""
    assert event.commitment == SALMA.details.commitment(salt=bytes(signature.salt))
    assert (event.before, event.after) == ("", "v1:person:1:poet:LB")


@pytest.mark.parametrize(
    ("who", "shape"),
    [
        (BRIGID, "v1:person:1:author:IE"),
        (QUIET, "v1:person:1:actor:AT:anonymous"),
        (GUILD, "v1:organisation:1::NZ"),
    ],
)
def test_the_event_says_what_it_counts_as(letter: Letter, who: Person, shape: str) -> None:
    signature = confirmed(letter, who)

    assert [event.after for event in _signings()] == [shape] == [signature.tally_key]


def test_confirming_twice_counts_once(letter: Letter) -> None:
    signature = pending(letter)
    other_tab = load(signature.pk)

    assert confirm(signature=signature, expected_revision=1)
    assert not confirm(signature=other_tab, expected_revision=1)
    assert not confirm(signature=load(signature.pk), expected_revision=1)
    assert len(_signings()) == 1


def test_a_link_runs_out_and_can_be_sent_anew(
    letter: Letter, time_machine: TimeMachineFixture
) -> None:
    signature = pending(letter)
    time_machine.move_to(signature.asked_at + TIME_TO_CONFIRM, tick=False)
    with pytest.raises(LinkExpired):
        confirm(signature=signature, expected_revision=1)
    with pytest.raises(LinkExpired):
        confirm_by_code(
            signature=signature, expected_revision=1, code=code_for(signature=signature)
        )
    assert _untouched(signature)

    send_again(signature_id=signature.pk)

    assert confirm(signature=load(signature.pk), expected_revision=1)


def test_a_link_works_until_its_last_moment(
    letter: Letter, time_machine: TimeMachineFixture
) -> None:
    signature = pending(letter)
    time_machine.move_to(
        signature.asked_at + TIME_TO_CONFIRM - timedelta(milliseconds=1), tick=False
    )

    assert confirm(signature=signature, expected_revision=1)


@pytest.mark.parametrize("expected_revision", [0, 2, -1, 2**40])
def test_only_what_was_seen_can_be_confirmed(letter: Letter, expected_revision: int) -> None:
    signature = pending(letter)

    with pytest.raises(DetailsChanged):
        confirm(signature=signature, expected_revision=expected_revision)

    assert _untouched(signature)


def test_signed_anew_since_it_was_seen(letter: Letter) -> None:
    signature = pending(letter)
    sign(letter, BRIGID.but(name="Not Brigid"))

    with pytest.raises(DetailsChanged):
        confirm(signature=signature, expected_revision=1)
    with pytest.raises(DetailsChanged):
        confirm(signature=load(signature.pk), expected_revision=1)

    assert load(signature.pk).state == SignatureState.PENDING
    assert _signings() == []


def test_a_withdrawn_signature_is_not_confirmed_again(letter: Letter) -> None:
    signature = confirmed(letter)
    withdrawal.withdraw(signature=signature)

    with pytest.raises(DetailsChanged):
        confirm(signature=load(signature.pk), expected_revision=1)

    assert load(signature.pk).state == SignatureState.WITHDRAWN
    assert len(_signings()) == 1


def test_withdrawn_and_signed_anew_is_a_second_signing(letter: Letter) -> None:
    first = confirmed(letter)
    withdrawal.withdraw(signature=first)

    second = confirmed(letter)

    assert second.pk == first.pk
    assert [event.public_id for event in _signings()] == [first.public_id, second.public_id]
    assert len({event.commitment for event in _signings()}) == 2


def test_a_closed_letter_takes_no_confirmation(letter: Letter) -> None:
    signature = pending(letter)
    close(letter)

    with pytest.raises(LetterNotOpen):
        confirm(signature=load(signature.pk), expected_revision=1)

    assert _untouched(signature)


def test_closed_while_the_page_was_loading(letter: Letter) -> None:
    signature = pending(letter)
    close(letter)

    # It still carries the letter as it was.
    with pytest.raises(LetterNotOpen):
        confirm(signature=signature, expected_revision=1)

    assert _untouched(signature)


@pytest.mark.parametrize("field", ["opens_at", "closes_at"])
def test_the_times_hold_before_any_sweep(letter: Letter, field: str) -> None:
    signature = pending(letter)
    minute = timedelta(minutes=1 if field == "opens_at" else -1)
    Letter.objects.update(**{field: timezone.now() + minute})

    with pytest.raises(LetterNotOpen):
        confirm(signature=load(signature.pk), expected_revision=1)

    assert _untouched(signature)


def test_the_code_confirms(letter: Letter) -> None:
    signature = pending(letter)

    assert confirm_by_code(
        signature=signature, expected_revision=1, code=code_for(signature=signature)
    )

    assert load(signature.pk).state == SignatureState.CONFIRMED
    assert len(_signings()) == 1


@pytest.mark.parametrize("code", ["", "00000", "0000000", "１２３４５６", "\ud800", "x" * 10_000])
def test_what_is_no_code_is_a_wrong_code(letter: Letter, code: str) -> None:
    signature = pending(letter)

    with pytest.raises(WrongCode):
        confirm_by_code(signature=signature, expected_revision=1, code=code)

    assert _untouched(signature)


def test_after_five_tries_only_the_link_is_left(letter: Letter) -> None:
    signature = pending(letter)
    for _ in range(MAX_CODE_TRIES):
        with pytest.raises(WrongCode):
            confirm_by_code(signature=signature, expected_revision=1, code=_other_code(signature))

    with pytest.raises(WrongCode):
        confirm_by_code(
            signature=signature, expected_revision=1, code=code_for(signature=signature)
        )
    assert _untouched(signature)
    assert confirm(signature=load(signature.pk), expected_revision=1)


def test_the_fifth_try_may_be_the_right_one(letter: Letter) -> None:
    signature = pending(letter)
    for _ in range(MAX_CODE_TRIES - 1):
        with pytest.raises(WrongCode):
            confirm_by_code(signature=signature, expected_revision=1, code=_other_code(signature))

    assert confirm_by_code(
        signature=signature, expected_revision=1, code=code_for(signature=signature)
    )


def test_the_code_of_another_signature_is_wrong(letter: Letter) -> None:
    signature, other = pending(letter), pending(letter, WIKTOR)

    with pytest.raises(WrongCode):
        confirm_by_code(signature=signature, expected_revision=1, code=code_for(signature=other))


@pytest.mark.parametrize("state", [SignatureState.CONFIRMED, SignatureState.WITHDRAWN])
def test_the_right_code_does_not_tell_who_has_signed(letter: Letter, state: SignatureState) -> None:
    signature = confirmed(letter)
    if state == SignatureState.WITHDRAWN:
        withdrawal.withdraw(signature=signature)
    signature = load(signature.pk)

    for code in (code_for(signature=signature), _other_code(signature)):
        with pytest.raises(WrongCode):
            confirm_by_code(signature=signature, expected_revision=1, code=code)

    assert load(signature.pk).code_tries == 0


def test_the_code_confirms_only_what_was_typed_there(letter: Letter) -> None:
    signature = pending(letter)
    sign(letter, BRIGID.but(name="Not Brigid"))

    with pytest.raises(DetailsChanged):
        confirm_by_code(
            signature=load(signature.pk), expected_revision=1, code=code_for(signature=signature)
        )

    assert _untouched(signature)


def test_the_code_does_not_work_on_a_closed_letter(letter: Letter) -> None:
    signature = pending(letter)
    close(letter)

    with pytest.raises(LetterNotOpen):
        confirm_by_code(
            signature=signature, expected_revision=1, code=code_for(signature=signature)
        )


@pytest.mark.django_db(transaction=True)
def test_fifty_threads_with_one_link_are_one_signature() -> None:
    letter = open_letter()
    signature = pending(letter)

    answers = at_once(
        [partial(confirm, signature=load(signature.pk), expected_revision=1) for _ in range(50)]
    )

    assert sorted(answers) == [False] * 49 + [True]
    assert Signature.objects.filter(state=SignatureState.CONFIRMED).count() == 1
    assert len(_signings()) == 1
    sequence(letter)
    counted = tally.latest(letter_id=letter.pk)
    assert counted is not None
    assert (counted.total, counted.signings, counted.size) == (1, 1, 3)
    assert load(signature.pk).number == 1


@pytest.mark.django_db(transaction=True)
def test_guessing_from_many_places_gives_no_more_tries() -> None:
    signature = pending(open_letter())
    guess = partial(
        confirm_by_code, signature=signature, expected_revision=1, code=_other_code(signature)
    )

    answers = at_once([guess] * 20)

    assert {type(answer) for answer in answers} == {WrongCode}
    assert load(signature.pk).code_tries == MAX_CODE_TRIES


@pytest.mark.django_db(transaction=True)
def test_link_and_code_at_once() -> None:
    signature = pending(open_letter())
    calls: list[Any] = [
        partial(confirm, signature=load(signature.pk), expected_revision=1) for _ in range(5)
    ]
    calls += [
        partial(
            confirm_by_code,
            signature=load(signature.pk),
            expected_revision=1,
            code=code_for(signature=signature),
        )
        for _ in range(5)
    ]

    answers = at_once(calls)

    assert answers.count(True) == 1
    assert {type(answer) for answer in answers} <= {bool, WrongCode}
    assert len(_signings()) == 1


@pytest.mark.django_db(transaction=True)
def test_signed_anew_while_it_is_confirmed() -> None:
    letter = open_letter()
    signature = pending(letter)

    answers = while_uncommitted(
        lambda: sign(letter, BRIGID.but(name="Not Brigid")).revision,
        lambda: confirm(signature=signature, expected_revision=1),
    )

    assert answers[0] == 2
    assert type(answers[1]) is DetailsChanged
    assert (load(signature.pk).state, _signings()) == (SignatureState.PENDING, [])


@pytest.mark.django_db(transaction=True)
def test_confirmed_while_somebody_signs_with_the_same_address() -> None:
    letter = open_letter()
    signature = pending(letter)

    answers = while_uncommitted(
        lambda: confirm(signature=signature, expected_revision=1),
        lambda: sign(letter, BRIGID.but(name="Not Brigid")),
    )

    assert (answers[0], answers[1].revision) == (True, 0)
    assert Details.of(load(signature.pk)) == BRIGID.details
    assert load(signature.pk).state == SignatureState.CONFIRMED
