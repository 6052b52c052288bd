"""Reports as servers write them, in whole and cut off anywhere, and what only looks like one."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.mail.delivery_reports import DeliveryReport, ReportKind, read
from campaign.mail.refusals import is_lasting, judge_report
from tests.campaign.mail import reports

SHAPES = {
    "postfix": reports.postfix(),
    "exchange": reports.exchange(),
    "gmail": reports.gmail(),
    "bare": reports.bare(),
    "crlf": reports.postfix().replace(b"\n", b"\r\n"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_report_is_read_in_each_shape(shape: str) -> None:
    found = read(SHAPES[shape])
    assert found is not None
    refusal = judge_report(status=found.status, diagnostic=found.diagnostic)
    assert (found.kind, refusal.reply.rpartition(" ")[2], is_lasting(refusal)) == (
        *(ReportKind.FAILED, {"exchange": "5.1.10"}.get(shape, "5.1.1")),
        True,
    )
    assert reports.SENT_TO in found.addressed
    assert found.tokens == (() if shape == "bare" else (reports.TOKEN,))
    assert found.at == datetime(2026, 11, 30, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "kind", "lasting"),
    [
        (
            {"action": "delayed", "status": "4.4.1", "diagnostic": "smtp; 451 later"},
            "DELAYED",
            False,
        ),
        ({"action": "relayed", "status": "2.0.0"}, "NOTHING_LOST", False),
        ({"action": "delivered", "status": "2.0.0"}, "NOTHING_LOST", False),
        ({"status": "5.2.2", "diagnostic": "smtp; 552 5.2.2 over quota"}, "FAILED", False),
        ({"status": "5.7.1", "diagnostic": "smtp; 550 5.7.1 blocked by policy"}, "FAILED", False),
        ({"status": "4.4.7", "diagnostic": "smtp; 451 4.4.7 expired"}, "FAILED", False),
        ({"status": "5.4.7", "diagnostic": ""}, "FAILED", False),
        ({"status": "5.0.0", "diagnostic": "x-unix; user unknown"}, "FAILED", True),
        ({"status": "5.1.1", "diagnostic": ""}, "FAILED", True),
        ({"status": "", "diagnostic": "smtp; 550 No such user here"}, "FAILED", True),
        (
            {"status": "5.0.0", "diagnostic": "smtp; 554 rejected: listed in a blocklist"},
            "FAILED",
            False,
        ),
        ({"status": "5.4.4", "diagnostic": "Host or domain name not found"}, "FAILED", True),
    ],
)
def test_what_it_says_is_told_apart(changes: dict[str, str], kind: str, lasting: bool) -> None:
    found = read(reports.postfix(**changes))
    assert found is not None
    refusal = judge_report(status=found.status, diagnostic=found.diagnostic)
    assert (found.kind.name, is_lasting(refusal) and found.kind is ReportKind.FAILED) == (
        *(kind, lasting),
    )


@pytest.mark.parametrize(
    ("feedback", "kind"),
    [
        *((each, "COMPLAINT") for each in ("abuse", "fraud", "Abuse", "opt-out")),
        *((each, "NOTHING_LOST") for each in ("not-spam", "virus", "auth-failure", "", "x" * 5000)),
    ],
)
def test_complaints_are_told_from_other_feedback(feedback: str, kind: str) -> None:
    found = read(reports.complaint(feedback))
    assert found is not None
    assert (found.kind.name, found.tokens) == (kind, (reports.TOKEN,))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"Subject: Out of office\nAuto-Submitted: auto-replied\n\nI am away.\n",
        reports.quoted(),
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n",
        b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\nContent-Type: multipart/mixed; "
        b"boundary=a\n\n" * 9000,
        b"Content-Type: message/rfc822\n\n" * 5000,
        b"To: " + b"<" * 200_000 + b"\nContent-Type: message/delivery-status\n\nAction: failed\n",
    ],
)
def test_what_is_no_report_is_none(raw: bytes) -> None:
    assert read(raw) is None


def test_a_report_that_is_cut_off_is_read_or_is_none() -> None:
    whole = read(reports.postfix())
    assert isinstance(whole, DeliveryReport)
    for shape in (*SHAPES.values(), reports.complaint("abuse")):
        found = [read(shape[:length]) for length in range(0, len(shape), 13)]
        assert found[0] is None
        kinds = {each.kind for each in found if each}
        assert kinds <= {ReportKind.FAILED, ReportKind.COMPLAINT, ReportKind.NOTHING_LOST}


@given(st.binary(max_size=300), st.integers(0, 2000))
def test_whatever_stands_anywhere_in_it_raises_nothing(noise: bytes, place: int) -> None:
    whole = reports.postfix()
    read(whole[:place] + noise + whole[place:])
    read(noise)
