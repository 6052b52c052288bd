"""MusicBrainz: an artist, with the links that its editors call an official homepage."""

from typing import Any

from signatures.verification.evidence.sources.answers import Found, found, rows, text
from signatures.verification.problems import NotShown, Problem


def path(identifier: str) -> str:
    return f"/ws/2/artist/{identifier}?inc=url-rels&fmt=json"


def read(answer: Any) -> Found:
    if not text(answer, "id"):
        raise NotShown(Problem.BROKEN)
    current = [
        relation
        for relation in rows(answer, "relations")
        if text(relation, "type") == "official homepage" and relation.get("ended") is not True
    ]
    return found(
        name=text(answer, "name"), websites=[text(each, "url", "resource") for each in current]
    )
