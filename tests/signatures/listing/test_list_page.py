"""A page of the list, and what stands beside it, are of one moment; and nobody waits for long."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from campaign.letters.models import Letter
from signatures.errors import TooSlow
from signatures.listing import facets, list_page, queries
from signatures.listing.pagination import Order
from signatures.listing.queries import Filters
from tests.concurrency import at_once
from tests.signatures.factories import BRIGID, MEI, SALMA, listed, open_letter
from tests.signatures.views.visitors import letter_url

EVERYBODY = Filters()


def read(letter: Letter, filters: Filters = EVERYBODY) -> list_page.Reading:
    return list_page.read(letter=letter, filters=filters, after=None, order=Order.NEWEST)


@pytest.mark.django_db
@pytest.mark.parametrize("filters", [EVERYBODY, Filters(q="brigid"), Filters(profession="poet")])
def test_the_page_has_as_many_as_are_counted_beside_it(filters: Filters) -> None:
    letter = open_letter()
    assert list(read(letter, filters).page.rows) == []
    listed(letter, BRIGID, SALMA)
    found = read(letter, filters)
    assert found.facets.found == len(found.page.rows) == (2 if filters == EVERYBODY else 1)
    assert found.checkpoint is not None
    assert found.checkpoint.total == 2


@pytest.mark.django_db(transaction=True)
def test_who_signs_meanwhile_is_in_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    letter = open_letter()
    listed(letter, BRIGID)
    really = facets.of

    def and_somebody_signs(**asked: Any) -> facets.Facets:
        counted = really(**asked)
        if connection.vendor == "postgresql":
            with_another_connection(lambda: listed(letter, MEI))
        return counted

    monkeypatch.setattr(facets, "of", and_somebody_signs)
    found = read(letter)
    assert (found.facets.found, len(found.page.rows)) == (1, 1)


def with_another_connection(call: Any) -> None:
    [answer] = at_once([call])
    assert not isinstance(answer, Exception), answer


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Letter:
    letter = open_letter()
    listed(letter, BRIGID, SALMA)
    monkeypatch.setattr(list_page, "MAX_READING_SECONDS", 0.05)

    def slowly(**_asked: Any) -> Any:
        return queries.listed(letter=letter).extra(where=["pg_sleep(0.2) IS NOT NULL"])

    monkeypatch.setattr("signatures.listing.pagination.filtered", slowly)
    return letter


@pytest.mark.django_db(transaction=True)
def test_a_slow_question_is_given_up(slow: Letter, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TooSlow):
        read(slow)
    monkeypatch.undo()
    assert len(read(slow).page.rows) == 2


@pytest.mark.django_db(transaction=True)
def test_who_asked_it_is_told_what_to_do(slow: Letter, client: Client) -> None:
    page = client.get(letter_url(slow, "signatories/"), {"q": "br"})
    assert (page.status_code, page["Retry-After"]) == (503, "10")
    assert "Please type more of the name" in page.content.decode()
    assert "Cache-Control" not in page or "no-store" in page["Cache-Control"]
    told = client.get(f"/api/v1/letters/{slow.slug}/signatories", {"q": "br"})
    assert (told.status_code, told["Retry-After"]) == (503, "10")
    assert told["Content-Type"] == "application/problem+json"
    assert told.json()["title"] == "Too slow"
