"""Invented servers of Mastodon, one for each host, on which every name is an account.

All accounts of a server have one profile between them, so that a visitor who types a handle of
their own finds it there.
"""

import json
from urllib.parse import parse_qs, urlsplit

from signatures.verification.mastodon.handles import Handle, as_name, handle_in
from signatures.verification.mastodon.identity import WEBFINGER
from signatures.verification.placed_line import LABEL

_ACCOUNTS = "/users/"


def page(host: str, path: str, tokens: list[str]) -> tuple[str, str] | None:
    """Type and text of what the server answers; None for what is not there."""
    asked = urlsplit(path)
    if asked.path == WEBFINGER:
        [resource] = parse_qs(asked.query).get("resource", [""])[:1]
        handle = handle_in(resource)
        return _found(handle) if handle and handle.name and handle.host == host else None
    name = as_name(asked.path.removeprefix(_ACCOUNTS))
    if name and asked.path == _ACCOUNTS + name:
        return "application/activity+json", json.dumps(_actor(host, name, tokens))
    return None


def _found(handle: Handle) -> tuple[str, str]:
    account = {
        "rel": "self",
        "type": "application/activity+json",
        "href": f"https://{handle.host}{_ACCOUNTS}{handle.name}",
    }
    answer = {"subject": handle.resource, "links": [account]}
    return "application/jrd+json", json.dumps(answer)


def _actor(host: str, name: str, tokens: list[str]) -> dict[str, object]:
    return {
        "id": f"https://{host}{_ACCOUNTS}{name}",
        "type": "Person",
        "preferredUsername": name,
        "url": f"https://{host}/@{name}",
        "summary": "<p>An invented account.</p>",
        "attachment": [
            {"type": "PropertyValue", "name": "Letter", "value": LABEL + token} for token in tokens
        ],
    }
