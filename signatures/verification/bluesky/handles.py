"""Handles as people type them, by the AT Protocol's rules (https://atproto.com/specs/handle).

A handle is a host name in ASCII, so no letter of another script can imitate one: what is typed with
any other letter is refused, and nothing is read as its look-alike.
"""

import re
import unicodedata

from signatures.verification.bluesky.problems import HANDLE_EMPTY, HANDLE_INVALID
from signatures.verification.network.hosts import HOST_LIMIT, check_is_elsewhere
from signatures.verification.problems import ProofRefused

# Of which `_atproto.` takes some.
HANDLE_LIMIT = HOST_LIMIT - len("_atproto.")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last label begins with a letter, so that no network number is one.
_HANDLE = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z]){_LABEL}")
_IN_FRONT = re.compile(r"(?ai)(?:https://)?(?:www\.)?bsky\.app/profile/|at://|@")


def clean_handle(raw: str) -> str:
    """`@noor.bsky.social`, as readers see it. The address of the profile may be typed.

    Looks nothing up. Raises only ProofRefused.
    """
    # Bluesky puts invisible marks of direction around what is copied from it.
    typed = "".join(each for each in raw if unicodedata.category(each) != "Cf").strip()
    if not typed:
        raise ProofRefused(HANDLE_EMPTY)
    in_front = _IN_FRONT.match(typed)
    handle = as_handle(typed[in_front.end() :].removesuffix("/") if in_front else typed)
    if not handle:
        raise ProofRefused(HANDLE_INVALID)
    check_is_elsewhere(handle)
    return f"@{handle}"


def as_handle(text: str) -> str:
    """In lower case; empty for what is none."""
    # Some letters become one of ASCII in lower case, such as the sign for kelvin.
    plain = text.lower() if text.isascii() and len(text) <= HANDLE_LIMIT else ""
    return plain if _HANDLE.fullmatch(plain) else ""
