"""Mastodon: a line or a link in the profile of an account.

Proves that the signer could write there. The profile is read where the account is kept, without
keys or log-ins of ours: as ActivityPub has it, or where a server shows that to other servers only,
by the interface that Mastodon's own apps use. What is kept is the account's address; if the handle
leads to another account one day, the proof ends.
"""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from signatures.models import Proof
from signatures.verification.accounts.showing import exclusive_key
from signatures.verification.mastodon.handles import Handle, as_name, handle_of
from signatures.verification.mastodon.identity import (
    ACTIVITY,
    MAX_DOCUMENT_BYTES,
    Account,
    account_of,
    as_answer,
    split,
)
from signatures.verification.mastodon.problems import (
    ACCOUNT_GONE,
    ACCOUNT_MOVED,
    HANDLE_MOVED,
    NOT_IN_PROFILE,
    SERVER_SILENT,
    UNREADABLE,
)
from signatures.verification.placed_line import is_line, is_link
from signatures.verification.problems import NoLongerTheirs, NotShown
from signatures.verification.website.html_tags import tags

CODE = "mastodon"
MAX_FIELDS = 50

_GONE = (404, 410)
_NOT_FOR_US = (401, 403)
# Each begins at the next sign at the latest, so the time grows with the length.
_TAG = re.compile(r"<[^<>]*>")


def look(proof: Proof) -> Mapping[str, object]:
    """Return what is kept of the account whose profile has the token; raises NotShown."""
    handle = handle_of(proof.subject)
    account = account_of(handle)
    if proof.private not in ("", account.address):
        raise NoLongerTheirs(HANDLE_MOVED)
    described = _described(account, handle)
    if not is_in(described, proof.token):
        raise NotShown(NOT_IN_PROFILE)
    return {
        "private": account.address,
        "profile_url": _page_in(described, account, handle),
        "exclusive_key": once_key(proof, account.address),
    }


def once_key(proof: Proof, address: str) -> bytes:
    """What makes the account count once on the letter."""
    return exclusive_key(letter_id=proof.signature.letter_id, service=CODE, uid=address)


def is_in(described: Mapping[str, Any], token: str) -> bool:
    """Whether the line is a word of the profile, or the link to the letter leads from it."""
    return any(_shows(text, token) for text in _texts(described))


def api_path(name: str) -> str:
    return f"/api/v1/accounts/lookup?acct={name}"


def _shows(text: str, token: str) -> bool:
    if token not in text:
        return False
    links = (
        attributes.get("href", "")
        for name, attributes, is_end in tags(text)
        if name == "a" and not is_end
    )
    if any(is_link(link, token) for link in links):
        return True
    words = _plain(text).split()
    return any(is_line(word, token) or is_link(word, token) for word in words)


def _plain(text: str) -> str:
    bare = _TAG.sub(" ", text)
    try:
        return html.unescape(bare)
    except ValueError:
        # A number of more digits than Python reads.
        return bare


def _texts(described: Mapping[str, Any]) -> Iterator[str]:
    """The description and the values of the fields, under the names of both ways of telling."""
    for key in ("summary", "note"):
        if isinstance(text := described.get(key), str):
            yield text
    for key in ("attachment", "fields"):
        fields = described.get(key)
        for field in fields[:MAX_FIELDS] if isinstance(fields, list) else ():
            if isinstance(field, dict) and isinstance(value := field.get("value"), str):
                yield value


def _described(account: Account, handle: Handle) -> Mapping[str, Any]:
    try:
        found = account.server.read_json(
            account.path, most_bytes=MAX_DOCUMENT_BYTES, kinds=ACTIVITY
        )
    except NotShown as error:
        if error.status in _GONE:
            raise NotShown(ACCOUNT_GONE) from error
        if error.status in _NOT_FOR_US:
            return _told_to_apps(account, handle)
        raise as_answer(error) from error
    # A server tells of many: this must be the account itself.
    if not isinstance(found, dict) or _address(found.get("id")) != account.address:
        raise NotShown(UNREADABLE)
    if found.get("type") == "Tombstone":
        raise NotShown(ACCOUNT_GONE)
    _check(found, handle, name=found.get("preferredUsername"), moved=found.get("movedTo"))
    return found


def _told_to_apps(account: Account, handle: Handle) -> Mapping[str, Any]:
    try:
        found = account.server.read_json(api_path(handle.name), most_bytes=MAX_DOCUMENT_BYTES)
    except NotShown as error:
        silent = error.status in (*_GONE, *_NOT_FOR_US)
        raise NotShown(SERVER_SILENT) if silent else as_answer(error) from error
    # Older servers do not tell the address.
    if not isinstance(found, dict) or found.get("uri", account.address) != account.address:
        raise NotShown(UNREADABLE)
    if found.get("acct") != found.get("username"):
        # With an @ it is of another server.
        raise NotShown(UNREADABLE)
    _check(found, handle, name=found.get("username"), moved=found.get("moved"))
    return found


def _check(found: Mapping[str, Any], handle: Handle, *, name: object, moved: object) -> None:
    if as_name(name) != handle.name:
        raise NotShown(UNREADABLE)
    if found.get("suspended"):
        raise NotShown(ACCOUNT_GONE)
    if moved:
        raise NotShown(ACCOUNT_MOVED)


def _page_in(described: Mapping[str, Any], account: Account, handle: Handle) -> str:
    """For readers: on the server of the account or the host of its handle, else its address."""
    page = _address(described.get("url"))
    is_theirs = split(page)[0] in (account.server.host, handle.host)
    return page if is_theirs else account.address


def _address(raw: object) -> str:
    host, path = split(raw)
    return f"https://{host}{path}" if host else ""
