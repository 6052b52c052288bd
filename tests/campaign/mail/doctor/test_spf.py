from ipaddress import ip_address

import pytest

from campaign.mail.doctor import spf
from campaign.mail.doctor.findings import Code
from campaign.mail.doctor.lookups import NotAnswered
from campaign.mail.doctor.spf import Verdict
from tests.campaign.mail.doctor.fake_dns import SILENT, FakeDns

OURS = ip_address("198.51.100.7")
OURS_6 = ip_address("2001:db8:1::7")
# What others publish, for records that lead there.
OTHERS = {
    "ours.test.example": ["v=spf1 ip4:198.51.100.0/24 ?all"],
    "nobody.example": ["v=spf1 -all"],
    "everybody.example": ["v=spf1 +all"],
    "round.example": ["v=spf1 include:letters.example ~all"],
    "self.example": ["v=spf1 redirect=self.example"],
    "twice.example": ["v=spf1 -all", "v=spf1 ~all"],
    "silent.example": [SILENT],
    "nine.example": ["v=spf1 " + "a " * 9 + "-all"],
    "ten.example": ["v=spf1 " + "a " * 10 + "-all"],
    **{f"deep{n}.example": [f"v=spf1 include:deep{n + 1}.example -all"] for n in range(30)},
}


def found(*records: str, is_certain: bool = True) -> list[str]:
    dns = FakeDns(
        txt={"letters.example": ["something else", *records], **OTHERS},
        a={
            "letters.example": ["198.51.100.7", "2001:db8:1::7"],
            "mx.example": ["198.51.100.9"],
            "away.example": ["203.0.113.1"],
        },
        mx={"letters.example": ["mx.example"]},
    )
    findings = spf.check(dns, domain="letters.example", senders=[OURS], are_certain=is_certain)
    # However long and nested the record is.
    assert dns.asked < 120
    return [each.code.value for each in findings]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("v=spf1 ip4:198.51.100.7 -all", "spf_good"),
        ("V=SPF1  IP4:198.51.100.0/24   ~ALL ", "spf_good"),
        ("v=spf1 a -all", "spf_good"),
        ("v=spf1 mx/24 -all", "spf_good"),
        ("v=spf1 a:letters.example/24//64 -all", "spf_good"),
        ("v=spf1 include:ours.test.example -all", "spf_good"),
        ("v=spf1 include:nine.example ip4:198.51.100.7 -all", "spf_good"),
        ("v=spf1 -ip4:203.0.113.1 ip4:198.51.100.7 unknown=x exp=why.example -all", "spf_good"),
        ("v=spf1 ip4:198.51.100.7 -all redirect=nowhere.example", "spf_good"),
        ("v=spf1 ip4:198.51.100.7 -all include:nowhere.example", "spf_good"),
        # Its own verdict, and not that of what it includes.
        ("v=spf1 include:nobody.example ip4:198.51.100.7 -all", "spf_good"),
        ("v=spf1 ip4:198.51.100.7 ?all", "spf_open_end"),
        ("v=spf1 ip4:198.51.100.7", "spf_open_end"),
        ("v=spf1 ip4:203.0.113.0/24 -all", "spf_host_fails"),
        ("v=spf1 ip6:2001:db8:1::/48 -all", "spf_host_fails"),
        ("v=spf1 a:away.example ~all", "spf_host_fails"),
        ("v=spf1 -include:ours.test.example a -all", "spf_host_fails"),
        ("v=spf1 redirect=nobody.example", "spf_host_fails"),
        ("v=spf1 exists:%{i}._spf.example -all", "spf_host_unknown"),
        ("v=spf1 include:%{d}.example -all", "spf_host_unknown"),
        ("v=spf1 ptr -all", "spf_host_unknown"),
        ("v=spf1 +all", "spf_anybody"),
        ("v=spf1 all", "spf_anybody"),
        ("v=spf1 ip4:0.0.0.0/0 -all", "spf_anybody"),
        ("v=spf1 a/0 -all", "spf_anybody"),
        ("v=spf1 include:everybody.example -all", "spf_anybody"),
        ("v=spf1 redirect=everybody.example", "spf_anybody"),
        ("v=spf1 include:ten.example -all", "spf_too_many"),
        ("v=spf1 include:letters.example -all", "spf_too_many"),
        ("v=spf1 include:round.example -all", "spf_too_many"),
        ("v=spf1 redirect=self.example", "spf_too_many"),
        ("v=spf1 include:deep0.example -all", "spf_too_many"),
        ("v=spf1 " + "include:nobody.example " * 300, "spf_too_many"),
        ("v=spf1 include:nowhere.example -all", "spf_no_included"),
        ("v=spf1 redirect=nowhere.example", "spf_no_included"),
        ("v=spf1 include:twice.example -all", "spf_several"),
        ("v=spf1 ip4:198.51.100.7 al", "spf_broken"),
        ("v=spf1 ip4:198.51.100.300 -all", "spf_broken"),
        ("v=spf1 ip4:2001:db8::1 -all", "spf_broken"),
        ("v=spf1 ip4: -all", "spf_broken"),
        ("v=spf1 a/33 -all", "spf_broken"),
        ("v=spf1 a/x -all", "spf_broken"),
        ("v=spf1 include -all", "spf_broken"),
        ("v=spf1 include: -all", "spf_broken"),
        ("v=spf1 include:nodot -all", "spf_broken"),
        ("v=spf1 include:-x.example -all", "spf_broken"),
        ("v=spf1 a: -all", "spf_broken"),
        ("v=spf1 all:x.example", "spf_broken"),
        ("v=spf1 redirect=a.example redirect=b.example", "spf_broken"),
        ("v=spf1 redirect=", "spf_broken"),
        ("v=spf1, a, -all", "spf_missing"),
        ("v=spf1 a, -all", "spf_broken"),
        ("v=spf1 ип4:198.51.100.7 -all", "spf_broken"),
        ("v=spf1 \x1b[31m -all", "spf_broken"),
        ("v=spf1 " + "ip4:198.51.100.7 " * 600 + "-all", "spf_broken"),
        ("v=spf10 -all", "spf_missing"),
        ("", "spf_missing"),
    ],
)
def test_a_record_is_judged(record: str, expected: str) -> None:
    assert found(record) == [expected]


def test_two_records_do_not_count() -> None:
    assert found("v=spf1 -all", "v=spf1 ~all") == ["spf_several"]


def test_a_guessed_address_accuses_nobody() -> None:
    assert found("v=spf1 ip4:203.0.113.0/24 -all", is_certain=False) == ["spf_host_unknown"]
    assert found("v=spf1 ip4:198.51.100.7 -all", is_certain=False) == ["spf_good"]


def test_an_include_that_is_not_answered_is_not_judged() -> None:
    with pytest.raises(NotAnswered):
        found("v=spf1 include:silent.example -all")


def test_what_to_publish_is_told() -> None:
    dns = FakeDns(txt={"with.example": ["v=spf1 a -all"]}, a={"with.example": ["203.0.113.1"]})
    [missing] = spf.check(dns, domain="x.example", senders=[OURS, OURS_6], are_certain=True)
    [failing] = spf.check(dns, domain="with.example", senders=[OURS], are_certain=True)

    assert missing.paste == ('x.example. TXT "v=spf1 ip4:198.51.100.7 ip6:2001:db8:1::7 ~all"')
    assert failing.paste == 'with.example. TXT "v=spf1 ip4:198.51.100.7 a -all"'


def test_lookups_are_counted_through_includes() -> None:
    dns = FakeDns(txt={"letters.example": ["v=spf1 include:nine.example -all"], **OTHERS})
    [good] = spf.check(dns, domain="letters.example", senders=[], are_certain=False)
    record = spf.read(dns, "letters.example")

    assert good.code is Code.SPF_HOST_UNKNOWN
    assert spf.count_lookups(dns, record) == 10
    assert spf.verdict(dns, record, OURS) is Verdict.NO_PASS
