import pytest

from campaign.mail.doctor import received
from tests.campaign.mail.reports import complaint

SIGNED = (
    "DKIM-Signature: v=1; a=rsa-sha256; d=letters.org; s=s1;\r\n"
    " h=From:To:Subject:List-Unsubscribe:\r\n  List-Unsubscribe-Post; bh=x; b=y\r\n"
)
PASSED = (
    "Authentication-Results: mx.big.example;\r\n"
    "       dkim=pass header.i=@letters.org header.s=s1 header.b=abc;\r\n"
    "       spf=pass (big.example: domain of b+d5@letters.org designates 198.51.100.7 as\r\n"
    "       permitted sender; thanks) smtp.mailfrom=b+d5@letters.org;\r\n"
    "       dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=letters.org\r\n"
)
ALL_WELL = ["read_passed", "read_passed", "read_passed", "read_covered"]


def found(headers: str) -> list[str]:
    raw = f"{headers}From: Letters <letters@letters.org>\r\nSubject: x\r\n\r\nHello\r\n".encode()
    return [each.code.value for each in received.check(raw)]


def test_a_mail_that_passed_is_believed() -> None:
    assert found(PASSED + SIGNED) == ALL_WELL


@pytest.mark.parametrize(
    ("was", "becomes", "expected"),
    [
        ("spf=pass", "spf=softfail", ["read_failed", *ALL_WELL[1:]]),
        (
            "mailfrom=b+d5@letters.org",
            "mailfrom=service.example",
            ["read_unaligned", *ALL_WELL[1:]],
        ),
        ("mailfrom=b+d5@letters.org", "mailfrom=mail.letters.org", ALL_WELL),
        ("header.i=@letters.org", "header.d=service.example",
         ["read_passed", "read_unaligned", "read_passed", "read_covered"]),
        ("header.i=@letters.org", "header.d=LETTERS.org", ALL_WELL),
        ("       dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=letters.org\r\n", "",
         ["read_passed", "read_passed", "read_failed", "read_covered"]),
        ("dkim=pass", "dkim=fail header.d=other.example; dkim=pass", ALL_WELL),
        ("Authentication-Results: mx", "X-Other: mx", ["read_no_results", "read_covered"]),
        ("Authentication-Results: mx", "Authentication-Results: near.example; none\r\n"
         "Authentication-Results: mx", ["read_no_results", "read_covered"]),
        ("d=letters.org; s=s1", "d=service.example; s=s1",
         [*ALL_WELL[:3], "read_unsigned"]),
        (":\r\n  List-Unsubscribe-Post", "", [*ALL_WELL[:3], "read_left_out"]),
        ("v=1; a=rsa", "v=1; ; ; a=rsa", [*ALL_WELL[:3], "read_unsigned"]),
    ],
)  # fmt: skip
def test_what_did_not_pass_is_told(was: str, becomes: str, expected: list[str]) -> None:
    whole = PASSED + SIGNED
    assert was in whole
    assert found(whole.replace(was, becomes, 1)) == expected


def test_one_signature_that_counts_is_enough() -> None:
    assert found(PASSED + SIGNED.replace("letters.org", "service.example") + SIGNED) == ALL_WELL


def test_what_is_left_out_is_named() -> None:
    without = SIGNED.replace(":List-Unsubscribe:\r\n  List-Unsubscribe-Post", "")
    raw = f"{PASSED}{without}From: x@letters.org\r\n\r\n".encode()

    assert received.check(raw)[-1].about == {"headers": "list-unsubscribe, list-unsubscribe-post"}


def test_a_report_is_no_mail_that_arrived() -> None:
    assert [each.code for each in received.check(complaint())] == ["read_report"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff" * 5000,
        b"From: \xff\xfe\r\nAuthentication-Results: \xff; spf=pass\r\n\r\n",
        b"Authentication-Results: " + b"(" * 20_000 + b"\r\n\r\n",
        b"Authentication-Results: x;" + b"spf=pass;" * 5000 + b"\r\n\r\n",
        b"From: " + b"<" * 20_000 + b"\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n" * 2000,
    ],
)
def test_nonsense_is_answered(raw: bytes) -> None:
    found = received.check(raw)

    assert {each.code.value for each in found} <= {
        *("read_no_results", "read_unsigned", "read_unaligned", "read_failed")
    }
    assert found != []
    assert all(value.isprintable() for each in found for value in each.about.values())
