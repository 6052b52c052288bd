"""Keyed hashes and sealed texts: every use of the site's own two keys, each by its purpose.

`DATA_KEY` keys what is kept: hashes of addresses and members, secrets of authenticator apps. It
stays the same for as long as the site has its data. `SECRET_KEY` keys what is handed out and runs
out: links, codes, tickets, sessions. It can be replaced: what was handed out under one of
`SECRET_KEY_FALLBACKS` still opens, and whatever is new is made with `SECRET_KEY`.

A purpose is never changed, nor used for a second thing: hashes in the database and links in sent
e-mails were made with it.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

# A shorter beginning of a hash could be guessed.
MIN_HASH_BYTES = 16
# Of codes that are typed.
CODE_LENGTH = 6


class _Lasting(Enum):
    FOR_GOOD = "DATA_KEY"
    FOR_A_TIME = "SECRET_KEY"


_FOR_GOOD, _FOR_A_TIME = _Lasting.FOR_GOOD, _Lasting.FOR_A_TIME


class Purpose(Enum):
    """What a hash is for: how long its key lasts, and the label that its message begins with.

    With a third value, the key is first hashed behind it.
    """

    # Stored, and compared with what comes later.
    ADDRESS = _FOR_GOOD, b"undersigned-address-v1", b"undersigned-email-key\0"
    ACCOUNT = _FOR_GOOD, b"account"
    ROSTER_LINE = _FOR_GOOD, b"roster-line"
    ROSTER_MEMBER = _FOR_GOOD, b"roster-member"
    ROSTER_ONCE = _FOR_GOOD, b"roster-once"
    ROSTER_NAME = _FOR_GOOD, b"roster-name"
    TURNED_AWAY_NAME = _FOR_GOOD, b"turned-away-name"
    TURNED_AWAY_ADDRESS = _FOR_GOOD, b"turned-away-address"
    # In backups, to know the keys that they need.
    DATA_KEY_FINGERPRINT = _FOR_GOOD, b"data-key-fingerprint"
    SECRET_KEY_FINGERPRINT = _FOR_A_TIME, b"secret-key-fingerprint"
    # In links.
    LINK = _FOR_A_TIME, b"link"
    UNDO_LINK = _FOR_A_TIME, b"undo"
    ERASE_LINK = _FOR_A_TIME, b"erase"
    SAMPLE_LINK = _FOR_A_TIME, b"sample"
    LEAVE_LINK = _FOR_A_TIME, b"leaving"
    REPORT_LINK = _FOR_A_TIME, b"report"
    PRESS_LINK = _FOR_A_TIME, b"press"
    INVITATION_LINK = _FOR_A_TIME, b"invitation"
    SIGNING_INVITATION_LINK = _FOR_A_TIME, b"signing-invitation"
    EMBARGO_LINK = _FOR_A_TIME, b"embargo"
    ORGANISATION_LINK = _FOR_A_TIME, b"organisation"
    APPLICATION_LINK = _FOR_A_TIME, b"application"
    # In the envelopes of mails, to know them when they come back.
    RETURNED_MAIL = _FOR_A_TIME, b"returned-mail"
    # Codes to type.
    CODE = _FOR_A_TIME, b"code"
    WORK_EMAIL_CODE = _FOR_A_TIME, b"work-email"
    VOUCHING_CODE = _FOR_A_TIME, b"vouching-code"
    VOUCHING_ID = _FOR_A_TIME, b"vouching-id"
    # Signs challenges.
    PROOF_OF_WORK = _FOR_A_TIME, b"proof-of-work"
    # For counting.
    NETWORK = _FOR_A_TIME, b"network"
    RESET = _FOR_A_TIME, b"", b"reset of password"
    APPLICANT = _FOR_A_TIME, b"applicant"

    def __init__(self, lasting: _Lasting, label: bytes, behind: bytes = b"") -> None:
        self.lasting = lasting
        self.label = label
        self.behind = behind


class SealPurpose(Enum):
    """What a sealed text is: how long its key lasts, and what the key is hashed behind."""

    SECOND_FACTOR = _FOR_GOOD, b"second factor\0"
    WEBHOOK = _FOR_GOOD, b"webhook secret\0"
    ACCOUNT_MAIL = _FOR_A_TIME, b"account mail\0"
    INVITATION_SHEET = _FOR_A_TIME, b"invitation sheet\0"
    IMPORT = _FOR_A_TIME, b"import\0"
    TICKET = _FOR_A_TIME, b"undersigned-ticket\0"

    def __init__(self, lasting: _Lasting, behind: bytes) -> None:
        self.lasting = lasting
        self.behind = behind


def keyed_hash(purpose: Purpose, *parts: bytes) -> bytes:
    """32 bytes, with the key of today. Only the last part may contain a zero byte, or several of
    fixed length: the parts are joined by it."""
    return _hash(_keys(purpose.lasting)[0], purpose, parts)


def keyed_hashes(purpose: Purpose, *parts: bytes) -> Iterator[bytes]:
    """With the key of today first, then with each that still opens what was handed out."""
    for key in _keys(purpose.lasting):
        yield _hash(key, purpose, parts)


def is_keyed_hash(given: bytes, purpose: Purpose, *parts: bytes) -> bool:
    """Whether this is the hash or its beginning, with any of the keys, in constant time for each.

    Raises ValueError for a beginning that is too short.
    """
    if len(given) < MIN_HASH_BYTES:
        raise ValueError("too short to be compared")
    return any(
        hmac.compare_digest(made[: len(given)], given) for made in keyed_hashes(purpose, *parts)
    )


def code(purpose: Purpose, *parts: bytes) -> str:
    """Six digits to type. Who checks them counts the tries."""
    return _digits(keyed_hash(purpose, *parts))


def is_code(given: str, purpose: Purpose, *parts: bytes) -> bool:
    """Whether it was made with any of the keys."""
    return any(
        hmac.compare_digest(_digits(made).encode(), given.encode(errors="replace"))
        for made in keyed_hashes(purpose, *parts)
    )


def cipher(purpose: SealPurpose) -> MultiFernet:
    """Seals with the key of today, and opens with any."""
    return _cipher(purpose.behind, _keys(purpose.lasting))


def _hash(key: bytes, purpose: Purpose, parts: tuple[bytes, ...]) -> bytes:
    if purpose.behind:
        key = hashlib.sha256(purpose.behind + key).digest()
    message = b"\0".join((purpose.label, *parts) if purpose.label else parts)
    # By its name, which OpenSSL finds in half the time.
    return hmac.digest(key, message, "sha256")


def _digits(hashed: bytes) -> str:
    return f"{int.from_bytes(hashed[:8], 'big') % 10**CODE_LENGTH:0{CODE_LENGTH}d}"


def _keys(lasting: _Lasting) -> tuple[bytes, ...]:
    if lasting is _FOR_GOOD:
        return ((settings.DATA_KEY or settings.SECRET_KEY).encode(),)
    return tuple(key.encode() for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=16)
def _cipher(behind: bytes, keys: tuple[bytes, ...]) -> MultiFernet:
    hashed = (hashlib.sha256(behind + key).digest() for key in keys)
    return MultiFernet([Fernet(urlsafe_b64encode(key)) for key in hashed])
