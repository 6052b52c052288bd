import smtplib

import pytest

from campaign.mail.refusals import Refusal, judge


def at_recipient(said: str) -> Refusal:
    code, _space, words = said.partition(" ")
    return judge(smtplib.SMTPRecipientsRefused({"a@b.example": (int(code), words.encode())}))


@pytest.mark.parametrize(
    "said",
    [
        "550 5.1.1 <a@b.example>: User unknown in relay recipient table",
        "550 5.1.1 The email account that you tried to reach does not exist",
        "550 5.4.1 Recipient address rejected: Access denied",
        "556 5.1.10 Recipient domain accepts no mail",
        "550 5.2.1 Mailbox disabled",
        "550 5.7.13 User account disabled",
        "550 No such user here",
        "550 User unknown in relay table",
        "552 Mailbox is full",
        "553 Mailbox name is odd",
        "550 ",
    ],
)
def test_an_address_that_is_refused_for_good_is_final(said: str) -> None:
    refusal = at_recipient(said)
    assert (refusal.is_ours, refusal.is_final) == (False, True)


@pytest.mark.parametrize(
    "said",
    ["450 4.2.1 Greylisted", "451 4.4.1 no answer from host", "450 try again", "451 "],
)
def test_an_address_that_is_refused_for_now_is_tried_again(said: str) -> None:
    refusal = at_recipient(said)
    assert (refusal.is_ours, refusal.is_final) == (False, False)


@pytest.mark.parametrize(
    "said",
    [
        "554 5.7.1 <a@b.example>: Relay access denied",
        "554 relay access denied",
        "550 relaying disabled",
        "550 5.7.1 Unable to relay",
        "550 5.7.0 authentication required",
        "550 5.7.26 This mail is unauthenticated",
        "553 sorry, that domain isn't in my list of allowed rcpthosts",
        "530 5.7.0 Must issue a STARTTLS command first",
        "535 5.7.8 bad password",
        "503 5.5.1 Error: need MAIL command",
        "550 5.1.8 Sender address rejected: Domain not found",
        "451 4.1.8 Sender address rejected: Domain not found",
        "550 5.1.0 Sender rejected",
        "553 5.1.7 sender address syntax",
        "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using a list",
        "550 Your IP is on our blocklist",
        "421 4.7.0 Too many connections",
        "421 Service not available",
        "451 4.3.0 Temporary lookup failure",
        "454 4.7.1 Relay access denied",
        "554 ",
        "500 what",
    ],
)
def test_a_refusal_of_us_is_never_final(said: str) -> None:
    refusal = at_recipient(said)
    assert (refusal.is_ours, refusal.is_final) == (True, False)


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPSenderRefused(550, b"5.1.1 no such user", "us@b.example"),
        smtplib.SMTPAuthenticationError(535, b"no"),
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPHeloError(554, b"no"),
        smtplib.SMTPNotSupportedError("STARTTLS"),
        smtplib.SMTPRecipientsRefused({}),
        smtplib.SMTPDataError(554, b"5.6.0 Not with us"),
        ConnectionRefusedError(),
        TimeoutError(),
        OSError("no route"),
    ],
)
def test_what_comes_before_the_recipient_is_ours(error: Exception) -> None:
    refusal = judge(error)
    assert (refusal.is_ours, refusal.is_final) == (True, False)


def test_a_recipient_that_is_refused_after_the_data_is_refused_all_the_same() -> None:
    refusal = judge(smtplib.SMTPDataError(550, b"5.1.1 No such mailbox"))
    assert refusal == Refusal(is_ours=False, is_final=True, reply="550 5.1.1")


def test_only_codes_are_kept_of_what_the_server_said() -> None:
    assert at_recipient("550 5.1.1 <a@b.example> unknown").reply == "550 5.1.1"
    assert at_recipient("550 a@b.example unknown").reply == "550"
    assert judge(ConnectionRefusedError("a@b.example")).reply == "ConnectionRefusedError"


@pytest.mark.parametrize("said", [b"\xff\xfe 5.1.1", b"", b"5.", b"5.1.1.1 x", b"9" * 5000])
def test_no_reply_breaks_it(said: bytes) -> None:
    assert len(judge(smtplib.SMTPRecipientsRefused({"a": (550, said)})).reply) <= 40
