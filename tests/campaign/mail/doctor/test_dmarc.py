import pytest

from campaign.mail.doctor import dmarc
from tests.campaign.mail.doctor.fake_dns import FakeDns

GOOD = "v=DMARC1; p=quarantine; rua=mailto:dmarc@letters.example"


def found(
    *records: str, domain: str = "letters.example", at: str = "", envelope: str = ""
) -> list[str]:
    dns = FakeDns(txt={f"_dmarc.{at or domain}": ["else", *records]})
    findings = dmarc.check(dns, domain=domain, envelope=envelope or domain)
    return [each.code.value for each in findings]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (GOOD, ["dmarc_good"]),
        (GOOD + "; aspf=s; adkim=s; pct=100;", ["dmarc_good"]),
        ("v = DMARC1 ;p=reject;rua=mailto:a@b.example!10m, mailto:c@d.example", ["dmarc_good"]),
        ("v=DMARC1; p=none; rua=mailto:a@b.example", ["dmarc_none"]),
        ("v=DMARC1; p=none", ["dmarc_none", "dmarc_no_reports"]),
        ("v=DMARC1; p=reject; rua=https://b.example", ["dmarc_no_reports"]),
        ("v=DMARC1; p=maybe", ["dmarc_broken"]),
        ("v=DMARC1", ["dmarc_broken"]),
        ("v=DMARC1; p=none; p=reject", ["dmarc_broken"]),
        ("v=DMARC1; p=reject; aspf=x", ["dmarc_broken"]),
        ("v=DMARC1; p=reject rua", ["dmarc_broken"]),
        ("v=DMARC1; سياسة=reject", ["dmarc_broken"]),
        ("v=DMARC1; " + "x=y;" * 3000, ["dmarc_broken"]),
        ("v=DMARC2; p=reject", ["dmarc_missing"]),
        ("V=dmarc1; p=reject", ["dmarc_missing"]),
    ],
)
def test_a_record_is_judged(record: str, expected: list[str]) -> None:
    assert found(record) == expected


def test_the_domain_above_speaks_where_there_is_no_own_record() -> None:
    sub = "mail.letters.co.uk"
    good = "v=DMARC1; p=reject; rua=mailto:a@b.example"
    assert found(good, domain=sub, at="letters.co.uk") == ["dmarc_good"]
    assert found(f"{good}; sp=none", domain=sub, at="letters.co.uk") == ["dmarc_none"]
    assert found(good, domain=sub, at="co.uk") == ["dmarc_missing"]


def test_spf_of_another_domain_does_not_count() -> None:
    assert found(GOOD, envelope="bounces.letters.example") == ["dmarc_good"]
    assert found(GOOD, envelope="service.example") == ["dmarc_spf_of_other"]
    strict = f"{GOOD}; aspf=s"
    assert found(strict, envelope="bounces.letters.example") == ["dmarc_spf_of_other"]


def test_two_records_do_not_count() -> None:
    assert found(GOOD, GOOD) == ["dmarc_several"]


def test_what_to_publish_keeps_what_is_there() -> None:
    dns = FakeDns(txt={"_dmarc.a.example": ["v=DMARC1; p=none; adkim=s"]})
    policy, reports = dmarc.check(dns, domain="a.example", envelope="a.example")

    assert policy.paste == '_dmarc.a.example. TXT "v=DMARC1; p=quarantine; adkim=s"'
    assert reports.paste == (
        '_dmarc.a.example. TXT "v=DMARC1; p=none; adkim=s; rua=mailto:dmarc@a.example"'
    )
