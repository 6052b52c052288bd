"""Wikidata: an item's label, and its official website (property P856)."""

from typing import Any

from signatures.verification.evidence.sources.answers import Found, at, found, rows, text
from signatures.verification.problems import NotShown, Problem

WEBSITE = "P856"
# `mul` is Wikidata's own for a name that is the same in all languages.
_LABELS_FIRST = ("mul", "en", "ar")
_NO_SUCH_ITEM = "no-such-entity"
_RANKS = ("preferred", "normal")


def path(identifier: str) -> str:
    return (
        f"/w/api.php?action=wbgetentities&ids={identifier}&props=labels%7Cclaims"
        "&redirects=yes&format=json&formatversion=2"
    )


def read(answer: Any) -> Found | None:
    if text(answer, "error", "code") == _NO_SUCH_ITEM:
        return None
    entities = at(answer, "entities")
    # Under its own number, or under that of the item that it was merged with.
    item = next(iter(entities.values()), None) if isinstance(entities, dict) else None
    if not isinstance(item, dict):
        raise NotShown(Problem.BROKEN)
    if "missing" in item:
        return None
    labels = at(item, "labels")
    spoken = labels if isinstance(labels, dict) else {}
    in_order = [*_LABELS_FIRST, *(code for code in spoken if code not in _LABELS_FIRST)]
    names = (text(spoken, code, "value") for code in in_order)
    claims = rows(item, "claims", WEBSITE)
    return found(
        name=next(filter(None, names), ""),
        websites=[
            text(claim, "mainsnak", "datavalue", "value")
            for rank in _RANKS
            for claim in claims
            if text(claim, "rank") == rank
        ],
    )
