from ipaddress import ip_address

import pytest

from campaign.mail.doctor import sender
from tests.campaign.mail.doctor.fake_dns import FakeDns


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("letters.org", "from_good"),
        ("gmail.com", "from_free"),
        ("yahoo.co.jp", "from_free"),
        ("yopmail.com", "from_free"),
        ("letters.example", "from_nobodys"),
        ("mail.example.com", "from_nobodys"),
        ("localhost", "from_nobodys"),
        ("127.0.0.1", "from_nobodys"),
        ("letters.local", "from_nobodys"),
        ("[::1]", "from_nobodys"),
        ("löcher.org", "from_nobodys"),
        ("", "from_nobodys"),
        ("nowhere.org", "from_unknown"),
    ],
)
def test_the_domain_of_the_sender_is_judged(domain: str, expected: str) -> None:
    dns = FakeDns(a={"letters.org": ["198.51.100.7"]})

    assert [each.code for each in sender.check_domain(dns, domain=domain)] == [expected]


def test_answers_arrive_where_a_server_takes_them() -> None:
    dns = FakeDns(
        mx={"good.org": ["gone.org", "mx.good.org"], "null.org": ["."], "lost.org": ["gone.org"]},
        a={"mx.good.org": ["198.51.100.7"], "web.org": ["198.51.100.8"]},
    )
    found = {
        domain: [each.code.value for each in sender.check_exchange(dns, domain=domain)]
        for domain in ("good.org", "null.org", "lost.org", "web.org", "none.org")
    }

    assert found == {
        "good.org": ["mx_good"],
        "null.org": ["mx_missing"],
        "lost.org": ["mx_missing"],
        "web.org": ["mx_implicit"],
        "none.org": ["mx_missing"],
    }


def test_the_name_of_an_address_leads_back() -> None:
    dns = FakeDns(
        ptr={
            "198.51.100.1": ["other.org", "mail.good.org"],
            "198.51.100.2": ["mail.good.org"],
            "198.51.100.4": ["not a name"],
        },
        a={"mail.good.org": ["198.51.100.1"]},
    )
    senders = [ip_address(f"198.51.100.{n}") for n in (1, 2, 3, 4)]

    assert [each.code for each in sender.check_addresses(dns, senders=senders)] == [
        "ptr_good",
        "ptr_unconfirmed",
        "ptr_missing",
        "ptr_unconfirmed",
    ]
    assert [each.code for each in sender.check_addresses(dns, senders=[])] == ["ptr_unknown"]
