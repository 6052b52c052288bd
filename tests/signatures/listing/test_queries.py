"""The list as rows: who is on it, and where its pages begin."""

import pytest
from pytest_django import DjangoAssertNumQueries

from campaign.letters.models import Letter
from signatures import withdrawal
from signatures.listing import pagination, queries
from signatures.listing.queries import Filters
from signatures.models import Signature, SignatureState
from tests.signatures.factories import (
    BRIGID,
    MEI,
    QUIET,
    SALMA,
    WIKTOR,
    confirmed,
    listed,
    open_letter,
    pending,
    someone,
)

pytestmark = pytest.mark.django_db
ALL = Filters()


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "PAGE_ROWS", 2)


def place(number: int | None) -> pagination.Place | None:
    return pagination.Place(number) if number else None


def numbers(page: pagination.ListPage) -> list[int | None]:
    return [each.row.number for each in page.rows]


def test_only_who_is_confirmed_published_and_numbered_is_listed(letter: Letter) -> None:
    withdrawn, shown, quiet = listed(letter, WIKTOR, BRIGID, QUIET)
    withdrawal.withdraw(signature=withdrawn)
    pending(letter, SALMA)
    unnumbered = confirmed(letter, MEI)
    assert list(queries.listed(letter=letter)) == [shown]
    page = pagination.page(letter=letter, filters=ALL, after=None)
    assert [each.row for each in page.rows] == [shown]
    for hidden in (withdrawn, quiet, unnumbered):
        found = pagination.page(letter=letter, filters=Filters(q=hidden.name), after=None)
        assert list(found.rows) == []


def test_another_letters_signatories_are_not_this_ones(letter: Letter) -> None:
    other = open_letter(slug="another")
    listed(other, SALMA)
    [shown] = listed(letter, BRIGID)
    assert list(queries.listed(letter=letter)) == [shown]


def test_no_address_is_ever_loaded(
    letter: Letter, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    listed(letter, BRIGID)
    row = queries.listed(letter=letter).get()
    assert {"email", "email_key", "network_key", "salt", "nonce"} <= row.get_deferred_fields()
    with django_assert_num_queries(0):
        for field in queries.SHOWN:
            getattr(row, field)


def test_pages_meet_everyone_once_while_others_come_and_go(
    letter: Letter, small_pages: None
) -> None:
    people = listed(letter, *[someone(number) for number in range(7)])
    page = pagination.page(letter=letter, filters=ALL, after=None)
    seen = numbers(page)
    while page.next:
        # Somebody signs and somebody withdraws between one page and the next.
        listed(letter, someone(100 + page.next.number))
        withdrawal.withdraw(signature=people[6])
        page = pagination.page(letter=letter, filters=ALL, after=page.next)
        seen += numbers(page)
    assert seen == [7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("after", "rows", "following", "previous"),
    [
        (None, [5, 4], 4, None),
        (6, [5, 4], 4, None),
        (5, [4, 3], 3, 0),
        (4, [3, 2], 2, 0),
        (3, [2, 1], None, 5),
        (2, [1], None, 4),
        (1, [], None, 3),
        (99, [5, 4], 4, None),
    ],
)
def test_each_page_knows_its_neighbours(
    letter: Letter,
    small_pages: None,
    after: int | None,
    rows: list[int],
    following: int | None,
    previous: int | None,
) -> None:
    listed(letter, *[someone(number) for number in range(5)])
    page = pagination.page(letter=letter, filters=ALL, after=place(after))
    assert (numbers(page), page.next) == (rows, place(following))
    # 0 is the first page, which needs no place.
    assert (page.has_previous, page.previous) == (previous is not None, place(previous))


def test_a_page_costs_the_same_at_any_depth(
    letter: Letter, small_pages: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    listed(letter, *[someone(number) for number in range(9)])
    for after in (9, 5, 2):
        with django_assert_num_queries(2):
            pagination.page(letter=letter, filters=ALL, after=pagination.Place(after))


def test_filters_and_search_are_one_question(letter: Letter) -> None:
    listed(letter, BRIGID, SALMA, WIKTOR)
    found = queries.filtered(
        letter=letter, filters=Filters(q="malloran BRIGID", profession="author", country="IE")
    )
    assert [row.name for row in found] == ["Brigid O’Malloran"]
    for wrong in (
        Filters(q="brigid", country="PL"),
        Filters(q="brigid zolcik"),
        Filters(level=2),
        Filters(kind="organisation"),
    ):
        assert list(queries.filtered(letter=letter, filters=wrong)) == []


@pytest.mark.parametrize("q", ["\x00", "%", "\\", "'\"", "\ud800", "a" * 10_000, "x " * 5_000])
def test_no_question_breaks_the_database(letter: Letter, q: str) -> None:
    listed(letter, BRIGID)
    found = pagination.page(letter=letter, filters=Filters(q=q), after=None)
    assert len(found.rows) in (0, 1)


def test_who_signs_again_after_withdrawing_waits_for_a_new_number(letter: Letter) -> None:
    [first] = listed(letter, BRIGID)
    withdrawal.withdraw(signature=first)
    again = confirmed(letter)
    assert (again.pk, again.state, again.number) == (first.pk, SignatureState.CONFIRMED, None)
    assert list(queries.listed(letter=letter)) == []
    [numbered] = listed(letter, MEI)
    assert numbered.number == 3
    assert [row.number for row in queries.listed(letter=letter)] == [3, 2]
    assert Signature.objects.count() == 2


def test_punctuation_alone_is_in_no_name(letter: Letter) -> None:
    listed(letter, BRIGID)
    assert pagination.page(letter=letter, filters=Filters(q="%"), after=None).rows == []
    assert list(queries.filtered(letter=letter, filters=Filters(q=" -- "))) == []
