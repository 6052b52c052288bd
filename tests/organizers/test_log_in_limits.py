"""Who guesses passwords is slowed down, and nobody else is."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from campaign import limits
from campaign.organizers.models import Organizer
from tests.organizers.people import PASSWORD

pytestmark = pytest.mark.django_db
GUESSER = "203.0.113.66"


@pytest.fixture(autouse=True)
def _behind_a_proxy(settings: Settings) -> Iterator[None]:
    settings.TRUSTED_PROXIES = ["127.0.0.1/32"]
    limits._trusted_networks.cache_clear()
    cache.clear()
    yield
    limits._trusted_networks.cache_clear()
    limits._warned_at.clear()


def tries(address: str, email: str, password: str) -> bool:
    """Whether they were let in."""
    client = Client(headers={"X-Forwarded-For": address} if address else {})
    response = client.post(reverse("account_login"), {"login": email, "password": password})
    return bool(response.status_code == 302)


def guess(address: str) -> None:
    for number in range(12):
        assert not tries(address, f"nobody-{number}@guild.example", "wrong")


def test_a_guesser_behind_the_same_proxy_locks_nobody_out(owner: Organizer) -> None:
    guess(GUESSER)
    assert not tries(GUESSER, owner.email, PASSWORD)
    assert tries("198.51.100.7", owner.email, PASSWORD)


@pytest.mark.parametrize("unreadable", ["", "unknown"])
def test_nor_does_one_whose_address_the_proxy_does_not_tell(
    owner: Organizer, unreadable: str
) -> None:
    guess(unreadable)
    assert tries(unreadable, owner.email, PASSWORD)


def test_a_guesser_is_one_whatever_the_port_and_the_end_of_the_address(owner: Organizer) -> None:
    for port in range(12):
        tries(f"[2001:db8::{port}]:{port + 1000}", f"nobody-{port}@guild.example", "wrong")
    assert not tries("2001:db8::77", owner.email, PASSWORD)
    assert tries("2001:db8:0:1::77", owner.email, PASSWORD)
