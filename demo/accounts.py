"""Invented accounts on Bluesky, each with a host of its own that says all there is to know of it.

The account's identifier, its description and its profile all stand on the host that is its handle,
as they may for anybody; so nothing of Bluesky itself has to be invented.
"""

import json

from signatures.verification.bluesky.identity import DID_ON_SITE, DOCUMENT_ON_SITE
from signatures.verification.bluesky.profile import path_for
from signatures.verification.placed_line import LABEL


def did_of(handle: str) -> str:
    return f"did:web:{handle}"


def page(handle: str, path: str, tokens: list[str]) -> tuple[str, str] | None:
    """Type and text of what the account's host answers; None for what is not there."""
    did = did_of(handle)
    return {
        DID_ON_SITE: ("text/plain", did),
        DOCUMENT_ON_SITE: ("application/json", json.dumps(_document(handle, did))),
        path_for(did): ("application/json", json.dumps(_record(did, tokens))),
    }.get(path)


def _document(handle: str, did: str) -> dict[str, object]:
    return {
        "id": did,
        "alsoKnownAs": [f"at://{handle}"],
        "service": [
            {
                "id": "#atproto_pds",
                "type": "AtprotoPersonalDataServer",
                "serviceEndpoint": f"https://{handle}",
            }
        ],
    }


def _record(did: str, tokens: list[str]) -> dict[str, object]:
    lines = ["An invented account.", *(LABEL + token for token in tokens)]
    return {
        "uri": f"at://{did}/app.bsky.actor.profile/self",
        "value": {"$type": "app.bsky.actor.profile", "description": "\n".join(lines)},
    }
