"""What the page "check your inbox" has to remember, sealed into its own address.

A phone drops the page while its owner reads mail, and the site keeps no cookie: so the address
carries the signature's id and what was typed, encrypted, and tells nobody whether it is new.
"""

import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.fernet import InvalidToken

from campaign.keyed_hash import SealPurpose, cipher
from signatures import answers
from signatures.details import Details
from signatures.signing import Signed

# Of fixed width: what is typed is compressed, and the length of the whole would tell the rest.
_SIGNED = struct.Struct(">QI?")

# What tickets lack that are older: text, least age, answers.
_ADDED_SINCE: Sequence[Any] = (0, None, {})
VALID_SECONDS = 7 * 24 * 3600
# With five answers of 200 letters each, of which few are the same.
MAX_TICKET_LETTERS = 7000


class TicketVoid(Exception):
    """Altered, cut short, or older than a week."""


@dataclass(frozen=True, slots=True)
class Ticket:
    signed: Signed
    letter_id: int
    email: str
    details: Details
    # Of the text that was read; 0 in tickets that are older than this field.
    translation_id: int = 0
    # How old they said to be at least; None in tickets that are older than this field, too.
    least_age: int | None = None
    # To the organizers' own questions, by their ids.
    given: answers.Given = field(default_factory=dict)


def seal(ticket: Ticket) -> str:
    signed = ticket.signed
    told = _SIGNED.pack(signed.signature_id, signed.revision, signed.fresh)
    typed = [
        *(ticket.letter_id, ticket.email, asdict(ticket.details)),
        *(ticket.translation_id, ticket.least_age, dict(ticket.given)),
    ]
    text = json.dumps(typed, separators=(",", ":"), ensure_ascii=False)
    return cipher(SealPurpose.TICKET).encrypt(told + zlib.compress(text.encode())).decode()


def sealed_at(sealed: str) -> datetime:
    """To the second, of a ticket that opens."""
    return datetime.fromtimestamp(cipher(SealPurpose.TICKET).extract_timestamp(sealed), UTC)


def open_ticket(sealed: str) -> Ticket:
    """Raises TicketVoid."""
    if len(sealed) > MAX_TICKET_LETTERS:
        raise TicketVoid
    try:
        packed = cipher(SealPurpose.TICKET).decrypt(sealed, ttl=VALID_SECONDS)
    except (InvalidToken, ValueError):
        raise TicketVoid from None
    signed = Signed(*_SIGNED.unpack_from(packed))
    typed: list[Any] = json.loads(zlib.decompress(packed[_SIGNED.size :]))
    letter_id, email, details, *more = typed
    translation_id, least_age, given = (*more, *_ADDED_SINCE[len(more) :])
    by_id = {int(question_id): value for question_id, value in given.items()}
    return Ticket(signed, letter_id, email, Details(**details), translation_id, least_age, by_id)
