"""Handles of the fediverse as people type them: a name, and the host that it is of.

The name has ASCII letters only. A host may be typed in any script and is kept and told in ASCII, so
that no letter that looks like another can imitate somebody else's server.
"""

import re
import unicodedata
from dataclasses import dataclass

import idna

from signatures.verification.mastodon.problems import HANDLE_EMPTY, HANDLE_INVALID
from signatures.verification.network.hosts import HOST_LIMIT, check_is_elsewhere
from signatures.verification.problems import ProofRefused

NAME_LIMIT = 64
_TYPED_LIMIT = 2000
# As Mastodon has it: dots and hyphens only inside.
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")
_HANDLE = re.compile(r"(?:acct:)?@?(?P<name>[^@/\s]+)@(?P<host>[^@/\s]+)", re.IGNORECASE)
_RESOURCE = re.compile(r"acct:(?P<name>[^@/\s]+)@(?P<host>[^@/\s]+)", re.IGNORECASE)
# Also of an account elsewhere, as its reader's own server shows it: /@noor@other.example.
_PROFILE = re.compile(
    r"(?:https://)?(?P<host>[^@/\s]+)/(?:@|users/)(?P<name>[^@/\s]+)(?:@(?P<other>[^@/\s]+))?/?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Handle:
    name: str
    host: str

    def __str__(self) -> str:
        return f"@{self.name}@{self.host}"

    @property
    def resource(self) -> str:
        """As WebFinger calls it (RFC 7565)."""
        return f"acct:{self.name}@{self.host}"


def clean_handle(raw: str) -> str:
    """`@noor@social.example`, as readers see it. The address of the profile may be typed.

    Looks nothing up. Raises only ProofRefused.
    """
    typed = "".join(each for each in raw if unicodedata.category(each) != "Cf").strip()
    if not typed:
        raise ProofRefused(HANDLE_EMPTY)
    found = len(typed) <= _TYPED_LIMIT and (_HANDLE.fullmatch(typed) or _PROFILE.fullmatch(typed))
    if not found:
        raise ProofRefused(HANDLE_INVALID)
    name = as_name(found["name"])
    host = _ascii(found.groupdict().get("other") or found["host"])
    if not name or not host:
        raise ProofRefused(HANDLE_INVALID)
    check_is_elsewhere(host)
    shown = str(Handle(name, host))
    if len(shown) > HOST_LIMIT:
        raise ProofRefused(HANDLE_INVALID)
    return shown


def handle_of(subject: str) -> Handle:
    """Of a proof that was started: clean already."""
    _empty, name, host = subject.split("@")
    return Handle(name, host)


def handle_in(resource: object) -> Handle | None:
    """What a server calls an account (`acct:noor@social.example`); None for what is no handle."""
    found = _RESOURCE.fullmatch(resource) if isinstance(resource, str) else None
    if found is None or len(found[0]) > _TYPED_LIMIT:
        return None
    return Handle(as_name(found["name"]), _ascii(found["host"]))


def as_name(text: object) -> str:
    """In lower case, as servers compare names; empty for what is none."""
    if not isinstance(text, str) or not text.isascii() or len(text) > NAME_LIMIT:
        return ""
    plain = text.lower()
    return plain if _NAME.fullmatch(plain) else ""


def _ascii(host: str) -> str:
    try:
        return idna.encode(host.rstrip("."), uts46=True).decode().lower()
    except UnicodeError:
        # A network number is told as what it is.
        return host.lower() if host.isascii() else ""
