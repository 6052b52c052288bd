"""Whether so many had signed by then, against checkpoints that the sequencer made."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaign.letters.models import Letter
from signatures import withdrawal
from signatures.models import Signature
from signatures.press import claims
from signatures.press.claims import Answer
from signatures.record import sequencer
from tests.signatures.factories import confirmed, load, open_letter, someone

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 10, 19, 9, 0, tzinfo=UTC)
TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=days) for days in (1, 2, 3))
NOW = THURSDAY + timedelta(hours=1)


def write(letter: Letter, at: datetime) -> None:
    assert sequencer.sequence(letter_id=letter.pk, now=lambda: at)


@pytest.fixture
def letter() -> Letter:
    """3 signatures on Monday, 5 on Tuesday, 4 on Wednesday, and 6 on Thursday."""
    letter = open_letter()
    number = 0
    for day, more in ((MONDAY, 3), (TUESDAY, 2), (WEDNESDAY, 0), (THURSDAY, 2)):
        for _each in range(more):
            number += 1
            signature = confirmed(letter, someone(number))
        if not more:
            withdrawal.withdraw(signature=load(signature.pk))
        write(letter, day)
    return letter


def check(letter: Letter, number: int, before: datetime | None, now: datetime = NOW) -> Answer:
    return claims.check(letter_id=letter.pk, number=number, before=before, now=now)


@pytest.mark.parametrize(
    ("number", "before", "total", "holds"),
    [
        (3, MONDAY, 0, False),
        (3, MONDAY + timedelta(seconds=1), 3, True),
        (4, TUESDAY, 3, False),
        (5, WEDNESDAY, 5, True),
        (5, THURSDAY, 4, False),
        (6, None, 6, True),
        (7, None, 6, False),
        (10**11, None, 6, False),
    ],
)
def test_yes_or_no_with_the_exact_figure(
    letter: Letter, number: int, before: datetime | None, total: int, holds: bool
) -> None:
    answer = check(letter, number, before)
    assert (answer.total, answer.holds, answer.missing) == (total, holds, max(0, number - total))


def test_the_checkpoint_is_the_one_that_stood_then(letter: Letter) -> None:
    answer = check(letter, 5, WEDNESDAY)
    proving = answer.checkpoint
    assert proving is not None
    assert (proving.as_of, proving.total, sum(proving.levels.values())) == (TUESDAY, 5, 5)
    assert proving.note.startswith(letter.origin)


def test_of_several_in_one_second_the_last_counts(letter: Letter) -> None:
    for number in (50, 51):
        confirmed(letter, someone(number))
        write(letter, THURSDAY)
    assert check(letter, 8, THURSDAY + timedelta(seconds=1)).holds


def test_before_the_first_checkpoint_nobody_had_signed() -> None:
    letter = open_letter()
    answer = check(letter, 1, None)
    assert (answer.checkpoint, answer.total, answer.holds, answer.reached) == (None, 0, False, None)
    assert not answer.has_fallen
    assert not answer.had_been_reached
    assert not answer.was_reached_later


def test_what_is_not_over_yet_is_told_as_of_now(letter: Letter) -> None:
    for before, is_now in ((None, True), (NOW, False), (NOW + timedelta(seconds=1), True)):
        answer = check(letter, 6, before)
        assert (answer.is_now, answer.total) == (is_now, 6)


def test_when_it_was_first_reached(letter: Letter) -> None:
    for number, when in ((1, MONDAY), (3, MONDAY), (4, TUESDAY), (5, TUESDAY), (6, THURSDAY)):
        reached = check(letter, number, None).reached
        assert reached is not None
        assert reached.as_of == when
    # As many were signed, but never stood at one time.
    assert check(letter, 7, None).reached is None


def test_it_had_been_reached_and_fallen_or_was_reached_later(letter: Letter) -> None:
    def told(number: int, before: datetime | None) -> tuple[bool, bool, bool]:
        answer = check(letter, number, before)
        return answer.had_been_reached, answer.was_reached_later, answer.has_fallen

    assert told(5, THURSDAY) == (True, False, False)
    assert told(5, TUESDAY) == (False, True, False)
    assert told(5, MONDAY) == (False, True, False)
    assert told(5, WEDNESDAY) == (False, False, False)
    assert told(7, None) == (False, False, False)
    last = Signature.objects.filter(letter=letter).latest("pk")
    withdrawal.withdraw(signature=load(last.pk))
    write(letter, NOW)
    assert told(6, THURSDAY + timedelta(seconds=1)) == (False, False, True)
    assert told(6, None) == (True, False, True)


def test_other_letters_count_for_nothing(letter: Letter) -> None:
    other = open_letter(slug="another")
    write(other, MONDAY)
    answer = check(other, 1, None)
    assert (answer.total, answer.reached) == (0, None)


def test_an_answer_costs_three_queries(letter: Letter) -> None:
    for number, most in ((5, 3), (10**6, 2)):
        with CaptureQueriesContext(connection) as captured:
            check(letter, number, WEDNESDAY)
        assert len(captured) == most
