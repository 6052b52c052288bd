from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine

from campaign.letters import closing, errors, publishing, tasks
from campaign.letters.models import Event, EventKind, Letter, LetterState


def closings(letter: Letter) -> int:
    return Event.objects.filter(letter=letter, kind=EventKind.CLOSE).count()


def test_a_letter_is_closed_once(published: Letter, now: datetime) -> None:
    closing.close_letter(letter=published, now=now)
    with pytest.raises(errors.AlreadyClosed):
        closing.close_letter(letter=published, now=now + timedelta(hours=1))
    published.refresh_from_db()
    assert (published.state, published.closed_at) == (LetterState.CLOSED, now)
    assert not published.is_open(now=now)
    assert closings(published) == 1


@pytest.mark.django_db(transaction=True)
def test_closed_by_many_at_once_it_is_closed_once(
    published: Letter, now: datetime, at_once: Callable[..., list[str]]
) -> None:
    outcome = at_once(lambda: closing.close_letter(letter=published, now=now))
    assert outcome == ["AlreadyClosed"] * 5 + ["done"]
    assert closings(published) == 1


def test_a_draft_is_not_closed(draft: Letter, now: datetime) -> None:
    with pytest.raises(errors.NotPublished):
        closing.close_letter(letter=draft, now=now)
    draft.refresh_from_db()
    assert draft.state == LetterState.DRAFT
    assert closings(draft) == 0


def test_letters_close_at_their_time(begin: Callable[..., Letter], now: datetime) -> None:
    due = begin(slug="due", closes_at=now + timedelta(hours=1))
    later = begin(slug="later", closes_at=now + timedelta(hours=2))
    never = begin(slug="never")
    draft = begin(slug="draft", closes_at=now + timedelta(hours=1))
    for letter in (due, later, never):
        publishing.publish(letter=letter, now=now)
    assert closing.close_due_letters(now=now) == 0
    assert closing.close_due_letters(now=now + timedelta(hours=1)) == 1
    assert closing.close_due_letters(now=now + timedelta(hours=1)) == 0
    states = dict(Letter.objects.values_list("slug", "state"))
    assert states == {
        "due": LetterState.CLOSED,
        "later": LetterState.PUBLISHED,
        "never": LetterState.PUBLISHED,
        "draft": LetterState.DRAFT,
    }
    assert [closings(letter) for letter in (due, later, never, draft)] == [1, 0, 0, 0]


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_close_once(
    begin: Callable[..., Letter], now: datetime, at_once: Callable[..., list[str]]
) -> None:
    letter = begin(closes_at=now + timedelta(hours=1))
    publishing.publish(letter=letter, now=now)
    at_once(lambda: closing.close_due_letters(now=now + timedelta(hours=1)))
    assert closings(letter) == 1


def test_the_task_closes_what_is_due(begin: Callable[..., Letter], now: datetime) -> None:
    letter = begin(closes_at=now + timedelta(hours=1))
    publishing.publish(letter=letter, now=now)
    with time_machine.travel(now + timedelta(hours=2), tick=False):
        tasks.close_due_letters()
    letter.refresh_from_db()
    assert letter.state == LetterState.CLOSED
    assert tasks.close_due_letters.name == "campaign.letters.tasks.close_due_letters"
