"""Only what the whole internet can reach is ever gone to."""

from ipaddress import ip_address

import pytest

from signatures.verification.network import environment
from signatures.verification.network.dns import MAX_ADDRESSES, addresses_of, is_public, texts_at
from signatures.verification.network.environment import World
from signatures.verification.problems import NotShown, Problem
from tests.signatures.verification.fake_internet import LocalWorld

INWARD = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.3",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::10.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::10.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::8.8.8.8",
    "100::1",
    "2001::1",
    "2001:0:808:808::f7f7:f7f7",
    "2001:db8::1",
    "2002:a00:1::1",
    "2002:7f00:3::",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "64:ff9b::8.8.8.8", "2002:808:808::1"]


@pytest.mark.parametrize("address", INWARD)
def test_inward_in_every_disguise(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", [each for each in INWARD if "%" not in each])
def test_a_name_that_leads_inward_is_refused(world: LocalWorld, address: str) -> None:
    world.says("noor.example", "AAAA" if ":" in address else "A", address)
    with pytest.raises(NotShown) as found:
        addresses_of("noor.example")
    assert found.value.problem == Problem.INWARD


def test_one_address_inward_among_public_ones_is_enough(world: LocalWorld) -> None:
    world.says("noor.example", "A", "93.184.216.34", "10.0.0.1")
    with pytest.raises(NotShown, match=Problem.INWARD):
        addresses_of("noor.example")
    world.says("noor.example", "A", "93.184.216.34")
    world.says("noor.example", "AAAA", "::1")
    with pytest.raises(NotShown, match=Problem.INWARD):
        addresses_of("noor.example")


def test_both_kinds_of_address_ipv4_first(world: LocalWorld) -> None:
    world.says("noor.example", "A", "93.184.216.34")
    world.says("noor.example", "AAAA", "2606:4700::1111")
    assert list(map(str, addresses_of("noor.example"))) == ["93.184.216.34", "2606:4700::1111"]


def test_a_crowd_of_addresses_is_no_site(world: LocalWorld) -> None:
    world.says("noor.example", "A", *(f"93.184.216.{n}" for n in range(MAX_ADDRESSES + 1)))
    with pytest.raises(NotShown, match=Problem.INWARD):
        addresses_of("noor.example")


def test_a_name_that_does_not_exist(world: LocalWorld) -> None:
    with pytest.raises(NotShown, match=Problem.NO_SUCH_NAME):
        addresses_of("noor.example")


def test_a_server_that_never_answers(world: LocalWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signatures.verification.network.dns.QUERY_SECONDS", 0.3)
    world.silent.add("noor.example")
    with pytest.raises(NotShown, match=Problem.DNS_SILENT):
        addresses_of("noor.example")


def test_texts_with_their_parts_joined_and_none_where_none_are(world: LocalWorld) -> None:
    world.says("_undersigned.noor.example", "TXT", 'one" "two', "caf\\233")
    assert sorted(texts_at("_undersigned.noor.example")) == ["caf\ufffd", "onetwo"]
    world.says("noor.example", "A", "93.184.216.34")
    assert texts_at("noor.example") == []
    assert texts_at("nobody.example") == []


def test_in_the_real_world_the_machines_own_servers_are_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from dns import resolver

    asked: list[bool] = []

    class Silent(resolver.Resolver):
        def __init__(self, configure: bool) -> None:
            asked.append(configure)
            super().__init__(configure=False)
            self.nameservers = []

    monkeypatch.setattr(environment, "world", World())
    monkeypatch.setattr(resolver, "Resolver", Silent)
    with pytest.raises(NotShown, match=Problem.DNS_SILENT):
        addresses_of("noor.example")
    assert asked == [True]
