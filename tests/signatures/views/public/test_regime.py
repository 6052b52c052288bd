"""Public pages and files: the same for all, without a cookie, and kept by all caches."""

import pytest
from django.test import Client

from tests.signatures.views.regimes import addresses_in, directives, filled
from tests.test_caches import NOT_KEPT
from tests.test_leaks import PUBLIC

NOWHERE = {
    **dict.fromkeys(("slug", "language", "path", "public_id"), "nowhere"),
    **dict.fromkeys(("number", "before", "after"), 1),
}


def test_every_public_address_is_held_to_what_caches_may_keep() -> None:
    """`tests/test_caches.py` walks through these samples, and asks each of them."""
    names = {name for name, _path in addresses_in("signatures.views.public")}
    elsewhere = {"api", "sign", "start", "start_sent"}
    assert names == set(PUBLIC) - NOT_KEPT - elsewhere


@pytest.mark.django_db
def test_what_is_not_there_sets_no_cookie_either(client: Client) -> None:
    for _name, path in addresses_in("signatures.views.public"):
        if path.startswith("^"):
            continue
        url = filled(path, NOWHERE)
        response = client.get(url)
        assert (url, dict(response.cookies)) == (url, {})
        assert (url, "private" in directives(response)) == (url, False)
