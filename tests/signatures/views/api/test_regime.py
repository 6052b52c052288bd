"""The API: read by any page, without cookies, with its limits in each answer."""

import pytest
from django.test import Client
from django.urls import URLPattern

from signatures.views.api.v1 import patterns
from tests.signatures.factories import BRIGID, listed, open_letter
from tests.signatures.views.regimes import addresses_in, filled


def test_there_is_one_entrance() -> None:
    assert [name for name, _path in addresses_in("signatures.views.api")] == ["api"]


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 2])
def test_any_page_may_read_and_nobody_gets_a_cookie(client: Client, number: int) -> None:
    """What is there, and what is not."""
    letter = open_letter()
    listed(letter, BRIGID)
    paths = [str(each.pattern) for each in patterns if isinstance(each, URLPattern)]
    assert len(paths) > 4
    for path in paths:
        url = filled(f"api/v1/{path}", {"slug": letter.slug, "number": number})
        for response in (client.get(url), client.post(url), client.options(url)):
            told = (response.get("Access-Control-Allow-Origin"), dict(response.cookies))
            assert (url, *told) == (url, "*", {})
            limited = "RateLimit" in response
            assert (url, limited) == (url, response.request["REQUEST_METHOD"] != "OPTIONS")
