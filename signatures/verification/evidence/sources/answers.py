"""What is taken from a record, and careful ways into JSON that somebody else wrote."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from signatures.names.cleaning import NameRefused, clean_line
from signatures.verification.network import hosts
from signatures.verification.problems import ProofRefused

_NAME_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Found:
    """The record's name for them, and the host of their website; each may be empty."""

    name: str
    host: str


@dataclass(frozen=True, slots=True)
class Record:
    host: str
    # The path that is asked for an identifier, and what its answer tells: None for no such entry,
    # NotShown for an answer that says neither.
    path: Callable[[str], str]
    read: Callable[[Any], Found | None]


def found(*, name: Any, websites: Iterable[Any]) -> Found:
    """Made safe to show: anybody can write anything into these records."""
    return Found(_name(name), next(filter(None, map(_host, websites)), ""))


def at(answer: Any, *steps: str) -> Any:
    """What stands at this place, None where there is none."""
    for step in steps:
        answer = answer.get(step) if isinstance(answer, dict) else None
    return answer


def rows(answer: Any, *steps: str) -> list[Any]:
    """The list at this place, empty where there is none."""
    value = at(answer, *steps)
    return value if isinstance(value, list) else []


def text(answer: Any, *steps: str) -> str:
    value = at(answer, *steps)
    return value if isinstance(value, str) else ""


def _name(raw: Any) -> str:
    try:
        return clean_line(raw if isinstance(raw, str) else "", limit=_NAME_LIMIT)
    except NameRefused:
        return ""


def _host(raw: Any) -> str:
    try:
        return hosts.bare(hosts.clean_host(raw)) if isinstance(raw, str) else ""
    except ProofRefused:
        return ""
