"""What a reader asks the list for."""

from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from signatures.forms.public.listing import FilterForm
from signatures.listing.queries import Filters
from tests.signatures.views.visitors import NAUGHTY


def query(**fields: str) -> QueryDict:
    return QueryDict(urlencode(fields))


def test_filters_are_what_a_reader_asks_for() -> None:
    data = query(q="brigid", profession="poet", country="IE", level="2", kind="organisation")
    assert FilterForm(data).filters() == Filters(
        q="brigid", profession="poet", country="IE", level=2, kind="organisation"
    )
    assert FilterForm(QueryDict()).filters() == Filters()


@pytest.mark.parametrize("value", NAUGHTY.values(), ids=NAUGHTY)
def test_nonsense_filters_are_no_filters(value: str) -> None:
    data = query(profession=value, country=value, level=value, kind=value)
    assert FilterForm(data).filters() == Filters()
    assert FilterForm(query(q=value)).filters() == Filters(q=value[:200])


@pytest.mark.parametrize("level", ["0", "5", "-1", "١", "01", "1.0"])
def test_there_are_four_levels_to_ask_for(level: str) -> None:
    assert FilterForm(query(level=level)).filters() == Filters()
