"""Handing prebuilt mails to the mail server, and what became of each.

The difference that counts: before the first byte of a message the server cannot have taken it, and
it may be tried again; once it has all of it, a lost connection leaves us not knowing.
"""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

from campaign.mail.refusals import Refusal, judge
from campaign.mail.splicing import Prebuilt

# Mails for one connection: some servers refuse more.
MAX_MAILS_PER_CONNECTION = 100
# Sender, recipient and DATA.
_COMMANDS = 3
_ACCEPTED, _TAKEN, _GO_AHEAD, _REFUSED = 200, 250, 354, 400


class Fate(Enum):
    TAKEN = "taken"
    # The server said no; `Answer.refusal` says to what.
    REFUSED = "refused"
    # Nothing was handed over: the connection was lost before.
    UNTRIED = "untried"
    # The connection was lost while the message was on its way.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    fate: Fate
    refusal: Refusal | None = None
    # The server spoke before it knew whom the mail was for.
    is_before_recipient: bool = False


class Wire:
    """One connection, opened when it is needed, closed after so many mails or a fault."""

    def __init__(self, backend: BaseEmailBackend | None = None) -> None:
        self._backend = backend or get_connection()
        self._mails = 0
        # The mail whose commands were sent together with the message before it.
        self._offered: Prebuilt | None = None

    def open(self) -> None:
        """Raises OSError or SMTPException where no connection can be had."""
        if self._mails >= MAX_MAILS_PER_CONNECTION:
            self.close()
        self._backend.open()

    def close(self) -> None:
        self._mails, self._offered = 0, None
        self._backend.close()

    def send(self, mail: Prebuilt, *, following: Prebuilt | None = None) -> Answer:
        """Never raises for what the server or the connection does. Opens the connection again where
        the server has hung up.

        A server that can is offered `following` in one go with this message, which saves a round
        trip; if it is not sent next, `drop_offer` takes that back.
        """
        self._mails += 1
        if not isinstance(self._backend, SmtpBackend):
            return self._send_through_backend(mail)
        try:
            # Does nothing while the connection stands.
            self._backend.open()
            if (connection := self._backend.connection) is None:
                return Answer(Fate.UNTRIED)
            connection.ehlo_or_helo_if_needed()
            is_offered, self._offered = self._offered is mail, None
            replies = _offer(connection, mail, is_sent=is_offered)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Answer(Fate.UNTRIED, judge(error), is_before_recipient=True)
        if refusal := _refusal(replies, mail):
            self._begin_anew(connection, replies)
            is_sender = isinstance(refusal, smtplib.SMTPSenderRefused)
            return Answer(Fate.REFUSED, judge(refusal), is_before_recipient=is_sender)
        try:
            message = mail.dotted + b".\r\n"
            if following and connection.has_extn("pipelining"):
                message += b"".join(_commands(following))
                self._offered = following
            connection.send(message)
            code, said = connection.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Answer(Fate.UNKNOWN, judge(error))
        if code != _TAKEN:
            return Answer(Fate.REFUSED, judge(smtplib.SMTPDataError(code, said)))
        return Answer(Fate.TAKEN)

    def drop_offer(self) -> None:
        """Anyone who has said DATA can only hang up."""
        if self._offered is not None:
            self.close()

    def _begin_anew(self, connection: smtplib.SMTP, replies: Sequence[tuple[int, bytes]]) -> None:
        """After a refusal the connection serves the next mail, unless the server hung up."""
        try:
            if len(replies) == _COMMANDS and replies[-1][0] == _GO_AHEAD:
                # It asks for a message to nobody (RFC 2920 section 3.1): an empty one.
                connection.docmd(".")
            connection.rset()
        except (OSError, smtplib.SMTPException):
            self.close()

    def _send_through_backend(self, mail: Prebuilt) -> Answer:
        """In the demo mails are files, in tests a list: there is no half-way."""
        try:
            self._backend.send_messages([mail])
        except (OSError, smtplib.SMTPException) as error:
            return Answer(Fate.REFUSED, judge(error))
        return Answer(Fate.TAKEN)


def _commands(mail: Prebuilt) -> Sequence[bytes]:
    sender, recipient = mail.from_email.encode("ascii"), mail.to[0].encode("ascii")
    return b"MAIL FROM:<%b>\r\n" % sender, b"RCPT TO:<%b>\r\n" % recipient, b"DATA\r\n"


def _offer(
    connection: smtplib.SMTP, mail: Prebuilt, *, is_sent: bool
) -> Sequence[tuple[int, bytes]]:
    """Sender, recipient and DATA, and the replies up to a refusal at least. In one round trip where
    the server says that it can (RFC 2920)."""
    is_pipelined = connection.has_extn("pipelining")
    if is_pipelined and not is_sent:
        connection.send(b"".join(_commands(mail)))
    replies: list[tuple[int, bytes]] = []
    for command in _commands(mail):
        try:
            if not is_pipelined:
                connection.send(command)
            replies.append(connection.getreply())
        except (OSError, smtplib.SMTPException):
            if _is_refused(replies):
                # Hung up after it had said why.
                break
            raise
        if not is_pipelined and _is_refused(replies):
            break
    return replies


def _is_refused(replies: Sequence[tuple[int, bytes]]) -> bool:
    return any(not _ACCEPTED <= code < _REFUSED for code, _said in replies)


def _refusal(replies: Sequence[tuple[int, bytes]], mail: Prebuilt) -> Exception | None:
    """As smtplib would raise it."""
    if not _is_refused(replies):
        return None
    place, (code, said) = next(
        (place, reply) for place, reply in enumerate(replies) if _is_refused([reply])
    )
    if place == 0:
        return smtplib.SMTPSenderRefused(code, said, mail.from_email)
    if place == 1:
        return smtplib.SMTPRecipientsRefused({mail.to[0]: (code, said)})
    return smtplib.SMTPDataError(code, said)
