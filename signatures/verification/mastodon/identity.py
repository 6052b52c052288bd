"""Whose a handle is: from the handle to the account (WebFinger, RFC 7033), and back.

The host of a handle may be another one than the server that the account is on. Then both must say
so: anybody can let a name of theirs lead to somebody else's account, and any server can say that an
account of its own has somebody else's handle.
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from signatures.verification.accounts.hosts import approach_named
from signatures.verification.mastodon.handles import Handle, handle_in
from signatures.verification.mastodon.problems import (
    ACCOUNT_GONE,
    ACCOUNT_UNKNOWN,
    OTHER_HANDLE,
    SERVER_REFUSED,
    UNREADABLE,
)
from signatures.verification.network.https import Site
from signatures.verification.problems import NotShown, Problem

MAX_DOCUMENT_BYTES = 64 * 1024
WEBFINGER = "/.well-known/webfinger"
ACTIVITY = (
    "application/activity+json",
    'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
)
ADDRESS_LIMIT = 400

_JRD = ("application/jrd+json", "application/json")
# Without ports, fragments and anything that would have to be escaped.
_ADDRESS = re.compile(r"https://([a-z0-9.-]{1,253})(/[A-Za-z0-9._~@:/%+?=&-]*)", re.IGNORECASE)
_SENT_ON = re.compile(r"https://([a-z0-9.-]{1,253})/\.well-known/webfinger\?\S+", re.IGNORECASE)
# The site answers, and has no account for this name.
_NO_ACCOUNT = (Problem.CONTENT_TYPE, Problem.TOO_LARGE, Problem.BROKEN)

_NO_PAGE = (Problem.STATUS, Problem.REDIRECT, *_NO_ACCOUNT)


@dataclass(frozen=True, slots=True)
class Account:
    """Its address as ActivityPub has it, and the server that tells of it there."""

    address: str
    path: str
    server: Site


def account_of(handle: Handle) -> Account:
    """The account that the handle leads to and that calls itself by it. Raises NotShown."""
    site, answer = _ask(_approach(handle.host), handle.resource, may_be_sent_on=True)
    host, path = _account_in(answer, handle)
    if host == site.host:
        return Account(f"https://{host}{path}", path, site)
    server = _approach(host)
    # By the name that the server itself would give it.
    _site, own_word = _ask(server, Handle(handle.name, host).resource, may_be_sent_on=False)
    if _account_in(own_word, handle) != (host, path):
        raise NotShown(OTHER_HANDLE)
    return Account(f"https://{host}{path}", path, server)


def split(address: object) -> tuple[str, str]:
    """Host and path of an address on HTTPS without a port; both empty for any other."""
    if not isinstance(address, str) or not address.isascii() or len(address) > ADDRESS_LIMIT:
        return "", ""
    found = _ADDRESS.fullmatch(address)
    return (found[1].lower(), found[2]) if found else ("", "")


def finger_path(resource: str) -> str:
    return f"{WEBFINGER}?resource={quote(resource, safe='')}"


def _ask(site: Site, resource: str, *, may_be_sent_on: bool) -> tuple[Site, Any]:
    """What the site says of this name, and which site said it: the host of a handle may send us on
    to its server, once."""
    try:
        return site, site.read_json(
            finger_path(resource), most_bytes=MAX_DOCUMENT_BYTES, kinds=_JRD
        )
    except NotShown as error:
        if may_be_sent_on and error.problem == Problem.REDIRECT:
            server = _SENT_ON.fullmatch(error.location)
            if server is None:
                raise NotShown(SERVER_REFUSED) from error
            return _ask(_approach(server[1].lower()), resource, may_be_sent_on=False)
        if error.status == 410:
            raise NotShown(ACCOUNT_GONE) from error
        if error.problem in _NO_ACCOUNT or error.status in (400, 404):
            raise NotShown(ACCOUNT_UNKNOWN) from error
        raise as_answer(error) from error


def as_answer(error: NotShown) -> NotShown:
    """What is told of an answer that is none; what had no answer stays as it is."""
    return NotShown(UNREADABLE) if error.problem in _NO_PAGE else error


def _approach(host: str) -> Site:
    return approach_named(host, refused=SERVER_REFUSED)


def _account_in(answer: Any, handle: Handle) -> tuple[str, str]:
    """Host and path of the account, if the answer is about this handle."""
    if not isinstance(answer, dict):
        raise NotShown(ACCOUNT_UNKNOWN)
    if handle_in(answer.get("subject")) != handle:
        raise NotShown(OTHER_HANDLE)
    links = answer.get("links")
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("rel") == "self" and link.get("type") in ACTIVITY:
            host, path = split(link.get("href"))
            if not host:
                raise NotShown(SERVER_REFUSED)
            return host, path
    raise NotShown(ACCOUNT_UNKNOWN)
