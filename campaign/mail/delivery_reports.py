"""Reading what mail servers send back: delivery status notifications (RFC 3464) and complaints
(ARF, RFC 5965). Only the standard library: what is read comes from anybody.

Nothing here believes anything. Who the report is about is for a keyed token to say, which is among
the addresses that it was sent to, or in the headers that it returns.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, message_from_string
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from enum import Enum, auto

# More than any report of one mail of ours has.
MAX_PARTS = 50
MAX_VALUES = 20
_VALUE_LENGTH = 2000
# Where servers write down which address it was sent to.
_ADDRESSED = (
    "To",
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "X-Envelope-To",
    "X-Delivered-To",
)
# RFC 9477; servers that return headers return it with them.
_FEEDBACK_ID = "CFBL-Feedback-ID"
# What is no complaint of a reader: viruses, failed checks of our own, and "this is no spam".
_COMPLAINTS = {"abuse", "fraud", "opt-out", "opt-out-list"}
_OF_STATUS = "message/delivery-status"
_OF_FEEDBACK = "message/feedback-report"
_RETURNED = {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global"}


class ReportKind(Enum):
    FAILED = auto()
    DELAYED = auto()
    COMPLAINT = auto()
    # Delivered, relayed, expanded; or feedback that is no complaint.
    NOTHING_LOST = auto()


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    kind: ReportKind
    # As "5.1.1", and what the server had said: neither is checked.
    status: str
    diagnostic: str
    # Every address that it was sent to, and every token that it returned.
    addressed: tuple[str, ...]
    tokens: tuple[str, ...]
    at: datetime | None


def read(raw: bytes) -> DeliveryReport | None:
    """None for all that is no such report, however strange it is; it may be cut off anywhere."""
    try:
        return _read(message_from_bytes(raw))
    except Exception:
        # The parser was written for mail, and this is whatever anybody sends: nests of a thousand
        # parts, charsets that nobody knows. None of it must hold up what comes behind it.
        return None


def _read(message: Message) -> DeliveryReport | None:
    parts = list(_parts(message))
    for part in parts:
        kind = part.get_content_type()
        if kind == _OF_STATUS:
            found = _status(part)
        elif kind == _OF_FEEDBACK:
            found = _feedback(part)
        else:
            continue
        return DeliveryReport(
            *found,
            addressed=tuple(_addresses(message)),
            tokens=tuple(token for each in parts for token in _tokens(each)),
            at=_when(message),
        )
    return None


def _parts(message: Message) -> Iterator[Message]:
    """Those of the report itself, not of the mail that it returns."""
    payload = message.get_payload()
    if not isinstance(payload, list) or message.get_content_maintype() != "multipart":
        return
    for part in payload[:MAX_PARTS]:
        if isinstance(part, Message):
            yield part


def _status(part: Message) -> tuple[ReportKind, str, str]:
    """A mail of ours has one recipient, so of several groups of fields the worst one counts."""
    groups = [each for each in _groups(part) if each.get("Action") or each.get("Status")]
    for kind in (ReportKind.FAILED, ReportKind.DELAYED):
        for each in groups:
            if _action(each) is kind:
                return kind, _value(each, "Status").split(" ")[0], _value(each, "Diagnostic-Code")
    return ReportKind.NOTHING_LOST, "", ""


def _action(group: Message) -> ReportKind:
    action = _value(group, "Action").lower()
    if action == "failed" or (not action and _value(group, "Status").startswith("5")):
        return ReportKind.FAILED
    return ReportKind.DELAYED if action == "delayed" else ReportKind.NOTHING_LOST


def _feedback(part: Message) -> tuple[ReportKind, str, str]:
    told = {_value(each, "Feedback-Type").lower() for each in _groups(part)}
    return (ReportKind.COMPLAINT if told & _COMPLAINTS else ReportKind.NOTHING_LOST), "", ""


def _groups(part: Message) -> list[Message]:
    """The groups of fields of such a part. The parser leaves some of them as text."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return [each for each in payload[:MAX_VALUES] if isinstance(each, Message)]
    return [message_from_string(each) for each in _text(part).split("\n\n")[:MAX_VALUES]]


def _tokens(part: Message) -> list[str]:
    if part.get_content_type() not in _RETURNED:
        return []
    found = [
        value
        for each in _groups(part)[:1]
        for value in (each.get_all(_FEEDBACK_ID) or [])[:MAX_VALUES]
    ]
    return [str(each).strip()[:_VALUE_LENGTH] for each in found]


def _text(part: Message) -> str:
    decoded = part.get_payload(decode=True)
    text = decoded.decode("ascii", "replace") if isinstance(decoded, bytes) else ""
    return text.replace("\r\n", "\n")


def _addresses(message: Message) -> list[str]:
    written = [
        str(value)[:_VALUE_LENGTH]
        for name in _ADDRESSED
        for value in (message.get_all(name) or [])[:MAX_VALUES]
    ]
    # One by one: the parser gives up on all of them where one is odd.
    found = [address for value in written for _name, address in getaddresses([value])]
    return [address for address in found if address][:MAX_VALUES]


def _when(message: Message) -> datetime | None:
    try:
        return parsedate_to_datetime(_value(message, "Date"))
    except ValueError:
        return None


def _value(message: Message, name: str) -> str:
    """In one line."""
    return " ".join(str(message.get(name, ""))[:_VALUE_LENGTH].split())
