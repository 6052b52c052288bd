"""Commitments: how the record binds what is said about a signatory without saying it.

A commitment is

    SHA-256("undersigned-commit-v1" || 0x00 || salt || record bytes)

in lower-case hex, with a salt of 32 random bytes, fresh for each version of the details. Who knows
salt and details can check it; who knows neither learns nothing, and cannot even test a guess. To
erase somebody is to delete both: the leaf that stays in the record then tells nothing.

Record bytes are one JSON object in ASCII made from the details in FIELDS:

- keys in alphabetical order, those with an empty value left out, all values strings;
- no spaces and no line breaks between the parts;
- in strings, `"` and `\\` are escaped by a backslash, the control characters of JSON as `\\b`,
  `\\f`, `\\n`, `\\r`, `\\t`, and every other character outside U+0020 to U+007E as `\\u` and four
  lower-case hex digits for each UTF-16 code unit; `/` is not escaped;
- the text is taken as it is stored: names are in Unicode normal form C before they come here.

So {"name": "Zoë O'Brien", "country": "IE", "credit": ""} becomes
{"country":"IE","name":"Zo\\u00eb O'Brien"}.
"""

import json
import secrets
from collections.abc import Mapping
from hashlib import sha256

FIELDS = frozenset({"name", "profession", "country", "credit", "affiliation", "kind", "language"})
SALT_BYTES = 32

_PREFIX = b"undersigned-commit-v1\x00"


class UnfitForRecord(Exception):
    """A detail that is not for the record, a value that cannot be written, or a salt of the wrong
    length. The message never holds the value."""


def fresh_salt() -> bytes:
    """A new secret for each version of a signatory's details; never use one twice."""
    return secrets.token_bytes(SALT_BYTES)


def record_bytes(details: Mapping[str, str]) -> bytes:
    """The canonical bytes of a signatory's public details. A field that is not in FIELDS is
    refused, so that nothing private can slip in by mistake."""
    if unknown := details.keys() - FIELDS:
        raise UnfitForRecord(f"not for the record: {', '.join(sorted(unknown))}")
    if any(not isinstance(value, str) for value in details.values()):
        raise UnfitForRecord("every detail is a string")
    if any("\ud800" <= character <= "\udfff" for value in details.values() for character in value):
        raise UnfitForRecord("a lone surrogate is not text")
    present = {field: value for field, value in details.items() if value}
    return json.dumps(present, sort_keys=True, separators=(",", ":")).encode("ascii")


def commit(*, salt: bytes, record: bytes) -> str:
    """The commitment in hex."""
    if len(salt) != SALT_BYTES:
        raise UnfitForRecord("a salt has 32 bytes")
    return sha256(_PREFIX + salt + record).hexdigest()
