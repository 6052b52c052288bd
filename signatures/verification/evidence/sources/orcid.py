"""ORCID: the name and the first website that somebody has made public of themselves there."""

from typing import Any

from signatures.verification.evidence.sources.answers import Found, found, rows, text
from signatures.verification.problems import NotShown, Problem


def path(identifier: str) -> str:
    return f"/v3.0/{identifier}/person"


def read(answer: Any) -> Found:
    if not isinstance(answer, dict) or "name" not in answer:
        raise NotShown(Problem.BROKEN)
    # Empty for those who keep their name to themselves.
    name = answer["name"]
    parts = (text(name, "given-names", "value"), text(name, "family-name", "value"))
    urls = rows(answer, "researcher-urls", "researcher-url")
    return found(
        name=text(name, "credit-name", "value") or " ".join(filter(None, parts)),
        websites=[text(each, "url", "value") for each in urls],
    )
