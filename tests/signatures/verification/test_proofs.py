"""Starting a proof, asking for a look, taking it back: by the right people, a few times a day."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from campaign.letters.models import Event, EventKind, Letter
from signatures import withdrawal
from signatures.errors import NotSigned
from signatures.models import Level, Proof, ProofState, Signature, SignatureState
from signatures.tasks import forget_old_data
from signatures.verification import proofs, website
from signatures.verification.levels import recompute_level
from signatures.verification.problems import Problem, ProofRefused
from tests.concurrency import at_once
from tests.signatures.factories import SALMA, confirmed, pending, sequence

pytestmark = pytest.mark.django_db


def start(signature: Signature, subject: str = "brigid.example") -> Proof:
    return proofs.start(signature=signature, method=website.METHOD, subject=subject)


def standing(signature: Signature, subject: str = "brigid.example", **fields: object) -> Proof:

    proof = start(signature, subject)
    now = timezone.now()
    values = {
        "state": ProofState.STANDING,
        "proved_at": now,
        "checked_at": now,
        "check_due_at": now + timedelta(days=30),
    }
    Proof.objects.filter(pk=proof.pk).update(**values | fields)
    recompute_level(signature=signature)
    proof.refresh_from_db()
    return proof


def test_a_proof_is_started_with_a_token_of_its_own(brigid: Signature) -> None:
    proof = start(brigid)
    assert (proof.state, proof.proved_at, proof.check_due_at) == (ProofState.STARTED, None, None)
    name, _dash, token = proof.token.rpartition("-")
    assert (name, len(token)) == ("brigid-omalloran", 16)
    assert start(brigid, "other.example").token != proof.token
    brigid.refresh_from_db()
    assert brigid.level == Level.CONFIRMED


def test_starting_the_same_again_leads_to_the_same(brigid: Signature) -> None:
    assert start(brigid) == start(brigid)
    assert Proof.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_button_in_many_tabs_starts_one(brigid: Signature) -> None:
    answers = at_once([lambda: start(brigid)] * 5)
    assert {answer.pk for answer in answers} == {Proof.objects.get().pk}


def test_only_who_has_confirmed_may_start(letter: Letter) -> None:
    signature = pending(letter)
    with pytest.raises(NotSigned):
        start(signature)
    signature = confirmed(letter)
    proof = start(signature)
    Signature.objects.filter(pk=signature.pk).update(state=SignatureState.HELD)
    signature.refresh_from_db()
    start(signature, "other.example")
    withdrawal.withdraw(signature=signature)
    signature.refresh_from_db()
    proof.signature = signature
    for attempt in (lambda: start(signature), lambda: proofs.ask_for_check(proof=proof)):
        with pytest.raises(NotSigned):
            attempt()


def test_a_few_starts_a_day_and_a_few_at_once(brigid: Signature) -> None:
    for number in range(10):
        proof = start(brigid, f"site{number}.example")
    for _again in range(2):
        with pytest.raises(ProofRefused, match=Problem.TOO_MANY):
            start(brigid, "eleventh.example")
    proofs.revoke(proof=proof)
    with pytest.raises(ProofRefused, match=Problem.TOO_MANY):
        start(brigid, "eleventh.example")
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        Proof.objects.filter(subject="site1.example").delete()
        assert start(brigid, "site0.example").subject == "site0.example"


def test_asking_makes_it_due_and_forgets_what_was_wrong(brigid: Signature) -> None:
    proof = start(brigid)
    Proof.objects.update(problem=Problem.TOKEN_MISSING)
    assert proofs.ask_for_check(proof=proof)
    proof.refresh_from_db()
    assert proof.problem == ""
    assert proof.check_due_at is not None
    assert proof.check_due_at <= timezone.now()


def test_asking_has_its_measure_and_only_for_what_can_be_looked_at(brigid: Signature) -> None:
    proof = start(brigid)
    Proof.objects.update(state=ProofState.LAPSED)
    assert not proofs.ask_for_check(proof=proof)
    Proof.objects.update(state=ProofState.STARTED, method="work_email")
    assert not proofs.ask_for_check(proof=proof)
    for _time in range(28):
        proofs.ask_for_check(proof=proof)
    with pytest.raises(ProofRefused, match=Problem.TOO_MANY):
        proofs.ask_for_check(proof=proof)


def test_taking_back_ends_it_and_the_level_follows_once(brigid: Signature) -> None:
    proof = standing(brigid)
    brigid.refresh_from_db()
    assert brigid.level == Level.CONTROLS
    assert proofs.revoke(proof=proof)
    assert not proofs.revoke(proof=proof)
    brigid.refresh_from_db()
    proof.refresh_from_db()
    assert brigid.level == Level.CONFIRMED
    assert (proof.state, proof.token, proof.check_due_at) == (ProofState.REVOKED, "", None)
    assert Event.objects.filter(kind=EventKind.VERIFY).count() == 2
    assert start(brigid).pk != proof.pk


def test_of_two_the_other_still_counts(brigid: Signature) -> None:
    first = standing(brigid)
    standing(brigid, "other.example")
    proofs.revoke(proof=first)
    brigid.refresh_from_db()
    assert brigid.level == Level.CONTROLS


@pytest.mark.django_db(transaction=True)
def test_two_taken_back_at_once_leave_no_level_behind(brigid: Signature, letter: Letter) -> None:
    both = [standing(brigid), standing(brigid, "other.example")]
    assert at_once([lambda p=each: proofs.revoke(proof=p) for each in both]) == [True, True]  # type: ignore[misc]
    brigid.refresh_from_db()
    assert brigid.level == Level.CONFIRMED
    sequence(letter)
    assert not Event.objects.exists()


def test_what_the_organizers_found_is_not_the_signers_to_take_back(brigid: Signature) -> None:
    proof = standing(brigid)
    from tests.signatures.factories import make_organizer, make_team

    organizer = make_organizer(team=make_team())
    Proof.objects.update(method="vetting", organizer=organizer)
    assert not proofs.revoke(proof=proof)


def test_withdrawing_ends_all_proofs_so_that_signing_again_starts_from_nothing(
    brigid: Signature,
) -> None:
    proof = standing(brigid)
    start(brigid, "other.example")
    assert withdrawal.withdraw(signature=brigid)
    assert set(Proof.objects.values_list("state", "token", "private")) == {
        (ProofState.REVOKED, "", "")
    }
    proof.refresh_from_db()
    assert proof.check_due_at is None


def test_what_was_started_and_never_shown_is_forgotten(letter: Letter, brigid: Signature) -> None:
    start(brigid)
    kept = standing(confirmed(letter, SALMA))
    Proof.objects.update(started_at=timezone.now() - timedelta(days=31))
    new = start(brigid, "new.example")
    forget_old_data()
    assert set(Proof.objects.values_list("pk", flat=True)) == {kept.pk, new.pk}
