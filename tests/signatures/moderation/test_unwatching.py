from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import Membership, Organizer, Role
from signatures.models import Watched
from signatures.moderation import unwatching
from signatures.moderation.unwatching import Dropped
from signatures.screening import watchlist
from tests.concurrency import at_once
from tests.signatures.factories import confirmed, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def watched(letter: Letter, ottilie: Organizer) -> list[int]:
    """Two names that ottilie put on the list an hour ago."""
    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        watchlist.add(letter=letter, names=["Nora Hope", "Maria Karlsen"], organizer=ottilie)
    return list(Watched.objects.order_by("pk").values_list("pk", flat=True))


def _watches(letter: Letter) -> list[str]:
    return [each.name for each in watchlist.watched_by(letter=letter)]


def test_a_name_goes_when_two_organizers_want_it_off(
    letter: Letter, watched: list[int], ottilie: Organizer, ruth: Organizer
) -> None:
    drop = partial(unwatching.drop, letter=letter, ids=watched)
    assert drop(organizer=ottilie) == Dropped(removed=0, asked=2)
    assert drop(organizer=ottilie) == Dropped(removed=0, asked=2)
    assert watchlist.watch_of(letter_id=letter.pk).names.find("Nora Hope")
    assert unwatching.drop(letter=letter, ids=watched[:1], organizer=ruth) == Dropped(1, 0)
    assert _watches(letter) == ["Maria Karlsen"]
    assert unwatching.keep(letter=letter, ids=watched) == 1
    assert drop(organizer=ruth) == Dropped(removed=0, asked=1)
    assert drop(organizer=ottilie) == Dropped(removed=1, asked=0)
    assert drop(organizer=ottilie) == Dropped(removed=0, asked=0)


def test_the_wish_of_somebody_who_may_vet_no_longer_counts_for_nothing(
    letter: Letter, watched: list[int], ottilie: Organizer, ruth: Organizer
) -> None:
    unwatching.drop(letter=letter, ids=watched, organizer=ruth)
    Membership.objects.filter(organizer=ruth).update(role=Role.VIEWER)
    assert unwatching.drop(letter=letter, ids=watched, organizer=ottilie) == Dropped(0, 2)


def test_one_takes_back_what_they_have_just_added_but_not_what_another_did(
    letter: Letter, ottilie: Organizer, ruth: Organizer
) -> None:
    watchlist.add(letter=letter, names=["Nora Hope"], organizer=ottilie)
    watchlist.add(letter=letter, names=["Nora Hope"], organizer=ruth)
    ids = list(Watched.objects.values_list("pk", flat=True))
    assert unwatching.drop(letter=letter, ids=ids, organizer=ruth) == Dropped(0, 1)
    unwatching.keep(letter=letter, ids=ids)
    assert unwatching.drop(letter=letter, ids=ids, organizer=ottilie) == Dropped(1, 0)


def test_only_the_letters_own_names_are_taken_off_its_list(
    letter: Letter, watched: list[int], ottilie: Organizer, ruth: Organizer
) -> None:
    watchlist.add(letter=None, names=["Ann Lee"], organizer=ottilie)
    ids = list(Watched.objects.values_list("pk", flat=True))
    for organizer in (ottilie, ruth):
        unwatching.drop(letter=letter, ids=ids, organizer=organizer)
    assert [each.name for each in Watched.objects.all()] == ["Ann Lee"]


def test_one_organizer_twice_at_once_is_one_organizer(
    transactional_db: None, letter: Letter, ottilie: Organizer
) -> None:
    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        watchlist.add(letter=letter, names=["Nora Hope"], organizer=ottilie)
    ids = list(Watched.objects.values_list("pk", flat=True))
    drop = partial(unwatching.drop, letter=letter, ids=ids, organizer=ottilie)
    assert at_once([drop] * 4) == [Dropped(0, 1)] * 4
    assert _watches(letter) == ["Nora Hope"]


def test_whoever_is_new_to_the_team_is_not_the_second_who_wants_it_off(
    letter: Letter, watched: list[int], ottilie: Organizer, ruth: Organizer
) -> None:
    drop = partial(unwatching.drop, letter=letter, ids=watched)
    membership = Membership.objects.filter(organizer=ruth)
    membership.update(role_since=timezone.now())
    for organizer in (ruth, ottilie, ruth):
        assert drop(organizer=organizer) == Dropped(removed=0, asked=2)
    # The wish of one who counts stays theirs.
    assert set(Watched.objects.values_list("dropped_by", flat=True)) == {ottilie.pk}
    membership.update(role_since=timezone.now() - timedelta(hours=24))
    assert drop(organizer=ruth) == Dropped(removed=2, asked=0)


def test_what_one_has_just_added_is_no_slip_once_somebody_waits_because_of_it(
    letter: Letter, ottilie: Organizer, ruth: Organizer
) -> None:
    watchlist.add(letter=letter, names=["Nora Hope", "Ann Lee"], organizer=ottilie)
    assert confirmed(letter, person("nora@rubble.example", "Nora Hope")).state == "held"
    ids = list(Watched.objects.values_list("pk", flat=True))
    assert unwatching.drop(letter=letter, ids=ids, organizer=ottilie) == Dropped(1, 1)
    assert _watches(letter) == ["Nora Hope"]
