"""A mail to many, composed once, with the few words that differ put in for each recipient.

Composing a message takes a millisecond, most of it for parts that are the same for all. So the
content is rendered once with marks in it, and each message is written from its pieces. What comes
out is what `composing.address` would make: multipart/alternative, quoted-printable, seven bits.
"""

import re
from binascii import b2a_qp
from collections.abc import Mapping, Sequence
from dataclasses import replace
from email.message import Message
from email.utils import formatdate, parseaddr
from html import escape

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
        self.from_email = pattern.from_email
        self._content = content
        self._text = _MARK.split(content.text)
        self._html = _MARK.split(content.html)
        self._headers = [(name, _MARK.split(value)) for name, value in headers.items()]
        self._opening, self._parts, self._end = _frame(message)

    def content(self, words: Mapping[str, str]) -> Content:
        """What one recipient reads, without a message around it."""
        return replace(
            self._content,
            text=_filled(self._text, words),
            html=_filled(self._html, _escaped(words)),
        )

    def to(self, address: str, *, message_id: str, words: Mapping[str, str]) -> "Prebuilt":
        """The message to one address. `words` by name, as plain text: HTML escapes them. Raises
        BadHeaderError (a ValueError) where anything would begin a line of its own."""
        _check_lines(address)
        to = _in_ascii(address)
        head = [f"To: {to}", f"Message-ID: <{message_id}@{composing.sender_domain()}>"]
        head.append(f"Date: {formatdate()}")
        head += [f"{name}: {value}" for name, value in return_tokens.headers(message_id).items()]
        head += [f"{name}: {_filled(parts, words)}" for name, parts in self._headers]
        _check_lines(*head)
        text, html = _filled(self._text, words), _filled(self._html, _escaped(words))
        lines = b"".join(
            (
                "\n".join(head).encode("ascii"),
                b"\n",
                self._opening,
                self._parts[0],
                b2a_qp(text.encode(), istext=True),
                self._parts[1],
                b2a_qp(html.encode(), istext=True),
                self._end,
            )
        )
        sender = return_tokens.envelope_sender(message_id) or self.from_email
        return Prebuilt(lines, sender=_in_ascii(parseaddr(sender)[1]), to=to)


class Prebuilt(EmailMessage):
    """A message whose bytes are written already; any backend takes it. Sender and recipient are
    those of the envelope: bare addresses, in ASCII."""

    def __init__(self, lines: bytes, *, sender: str, to: str) -> None:
        super().__init__(from_email=sender, to=[to])
        self._lines = lines

    def message(self) -> "_Bytes":  # type: ignore[override]
        return _Bytes(self._lines)

    def wire_bytes(self) -> bytes:
        """With the line ends that SMTP wants."""
        return self._lines.replace(b"\n", b"\r\n")


class _Bytes(Message):
    def __init__(self, lines: bytes) -> None:
        super().__init__()
        self._lines = lines

    def as_bytes(self, unixfrom: bool = False, policy: object = None, linesep: str = "\n") -> bytes:
        return self._lines.replace(b"\n", linesep.encode())


def _frame(message: Message) -> tuple[bytes, Sequence[bytes], bytes]:
    """What stands around the two bodies: the headers that are the same for all with the blank line
    and first boundary, what comes before each body, and the end."""
    for name in ("To", "Message-ID", "Date"):
        del message[name]
    boundary = "=_undersigned_part"
    message.set_boundary(boundary)
    fixed = b"".join(message.policy.fold_binary(name, value) for name, value in message.raw_items())
    parts = []
    for kind in ("plain", "html"):
        parts.append(
            f'\n--{boundary}\nContent-Type: text/{kind}; charset="utf-8"\n'
            "MIME-Version: 1.0\nContent-Transfer-Encoding: quoted-printable\n\n".encode()
        )
    return fixed, parts, f"\n--{boundary}--\n".encode()


def _in_ascii(address: str) -> str:
    return address if _PLAIN.fullmatch(address) else sanitize_address(address, "utf-8")


def _check_lines(*lines: str) -> None:
    if any(each.splitlines() != [each] for each in lines):
        raise BadHeaderError


def _escaped(words: Mapping[str, str]) -> Mapping[str, str]:
    return {name: escape(value) for name, value in words.items()}


def _filled(parts: Sequence[str], words: Mapping[str, str]) -> str:
    # `re.split` with one group gives text and name in turn.
    return "".join(words[part] if index % 2 else part for index, part in enumerate(parts))
