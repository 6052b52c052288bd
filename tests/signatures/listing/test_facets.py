"""Counts beside each choice: exact, each with all other choices held."""

import pytest
from pytest_django import DjangoAssertNumQueries

from campaign.letters.models import Letter
from signatures import withdrawal
from signatures.listing import facets
from signatures.listing.facets import Facets
from signatures.listing.queries import Filters
from signatures.models import Profession
from signatures.record import tally
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    QUIET,
    SALMA,
    WIKTOR,
    confirmed,
    listed,
    open_letter,
    publish_version,
    sequence,
    someone,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def _of(letter: Letter, **chosen: object) -> Facets:
    latest = tally.latest(letter_id=letter.pk)
    return facets.of(checkpoint=latest, filters=Filters(**chosen))  # type: ignore[arg-type]


def test_nobody_fits_before_the_first_checkpoint(letter: Letter) -> None:
    assert _of(letter) == Facets(found=0, profession={}, country={}, level={}, kind={}, version={})


def test_everyone_who_is_named_is_counted_once_in_each(letter: Letter) -> None:
    listed(letter, BRIGID, SALMA, WIKTOR, GUILD, QUIET)
    confirmed(letter, someone(1))  # Not in the record yet.

    assert _of(letter) == Facets(
        found=4,
        profession={"author": 1, "poet": 1, "composer": 1},
        country={"IE": 1, "LB": 1, "PL": 1, "NZ": 1},
        level={1: 4},
        kind={"person": 3, "organisation": 1},
        version={1: 4},
    )


def test_each_is_counted_with_the_other_choices_held(letter: Letter) -> None:
    poet = someone(1).but(profession=Profession.POET, country="IE")
    listed(letter, BRIGID, SALMA, poet)

    found = _of(letter, profession="poet", country="IE")

    assert found == Facets(
        found=1,
        profession={"author": 1, "poet": 1},
        country={"IE": 1, "LB": 1},
        level={1: 1},
        kind={"person": 1},
        version={1: 1},
    )


def test_versions_of_the_text_are_counted_as_the_rest(letter: Letter) -> None:
    listed(letter, BRIGID, SALMA)
    publish_version(letter, title="Take what you like")
    listed(letter, WIKTOR)

    assert (_of(letter).version, _of(letter).found) == ({1: 2, 2: 1}, 3)
    second = _of(letter, version=2)
    assert (second.found, second.country, second.version) == (1, {"PL": 1}, {1: 2, 2: 1})
    assert (_of(letter, version=3).found, _of(letter, q="wiktor", version=1).found) == (0, 0)


def test_who_leaves_is_out_with_the_next_checkpoint(letter: Letter) -> None:
    brigid, _salma = listed(letter, BRIGID, SALMA)
    assert _of(letter).found == 2

    withdrawal.withdraw(signature=brigid)
    sequence(letter)

    assert (_of(letter).found, _of(letter).country) == (1, {"LB": 1})


def test_a_search_is_counted_name_by_name(letter: Letter) -> None:
    listed(letter, BRIGID, SALMA, WIKTOR)

    found = _of(letter, q="brigid", country="PL")

    assert found == Facets(found=0, profession={}, country={"IE": 1}, level={}, kind={}, version={})


def test_a_search_that_fits_too_many_is_not_counted(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "SEARCH_UP_TO", 1)
    listed(letter, BRIGID, WIKTOR)

    assert _of(letter, q="wik").found == 1
    found = _of(letter, q="i")

    assert (found.found, found.country) == (None, {"IE": 1, "PL": 1})


def test_the_second_reader_costs_nothing(
    letter: Letter, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    listed(letter, BRIGID, SALMA)
    latest = tally.latest(letter_id=letter.pk)
    with django_assert_num_queries(1):
        facets.of(checkpoint=latest, filters=Filters())
    with django_assert_num_queries(0):
        facets.of(checkpoint=latest, filters=Filters(country="IE"))
