"""Reading the mailbox that mail comes back to, over IMAP or POP3.

What is a report on a mail of ours, by a keyed token, is stored and then deleted there; a worker
that is killed between the two reads it again, and it is stored once. All else stays: marked as
read over IMAP. POP3 marks nothing, so it is read again, the newest first.
"""

import imaplib
import poplib
import ssl
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import structlog
from django.conf import settings

from campaign import stopping
from campaign.environment import Mailbox
from campaign.mail import delivery_reports
from campaign.mail.delivery_reports import DeliveryReport, ReportKind
from campaign.mail.refusals import is_lasting, judge_report
from campaign.mail.return_tokens import MailRow, row_behind, row_written_to
from campaign.mail.returned import Outcome, Returned, key_of, moment
from signatures.notifications import bounces

log = structlog.get_logger(__name__)

SOURCE = "mailbox"
# Of one silence of the server, and of one visit.
SILENCE_SECONDS = 15
VISIT_SECONDS = 50
MAX_MESSAGES = 200
# More than a report with a whole mail of ours; of longer ones the beginning is read.
MAX_BYTES = 256 * 1024
_LINES_OF_LONG = 500
_TROUBLE = (OSError, EOFError, ValueError, imaplib.IMAP4.error, poplib.error_proto)


def read_due() -> Counter[str]:
    """One visit: how many messages were reports on mail of ours ("understood") and how many were
    not ("left"). A mailbox that cannot be read is tried again at the next sweep."""
    counted: Counter[str] = Counter()
    mailbox: Mailbox | None = settings.BOUNCE_MAILBOX
    if mailbox is None:
        return counted
    try:
        _visit(mailbox, counted)
    except _TROUBLE as error:
        log.warning("bounce_mailbox_unreadable", error=type(error).__name__)
    if counted:
        log.info("bounce_mailbox_read", **counted)
    return counted


def understood(raw: bytes) -> list[Returned] | None:
    """What a message tells of a mail of ours, which may be nothing; None if it is no report, or has
    no token of ours. Whoever has not got a mail of ours can write none."""
    report = delivery_reports.read(raw)
    row = _row(report) if report else None
    if report is None or row is None:
        return None
    refusal = judge_report(status=report.status, diagnostic=report.diagnostic)
    outcome = {
        ReportKind.FAILED: Outcome.HARD if is_lasting(refusal) else Outcome.SOFT,
        ReportKind.DELAYED: Outcome.SOFT,
        ReportKind.COMPLAINT: Outcome.COMPLAINT,
        ReportKind.NOTHING_LOST: None,
    }[report.kind]
    if outcome is None:
        return []
    return [
        Returned(
            source=SOURCE,
            outcome=outcome,
            row=row,
            reply=refusal.reply,
            happened_at=moment(report.at),
            key=key_of(SOURCE, row, outcome, raw.decode("latin-1")),
        )
    ]


def _row(report: DeliveryReport) -> MailRow | None:
    """By the address that it was sent to, else by a token among the headers that it returns."""
    found = [row_written_to(each) for each in report.addressed]
    found += [row_behind(each) for each in report.tokens]
    return next(filter(None, found), None)


def _visit(mailbox: Mailbox, counted: Counter[str]) -> None:
    ends = time.monotonic() + VISIT_SECONDS
    inbox: _Inbox = _Imap(mailbox) if mailbox.scheme.startswith("imap") else _Pop(mailbox)
    try:
        inbox.open()
        for name, raw in inbox.messages():
            told = understood(raw)
            if told is None:
                inbox.keep(name)
            else:
                bounces.store(told)
                inbox.delete(name)
            counted["left" if told is None else "understood"] += 1
            if time.monotonic() > ends or stopping.is_asked():
                return
    finally:
        with suppress(*_TROUBLE):
            inbox.close()
        inbox.hang_up()


class _Inbox(ABC):
    """One conversation; connected once it is made."""

    @abstractmethod
    def open(self) -> None: ...

    @abstractmethod
    def messages(self) -> Iterator[tuple[str, bytes]]:
        """By the server's name for each."""

    @abstractmethod
    def delete(self, name: str) -> None: ...

    @abstractmethod
    def keep(self, name: str) -> None: ...

    @abstractmethod
    def close(self) -> None:
        """Only now is gone what was deleted."""

    @abstractmethod
    def hang_up(self) -> None:
        """Whatever happened before."""


class _Imap(_Inbox):
    def __init__(self, mailbox: Mailbox) -> None:
        where: dict[str, Any] = {"port": mailbox.port, "timeout": SILENCE_SECONDS}
        self._server = (
            imaplib.IMAP4_SSL(mailbox.host, ssl_context=ssl.create_default_context(), **where)
            if mailbox.scheme == "imaps"
            else imaplib.IMAP4(mailbox.host, **where)
        )
        self._mailbox = mailbox

    def open(self) -> None:
        # imaplib quotes the password alone.
        self._server.login(_quoted(self._mailbox.user), self._mailbox.password)
        _checked(self._server.select(f'"{self._mailbox.folder}"'))

    def messages(self) -> Iterator[tuple[str, bytes]]:
        [found] = _checked(self._server.uid("SEARCH", "UNSEEN"))
        for uid in (found or b"").decode("ascii").split()[:MAX_MESSAGES]:
            fetched = _checked(self._server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MAX_BYTES}>)"))
            raw = next((each[1] for each in fetched if isinstance(each, tuple)), b"")
            yield uid, raw

    def delete(self, name: str) -> None:
        _checked(self._server.uid("STORE", name, "+FLAGS.SILENT", r"(\Deleted)"))

    def keep(self, name: str) -> None:
        _checked(self._server.uid("STORE", name, "+FLAGS.SILENT", r"(\Seen)"))

    def close(self) -> None:
        self._server.close()
        self._server.logout()

    def hang_up(self) -> None:
        with suppress(*_TROUBLE):
            self._server.shutdown()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _checked(answer: tuple[str, list[Any]]) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(status)
    return data


class _Closing:
    """poplib leaves its connection open where the server does not greet it."""

    file: Any = None
    sock: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().__init__(*args, **kwargs)
        except BaseException:
            poplib.POP3.close(self)  # type: ignore[arg-type]
            raise


class _Pop3(_Closing, poplib.POP3):
    pass


class _Pop3Ssl(_Closing, poplib.POP3_SSL):
    pass


class _Pop(_Inbox):
    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._deleted: list[str] = []
        self._server = self._connected()

    def _connected(self) -> poplib.POP3:
        mailbox = self._mailbox
        return (
            _Pop3Ssl(
                mailbox.host,
                mailbox.port,
                timeout=SILENCE_SECONDS,
                context=ssl.create_default_context(),
            )
            if mailbox.scheme == "pop3s"
            else _Pop3(mailbox.host, mailbox.port, timeout=SILENCE_SECONDS)
        )

    def open(self) -> None:
        self._server.user(self._mailbox.user)
        self._server.pass_(self._mailbox.password)

    def messages(self) -> Iterator[tuple[str, bytes]]:
        listed = [line.decode("ascii").split()[:2] for line in self._server.list()[1]]
        for name, size in reversed(listed[-MAX_MESSAGES:]):
            yield name, self._message(name, int(size))

    def _message(self, name: str, size: int) -> bytes:
        try:
            if size > MAX_BYTES:
                return b"\r\n".join(self._server.top(name, _LINES_OF_LONG)[1])
            return b"\r\n".join(self._server.retr(name)[1])
        except poplib.error_proto as error:
            if str(error.args[0]) != "line too long":
                raise
        # No mail has such lines, and nothing more can be read behind it: it goes, or whoever sent
        # it would close the mailbox to all others.
        self.hang_up()
        self._server = self._connected()
        self.open()
        for each in (*self._deleted, name):
            self._server.dele(each)
        self._deleted.append(name)
        return b""

    def delete(self, name: str) -> None:
        self._server.dele(name)
        self._deleted.append(name)

    def keep(self, name: str) -> None:
        pass

    def close(self) -> None:
        self._server.quit()

    def hang_up(self) -> None:
        with suppress(*_TROUBLE):
            self._server.close()
