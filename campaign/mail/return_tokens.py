"""The token by which we know a mail that comes back: the row that owed it, and a keyed hash.

It stands in the sender of the envelope (`bounces+token@host`), where reports are sent to, and in
headers that reports and mail services return. A Message-ID is no proof of anything: the public ids
in it are told by the record, and rows are counted. Letters are small, since servers on the way may
change the case of an address; with `bounces+` before it, it is at most 54 octets of the 64 that RFC
5321 has for a local part.
"""

import re
from base64 import b32decode, b32encode
from binascii import Error as NotBase32
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from campaign import mail_providers
from campaign.keyed_hash import MIN_HASH_BYTES, Purpose, is_keyed_hash, keyed_hash

# The kinds of rows whose mail is known again: the beginning of their Message-IDs, and the letter in
# the token, which is never used for another. What a return does to each is told where the row is.
KINDS: Mapping[str, str] = {
    **{"delivery": "d", "invitation": "i", "update": "u"},
    "signinginvitation": "s",
}
_BY_LETTER = {letter: kind for kind, letter in KINDS.items()}

# As `composing.address` is given it: delivery-5.publicid, update-2-77.publicid.
_MESSAGE_ID = re.compile(r"<?([a-z_]+)-(?:\d{1,18}-)?([1-9]\d{0,17})(?:[.@][^\s<>]*)?>?")
_TOKEN = re.compile(r"([a-z])([1-9]\d{0,17})-([a-z2-7]{26})")
_PADDING = "======"


@dataclass(frozen=True, slots=True)
class MailRow:
    """A row that owed a mail, of one of `KINDS`."""

    kind: str
    pk: int


def row_named_by(message_id: str) -> MailRow | None:
    """For a Message-ID that comes from somewhere we trust; anyone can write one."""
    found = _MESSAGE_ID.fullmatch(message_id.strip())
    if found is None or found[1] not in KINDS:
        return None
    return MailRow(found[1], int(found[2]))


def token_for(row: MailRow) -> str:
    hashed = keyed_hash(Purpose.RETURNED_MAIL, *_parts(row))[:MIN_HASH_BYTES]
    return f"{KINDS[row.kind]}{row.pk}-{b32encode(hashed).decode().rstrip('=').lower()}"


def row_behind(token: str) -> MailRow | None:
    """None for every token that we did not write."""
    found = _TOKEN.fullmatch(token.strip().lower())
    if found is None or found[1] not in _BY_LETTER:
        return None
    row = MailRow(_BY_LETTER[found[1]], int(found[2]))
    try:
        given = b32decode(found[3].upper() + _PADDING)
    except NotBase32:
        return None
    return row if is_keyed_hash(given, Purpose.RETURNED_MAIL, *_parts(row)) else None


def row_written_to(address: str) -> MailRow | None:
    """Of an address that reports are sent to: that of an envelope's sender."""
    ours, domain = settings.BOUNCE_ADDRESS.lower().rpartition("@")[::2]
    local, given = address.strip().lower().rpartition("@")[::2]
    name, _plus, token = local.partition("+")
    return row_behind(token) if ours and (name, given) == (ours, domain) else None


def envelope_sender(message_id: str) -> str:
    """Where the report goes if the mail comes back; empty if none is wanted."""
    row = row_named_by(message_id) if settings.BOUNCE_ADDRESS else None
    if row is None:
        return str(settings.BOUNCE_ADDRESS)
    local, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{local}+{token_for(row)}@{domain}"


def headers(message_id: str) -> dict[str, str]:
    """What reports (RFC 9477) and mail services return with what they tell of this mail."""
    if not (settings.BOUNCE_ADDRESS or settings.MAIL_WEBHOOKS):
        return {}
    row = row_named_by(message_id)
    if row is None:
        return {}
    token = token_for(row)
    found = mail_providers.headers(settings.MAIL_WEBHOOKS, token=token)
    if settings.BOUNCE_ADDRESS:
        found["CFBL-Address"] = f"{settings.BOUNCE_ADDRESS}; report=arf"
        found["CFBL-Feedback-ID"] = token
    return found


def _parts(row: MailRow) -> tuple[bytes, bytes]:
    return KINDS[row.kind].encode(), str(row.pk).encode()
