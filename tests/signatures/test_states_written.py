"""Nothing but `signatures/transitions.py` writes the state of a signature."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# The table itself, what is done once to old rows, and what has no database.
APART = ("signatures/transitions.py", "signatures/migrations/", "signatures/record/verifier/")
# Statements written out. What is put in by a `{}` may be a state, too.
UPDATED = re.compile(r"UPDATE\s+signatures_signature\s+SET(.+?)(?:WHERE|$)", re.DOTALL)
STATE = re.compile(r"(?:^|,)\s*state\s*=|\{")
CALLS = ("update", "create", "update_or_create", "get_or_create")
# The states of other rows have the same name, and enums of their own.
OTHERS = (
    *("DeliveryState", "EvidenceState", "InvitationState", "LetterState", "ProofState"),
    *("UpdateDeliveryState", "UpdateState", "VettingState", "BulkState", "BulkRowState"),
    "ImportState",
)


def _states_written(node: ast.AST, others: tuple[str, ...] = OTHERS) -> Iterator[str]:
    """What may write the state of a signature, in its own words; `others` are names for states of
    other rows."""
    match node:
        case ast.FunctionDef():
            others += tuple(_names_of_others(node))
        case ast.Constant(value=str(text)) if _sets_state(text):
            yield text
        case ast.JoinedStr() if _sets_state(ast.unparse(node)):
            yield ast.unparse(node)
            return
        case ast.Call(func=ast.Attribute(attr=name)) if name in CALLS:
            values = [each.value for each in node.keywords if each.arg == "state"]
            if values and not _is_named(others, values[0]):
                yield ast.unparse(node)
        case ast.Assign(value=value) | ast.AnnAssign(value=value) if not _is_named(others, value):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(re.search(r"\.state\b", ast.unparse(each)) for each in targets):
                yield ast.unparse(node)
    for child in ast.iter_child_nodes(node):
        yield from _states_written(child, others)


def _names_of_others(function: ast.FunctionDef) -> Iterator[str]:
    """Its parameters and variables that hold the state of another row."""
    for node in ast.walk(function):
        match node:
            case ast.arg(arg=name, annotation=kind) if _is_named(OTHERS, kind):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_named(OTHERS, value):
                yield name


def _is_named(names: tuple[str, ...], node: ast.AST | None) -> bool:
    words = [] if node is None else re.findall(r"\w+", ast.unparse(node))
    return not set(names).isdisjoint(words)


def _sets_state(statement: str) -> bool:
    return any(STATE.search(columns) for columns in UPDATED.findall(statement))


@pytest.mark.parametrize(
    "source",
    [
        "mine.update(state=SignatureState.HELD)",
        "def move(to: SignatureState, proof: ProofState): mine.update(level=0, state=to)",
        "signature.state = SignatureState.HELD",
        "signature.state, signature.level = SignatureState.HELD, 0",
        "X = \"UPDATE signatures_signature SET level = 0, state = 'held' WHERE id = %s\"",
        'X = """UPDATE signatures_signature\nSET {also} WHERE id = %s"""',
        'X = f"UPDATE signatures_signature SET {columns} WHERE id = %s"',
    ],
)
def test_a_state_written_by_hand_is_found(source: str) -> None:
    assert len(list(_states_written(ast.parse(source)))) == 1


def test_nothing_but_the_table_writes_the_state_of_a_signature() -> None:
    paths = [*(ROOT / "signatures").rglob("*.py"), *(ROOT / "campaign").rglob("*.py")]
    sources = {path.relative_to(ROOT).as_posix(): path.read_text() for path in paths}
    found = {
        path: list(_states_written(ast.parse(source)))
        for path, source in sources.items()
        if not path.startswith(APART)
    }

    assert {path: written for path, written in found.items() if written} == {}
    assert len(found) > 200
