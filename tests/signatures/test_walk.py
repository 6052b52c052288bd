"""Any order of deeds about a few signatures goes by the table, and the record tells the same."""

import itertools
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from campaign.letters.models import Letter
from signatures import (
    confirmation,
    denial,
    editing,
    erasure,
    errors,
    new_text,
    retention,
    transitions,
    undoing,
    withdrawal,
)
from signatures.details import Details
from signatures.models import (
    Because,
    Decision,
    Delivery,
    Message,
    Signature,
    SignatureState,
    Verdict,
    Vetting,
)
from signatures.moderation import attestation, decisions, recheck, removal, undo
from signatures.screening import watchlist
from signatures.transitions import Transition
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    QUIET,
    load,
    make_organizer,
    make_team,
    open_letter,
    publish_version,
    sequence,
    sign,
    translation_of,
)
from tests.signatures.places import NOWHERE, Place, after
from tests.signatures.record.record_invariants import check_that_it_adds_up, record_of

PEOPLE = {"brigid": BRIGID, "quiet": QUIET, "guild": GUILD}
WATCHED = ("Valerie Fontenoy", "Nora Hope")
REFUSALS = tuple(
    each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Exception)
)
SAID_AFTER = {"sign": "live", "restore": "live", "edit": "live", "verify": "live"} | {
    "remove": "removed",
    "withdraw": "withdrawn",
    "erase": "erased",
}
# After which the row is gone.
ENDS = ("deny", "forget", "erase")
EXAMPLES = 5
STEPS = 25
NUMBERS = itertools.count()


@dataclass(frozen=True)
class Deed:
    """What somebody tries, the moves that it begins with, and whether it succeeds wherever one of
    them is possible."""

    does: Callable[["Walk", Signature], None]
    moves: tuple[Transition, ...]
    is_certain: bool = True

    def moves_from(self, state: SignatureState | None) -> list[Transition]:
        return [each for each in self.moves if state in each.from_states]


def _confirm(walk: "Walk", signature: Signature) -> None:
    text = translation_of(walk.letter)
    confirmation.confirm(
        signature=signature, expected_revision=signature.revision, translation_id=text.pk
    )


def _deny(_walk: "Walk", signature: Signature) -> None:
    denial.deny(signature=signature)


def _withdraw(_walk: "Walk", signature: Signature) -> None:
    withdrawal.withdraw(signature=signature)


def _erase(_walk: "Walk", signature: Signature) -> None:
    erasure.erase(signature=signature)


def _edit(walk: "Walk", signature: Signature) -> None:
    credit = "" if signature.credit else "The Salt Ledger"
    walk.edit(signature, credit=credit)


def _rename(walk: "Walk", signature: Signature) -> None:
    walk.edit(signature, name=WATCHED[signature.name == WATCHED[0]])


def _sign_new_text(walk: "Walk", signature: Signature) -> None:
    new_text.sign_new_text(
        signature=signature,
        expected_revision=signature.revision,
        translation_id=translation_of(walk.letter).pk,
    )


def _undo_withdrawal(_walk: "Walk", signature: Signature) -> None:
    notices = Delivery.objects.filter(signature=signature, message=Message.WITHDRAWN)
    if notice := notices.last():
        undoing.undo(notice=notice)


def _approve(walk: "Walk", signature: Signature) -> None:
    """By as many as it takes."""
    for vetting in Vetting.objects.filter(signature=signature):
        for organizer in walk.vetters:
            walk.attempt(
                decisions.approve,
                vetting=vetting,
                organizer=organizer,
                expected_revision=signature.revision,
            )


def _reject(walk: "Walk", signature: Signature) -> None:
    for vetting in Vetting.objects.filter(signature=signature):
        decisions.reject(
            vetting=vetting,
            organizer=walk.vetters[0],
            expected_revision=signature.revision,
            reason="unknown",
        )


def _undo_decision(walk: "Walk", _signature: Signature) -> None:
    for organizer in walk.vetters:
        walk.attempt(undo.undo_last, letter=walk.letter, organizer=organizer)


def _doubt(walk: "Walk", signature: Signature) -> None:
    recheck.doubt(
        signature=signature, organizer=walk.vetters[0], expected_revision=signature.revision
    )


def _undo_doubt(walk: "Walk", signature: Signature) -> None:
    """As with the deed about many that it is a part of."""
    newest = Decision.objects.filter(vetting__signature=signature).order_by("-pk").first()
    if newest and newest.verdict == Verdict.DOUBT:
        undo.take_back(decision=newest, organizer=walk.vetters[0])


def _remove(walk: "Walk", signature: Signature) -> None:
    walk.judge(removal.remove, signature, because=Because.RULES)


def _restore(walk: "Walk", signature: Signature) -> None:
    walk.judge(removal.restore, signature, because=Because.MISTAKE)


def _vet(walk: "Walk", signature: Signature) -> None:
    walk.judge(attestation.vet, signature, evidence="met them")


def _unvet(_walk: "Walk", signature: Signature) -> None:
    attestation.take_back(signature=signature)


def _forget(_walk: "Walk", signature: Signature) -> None:
    mine = Signature.objects.filter(pk=signature.pk, state=SignatureState.PENDING)
    mine.update(asked_at=timezone.now() - retention.UNCONFIRMED_FOR - timedelta(days=1))
    retention.forget_unconfirmed()


_EDIT = (transitions.EDIT, transitions.EDIT_AND_HOLD, transitions.EDIT_HELD)
_NEW_TEXT = (transitions.SIGN_NEW_TEXT, transitions.SIGN_NEW_TEXT_HELD)
_UNDO = (transitions.UNDO_APPROVAL, transitions.UNDO_REJECTION)
DEEDS = {
    "confirm": Deed(_confirm, (transitions.CONFIRM, transitions.HOLD)),
    "deny": Deed(_deny, (transitions.DENY,)),
    "forget": Deed(_forget, (transitions.FORGET,)),
    "edit": Deed(_edit, _EDIT),
    "rename": Deed(_rename, _EDIT),
    "sign new text": Deed(_sign_new_text, _NEW_TEXT, False),
    "withdraw": Deed(_withdraw, (transitions.WITHDRAW, transitions.WITHDRAW_REMOVED)),
    "undo withdrawal": Deed(_undo_withdrawal, (transitions.UNDO_WITHDRAWAL,)),
    "erase": Deed(_erase, (transitions.ERASE,)),
    "vet": Deed(_vet, (transitions.VERIFY,), False),
    "unvet": Deed(_unvet, (transitions.VERIFY,), False),
    "approve": Deed(_approve, (transitions.APPROVE,)),
    "reject": Deed(_reject, (transitions.REJECT,)),
    "undo decision": Deed(_undo_decision, _UNDO, False),
    "doubt": Deed(_doubt, (transitions.DOUBT,)),
    "undo doubt": Deed(_undo_doubt, (transitions.UNDO_DOUBT,), False),
    "remove": Deed(_remove, (transitions.REMOVE,)),
    "restore": Deed(_restore, (transitions.RESTORE,)),
}


class Walk(RuleBasedStateMachine):
    """On a letter of its own, of which nothing stays."""

    def __init__(self) -> None:
        super().__init__()
        self.undone = ExitStack()
        self.undone.enter_context(transaction.atomic())
        self.undone.callback(transaction.set_rollback, True)
        self.letter = open_letter(slug=f"walk-{next(NUMBERS)}")
        team = make_team()
        self.vetters = (make_organizer(team=team), make_organizer(team=team, email="r@vet.example"))
        watchlist.add(letter=self.letter, names=WATCHED, organizer=self.vetters[0])
        # By the id of the row; those of rows that are gone stay.
        self.places: dict[int, Place] = {}
        self.public_ids: dict[int, str] = {}
        self.rows: dict[str, int] = {}
        self.made: list[tuple[int, Transition]] = []
        for name in ("apply", "end"):
            self.undone.enter_context(mock.patch.object(transitions, name, self._spy(name)))

    def _spy(self, name: str) -> Callable[..., Any]:
        real = getattr(transitions, name)

        def spying(**move: Any) -> Any:
            pk = move["signature"].pk
            done = real(**move)
            if name == "end" or done is not None:
                self.made.append((pk, move["transition"]))
            return done

        return spying

    def attempt(self, deed: Callable[..., Any], *given: Any, **named: Any) -> None:
        """What is refused was rolled back, with the moves that were made on the way."""
        before = len(self.made)
        try:
            deed(*given, **named)
        except REFUSALS:
            del self.made[before:]

    def edit(self, signature: Signature, **changes: Any) -> None:
        details = replace(Details.of(signature), **changes)
        editing.edit(signature=signature, expected_revision=signature.revision, details=details)

    def judge(self, deed: Callable[..., Any], signature: Signature, **named: Any) -> None:
        deed(
            signature=signature,
            organizer=self.vetters[0],
            expected_revision=signature.revision,
            **named,
        )

    @initialize(is_replaced=st.booleans())
    def all_sign_and_confirm(self, *, is_replaced: bool) -> None:
        for who in PEOPLE:
            self.sign(who)
            self.do(who, "confirm")
        if is_replaced:
            publish_version(self.letter, body="Another text.")

    @rule(who=st.sampled_from(sorted(PEOPLE)), data=st.data())
    def does_what_is_possible(self, who: str, data: st.DataObject) -> None:
        """But ending: most would never come far."""
        state, _said = self.places[self.rows[who]]
        names = [name for name, deed in DEEDS.items() if deed.moves_from(state)]
        if state is None:
            self.sign(who)
        else:
            self.do(who, data.draw(st.sampled_from([each for each in names if each not in ENDS])))

    @rule(who=st.sampled_from(sorted(PEOPLE)), name=st.sampled_from(sorted(DEEDS)))
    def tries_anything(self, who: str, name: str) -> None:
        if self.places[self.rows[who]][0] is not None:
            self.do(who, name)

    @rule(who=st.sampled_from(sorted(PEOPLE)))
    def signs_again(self, who: str) -> None:
        self.sign(who)

    def sign(self, who: str) -> None:
        pk = sign(self.letter, PEOPLE[who]).signature_id
        self.rows[who] = pk
        state, _said = self.places.setdefault(pk, NOWHERE)
        self.follow([(pk, transitions.SIGN)] if state in transitions.SIGN.from_states else [])

    def do(self, who: str, name: str) -> None:
        deed, pk = DEEDS[name], self.rows[who]
        possible = deed.moves_from(self.places[pk][0])
        Vetting.objects.update(claimed_by=None, claimed_until=None)
        self.made = []
        self.attempt(deed.does, self, load(pk))
        if transitions.FORGET in possible:
            # Many at once, without a word to anybody.
            self.made = [(pk, transitions.FORGET)]
        if possible and deed.is_certain:
            assert self.made[0] in [(pk, each) for each in possible]
        assert {each for _pk, each in self.made[:1]} <= {*deed.moves}
        self.follow(self.made)

    @rule()
    def vets_everyone_or_not(self) -> None:
        letter = Letter.objects.get(pk=self.letter.pk)
        Letter.objects.filter(pk=letter.pk).update(vets_everyone=not letter.vets_everyone)
        watchlist.forget()

    def follow(self, made: list[tuple[int, Transition]]) -> None:
        """Where the table leads by these moves, there the rows are, and no other moved."""
        for pk, transition in made:
            assert self.places[pk][0] in transition.from_states
            _turn, self.places[pk] = after(self.places[pk], transition)
        rows = {each.pk: each for each in Signature.objects.filter(letter=self.letter)}
        assert {pk: each.state for pk, each in rows.items()} == {
            pk: state for pk, (state, _said) in self.places.items() if state is not None
        }
        leveled = [pk for pk, each in rows.items() if each.level > 0]
        assert leveled == [pk for pk, each in rows.items() if each.state == "confirmed"]
        self.public_ids |= {pk: each.public_id for pk, each in rows.items()}

    @rule()
    def is_written_into_the_record(self) -> None:
        """Rows, tally, breakdown and leaves say the same; of each the last leaf says what the table
        says."""
        sequence(self.letter)
        check_that_it_adds_up(self.letter)
        leaves = [leaf for leaf in record_of(self.letter) if leaf.signature]
        told = {leaf.signature: SAID_AFTER[leaf.event] for leaf in leaves}
        said = {pk: told.get(each, "nothing") for pk, each in self.public_ids.items()}
        assert said == {pk: expected for pk, (_state, expected) in self.places.items()}

    def teardown(self) -> None:
        with self.undone:
            self.is_written_into_the_record()


@pytest.mark.django_db
def test_any_order_of_deeds_goes_by_the_table_and_the_record_tells_the_same() -> None:
    run_state_machine_as_test(
        Walk, settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS)
    )
