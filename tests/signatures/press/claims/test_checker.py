"""Whether so many had signed by then, against checkpoints that the sequencer made."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaign.letters.models import Letter
from signatures import withdrawal
from signatures.models import Checkpoint, Signature
from signatures.press.claims import checker
from signatures.press.claims.checker import Answer
from signatures.press.claims.grammar import Comparison, Unit
from signatures.press.claims.parser import Question
from signatures.record import sequencer
from tests.signatures.factories import (
    ENGLISH,
    GUILD,
    confirmed,
    load,
    open_letter,
    publish_version,
    someone,
)

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 10, 19, 9, 0, tzinfo=UTC)
TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=days) for days in (1, 2, 3))
NOW = THURSDAY + timedelta(hours=1)


def write(letter: Letter, at: datetime) -> None:
    assert sequencer.sequence(letter_id=letter.pk, now=lambda: at)


@pytest.fixture
def letter() -> Letter:
    """3 signatures on Monday, 5 on Tuesday, 4 on Wednesday, and 6 on Thursday."""
    with time_machine.travel(MONDAY - timedelta(days=1)):
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


def check(
    letter: Letter,
    number: int,
    before: datetime | None,
    now: datetime = NOW,
    comparison: Comparison = Comparison.AT_LEAST,
    unit: Unit = Unit.SIGNATURES,
    size: int | None = None,
) -> Answer:
    question = Question(number, comparison, unit)
    return checker.check(letter_id=letter.pk, question=question, before=before, now=now, size=size)


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
    assert (answer.count, answer.holds, answer.missing) == (total, holds, max(0, number - total))


@pytest.mark.parametrize(
    ("comparison", "holding"),
    [
        (Comparison.AT_LEAST, [4, 5]),
        (Comparison.MORE, [4]),
        (Comparison.EXACTLY, [5]),
        (Comparison.AT_MOST, [5, 6]),
        (Comparison.FEWER, [6]),
    ],
)
def test_each_comparison_at_below_and_above_the_figure(
    letter: Letter, comparison: Comparison, holding: list[int]
) -> None:
    answers = [check(letter, number, WEDNESDAY, comparison=comparison) for number in (4, 5, 6)]
    assert [each.question.number for each in answers if each.holds] == holding


def test_more_than_a_number_is_reached_by_one_more(letter: Letter) -> None:
    exactly = check(letter, 5, WEDNESDAY, comparison=Comparison.MORE)
    assert (exactly.count, exactly.holds, exactly.missing, exactly.beyond) == (5, False, 0, 0)
    assert exactly.threshold == 6
    assert exactly.reached is not None
    assert exactly.reached.as_of == THURSDAY
    assert exactly.was_reached_later


def test_people_and_organisations_are_counted_apart(letter: Letter) -> None:
    confirmed(letter, GUILD)
    write(letter, NOW)
    for unit, count in ((Unit.SIGNATURES, 7), (Unit.PEOPLE, 6), (Unit.ORGANISATIONS, 1)):
        answer = check(letter, 6, None, unit=unit)
        assert (answer.count, answer.latest_count, answer.holds) == (count, count, count >= 6)
    seventh = check(letter, 7, None, unit=Unit.PEOPLE)
    assert (seventh.reached, seventh.knows_when_reached) == (None, True)
    guilds = check(letter, 1, None, unit=Unit.ORGANISATIONS)
    assert (guilds.holds, guilds.reached, guilds.knows_when_reached) == (True, None, False)


def test_an_answer_as_of_a_checkpoint_stays_as_it_was(letter: Letter) -> None:
    then = check(letter, 6, None)
    assert then.checkpoint is not None
    # In the same second, so that no time tells the two apart.
    confirmed(letter, someone(50))
    write(letter, THURSDAY)
    assert (then.count, check(letter, 6, None).count) == (6, 7)
    again = check(letter, 6, None, size=then.checkpoint.size)
    assert (again.checkpoint, again.count, again.is_now) == (then.checkpoint, 6, False)
    assert check(letter, 6, None, size=0).count == 0
    for size in (then.checkpoint.size + 100, 10**15):
        with pytest.raises(checker.NoSuchCheckpoint):
            check(letter, 6, None, size=size)
    with pytest.raises(checker.NoSuchCheckpoint):
        check(open_letter(slug="another"), 6, None, size=then.checkpoint.size)


def test_a_settled_count_is_of_a_minute_that_nothing_is_added_to(letter: Letter) -> None:
    later = THURSDAY + timedelta(minutes=1)
    for seconds, expected in ((0, 4), (19, 4), (20, 6), (59, 6)):
        found = checker.settled(letter_id=letter.pk, now=later + timedelta(seconds=seconds))
        assert found is not None
        checkpoint, minute = found
        assert checkpoint.total == expected
        again = check(letter, 1, minute + timedelta(minutes=1), now=NOW)
        assert again.checkpoint == checkpoint
    assert checker.settled(letter_id=open_letter(slug="another").pk, now=NOW) is None


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
    assert (answer.checkpoint, answer.count, answer.holds, answer.reached) == (None, 0, False, None)
    assert not answer.has_fallen
    assert not answer.had_been_reached
    assert not answer.was_reached_later


def test_what_is_not_over_yet_is_told_as_of_now(letter: Letter) -> None:
    # What began twenty seconds ago may still be being written.
    long_ago = NOW - timedelta(seconds=20)
    moments = ((None, True), (long_ago, False), (long_ago + timedelta(seconds=1), True))
    for before, is_now in moments:
        answer = check(letter, 6, before)
        assert (answer.is_now, answer.count) == (is_now, 6)


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
    assert (answer.count, answer.reached) == (0, None)


def test_an_answer_costs_four_queries(letter: Letter) -> None:
    for number, most in ((5, 4), (10**6, 3)):
        with CaptureQueriesContext(connection) as captured:
            check(letter, number, WEDNESDAY)
        assert len(captured) == most


@pytest.fixture
def changed(letter: Letter) -> Letter:
    """On Thursday noon another text came; 2 signed that by the evening."""
    noon = THURSDAY + timedelta(hours=3)
    with time_machine.travel(noon):
        publish_version(letter, title="Take what you like")
    write(letter, noon + timedelta(seconds=1))
    for number in (8, 9):
        confirmed(letter, someone(number))
    write(letter, THURSDAY + timedelta(hours=9))
    return letter


@pytest.mark.parametrize(
    ("before", "version", "count", "by_version"),
    [
        (MONDAY + timedelta(hours=1), 1, 3, [(1, 3)]),
        (THURSDAY + timedelta(hours=2), 1, 6, [(1, 6)]),
        (THURSDAY + timedelta(hours=4), 2, 0, [(2, 0), (1, 6)]),
        (THURSDAY + timedelta(hours=10), 2, 2, [(2, 2), (1, 6)]),
        (None, 2, 2, [(2, 2), (1, 6)]),
    ],
)
def test_only_who_signed_the_text_of_that_moment_counts(
    changed: Letter,
    before: datetime | None,
    version: int,
    count: int,
    by_version: list[tuple[int, int]],
) -> None:
    answer = check(changed, 2, before, now=THURSDAY + timedelta(days=1))
    assert (answer.version, answer.count, answer.by_version) == (version, count, by_version)
    assert answer.holds is (count >= 2)


def test_who_signed_before_a_slip_was_corrected_counts(letter: Letter) -> None:
    with time_machine.travel(NOW):
        for more in ("!", "!!"):
            body = f"{ENGLISH['body']}{more}"
            publish_version(letter, correcting="A slip of the pen.", body=body)
    confirmed(letter, someone(8))
    write(letter, NOW + timedelta(hours=1))

    answer = check(letter, 7, None, now=NOW + timedelta(days=1))

    assert (answer.version, answer.counted, answer.count) == (3, (3, 2, 1), 7)
    assert answer.by_version == [(3, 1), (2, 0), (1, 6)]
    assert answer.reached is not None
    assert answer.reached.as_of == NOW + timedelta(hours=1)
    publish_version(letter, title="Take what you like")
    assert check(letter, 7, None, now=NOW + timedelta(days=99)).count == 0


def test_an_answer_of_before_stays_what_it_was(changed: Letter) -> None:
    before, after = (
        Checkpoint.objects.filter(letter=changed).order_by("size")[place] for place in (3, 5)
    )
    first, second = (
        check(changed, 6, None, size=before.size),
        check(changed, 6, None, size=after.size),
    )
    assert (first.version, first.count, first.holds) == (1, 6, True)
    assert (second.version, second.count, second.holds) == (2, 2, False)
    assert check(changed, 6, None, size=0).version == 1


def test_when_a_number_was_reached_is_told_of_the_text_that_stands(changed: Letter) -> None:
    now = THURSDAY + timedelta(days=1)
    reached = check(changed, 2, None, now=now).reached
    assert reached is not None
    assert reached.as_of == THURSDAY + timedelta(hours=9)
    assert check(changed, 3, None, now=now).reached is None
    first = check(changed, 5, WEDNESDAY, now=now).reached
    assert first is not None
    assert first.as_of == TUESDAY
    people = check(changed, 2, None, now=now, unit=Unit.PEOPLE)
    organisations = check(changed, 0, None, now=now, unit=Unit.ORGANISATIONS)
    assert (people.count, organisations.count) == (2, 0)


def test_a_text_that_was_replaced_is_told_with_its_count_and_end(changed: Letter) -> None:
    noon, now = THURSDAY + timedelta(hours=3), THURSDAY + timedelta(days=1)
    answer = check(changed, 6, None, now=now)
    assert (answer.holds, answer.reached) == (False, None)
    assert [(each.version, each.count) for each in answer.replaced] == [(1, 6)]
    assert answer.replaced[0].until - noon < timedelta(minutes=1)
    assert check(changed, 6, noon, now=now).replaced == ()
    with time_machine.travel(now):
        publish_version(changed, title="Take what you need")
        publish_version(changed, correcting="A slip of the pen.", body=f"{ENGLISH['body']}!")
    later = check(changed, 6, None, now=now + timedelta(days=1))
    assert [(each.version, each.count) for each in later.replaced] == [(2, 2), (1, 6)]
    people = check(changed, 6, None, now=now + timedelta(days=1), unit=Unit.ORGANISATIONS)
    assert [each.count for each in people.replaced] == [0, 0]


def test_what_was_reached_after_a_slip_was_reached_of_the_text_before(letter: Letter) -> None:
    with time_machine.travel(NOW):
        publish_version(letter, correcting="A slip.", body=f"{ENGLISH['body']}!")
    confirmed(letter, someone(8))
    write(letter, NOW + timedelta(hours=1))

    before = check(letter, 7, NOW, now=NOW + timedelta(days=1))

    assert (before.version, before.count, before.was_reached_later) == (1, 6, True)
    assert (before.latest_count, before.has_fallen, before.replaced) == (7, False, ())


def test_texts_that_were_replaced_cost_two_queries(changed: Letter) -> None:
    spent = []
    for title in ("Give what you like", "Give what you have"):
        with CaptureQueriesContext(connection) as captured:
            check(changed, 5, None, now=THURSDAY + timedelta(days=9))
        spent.append(len(captured))
        publish_version(changed, title=title)
    assert spent[0] == spent[1]


def test_professions_and_countries_are_counted_of_the_names_on_the_list(changed: Letter) -> None:
    poet: dict[str, Any] = {"profession": "poet", "country": "EG"}
    for number, details in enumerate(
        (poet, poet | {"country": "FR"}, poet | {"consent_publish": False}), start=20
    ):
        confirmed(changed, someone(number, **details))
    confirmed(changed, GUILD)
    write(changed, THURSDAY + timedelta(hours=10))

    def counted(**asked: Any) -> tuple[int, list[tuple[int, int]], int]:
        answer = checker.check(
            letter_id=changed.pk,
            question=Question(2, **asked),
            before=None,
            now=THURSDAY + timedelta(days=1),
        )
        assert (answer.is_now, answer.reached, answer.replaced) == (True, None, ())
        return answer.count, answer.by_version, answer.latest_count

    assert counted(unit=Unit.PEOPLE, profession="poet") == (2, [(2, 2), (1, 0)], 2)
    assert counted(unit=Unit.PEOPLE, profession="poet", country="EG") == (1, [(2, 1), (1, 0)], 1)
    assert counted(country="IE") == (2, [(2, 2), (1, 6)], 2)
    assert counted(unit=Unit.ORGANISATIONS, country="NZ") == (1, [(2, 1), (1, 0)], 1)
    assert counted(country="DE") == (0, [(2, 0), (1, 0)], 0)


def test_nobody_knows_how_many_there_were_of_a_profession(letter: Letter) -> None:
    asked = Question(2, unit=Unit.PEOPLE, profession="poet")
    for moment, size in ((WEDNESDAY, None), (NOW, None), (None, 3)):
        with pytest.raises(checker.OnlyNow):
            checker.check(letter_id=letter.pk, question=asked, before=moment, now=NOW, size=size)
    tomorrow = NOW + timedelta(days=1)
    assert checker.check(letter_id=letter.pk, question=asked, before=tomorrow, now=NOW).is_now
    assert Checkpoint.objects.filter(letter=letter).count() == 4
