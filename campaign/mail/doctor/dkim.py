"""DKIM (RFC 6376): the key that receivers check signatures with.

Whether mail is signed at all shows only in mail that arrived (`received`).
"""

import binascii
from base64 import b64decode
from collections.abc import Sequence

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from campaign.mail.doctor.findings import Code, Finding, found
from campaign.mail.doctor.lookups import Dns, is_name
from campaign.mail.doctor.tags import NotTags, tags_of

# RFC 8301 section 3.2: verifiers take no shorter ones; signers should use the longer.
LEAST_BITS = 1024
GOOD_BITS = 2048
# RFC 8463: an Ed25519 key is this long.
_ED25519_BYTES = 32


class _Unusable(ValueError):
    pass


def check(dns: Dns, *, domain: str, selectors: Sequence[str]) -> list[Finding]:
    if not selectors:
        return [found(Code.DKIM_UNSET)]
    return [check_key(dns, f"{selector}._domainkey.{domain}") for selector in selectors]


def check_key(dns: Dns, name: str) -> Finding:
    """What is published at this name. Anything but `v=` may come first, and there is no `v=` in
    many, so that every text there counts as meant for a key."""
    records = dns.texts(name) if is_name(name) else ()
    if not records:
        return found(Code.DKIM_MISSING, name=name, paste=f'{name}. TXT "v=DKIM1; k=rsa; p=…"')
    if len(records) > 1:
        return found(Code.DKIM_SEVERAL, name=name, n=len(records))
    try:
        return _judge(name, tags_of(records[0]))
    except (NotTags, _Unusable):
        return found(Code.DKIM_BROKEN, name=name, part=records[0])


def _judge(name: str, tags: dict[str, str]) -> Finding:
    if "v" in tags and (tags["v"] != "DKIM1" or next(iter(tags)) != "v"):
        raise _Unusable
    if "p" not in tags:
        raise _Unusable
    if not tags["p"]:
        return found(Code.DKIM_REVOKED, name=name)
    if not _allows(tags, "h", "sha256") or not _allows(tags, "s", "email"):
        raise _Unusable
    key = _bytes(tags["p"])
    if tags.get("k", "rsa").lower() == "ed25519":
        if len(key) != _ED25519_BYTES:
            raise _Unusable
        return found(Code.DKIM_ED25519, name=name)
    bits = _rsa_bits(tags, key)
    if bits < LEAST_BITS:
        return found(Code.DKIM_TOO_SHORT, name=name, bits=bits)
    if "y" in _list(tags.get("t", "")):
        return found(Code.DKIM_TESTING, name=name)
    return found(Code.DKIM_GOOD if bits >= GOOD_BITS else Code.DKIM_SHORT, name=name, bits=bits)


def _rsa_bits(tags: dict[str, str], key: bytes) -> int:
    if tags.get("k", "rsa").lower() != "rsa":
        raise _Unusable
    try:
        loaded = load_der_public_key(key)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _Unusable from error
    if not isinstance(loaded, RSAPublicKey):
        raise _Unusable
    return loaded.key_size


def _bytes(text: str) -> bytes:
    try:
        return b64decode("".join(text.split()).encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise _Unusable from error


def _allows(tags: dict[str, str], name: str, value: str) -> bool:
    return name not in tags or bool({value, "*"} & set(_list(tags[name])))


def _list(text: str) -> list[str]:
    return [each.strip().lower() for each in text.split(":")]
