"""Against a DNS server of the test, and one that says nothing."""

import socket
import time
from ipaddress import ip_address
from pathlib import Path

import dns.resolver
import pytest

from campaign.mail.doctor import lookups
from campaign.mail.doctor.lookups import NotAnswered, Resolver, is_name
from tests.signatures.verification.fake_internet import LocalWorld

HERE = "127.0.0.1"


def ask_at(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's resolver asks there."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [HERE], port
    monkeypatch.setattr("dns.resolver.Resolver", lambda: resolver)


def test_answers_are_read_and_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = LocalWorld(tmp_path)
    world.says("letters.org", "TXT", 'v=spf1 ip4:198.51.100.7" " -all', "other")
    world.says("letters.org", "MX", "20 mx2.Letters.org.", "5 mx1.letters.org.")
    world.says("null.org", "MX", "0 .")
    world.says("mx1.letters.org", "A", "198.51.100.7")
    world.says("mx1.letters.org", "AAAA", "2001:db8:1::7")
    world.says("7.100.51.198.in-addr.arpa", "PTR", "mx1.Letters.org.")
    with world.running() as where:
        ask_at(where.dns_port, monkeypatch)
        resolver = Resolver(deadline=time.monotonic() + 20)
        for _again in range(2):
            assert sorted(resolver.texts("letters.org")) == [
                "other",
                "v=spf1 ip4:198.51.100.7 -all",
            ]
            assert resolver.exchanges("letters.org") == ["mx1.letters.org", "mx2.letters.org"]
            assert resolver.exchanges("null.org") == ["."]
            assert [str(each) for each in resolver.addresses("mx1.letters.org")] == [
                "198.51.100.7",
                "2001:db8:1::7",
            ]
            assert resolver.names(ip_address("198.51.100.7")) == ["mx1.letters.org"]
            assert resolver.texts("null.org") == []
            assert resolver.texts("nowhere.org") == []
    assert len(world.questions) == 8


def test_the_deadline_is_of_all_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "QUERY_SECONDS", 0.2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind((HERE, 0))
        ask_at(silent.getsockname()[1], monkeypatch)
        resolver, began = Resolver(deadline=time.monotonic() + 0.3), time.monotonic()
        for question in range(20):
            with pytest.raises(NotAnswered):
                resolver.texts(f"n{question}.letters.org")
        with pytest.raises(NotAnswered):
            resolver.names(ip_address("198.51.100.7"))

    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "name", ["x" * 64 + ".org", "a..org", "löcher.org", "\ud800.org", "a.b" * 90]
)
def test_an_odd_name_is_not_answered(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Discard, where nobody listens.
    ask_at(9, monkeypatch)
    monkeypatch.setattr(lookups, "QUERY_SECONDS", 0.1)
    with pytest.raises(NotAnswered):
        Resolver(deadline=time.monotonic() + 5).texts(name)


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
