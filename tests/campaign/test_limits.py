"""Limits count by network, hold what they promise, and fail open."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import RequestFactory
from pytest_django import Settings
from structlog.testing import capture_logs

from campaign import limits
from campaign.limits import Limit


@pytest.fixture(autouse=True)
def _settings_are_read_anew() -> Iterator[None]:
    limits._trusted_networks.cache_clear()
    yield
    limits._trusted_networks.cache_clear()
    limits._limiter.cache_clear()


def network(address: str, forwarded: str = "") -> str:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return limits.network_of(RequestFactory().get("/", REMOTE_ADDR=address, headers=headers))


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("unix:", ""),
        ("fe80::1%eth0", "fe80::/64"),
        ("192.0.2.7:80", ""),
    ],
)
def test_a_network_is_an_address_or_a_household(address: str, found: str) -> None:
    assert network(address) == found


def test_nobody_is_believed_by_default() -> None:
    assert network("192.0.2.7", "198.51.100.1") == "192.0.2.7"


@pytest.mark.parametrize(
    ("address", "forwarded", "found"),
    [
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9,10.0.0.2 , 10.0.0.3", "203.0.113.9"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9, nonsense, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "2001:db8::1", "2001:db8::/64"),
        ("10.0.0.1", ", ,", "10.0.0.1"),
        ("fd00::1", "198.51.100.1", "198.51.100.1"),
    ],
)
def test_proxies_are_believed_as_far_as_they_are_trusted(
    settings: Settings, address: str, forwarded: str, found: str
) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/24", "fd00::/8"]
    assert network(address, forwarded) == found


def test_a_network_is_kept_as_a_keyed_hash(settings: Settings) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")
    key = limits.network_key(request)
    assert len(key) == 16
    assert key == limits.network_key(RequestFactory().get("/other", REMOTE_ADDR="192.0.2.7"))
    assert key != limits.network_key(RequestFactory().get("/", REMOTE_ADDR="192.0.2.8"))
    settings.SECRET_KEY = "another secret"
    assert key != limits.network_key(request)


@pytest.mark.parametrize("limit", Limit)
def test_one_too_many_is_refused_and_others_are_not(limit: Limit) -> None:
    allowed = int(limit.value.split("/")[0])
    answers = [limits.allows(limit, b"somebody") for _use in range(allowed + 2)]
    assert answers == [True] * allowed + [False] * 2
    assert limits.allows(limit, b"somebody else")


def test_looking_whether_there_is_room_takes_none() -> None:
    limit = Limit.WRONG_MEMBERSHIPS_OF_NAME
    assert all(limits.has_room(limit, b"somebody") for _look in range(20))
    while limits.allows(limit, b"somebody"):
        pass
    assert not limits.has_room(limit, b"somebody")
    assert limits.has_room(limit, b"somebody else")


def test_each_place_counts_for_itself() -> None:
    while limits.allows(Limit.CODE_FROM_NETWORK, b"somebody"):
        pass
    assert limits.allows(Limit.SIGN_FROM_NETWORK, b"somebody")


def test_in_one_process_time_gives_room_again(settings: Settings) -> None:
    settings.REDIS_URL = ""
    limits._limiter.cache_clear()
    with time_machine.travel("2026-11-22T10:00:00Z", tick=False) as clock:
        while limits.allows(Limit.CODE_FROM_NETWORK, b"somebody"):
            pass
        clock.shift(3601)
        assert limits.allows(Limit.CODE_FROM_NETWORK, b"somebody")


def test_without_redis_nobody_is_refused_and_the_log_says_so(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    limits._limiter.cache_clear()
    with capture_logs() as logs:
        assert all(limits.allows(Limit.CODE_FROM_NETWORK, b"somebody") for _use in range(2))
        assert limits.has_room(Limit.CODE_FROM_NETWORK, b"somebody")
    assert (
        logs
        == [
            {
                "event": "limit_not_counted",
                "limit": "CODE_FROM_NETWORK",
                "error": "ConnectionError",
                "log_level": "warning",
            }
        ]
        * 3
    )
