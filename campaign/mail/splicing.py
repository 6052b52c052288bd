"""A mail to many, composed once, with the few words that differ put in for each recipient.

Composing a message takes a millisecond, most of it for parts that are the same for all. So the
content is rendered once with marks in it, lines without any are encoded once, and each message is
written from these pieces. What comes out is what `composing.address` would make:
multipart/alternative, quoted-printable, seven bits, with the line ends and dots that SMTP wants.
"""

import re
from binascii import b2a_qp
from collections.abc import Mapping, Sequence
from dataclasses import replace
from email.message import Message
from email.utils import formatdate, parseaddr
from html import escape
from itertools import groupby

from django.core.mail import EmailMessage
from django.core.mail.message import BadHeaderError, sanitize_address

from campaign.mail import composing, return_tokens
from campaign.mail.composing import Content

# Characters of the private use area: nobody types them, and no template escapes them.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}([a-z_]+){_CLOSE}")

# Most addresses need no encoding, which costs more than all the rest of a message.
_PLAIN = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")


def mark(name: str) -> str:
    """What to render where the words of this name shall stand."""
    return f"{_OPEN}{name}{_CLOSE}"


def without_marks(text: str) -> str:
    """What others wrote, in which an HTML entity may have become a mark."""
    return text.replace(_OPEN, "").replace(_CLOSE, "")


class Spliced:
    """The message to many: `headers` may hold marks as well, the subject may not."""

    def __init__(self, *, content: Content, headers: Mapping[str, str], reply_to: str = "") -> None:
        pattern = composing.address(
            content=content, to="pattern@invalid.invalid", message_id="", reply_to=reply_to
        )
        message = pattern.message()
        self._from = _in_ascii(parseaddr(pattern.from_email)[1])
        self._domain = composing.sender_domain()
        self._content = content
        self._text, self._html = _pieces(content.text), _pieces(content.html)
        self._headers = [_pattern(f"{name}: {value}") for name, value in headers.items()]
        self._opening, self._between, self._end = _frame(message)

    def content(self, words: Mapping[str, str]) -> Content:
        """What one recipient reads, without a message around it."""
        return replace(
            self._content,
            text=_pattern(self._content.text) % words,
            html=_pattern(self._content.html) % _escaped(words),
        )

    def to(self, address: str, *, message_id: str, words: Mapping[str, str]) -> "Prebuilt":
        """The message to one address. `words` by name, as plain text: HTML escapes them. Raises
        BadHeaderError (a ValueError) where anything would begin a line of its own."""
        _check_lines(address)
        to = _in_ascii(address)
        head = [f"To: {to}", f"Message-ID: <{message_id}@{self._domain}>", f"Date: {formatdate()}"]
        head += [f"{name}: {value}" for name, value in return_tokens.headers(message_id).items()]
        head += [header % words for header in self._headers]
        _check_lines(*head)
        dotted = b"".join(
            (
                "\r\n".join(head).encode("ascii"),
                b"\r\n",
                self._opening,
                _filled(self._text, words),
                self._between,
                _filled(self._html, _escaped(words)),
                self._end,
            )
        )
        sender = return_tokens.envelope_sender(message_id) or self._from
        return Prebuilt(dotted, sender=sender, to=to)


class Prebuilt(EmailMessage):
    """A message whose bytes are written already; any backend takes it. Sender and recipient are
    those of the envelope: bare addresses, in ASCII."""

    def __init__(self, dotted: bytes, *, sender: str, to: str) -> None:
        super().__init__(from_email=sender, to=[to])
        # As they follow DATA.
        self.dotted = dotted

    def message(self) -> "_Bytes":  # type: ignore[override]
        return _Bytes(self.wire_bytes())

    def wire_bytes(self) -> bytes:
        """As the server keeps it."""
        return self.dotted.replace(b"\r\n..", b"\r\n.")


class _Bytes(Message):
    def __init__(self, lines: bytes) -> None:
        super().__init__()
        self._lines = lines

    def as_bytes(self, unixfrom: bool = False, policy: object = None, linesep: str = "\n") -> bytes:
        return self._lines.replace(b"\r\n", linesep.encode())


def _frame(message: Message) -> Sequence[bytes]:
    """What stands around the two bodies: the headers that are the same for all and what comes
    before the text, what comes between text and HTML, and the end."""
    for name in ("To", "Message-ID", "Date"):
        del message[name]
    boundary = "=_undersigned_part"
    message.set_boundary(boundary)
    fixed = b"".join(message.policy.fold_binary(name, value) for name, value in message.raw_items())
    plain, html = (
        f'\n--{boundary}\nContent-Type: text/{kind}; charset="utf-8"\n'
        "MIME-Version: 1.0\nContent-Transfer-Encoding: quoted-printable\n\n".encode()
        for kind in ("plain", "html")
    )
    return [_with_crlf(each) for each in (fixed + plain, html, f"\n--{boundary}--\n".encode())]


def _with_crlf(lines: bytes) -> bytes:
    return lines.replace(b"\n", b"\r\n")


def _in_ascii(address: str) -> str:
    return address if _PLAIN.fullmatch(address) else sanitize_address(address, "utf-8")


def _check_lines(*lines: str) -> None:
    if "\n".join(lines).splitlines() != list(lines):
        raise BadHeaderError


def _escaped(words: Mapping[str, str]) -> Mapping[str, str]:
    return {name: escape(value) for name, value in words.items()}


def _pattern(text: str) -> str:
    """For the % operator, with the words by their names."""
    return _MARK.sub(r"%(\1)s", text.replace("%", "%%"))


def _pieces(text: str) -> Sequence[bytes | str]:
    """Lines without a mark as they are sent, and in their places the patterns of those with one."""
    lines = re.findall(r".*\n|.+", text)
    return [
        _pattern("".join(run)) if has_marks else _encoded("".join(run))
        for has_marks, run in groupby(lines, key=lambda line: _MARK.search(line) is not None)
    ]


def _filled(pieces: Sequence[bytes | str], words: Mapping[str, str]) -> bytes:
    return b"".join(
        _encoded(piece % words) if isinstance(piece, str) else piece for piece in pieces
    )


def _encoded(text: str) -> bytes:
    """Whole lines. A dot at the beginning of one is doubled (RFC 5321 section 4.5.2)."""
    lines = text.replace("\r\n", "\n").encode()
    encoded = b"\n" + b2a_qp(lines, istext=True)
    return _with_crlf(encoded.replace(b"\n.", b"\n..")[1:])
