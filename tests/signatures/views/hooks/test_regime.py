"""Hooks: for programs that know a secret. No cookie, no page, kept by nobody; and without a secret
for it there is no such address."""

import pytest
from django.test import Client

from tests.signatures.views.regimes import addresses_in, directives, filled

PACKAGE = "signatures.views.hooks"


def test_every_address_is_of_a_hook() -> None:
    found = addresses_in(PACKAGE)
    assert found
    assert [path for _name, path in found if not path.startswith("hooks/")] == []


@pytest.mark.django_db
def test_nothing_is_there_without_a_secret() -> None:
    client = Client(enforce_csrf_checks=True)
    for _name, path in addresses_in(PACKAGE):
        for provider in ("postmark", "mailgun", "nobody"):
            url = filled(path, {"provider": provider})
            for response in (client.post(url, {}), client.head(url), client.get(url)):
                told = (response.status_code, dict(response.cookies), directives(response))
                assert (url, *told) == (url, 404, {}, {"no-store"})


@pytest.mark.django_db
def test_other_sites_and_programs_are_answered_alike() -> None:
    """It is not asked where a request comes from, since the secret is in it."""
    client = Client(enforce_csrf_checks=True, headers={"Origin": "https://elsewhere.example"})
    for _name, path in addresses_in(PACKAGE):
        url = filled(path, {"provider": "postmark"})
        response = client.post(url, "{}", "application/json")
        assert (response.status_code, response["Content-Type"]) == (
            404,
            "text/plain; charset=utf-8",
        )
