"""What a mail server's refusal is about: the recipient's address, or us who send.

The difference decides what becomes of a mail. An address that is refused for good gets nothing
more. A server that refuses us (it relays nothing, wants a log-in, dislikes our sender) says
nothing about the recipient: the mail stays owed.
"""

import re
import smtplib
from dataclasses import dataclass

# RFC 3463: class, subject, detail, as in "5.7.1 Relay access denied".
_ENHANCED = re.compile(r"\s*[245]\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_ADDRESS, _MAILBOX, _ROUTING = 1, 2, 4
_REFUSED_FOR_NOW, _SERVICE_NOT_AVAILABLE, _REFUSED_FOR_GOOD = 400, 421, 500
# Details that are about the recipient although their subject is about us, and the other way round.
_OF_RECIPIENT = {(7, 13), (7, 17), (7, 18)}
_OF_SENDER = {(1, 7), (1, 8)}
# Replies that are about a mailbox when the server says nothing more exact.
_MAILBOX_CODES = {450, 451, 452, 550, 551, 552, 553, 556}
# The reply of a server within what a report quotes of it.
_REPLY = re.compile(r"(?<![\d.])([245]\d\d)[ -]")
_MAX_SAID = 2000
# Final, and yet not for good: full, too large, waited too long.
_PASSING = {(2, 2), (2, 3), (3, 4), (4, 7)}
_PASSING_CODES = {"552"}
_ABOUT_RECIPIENT = re.compile(
    r"unknown user|user unknown|no such (user|mailbox|recipient|address)|not exist|over quota"
    r"|mailbox (unavailable|not found|is full|full)"
    r"|(account|mailbox|user) (is |has been )?(disabled|inactive|suspended)",
    re.IGNORECASE,
)
_TOO_FAST = re.compile(
    r"rate|too (many|fast|quick)|throttl|slow down|try again later", re.IGNORECASE
)
# Policy, and a system that takes no mail for now: RFC 3463 sections 3.4 and 3.8.
_THROTTLING_SUBJECT, _NOT_ACCEPTING = 7, (3, 2)
_ABOUT_US = re.compile(
    r"relay|authenticat|log ?in|sender|access denied|not permitted|not allowed|rcpthosts"
    r"|bl[ao]ck(ed|list)|black ?list|reputation|spam|client host|rate limit|too many"
    r"|policy|\bSPF\b|\bDKIM\b|\bDMARC\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Refusal:
    # The server refuses us, whoever the recipient is.
    is_ours: bool
    # Trying this recipient again would lead nowhere. Never so for what is ours.
    is_final: bool
    # The codes only, as "550 5.1.1": what servers write beside them repeats addresses.
    reply: str
    # It would take the mail later, or if we sent less.
    is_throttling: bool = False


def judge(error: Exception) -> Refusal:
    """Never raises. A lost connection is ours, and so is whatever comes before the recipient."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        replies = list(error.recipients.values())
        return _judge_reply(*replies[0]) if replies else Refusal(True, False, "")
    if isinstance(error, smtplib.SMTPDataError):
        return _judge_reply(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPResponseException):
        text = _text(error.smtp_error)
        return Refusal(
            True,
            False,
            _codes(error.smtp_code, text),
            is_throttling=_is_throttling(error.smtp_code, text),
        )
    return Refusal(True, False, type(error).__name__[:40])


def judge_report(*, status: str, diagnostic: str) -> Refusal:
    """What a report says of a mail that came back: its status ("5.1.1") and, in whatever dress,
    what the mail server had answered. Without either, nothing is final."""
    said = diagnostic[:_MAX_SAID]
    found = _REPLY.search(said)
    text = said[found.end() :] if found else said
    if not _ENHANCED.match(text) and _ENHANCED.fullmatch(status):
        text = f"{status.strip()} {text}"
    if found:
        return _judge_reply(int(found[1]), text)
    if _ENHANCED.match(text):
        return _judge_reply(550 if text.lstrip().startswith("5") else 450, text)
    return Refusal(is_ours=False, is_final=False, reply="")


def is_lasting(refusal: Refusal) -> bool:
    """Whether the mailbox itself is refused for good: not one that is full, nor a mail that was too
    large or waited for too long."""
    if not refusal.is_final:
        return False
    code, _space, enhanced = refusal.reply.partition(" ")
    found = _ENHANCED.match(enhanced)
    if found is None:
        return code not in _PASSING_CODES
    return (int(found[1]), int(found[2])) not in _PASSING


def _judge_reply(code: int, said: bytes | str) -> Refusal:
    text = _text(said)
    ours = _is_ours(code, text)
    return Refusal(
        is_ours=ours,
        is_final=code >= _REFUSED_FOR_GOOD and not ours,
        reply=_codes(code, text),
        is_throttling=_is_throttling(code, text),
    )


def _is_throttling(code: int, text: str) -> bool:
    if code == _SERVICE_NOT_AVAILABLE:
        return True
    if not _REFUSED_FOR_NOW <= code < _REFUSED_FOR_GOOD:
        return False
    if found := _ENHANCED.match(text):
        kind = (int(found[1]), int(found[2]))
        return kind[0] == _THROTTLING_SUBJECT or kind == _NOT_ACCEPTING
    return bool(_TOO_FAST.search(text))


def _is_ours(code: int, text: str) -> bool:
    if code == _SERVICE_NOT_AVAILABLE:
        return True
    if found := _ENHANCED.match(text):
        kind = (int(found[1]), int(found[2]))
        if kind in _OF_RECIPIENT or kind in _OF_SENDER:
            return kind in _OF_SENDER
        # "Something else about an address" may mean ours: then the words must tell.
        if kind[0] and kind != (_ADDRESS, 0):
            return kind[0] not in (_ADDRESS, _MAILBOX, _ROUTING)
    if _ABOUT_RECIPIENT.search(text):
        return False
    return code not in _MAILBOX_CODES or bool(_ABOUT_US.search(text))


def _codes(code: int, text: str) -> str:
    found = _ENHANCED.match(text)
    return f"{code} {found[0].strip()}" if found else str(code)


def _text(said: bytes | str) -> str:
    return said.decode("ascii", "replace") if isinstance(said, bytes) else str(said)
