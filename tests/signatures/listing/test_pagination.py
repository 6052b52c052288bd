"""The list by name: everyone once, in the order of the folded names, and no hidden name's place."""

import pytest
from pytest_django import DjangoAssertNumQueries

from campaign.letters.models import Letter
from signatures import withdrawal
from signatures.listing import pagination
from signatures.listing.pagination import Order, Place
from signatures.listing.queries import Filters
from tests.signatures.factories import (
    BRIGID,
    MEI,
    QUIET,
    SALMA,
    WIKTOR,
    listed,
    load,
    open_letter,
    person,
    someone,
)

pytestmark = pytest.mark.django_db
ALL = Filters()
NAMESAKES = [person(f"zora{number}@zora.example", "Zóra Ostrich") for number in range(3)]


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "PAGE_ROWS", 2)


def _page(
    letter: Letter, after: Place | None = None, filters: Filters = ALL
) -> pagination.ListPage:
    return pagination.page(letter=letter, filters=filters, after=after, order=Order.NAME)


def _walk(letter: Letter) -> list[list[str]]:
    page = _page(letter)
    walked = [[each.row.name for each in page.rows]]
    while page.next:
        page = _page(letter, page.next)
        walked.append([each.row.name for each in page.rows])
    return walked


def test_names_come_in_order_of_their_folded_spelling(letter: Letter) -> None:
    listed(letter, WIKTOR, MEI, SALMA, BRIGID)
    assert _walk(letter) == [
        [who.details.name for who in (BRIGID, WIKTOR, SALMA, MEI)],
    ]


@pytest.mark.usefixtures("pairs")
def test_namesakes_come_by_number_and_nobody_twice(letter: Letter) -> None:
    listed(letter, *NAMESAKES, BRIGID, WIKTOR)
    page, numbers = _page(letter), []
    while True:
        numbers += [each.row.number for each in page.rows]
        if page.next is None:
            break
        page = _page(letter, page.next)
    assert numbers == [4, 5, 1, 2, 3]


@pytest.mark.usefixtures("pairs")
def test_pages_lead_back_the_way_they_came(letter: Letter) -> None:
    listed(letter, *NAMESAKES, BRIGID, WIKTOR)
    first = _page(letter)
    second = _page(letter, first.next)
    third = _page(letter, second.next)
    assert (first.has_previous, second.has_previous, third.has_previous) == (False, True, True)
    assert (second.previous, third.previous) == (None, first.next)
    assert third.next is None


@pytest.mark.usefixtures("pairs")
def test_a_link_by_name_outlives_who_it_began_with(letter: Letter) -> None:
    rows = listed(letter, *NAMESAKES, BRIGID, WIKTOR)
    place = _page(letter).next
    assert place == Place(5, "wiktor zolcik")
    withdrawal.withdraw(signature=load(rows[4].pk))
    assert [each.row.number for each in _page(letter, place).rows] == [1, 2]


def test_a_number_alone_tells_nobodys_place_in_the_alphabet(letter: Letter) -> None:
    quiet = listed(letter, QUIET, BRIGID, WIKTOR)[0]
    hidden = Place(load(quiet.pk).number or 0)
    assert [each.row.name for each in _page(letter, hidden).rows] == [
        BRIGID.details.name,
        WIKTOR.details.name,
    ]


@pytest.mark.usefixtures("pairs")
def test_it_costs_the_same_at_any_depth(
    letter: Letter, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    listed(letter, *NAMESAKES, BRIGID, WIKTOR)
    for after in (Place(1, "a"), Place(4, "brigid omalloran"), Place(9, "zz")):
        with django_assert_num_queries(2):
            _page(letter, after)


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ("7", Place(7)),
        ("7~Zóra  OSTRICH", Place(7, "zora ostrich")),
        ("7~", Place(7, "")),
        *[(raw, None) for raw in ("", "0", "-7", "x", "~x", "٧", "2147483648", "9" * 400, "\x00")],
    ],
)
def test_places_in_links(raw: str, place: Place | None) -> None:
    assert Place.parse(raw) == place
    assert place is None or Place.parse(str(place)) == place


@pytest.mark.usefixtures("pairs")
@pytest.mark.parametrize("order", Order)
def test_few_are_found_in_another_way_and_are_the_same(
    letter: Letter, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(letter, *NAMESAKES, BRIGID, someone(1, country="IE"), WIKTOR)

    # Chosen like this by no index in order.
    chosen = Filters(country="IE", profession="author", level=1, kind="person")
    monkeypatch.setattr(pagination, "_INDEXED", dict.fromkeys(Order, frozenset()))

    def walk(fits: int | None) -> list[tuple[list[int | None], Place | None, bool]]:
        walked, after = [], None
        while True:
            page = pagination.page(
                letter=letter, filters=chosen, after=after, order=order, fits=fits
            )
            walked.append(
                ([each.row.number for each in page.rows], page.previous, page.has_previous)
            )
            after = page.next
            if after is None:
                return walked

    assert walk(5) == walk(None) == walk(pagination.MAX_ROWS_SORTED + 1)
    assert len(walk(5)) == 3


def test_where_nobody_fits_nobody_is_looked_for(
    letter: Letter, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        page = pagination.page(letter=letter, filters=ALL, after=Place(9), fits=0)
    assert (page.rows, page.next, page.has_previous) == ((), None, False)


@pytest.mark.parametrize(
    ("chosen", "narrowed"),
    [
        (Filters(), ""),
        (Filters(level=1, kind="person"), ""),
        (Filters(profession="poet", country="IE"), "PC"),
        (Filters(level=2, kind="organisation"), "LO"),
        (Filters(profession="poet", level=4), "PL"),
    ],
)
def test_what_leaves_few_of_all_names(chosen: Filters, narrowed: str) -> None:
    assert pagination._narrowed_by(chosen) == narrowed
