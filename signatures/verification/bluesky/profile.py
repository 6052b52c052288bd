"""Bluesky: a line in the profile of an account.

Proves that the signer could write there. The profile is read where the account itself keeps it,
without keys or log-ins of ours. What is kept is the account's identifier: if the handle leads to
another account one day, the proof ends.
"""

from collections.abc import Mapping

from signatures.models import Proof
from signatures.verification.accounts.showing import exclusive_key
from signatures.verification.bluesky.identity import did_of, server_of
from signatures.verification.bluesky.problems import HANDLE_MOVED, NOT_IN_PROFILE
from signatures.verification.network.https import Site
from signatures.verification.placed_line import is_line, is_link
from signatures.verification.problems import NoLongerTheirs, NotShown, Problem

CODE = "bluesky"
MAX_PROFILE_BYTES = 64 * 1024
_COLLECTION = "app.bsky.actor.profile"
_NO_PROFILE = (400, 404)


def look(proof: Proof) -> Mapping[str, object]:
    """Return what is kept of the account whose profile has the token; raises NotShown."""
    handle = proof.subject.removeprefix("@")
    did = did_of(handle)
    if proof.private not in ("", did):
        raise NoLongerTheirs(HANDLE_MOVED)
    if not is_in(_description(server_of(did, handle=handle), did), proof.token):
        raise NotShown(NOT_IN_PROFILE)
    return {
        "private": did,
        "profile_url": page_of(handle),
        "exclusive_key": once_key(proof, did),
    }


def page_of(handle: str) -> str:
    return f"https://bsky.app/profile/{handle}"


def once_key(proof: Proof, did: str) -> bytes:
    """What makes the account count once on the letter."""
    return exclusive_key(letter_id=proof.signature.letter_id, service=CODE, uid=did)


def is_in(description: str, token: str) -> bool:
    """Whether the line, or the link to the letter, is one of its words."""
    return any(is_line(word, token) or is_link(word, token) for word in description.split())


def path_for(did: str) -> str:
    return f"/xrpc/com.atproto.repo.getRecord?repo={did}&collection={_COLLECTION}&rkey=self"


def _description(server: Site, did: str) -> str:
    try:
        record = server.read_json(path_for(did), most_bytes=MAX_PROFILE_BYTES)
    except NotShown as error:
        if error.status in _NO_PROFILE:
            return ""
        raise
    # A server may have the records of many: this must be the account's own.
    if not isinstance(record, dict) or record.get("uri") != f"at://{did}/{_COLLECTION}/self":
        raise NotShown(Problem.BROKEN)
    value = record.get("value")
    description = value.get("description") if isinstance(value, dict) else None
    return description if isinstance(description, str) else ""
