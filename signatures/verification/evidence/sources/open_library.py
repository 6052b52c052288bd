"""Open Library: an author, with those of their links that call themselves official."""

from typing import Any

from signatures.verification.evidence.sources.answers import Found, found, rows, text
from signatures.verification.problems import NotShown, Problem

_AUTHOR = "/type/author"


def path(identifier: str) -> str:
    return f"/authors/{identifier}.json"


def read(answer: Any) -> Found | None:
    kind = text(answer, "type", "key")
    if not kind:
        raise NotShown(Problem.BROKEN)
    # Deleted entries and those that were merged with others are still there, of another type.
    if kind != _AUTHOR:
        return None
    links = rows(answer, "links")
    return found(
        name=text(answer, "name"),
        websites=[text(link, "url") for link in links if _is_official(text(link, "title"))],
    )


def _is_official(title: str) -> bool:
    words = title.lower()
    return "official" in words and "unofficial" not in words
