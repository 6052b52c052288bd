from base64 import b64encode
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from campaign.mail.doctor import dkim
from tests.campaign.mail.doctor.fake_dns import FakeDns

NAME = "s1._domainkey.letters.example"


@cache
def key(bits: int) -> str:
    public = rsa.generate_private_key(public_exponent=65537, key_size=bits).public_key()
    return _written(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def _written(raw: bytes) -> str:
    return b64encode(raw).decode()


def found(*records: str) -> list[str]:
    dns = FakeDns(txt={NAME: records})
    findings = dkim.check(dns, domain="letters.example", selectors=["s1"])
    return [each.code.value for each in findings]


def test_keys_are_judged() -> None:
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    edwards = ed25519.Ed25519PrivateKey.generate().public_key()
    good = key(2048)
    expected = {
        f"v=DKIM1; k=rsa; p={good}": "dkim_good",
        f"p={good}": "dkim_good",
        f"v=DKIM1;k=RSA;p={good[:70]} {good[70:]};": "dkim_good",
        f"v=DKIM1; h=sha1:sha256; s=*; n=hello; p={good}": "dkim_good",
        f"v=DKIM1; p={key(1024)}": "dkim_short",
        f"v=DKIM1; t=y:s; p={good}": "dkim_testing",
        f"v=DKIM1; t=s; p={good}": "dkim_good",
        f"v=DKIM1; k=ed25519; p={_written(edwards.public_bytes_raw())}": "dkim_ed25519",
        "v=DKIM1; k=rsa; p=": "dkim_revoked",
        f"v=DKIM2; p={good}": "dkim_broken",
        f"p={good}; v=DKIM1": "dkim_broken",
        f"v=DKIM1; h=sha1; p={good}": "dkim_broken",
        f"v=DKIM1; s=tlsrpt; p={good}": "dkim_broken",
        f"v=DKIM1; k=rsa4; p={good}": "dkim_broken",
        f"v=DKIM1; k=ed25519; p={good}": "dkim_broken",
        f"v=DKIM1; p={good[:-9]}": "dkim_broken",
        f"v=DKIM1; p={good}; p={good}": "dkim_broken",
        "v=DKIM1; p=…": "dkim_broken",
        "v=DKIM1; k=rsa": "dkim_broken",
        "p=" + "A" * 10_000: "dkim_broken",
        ";" * 10_000: "dkim_broken",
        "v=spf1 -all": "dkim_broken",
        "": "dkim_broken",
        f"v=DKIM1; p={_written(curve.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))}": "dkim_broken",  # noqa: E501
    }

    assert {record: found(record) for record in expected} == {
        record: [code] for record, code in expected.items()
    }


def test_a_short_key_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    # Cryptography makes none below 1024 bits any more.
    monkeypatch.setattr(dkim, "LEAST_BITS", 1025)

    assert found(f"v=DKIM1; p={key(1024)}") == ["dkim_too_short"]


def test_what_is_not_there_once_is_told() -> None:
    dns = FakeDns()
    assert found() == ["dkim_missing"]
    assert found("p=", "p=") == ["dkim_several"]
    assert [each.code for each in dkim.check(dns, domain="a.example", selectors=[])] == [
        "dkim_unset"
    ]
    # What cannot be asked for is not asked for.
    odd = dkim.check(dns, domain="a.example", selectors=["ü", "a b", "x" * 64, ""])
    assert [each.code for each in odd] == ["dkim_missing"] * 4
    assert dns.asked == 0
