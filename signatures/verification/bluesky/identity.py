"""Whose a handle is: from the handle to the account's identifier (DID), and back.

Only both ways together say so. Anybody can let a name of theirs lead to somebody else's account,
and anybody can write somebody else's handle into what their account says of itself.
"""

import re
from typing import Any

from signatures.verification.accounts.hosts import approach_named
from signatures.verification.bluesky.handles import as_handle
from signatures.verification.bluesky.problems import (
    HANDLE_AMBIGUOUS,
    HANDLE_NOT_CLAIMED,
    HANDLE_UNKNOWN,
    SERVER_REFUSED,
)
from signatures.verification.network.dns import texts_at
from signatures.verification.network.https import Site, approach
from signatures.verification.problems import NotShown, Problem

PLC_DIRECTORY = "plc.directory"
MAX_DOCUMENT_BYTES = 64 * 1024
DID_ON_SITE = "/.well-known/atproto-did"
DOCUMENT_ON_SITE = "/.well-known/did.json"

_PLC = re.compile(r"did:plc:[a-z2-7]{24}")
# A host alone: the protocol has neither ports nor paths here.
_WEB = re.compile(r"did:web:([a-z0-9.-]{1,253})")
_SERVER = re.compile(r"https://([a-z0-9.-]{1,253})/?", re.IGNORECASE | re.ASCII)
# On these hosts stand the accounts of hundreds of thousands, so that many ask there in an hour.
_OF_BLUESKY = "bsky.network"
_HANDLES_OF_BLUESKY = "bsky.social"
# The site answers, and has no account for this name.
_NO_ACCOUNT = (
    Problem.NO_SUCH_NAME,
    Problem.STATUS,
    Problem.REDIRECT,
    Problem.CONTENT_TYPE,
    Problem.TOO_LARGE,
    Problem.BROKEN,
)


def did_of(handle: str) -> str:
    """The identifier of the account that the handle leads to; the DNS comes first. Raises NotShown,
    also where the DNS names two."""
    texts = (text.strip() for text in texts_at(f"_atproto.{handle}"))
    named = {text.removeprefix("did=") for text in texts if text.startswith("did=")}
    found = set(filter(is_did, named)) or {_did_on_site(handle)}
    if len(found) > 1:
        raise NotShown(HANDLE_AMBIGUOUS)
    return found.pop()


def server_of(did: str, *, handle: str) -> Site:
    """Where the account keeps its records, if it calls itself by the handle. Raises NotShown."""
    home, path = _home_of(did)
    document = home.read_json(path, most_bytes=MAX_DOCUMENT_BYTES)
    if not isinstance(document, dict) or document.get("id") != did:
        raise NotShown(Problem.BROKEN)
    if _handle_in(document) != handle:
        raise NotShown(HANDLE_NOT_CLAIMED)
    server = _SERVER.fullmatch(_endpoint_in(document))
    if server is None:
        raise NotShown(SERVER_REFUSED)
    host = server[1].lower()
    return home if host == home.host else _approach(host)


def is_did(text: str) -> bool:
    return bool(_PLC.fullmatch(text) or _WEB.fullmatch(text))


def _did_on_site(handle: str) -> str:
    try:
        site = approach_named(handle, refused=HANDLE_UNKNOWN, unlimited=_HANDLES_OF_BLUESKY)
        did = site.read(DID_ON_SITE).text.strip()
    except NotShown as error:
        if error.problem in _NO_ACCOUNT:
            raise NotShown(HANDLE_UNKNOWN) from error
        raise
    if not is_did(did):
        raise NotShown(HANDLE_UNKNOWN)
    return did


def _home_of(did: str) -> tuple[Site, str]:
    """Where the account is described."""
    if web := _WEB.fullmatch(did):
        return _approach(web[1]), DOCUMENT_ON_SITE
    return approach(PLC_DIRECTORY), f"/{did}"


def _approach(host: str) -> Site:
    return approach_named(host, refused=SERVER_REFUSED, unlimited=_OF_BLUESKY)


def _handle_in(document: dict[str, Any]) -> str:
    """Of all that it is also known as, the first handle is the account's."""
    names = document.get("alsoKnownAs")
    for name in names if isinstance(names, list) else ():
        if isinstance(name, str) and name.startswith("at://"):
            handle = as_handle(name.removeprefix("at://"))
            if handle:
                return handle
    return ""


def _endpoint_in(document: dict[str, Any]) -> str:
    services = document.get("service")
    for service in services if isinstance(services, list) else ():
        if (
            isinstance(service, dict)
            and service.get("id") in ("#atproto_pds", f"{document['id']}#atproto_pds")
            and service.get("type") == "AtprotoPersonalDataServer"
        ):
            endpoint = service.get("serviceEndpoint")
            return endpoint if isinstance(endpoint, str) else ""
    return ""
