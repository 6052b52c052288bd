"""Pointing at public records: at ten at most, by the signer alone, and away again."""

from collections.abc import Callable

import pytest

from campaign.letters.models import Event, EventKind, Letter
from campaign.wake import Task
from signatures import withdrawal
from signatures.errors import NotSigned
from signatures.models import Evidence, EvidenceState, Level, Proof, Signature, Source
from signatures.verification.evidence import give as giving
from signatures.verification.evidence import showing
from signatures.verification.evidence.give import give, take_away
from signatures.verification.evidence.identifiers import Identifier, parse
from signatures.verification.problems import Problem, ProofRefused
from tests.concurrency import at_once
from tests.signatures.factories import SALMA, confirmed, pending

pytestmark = pytest.mark.django_db


def item(number: int) -> Identifier:
    return parse(f"Q{number}")


def test_it_waits_to_be_looked_up_and_raises_no_level(brigid: Signature) -> None:
    evidence = give(signature=brigid, identifier=item(7))
    assert (evidence.source, evidence.identifier) == (Source.WIKIDATA, "Q7")
    assert (evidence.state, evidence.looked_up_at) == (EvidenceState.GIVEN, None)
    assert evidence.look_up_due_at == evidence.given_at
    brigid.refresh_from_db()
    assert brigid.level == Level.CONFIRMED
    assert not Proof.objects.exists()
    assert not Event.objects.filter(kind=EventKind.VERIFY).exists()


@pytest.mark.parametrize("typed", ["nm0000000", "0000000121032683"])
def test_what_answers_no_programs_is_never_due(brigid: Signature, typed: str) -> None:
    assert give(signature=brigid, identifier=parse(typed)).look_up_due_at is None


def test_the_same_twice_is_one(brigid: Signature) -> None:
    assert give(signature=brigid, identifier=item(7)) == give(signature=brigid, identifier=item(7))


@pytest.mark.django_db(transaction=True)
def test_the_same_from_many_tabs_is_one(brigid: Signature) -> None:
    answers = at_once([lambda: give(signature=brigid, identifier=item(7))] * 4)
    assert {answer.pk for answer in answers} == {Evidence.objects.get().pk}


def test_ten_are_enough_until_one_goes(brigid: Signature) -> None:
    for number in range(1, 11):
        give(signature=brigid, identifier=item(number))
    with pytest.raises(ProofRefused, match=Problem.TOO_MUCH_EVIDENCE):
        give(signature=brigid, identifier=item(11))
    assert give(signature=brigid, identifier=item(10)).identifier == "Q10"
    first = Evidence.objects.earliest("pk")
    assert take_away(signature=brigid, evidence_id=first.pk)
    assert not take_away(signature=brigid, evidence_id=first.pk)
    assert give(signature=brigid, identifier=item(11)).identifier == "Q11"


@pytest.mark.django_db(transaction=True)
def test_eleven_at_once_are_ten(brigid: Signature) -> None:
    def given(number: int) -> Callable[[], Evidence]:
        return lambda: give(signature=brigid, identifier=item(number))

    answers = at_once([given(number) for number in range(1, 12)])
    assert sum(isinstance(answer, Evidence) for answer in answers) == 10
    assert Evidence.objects.count() == 10


def test_adding_and_taking_away_has_its_measure(brigid: Signature) -> None:
    for number in range(1, 31):
        evidence = give(signature=brigid, identifier=item(number))
        take_away(signature=brigid, evidence_id=evidence.pk)
    with pytest.raises(ProofRefused, match=Problem.TOO_MANY):
        give(signature=brigid, identifier=item(31))
    assert not Evidence.objects.exists()


def test_only_ones_own_can_be_taken_away(letter: Letter, brigid: Signature) -> None:
    evidence = give(signature=brigid, identifier=item(7))
    assert not take_away(signature=confirmed(letter, SALMA), evidence_id=evidence.pk)
    assert Evidence.objects.count() == 1


def test_only_who_has_signed_may_point_at_anything(letter: Letter, brigid: Signature) -> None:
    with pytest.raises(NotSigned):
        give(signature=pending(letter, SALMA), identifier=item(7))
    give(signature=brigid, identifier=item(7))
    withdrawal.withdraw(signature=brigid)
    # Gone with the signature: whoever signs again from this address starts from nothing.
    assert not Evidence.objects.exists()
    with pytest.raises(NotSigned):
        give(signature=brigid, identifier=item(7))


def test_a_worker_is_asked_to_look(brigid: Signature, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[Task] = []
    monkeypatch.setattr(giving, "wake", woken.append)
    give(signature=brigid, identifier=item(7))
    give(signature=brigid, identifier=item(7))
    assert woken == [Task.LOOK_UP_EVIDENCE]


def test_it_is_shown_in_the_order_in_which_it_was_given(brigid: Signature) -> None:
    for number in (9, 3):
        give(signature=brigid, identifier=item(number))
    assert [each.link for each in showing.shown(signature=brigid)] == [
        "https://www.wikidata.org/wiki/Q9",
        "https://www.wikidata.org/wiki/Q3",
    ]
