"""`docs/states.md`: the states of a signature, as `signatures.transitions` has them."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.utils.translation import override

from campaign.letters.models import EventKind
from signatures import transitions
from signatures.models import SignatureState
from signatures.record.verifier import verify
from signatures.transitions import Transition

SOURCES = Path(transitions.__file__).parent


def made() -> str:
    rows = [f"| {' | '.join(_row_of(name, each))} |" for name, each in named_transitions()]
    return "\n".join(
        [
            "# States of a signature",
            "",
            "Every move that there is, made by `make documents` from the table in "
            "`signatures/transitions.py`. Nothing else writes a state; a row and what the record "
            "is told of it are written by one statement.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            *_arrows(),
            "```",
            "",
            "An event stands in the public record for good. *If known*: only if the record knows "
            "this signing, since somebody who was held from the start was never in it. The reason "
            "is told in the public corrections.",
            "",
            "| move | from | to | level | event | reason | done in |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "",
            "## In the record",
            "",
            "What each event of a signature may follow and what it leads to, as both verifiers "
            "check it. A test holds the table above equal to it.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            *_turns(),
            "```",
            "",
        ]
    )


def named_transitions() -> Iterator[tuple[str, Transition]]:
    """Each with the name of its constant, in the order of the table."""
    names = {id(each): name for name, each in vars(transitions).items()}
    yield from ((names[id(each)], each) for each in transitions.TABLE)


def _arrows() -> Iterator[str]:
    moves: dict[tuple[str, str], list[str]] = {}
    for each in transitions.TABLE:
        for state in each.from_states:
            ends = (state or "[*]", each.to_state or "[*]")
            moves.setdefault(ends, []).append(each.name)
    for (before, after), names in moves.items():
        yield f"    {before} --> {after}: {', '.join(names)}"


def _row_of(name: str, each: Transition) -> Iterator[str]:
    yield each.name
    yield ", ".join(state or "nothing" for state in each.from_states)
    yield each.to_state or "nothing"
    yield _level_of(each)
    yield _events_of(each)
    yield _reason_of(each)
    yield ", ".join(f"`{path}`" for path in modules_with(name))


def modules_with(name: str) -> list[str]:
    """Those of `signatures` that make this transition, by the name of its constant."""
    return [path for path, names in _transitions_made().items() if name in names]


@cache
def _transitions_made() -> dict[str, list[str]]:
    return {
        str(path.relative_to(SOURCES)): re.findall(r"\btransitions\.([A-Z_]+)", path.read_text())
        for path in sorted(SOURCES.rglob("*.py"))
    }


def _level_of(each: Transition) -> str:
    if each.level is not None:
        return str(each.level.value)
    if each.to_state is None:
        return ""
    return "by its proofs" if each.event == EventKind.VERIFY else "as it was"


def _events_of(each: Transition) -> str:
    """What is always in the record is so by its state."""
    told = f"`{each.event}`" if each.event else ""
    if not told:
        return f"`{each.first_event}`" if each.first_event else ""
    if each.first_event:
        return f"{told}, or `{each.first_event}` the first time"
    is_known = {SignatureState.CONFIRMED, SignatureState.REMOVED}.issuperset(each.from_states)
    return told if is_known else f"{told} if known"


def _reason_of(each: Transition) -> str:
    if each.reason is not None:
        with override("en"):
            return str(each.reason.label)
    return "an organizer’s choice" if each.event in (EventKind.REMOVE, EventKind.RESTORE) else ""


def _turns() -> Iterator[str]:
    for event, (before, after) in verify._TURNS.items():
        for state in before:
            yield f"    {'[*]' if state == 'nothing' else state} --> {after}: {event.decode()}"
