"""Queries that are put into SQL once, and answer for whatever is asked later."""

import pytest

from campaign.compiled import Compiled, Slot
from campaign.letters.models import Letter, LetterState
from tests.signatures.factories import draft_letter, open_letter

pytestmark = pytest.mark.django_db


def test_compiled_query_finds_what_the_query_finds_for_each_value() -> None:
    made: list[str] = []

    def of_slug() -> object:
        made.append("query")
        return Letter.objects.filter(slug=Slot("slug"), state__in=LetterState.published())

    query: Compiled[Letter] = Compiled(of_slug)  # type: ignore[arg-type]
    first, second = open_letter(slug="first"), open_letter(slug="second")
    draft_letter(slug="draft")
    assert [query.rows(slug=slug) for slug in ("first", "second", "draft", "' OR 1=1 --")] == [
        [first],
        [second],
        [],
        [],
    ]
    assert (query.first(slug="second"), query.first(slug="nowhere")) == (second, None)
    assert made == ["query"]


def test_compiled_query_loads_only_what_the_query_loads() -> None:
    query = Compiled(lambda: Letter.objects.filter(pk=Slot("pk")).only("slug"))
    letter = open_letter()
    found = query.first(pk=letter.pk)
    assert found is not None
    assert (found.slug, "state" in found.get_deferred_fields()) == (letter.slug, True)


def test_compiled_query_gives_bare_columns() -> None:
    letters = [open_letter(slug=slug) for slug in ("first", "second", "third")]
    query = Compiled(
        lambda: (
            Letter.objects.filter(pk__in=[Slot("one"), Slot("other")])
            .order_by("pk")
            .values_list("pk", "slug")
        )
    )
    first, _second, third = letters
    assert query.tuples(one=third.pk, other=first.pk) == [(first.pk, "first"), (third.pk, "third")]
    assert query.tuples(one=third.pk, other=third.pk) == [(third.pk, "third")]
