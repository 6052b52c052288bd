"""Proof of work is asked for by itself under attack, and only then."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures.models import Precaution, Signature, Trait
from signatures.moderation import attacks, precautions
from tests.signatures.factories import close, listed, open_letter, pending, someone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attacks, "MIN_UNCONFIRMED", 8)


def _asked(letter: Letter, count: int, *, ago: timedelta, first: int = 100) -> None:
    for place in range(first, first + count):
        pending(letter, someone(place))
    mine = Signature.objects.filter(letter=letter, state="pending")
    mine.update(asked_at=timezone.now() - ago)


def _row() -> Precaution:
    return Precaution.objects.get(trait=Trait.WORK)


@pytest.mark.parametrize(
    ("unconfirmed", "minutes", "confirmed", "attacked"),
    [
        (8, 5, 0, True),
        (8, 5, 2, True),
        # As on a good day: many do confirm.
        (8, 5, 3, False),
        (7, 5, 0, False),
        # Who has just signed is still on the way to the mailbox.
        (8, 1, 0, False),
        (8, 20, 0, False),
    ],
)
def test_a_letter_is_attacked_if_many_sign_and_hardly_anyone_confirms(
    letter: Letter, unconfirmed: int, minutes: int, confirmed: int, attacked: bool
) -> None:
    listed(letter, *(someone(place) for place in range(confirmed)))
    open_letter(slug="another")
    _asked(letter, unconfirmed, ago=timedelta(minutes=minutes))
    assert attacks.watch(now=timezone.now()) == int(attacked)
    assert precautions.asks_for_work(letter_id=letter.pk) == attacked
    rows = Precaution.objects.filter(begun_by=None).values_list("letter", "trait")
    assert list(rows) == [(letter.pk, "work")] * attacked


def test_it_goes_on_while_the_attack_does_and_ends_by_itself(letter: Letter) -> None:
    begin = timezone.now()
    _asked(letter, 8, ago=timedelta(minutes=5))
    attacks.watch(now=begin)
    later = begin + timedelta(minutes=5)
    attacks.watch(now=later)
    assert _row().ends_at == later + attacks.LASTS
    with time_machine.travel(later + attacks.LASTS, tick=False):
        precautions.forget()
        assert attacks.watch(now=timezone.now()) == 0
        assert not precautions.asks_for_work(letter_id=letter.pk)
        # Another one begins anew.
        attacks.defend(letter=letter, now=timezone.now())
        assert precautions.asks_for_work(letter_id=letter.pk)
    assert Precaution.objects.filter(trait=Trait.WORK).count() == 2


def test_what_an_organizer_stopped_does_not_begin_by_itself_for_a_day(
    letter: Letter, ottilie: Organizer
) -> None:
    now = timezone.now()
    attacks.defend(letter=letter, now=now)
    precautions.stop(letter=letter, precaution_id=_row().pk, organizer=ottilie, now=now)
    attacks.defend(letter=letter, now=now + attacks.STOPPED_FOR - timedelta(minutes=1))
    assert not precautions.asks_for_work(letter_id=letter.pk)
    attacks.defend(letter=letter, now=now + attacks.STOPPED_FOR + timedelta(minutes=1))
    assert precautions.asks_for_work(letter_id=letter.pk)


def test_what_an_organizer_began_keeps_its_end(letter: Letter, ottilie: Organizer) -> None:
    now = timezone.now()
    mine = precautions.begin(letter=letter, trait=Trait.WORK, like="", organizer=ottilie, now=now)
    attacks.defend(letter=letter, now=now + timedelta(hours=23, minutes=50))
    assert _row().ends_at == mine.ends_at


def test_a_closed_letter_is_not_attacked(letter: Letter) -> None:
    _asked(letter, 8, ago=timedelta(minutes=5))
    close(letter)
    assert attacks.watch(now=timezone.now()) == 0


def test_refusals_of_one_letter_are_an_attack_of_it(letter: Letter) -> None:
    other = open_letter(slug="another")
    now: datetime = timezone.now()
    for _time in range(50):
        attacks.refused(letter=letter, now=now)
    assert not precautions.asks_for_work(letter_id=letter.pk)
    attacks.refused(letter=letter, now=now)
    asked = [precautions.asks_for_work(letter_id=each.pk) for each in (letter, other)]
    assert asked == [True, False]
