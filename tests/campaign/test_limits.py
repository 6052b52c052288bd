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
    limits._warned_at.clear()
    yield
    limits._warned_at.clear()
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
        ("192.0.2.7:80", "192.0.2.7"),
        ("[2001:db8::1]:443", "2001:db8::/64"),
        ("localhost", ""),
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
        ("10.0.0.1", "203.0.113.7:17085", "203.0.113.7"),
        ("10.0.0.1", "[2001:db8::1]:17085", "2001:db8::/64"),
        ("10.0.0.1", "[2001:db8::1]", "2001:db8::/64"),
        ("10.0.0.1", '"[2001:db8::1]:443"', "2001:db8::/64"),
        ("10.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "[::ffff:203.0.113.7]:80", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.9:1, 10.0.0.2:65535", "203.0.113.9"),
        ("10.0.0.1:5000", "203.0.113.9", "203.0.113.9"),
        ("", "203.0.113.9", "203.0.113.9"),
        ("unix:", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "2001:db8::1", "2001:db8::/64"),
        ("fd00::1", "198.51.100.1", "198.51.100.1"),
    ],
)
def test_proxies_are_believed_as_far_as_they_are_trusted(
    settings: Settings, address: str, forwarded: str, found: str
) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/24", "fd00::/8"]
    assert network(address, forwarded) == found


@pytest.mark.parametrize(
    ("address", "forwarded", "why"),
    [
        ("", "203.0.113.9", "no_peer_address"),
        ("localhost", "203.0.113.9", "no_peer_address"),
    ],
)
def test_without_proxies_an_unreadable_peer_is_not_known(
    address: str, forwarded: str, why: str
) -> None:
    with capture_logs() as logs:
        assert network(address, forwarded) == ""
    assert [(line["event"], line["why"]) for line in logs] == [("network_not_known", why)]


@pytest.mark.parametrize(
    ("forwarded", "why"),
    [
        ("", "proxy_forwards_nobody"),
        (", ,", "proxy_forwards_nobody"),
        ("unknown", "forwarded_address_unreadable"),
        ("_hidden", "forwarded_address_unreadable"),
        ("203.0.113.9:", "forwarded_address_unreadable"),
        ("203.0.113.9:https", "forwarded_address_unreadable"),
        ("203.0.113.9:1:2", "forwarded_address_unreadable"),
        ("[203.0.113.9", "forwarded_address_unreadable"),
        ("[]:80", "forwarded_address_unreadable"),
        ("203.0.113.9, nonsense, 10.0.0.2", "forwarded_address_unreadable"),
        ("203.0.113.9, 10.0.0.2:\u0661", "forwarded_address_unreadable"),
    ],
)
def test_where_a_proxy_tells_nobody_nobody_is_counted_and_the_log_says_so(
    settings: Settings, forwarded: str, why: str
) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/24"]
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers=headers)
    assert limits.addresses_are_known()
    with capture_logs() as logs:
        who = [limits.network_key(request) for _each in range(3)]
    assert who == [limits.UNKNOWN_NETWORK] * 3
    assert [(line["event"], line["why"]) for line in logs] == [("network_not_known", why)]
    assert not limits.addresses_are_known()
    allowed = int(Limit.CODE_FROM_NETWORK.rate.split("/")[0])
    assert all(limits.hit(Limit.CODE_FROM_NETWORK, who[0]) for _use in range(allowed + 1))
    assert limits.peek(Limit.CODE_FROM_NETWORK, who[0])
    assert limits.use(Limit.API_FROM_NETWORK, who[0]) is None


def test_a_proxy_that_is_not_named_is_pointed_out(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/24"]
    with capture_logs() as logs:
        assert network("10.0.0.1", "203.0.113.9, 198.51.100.77") == "198.51.100.77"
        assert network("10.0.0.1", "203.0.113.9") == "203.0.113.9"
    assert [line["event"] for line in logs] == ["forwarded_by_unnamed_proxy"]
    assert "198.51.100.77" not in str(logs)


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
    allowed = int(limit.rate.split("/")[0])
    answers = [limits.hit(limit, b"somebody") for _use in range(allowed + 2)]
    assert answers == [True] * allowed + [False] * 2
    assert limits.hit(limit, b"somebody else")


def test_looking_whether_there_is_room_takes_none() -> None:
    limit = Limit.WRONG_MEMBERSHIPS_OF_NAME
    assert all(limits.peek(limit, b"somebody") for _look in range(20))
    while limits.hit(limit, b"somebody"):
        pass
    assert not limits.peek(limit, b"somebody")
    assert limits.peek(limit, b"somebody else")


def test_each_place_counts_for_itself() -> None:
    while limits.hit(Limit.CODE_FROM_NETWORK, b"somebody"):
        pass
    assert limits.hit(Limit.SIGN_FROM_NETWORK, b"somebody")


def test_in_one_process_time_gives_room_again(settings: Settings) -> None:
    settings.REDIS_URL = ""
    limits._limiter.cache_clear()
    with time_machine.travel("2026-11-22T10:00:00Z", tick=False) as clock:
        while limits.hit(Limit.CODE_FROM_NETWORK, b"somebody"):
            pass
        clock.shift(3601)
        assert limits.hit(Limit.CODE_FROM_NETWORK, b"somebody")


def test_without_redis_nobody_is_refused_and_the_log_says_so(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    limits._limiter.cache_clear()
    with capture_logs() as logs:
        assert all(limits.hit(Limit.CODE_FROM_NETWORK, b"somebody") for _use in range(2))
        assert limits.peek(Limit.CODE_FROM_NETWORK, b"somebody")
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


def test_what_one_limit_has_used_up_is_another_ones_still() -> None:
    """Anybody may ask what an address has signed: that must not keep its owner from erasing."""
    of_address = b"an address"
    asked = [limits.hit(Limit.INQUIRIES_ABOUT_ADDRESS, of_address) for _time in range(4)]
    others = (Limit.ERASING_MAILS_TO_ADDRESS, Limit.CODES_TO_ADDRESS, Limit.REPORTS_TO_ADDRESS)
    assert asked == [True, True, True, False]
    assert [limits.peek(each, of_address) for each in others] == [True] * 3
