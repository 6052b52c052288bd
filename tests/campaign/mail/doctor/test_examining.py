import time
from dataclasses import replace
from ipaddress import ip_address

import pytest

from campaign.mail.doctor.examining import examine
from campaign.mail.doctor.findings import Code, Finding, as_json, from_json
from campaign.mail.doctor.findings import found as finding
from campaign.mail.doctor.lookups import Address, Resolver
from campaign.mail.doctor.own_mail import domain_of
from campaign.mail.doctor.server import Greeting, Server
from campaign.mail.doctor.setup import Setup
from campaign.mail.doctor.words import is_bad, said
from tests.campaign.mail.doctor.fake_dns import SILENT, FakeDns
from tests.campaign.mail.doctor.test_dkim import key

SAMPLE = (
    b"From: Letters <letters@letters.org>\r\nMessage-ID: <x@letters.org>\r\n"
    b"List-Unsubscribe: <https://letters.org/leave/x/>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\nHello\r\n"
)
SETUP = Setup(
    domain="letters.org",
    envelope="letters.org",
    selectors=["s1"],
    sending_addresses=[ip_address("198.51.100.7")],
    server=Server(host="mail.letters.org", port=587, is_starttls=True, has_login=True),
    site_url="https://letters.org",
    has_postal_address=True,
    hears_bounces=True,
)


def good_dns() -> FakeDns:
    return FakeDns(
        txt={
            "letters.org": ["v=spf1 ip4:198.51.100.7 -all"],
            "s1._domainkey.letters.org": [f"v=DKIM1; p={key(2048)}"],
            "_dmarc.letters.org": ["v=DMARC1; p=reject; rua=mailto:dmarc@letters.org"],
        },
        a={"mail.letters.org": ["198.51.100.7"]},
        mx={"letters.org": ["mail.letters.org"]},
        ptr={"198.51.100.7": ["mail.letters.org"]},
    )


def encrypted(_server: Server, *, seconds: float) -> Greeting:
    return Greeting(True)


def found(setup: Setup, dns: FakeDns, sample: bytes = SAMPLE) -> list[str]:
    return [each.code.value for each in examine(setup, sample=sample, dns=dns, probe=encrypted)]


def test_a_site_that_is_set_up_well() -> None:
    assert found(SETUP, good_dns()) == [
        *("from_good", "spf_good", "dkim_good", "dmarc_good", "ptr_good", "mx_good"),
        *("server_good", "leave_good", "postal_good", "bounces_good"),
    ]


def test_what_is_missing_is_told_and_the_rest_looked_at() -> None:
    setup = replace(
        SETUP,
        selectors=[],
        sending_addresses=[],
        envelope="elsewhere.net",
        site_url="http://letters.org",
        has_postal_address=False,
        hears_bounces=False,
    )
    dns = good_dns()
    dns.txt = {**dns.txt, "elsewhere.net": [SILENT]}
    assert found(setup, dns) == [
        *("from_good", "no_answer", "dkim_unset", "dmarc_spf_of_other", "ptr_unknown", "mx_good"),
        "mx_missing",
        *("server_good", "site_not_https", "postal_missing", "bounces_unheard"),
    ]


def test_a_domain_without_hope_is_asked_nothing_more() -> None:
    dns = good_dns()
    assert found(replace(SETUP, domain="gmail.com"), dns)[:2] == ["from_free", "server_good"]
    assert dns.asked == 0


def test_the_addresses_of_the_server_are_the_best_guess() -> None:
    guessed = replace(SETUP, sending_addresses=[])
    # This one is for documentation, so it is no guess.
    assert found(guessed, good_dns())[1] == "spf_host_unknown"
    dns = good_dns()
    dns.a = {"mail.letters.org": ["8.8.8.8", "10.0.0.1"]}
    dns.txt = {**dns.txt, "letters.org": ["v=spf1 ip4:8.8.8.8 -all"]}
    assert found(guessed, dns)[1] == "spf_good"


@pytest.mark.parametrize(
    ("was", "becomes", "expected"),
    [
        (b"-Post: List", b"-Posts: List", ["leave_missing"]),
        (b"<https://letters.org/leave", b"<mailto:x@letters.org", ["leave_missing"]),
        (b"<https://letters.org/", b"<https://letters.organ/", ["leave_missing"]),
        (b"<x@letters.org>", b"<x@host.local>", ["leave_good", "message_id_other"]),
    ],
)
def test_what_each_mail_says_is_judged(was: bytes, becomes: bytes, expected: list[str]) -> None:
    sample = SAMPLE.replace(was, becomes)
    assert found(SETUP, good_dns(), sample)[7:-2] == expected


def test_a_check_that_breaks_ends_no_other() -> None:
    class Broken(FakeDns):
        def names(self, address: Address) -> list[str]:
            raise ZeroDivisionError

    good = good_dns()
    dns = Broken(txt=good.txt, a=good.a, mx=good.mx)
    assert [each for each in found(SETUP, dns) if "good" not in each] == ["check_failed"]


def test_without_a_network_it_ends_in_time() -> None:
    began = time.monotonic()
    findings = examine(
        replace(SETUP, server=Server(host="127.0.0.1", port=1)),
        sample=SAMPLE,
        dns=Resolver(deadline=began - 1),
    )

    assert [each.code.value for each in findings] == [
        *("no_answer", *["no_answer"] * 5, "server_unreachable"),
        *("leave_good", "postal_good", "bounces_good"),
    ]
    assert time.monotonic() - began < 3


def test_every_finding_has_its_words_and_is_kept() -> None:
    dns = FakeDns(txt={"letters.org": ["v=spf1 \x1b[2J\u202e" + "x" * 500]})
    findings = examine(SETUP, sample=SAMPLE, dns=dns, probe=encrypted)

    assert from_json([*as_json(findings), {"code": "of another release"}]) == findings
    told = [said(each, isolated=True) for each in findings]
    # What another release kept may lack a name.
    assert said(Finding(Code.SPF_SEVERAL, {"n": "2"})).found.startswith("? has 2 SPF records")
    assert all(each.found and "%(" not in f"{each.found}{each.advice}" for each in told)
    assert all("\x1b" not in each.found and len(each.found) < 400 for each in told)
    assert Code.SPF_BROKEN in [each.code for each in findings if is_bad(each)]


def test_a_domain_is_known_by_its_ascii() -> None:
    found = {
        address: domain_of(address)
        for address in (
            "Letters <a@Bücher.de>",
            "a@letters.org",
            "a@\ufffd.de",
            "nobody",
            "",
            "<<@>",
        )
    }

    assert found == {
        "Letters <a@Bücher.de>": "xn--bcher-kva.de",
        "a@letters.org": "letters.org",
        "a@\ufffd.de": "\ufffd.de",
        "nobody": "nobody",
        "": "",
        "<<@>": "",
    }


def test_a_record_too_long_to_paste_is_not_offered() -> None:
    assert finding(Code.DMARC_NONE, name="x", paste="p" * 1000).paste == "p" * 1000
    assert finding(Code.DMARC_NONE, name="x", paste="p" * 1001).paste == ""
    assert finding(Code.DMARC_NONE, name="x", paste="a\x1b[2J").paste == "a\ufffd[2J"
