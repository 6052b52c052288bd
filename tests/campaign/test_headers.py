import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db
ADDRESSES = ["/", "/healthz", "/nothing/here/", "/desk/", "/robots.txt"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_tells_browsers_what_no_page_asks_for(client: Client, address: str) -> None:
    policy = client.get(address)["Permissions-Policy"]
    assert "camera=()" in policy
    assert "publickey-credentials" not in policy


@pytest.mark.parametrize("end", ["", "card.png", "signatories.csv", "count", "record/checkpoint"])
def test_no_cache_goes_on_saying_that_something_is_not_there(client: Client, end: str) -> None:
    answer = client.get(f"/letters/nowhere/{end}")
    assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")


@pytest.mark.parametrize("address", ADDRESSES)
def test_encryption_is_asked_for_also_where_the_proxy_is_not_known(
    client: Client, settings: Settings, address: str
) -> None:
    settings.SECURE_HSTS_SECONDS = 3600
    assert client.get(address)["Strict-Transport-Security"] == "max-age=3600"


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_site_without_encryption_does_not_ask_for_it(client: Client, address: str) -> None:
    assert "Strict-Transport-Security" not in client.get(address)
