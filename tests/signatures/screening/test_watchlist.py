import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures.models import Watched
from signatures.screening import watchlist
from tests.signatures.factories import open_letter

pytestmark = pytest.mark.django_db


def test_names_are_added_once_and_what_is_no_name_is_told(
    letter: Letter, ottilie: Organizer
) -> None:
    lines = ["Maria Karlsen", "  ", "karlsen MARIA", "Nora Hope", "https://spam.example", "★"]
    added = watchlist.add(letter=letter, names=lines, organizer=ottilie)
    assert added == watchlist.Added(new=2, known=0, refused=["https://spam.example", "★"])
    again = watchlist.add(letter=letter, names=["Nora Hope", "Ann Lee"], organizer=ottilie)
    assert again == watchlist.Added(new=1, known=1, refused=[])
    stored = watchlist.watched_by(letter=letter)
    assert [each.name for each in stored] == ["Ann Lee", "Maria Karlsen", "Nora Hope"]
    assert stored[1].key == "karlsen maria"
    assert stored[1].added_by == ottilie


def test_a_name_whose_letters_say_nothing_to_search_is_refused(
    letter: Letter, ottilie: Organizer
) -> None:
    added = watchlist.add(letter=letter, names=["ء"], organizer=ottilie)
    assert added == watchlist.Added(new=0, known=0, refused=["ء"])


def test_a_letter_watches_its_own_names_and_the_sites(letter: Letter, ottilie: Organizer) -> None:
    other = open_letter(slug="another")
    watchlist.add(letter=None, names=["Nora Hope"], organizer=ottilie)
    watchlist.add(letter=letter, names=["Maria Karlsen"], organizer=ottilie)
    here = watchlist.watch_of(letter_id=letter.pk).names
    there = watchlist.watch_of(letter_id=other.pk).names
    assert here.find("Nora Hope")
    assert here.find("Maria Karlsen")
    assert there.find("Nora Hope")
    assert there.find("Maria Karlsen") is None


def test_the_list_costs_no_query_for_some_seconds_and_then_a_few_small_ones(
    letter: Letter, ottilie: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setattr("signatures.screening.watchlist.time.monotonic", lambda: clock[0])
    watchlist.add(letter=letter, names=["Maria Karlsen"], organizer=ottilie)
    with CaptureQueriesContext(connection) as queries:
        first = watchlist.watch_of(letter_id=letter.pk)
        assert len(queries) == 5
        clock[0] += 4
        assert watchlist.watch_of(letter_id=letter.pk) is first
        assert len(queries) == 5
        clock[0] += 2
        second = watchlist.watch_of(letter_id=letter.pk)
        assert len(queries) == 8
    # Nothing was added: what was compiled is taken over.
    assert second.names is first.names
    Watched.objects.create(letter=letter, name="Nora Hope", key="hope nora")
    clock[0] += 6
    assert watchlist.watch_of(letter_id=letter.pk).names.find("Nora Hope")


def test_only_so_many_letters_are_kept(letter: Letter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchlist._kept, "max_entries", 1)
    other = open_letter(slug="another")
    watchlist.watch_of(letter_id=letter.pk)
    watchlist.watch_of(letter_id=other.pk)
    assert list(watchlist._kept) == [other.pk]
