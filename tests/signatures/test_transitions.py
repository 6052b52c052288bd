"""The state machine: its table, and the SQL that it becomes."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection

from campaign.letters.models import Letter
from signatures import confirmation, signing, transitions
from signatures.models import Level, Signature, SignatureState
from signatures.record.verifier import verify
from tests import state_document
from tests.signatures.factories import BRIGID, WIKTOR, confirmed, load, translation_of
from tests.signatures.places import NOWHERE, Place, Turn, after
from tests.state_document import named_transitions

VERIFIER_IN_BROWSER = Path(__file__).resolve().parents[2] / "static/js/verifier.js"
STATEMENTS = Path(__file__).parent / "statements"


def _statements_of(act: Callable[[], Any]) -> list[str]:
    """What it sends to the database, without any spaces."""
    sent = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append("".join(sql.split()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        act()
    return sent


def _measured(name: str) -> str:
    return "".join((STATEMENTS / f"{name}.sql").read_text().split())


def test_signing_and_confirming_are_one_statement_each_and_stay_the_same(letter: Letter) -> None:
    """The two hot statements: a change of either is a change of speed, so measure it first."""
    confirmed(letter, WIKTOR)
    translation = translation_of(letter)
    assert translation.text.number == 1
    signs = _statements_of(
        lambda: signing.sign(
            letter=letter,
            translation=translation,
            email=BRIGID.email,
            details=BRIGID.details,
            language="en",
        )
    )
    signature = load(Signature.objects.latest("pk").pk)
    confirms = _statements_of(
        lambda: confirmation.confirm(signature=signature, expected_revision=signature.revision)
    )

    assert signs == [_measured("sign")]
    assert confirms == [_measured("confirm")]
    assert load(signature.pk).state == SignatureState.CONFIRMED


def _everything_reached() -> tuple[set[Place], set[Turn]]:
    """All places that the table leads to from nothing, and all turns that the record takes."""
    places, turns = set[Place](), set[Turn]()
    todo = [NOWHERE]
    while todo:
        place = todo.pop()
        if place in places:
            continue
        places.add(place)
        for transition in transitions.TABLE:
            if place[0] in transition.from_states and place[1] != "erased":
                turn, leads_to = after(place, transition)
                turns |= {turn} if turn else set()
                todo.append(leads_to)
    return places, turns


def _python_turns() -> set[Turn]:
    return {
        (said, event.decode(), says)
        for event, (before, says) in verify._TURNS.items()
        for said in before
    }


def _javascript_turns() -> set[Turn]:
    written = re.search(r"const TURNS = (\{.+?\n\});", VERIFIER_IN_BROWSER.read_text(), re.DOTALL)
    assert written
    text = re.sub(r"(\w+):", r'"\1":', written[1])
    turns = json.loads(re.sub(r",\s*\}", "}", text))
    return {(said, event, says) for event, (before, says) in turns.items() for said in before}


def test_table_leads_to_all_that_both_verifiers_accept_and_to_nothing_else() -> None:
    _places, turns = _everything_reached()

    assert turns == _python_turns() == _javascript_turns()


def test_table_counts_in_the_record_what_stands_and_nothing_else() -> None:
    places, _turns = _everything_reached()

    assert {said for state, said in places if state == SignatureState.CONFIRMED} == {"live"}
    assert {state for state, said in places if said == "live"} == {SignatureState.CONFIRMED}
    # Where the state alone tells whether the record knows the signing (`is_in_record`).
    assert {said for state, said in places if state == SignatureState.PENDING} == {"nothing"}
    assert {said for state, said in places if state == SignatureState.REMOVED} == {"removed"}
    assert {state for state, _said in places} == {None, *SignatureState}


def test_table_has_one_behaviour_for_each_move() -> None:
    made = {name: state_document.modules_with(name) for name, _each in named_transitions()}

    # What somebody changes, and what the site forgets of them, is the same to the record.
    assert made.pop("EDIT") == ["editing.py", "forgetting.py"]
    assert {name: modules for name, modules in made.items() if len(modules) != 1} == {}


def test_table_names_each_move_once_and_levels_by_what_stands() -> None:
    names = [each.name for each in transitions.TABLE]
    assert sorted(set(names)) == sorted(names)
    defined = [
        each for each in vars(transitions).values() if isinstance(each, transitions.Transition)
    ]
    assert sorted(each.name for each in defined) == sorted(names)
    for each in transitions.TABLE:
        stays = each.from_states == (each.to_state,)
        level = Level.CONFIRMED if each.to_state == SignatureState.CONFIRMED else Level.PENDING
        assert (each.name, each.level) == (
            each.name,
            None if stays or each.to_state is None else level,
        )
