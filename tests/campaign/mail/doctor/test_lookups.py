"""Against a DNS server that says nothing."""

import socket
import time
from collections.abc import Iterator
from ipaddress import ip_address

import dns.resolver
import pytest

from campaign.mail.doctor import lookups
from campaign.mail.doctor.lookups import NotAnswered, Resolver, is_name


@pytest.fixture
def _silence(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's resolver is one that takes questions and never answers."""
    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    silent.bind(("127.0.0.1", 0))

    def configured() -> dns.resolver.Resolver:
        resolver = original(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], silent.getsockname()[1]
        return resolver

    original = dns.resolver.Resolver
    monkeypatch.setattr("dns.resolver.Resolver", configured)
    yield
    silent.close()


@pytest.mark.usefixtures("_silence")
def test_the_deadline_is_of_all_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "QUERY_SECONDS", 0.2)
    resolver, began = Resolver(deadline=time.monotonic() + 0.3), time.monotonic()
    for question in range(20):
        with pytest.raises(NotAnswered):
            resolver.texts(f"n{question}.letters.org")
    with pytest.raises(NotAnswered):
        resolver.names(ip_address("198.51.100.7"))

    assert time.monotonic() - began < 2


def test_a_machine_without_a_resolver_answers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def configured() -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr("dns.resolver.Resolver", configured)
    with pytest.raises(NotAnswered):
        Resolver(deadline=time.monotonic() + 5).texts("letters.org")


def test_a_name_can_be_asked_for_or_not() -> None:
    names = ["letters.org", "_dmarc.Letters.org.", "s1._domainkey.a.b"]
    others = ["", ".", "org", "a..b", "-a.b", "a b.c", "löcher.org", "x" * 64 + ".a", "a.b" * 90]

    assert [each for each in names + others if is_name(each)] == names
