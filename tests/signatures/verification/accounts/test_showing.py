"""An account at a service: for one signature of a letter, once, and free again afterwards."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from campaign.letters.models import Event, EventKind, Letter
from signatures import withdrawal
from signatures.errors import NotSigned
from signatures.models import Level, Proof, ProofState, Signature, SignatureState
from signatures.verification import proofs, registry
from signatures.verification.accounts import showing
from signatures.verification.accounts.profiles import Service, Shown
from signatures.verification.problems import Problem, ProofRefused
from tests.concurrency import at_once, while_uncommitted
from tests.signatures.factories import BRIGID, SALMA, confirmed, open_letter, pending

pytestmark = pytest.mark.django_db

SALT_HOUSE = Service("salthouse", "openid_connect", "Salt House", "salthouse.example")
ELSEWHERE = Service("playbill", "openid_connect", "Playbill", "playbill.example")
HANDLE = Shown("@brigid", "https://salthouse.example/@brigid")
UID = "7"


def show(signature: Signature, **changes: Any) -> Proof:
    told: dict[str, Any] = {"service": SALT_HOUSE, "uid": UID, "shown": HANDLE} | changes
    return showing.show(signature=signature, **told)


def begin(signature: Signature) -> str:
    return showing.begin(signature=signature, service=SALT_HOUSE, language="ar")


def test_an_account_is_a_proof_with_what_readers_see_and_nothing_else(brigid: Signature) -> None:
    before = timezone.now()
    proof = show(brigid)
    brigid.refresh_from_db()
    assert (brigid.level, brigid.state) == (Level.CONTROLS, SignatureState.CONFIRMED)
    assert (proof.method, proof.state, proof.provider) == ("account", "standing", "Salt House")
    assert (proof.subject, proof.profile_url) == ("@brigid", "https://salthouse.example/@brigid")
    assert (proof.private, proof.token, proof.check_due_at) == ("", "", None)
    assert proof.proved_at is not None
    assert proof.proved_at >= before
    assert Event.objects.filter(kind=EventKind.VERIFY).count() == 1


def test_nothing_looks_at_it_again(brigid: Signature) -> None:
    assert "account" not in registry.looked_at()
    assert not proofs.ask_for_check(proof=show(brigid))


def test_the_same_account_again_is_the_same_proof_under_its_new_handle(brigid: Signature) -> None:
    first = show(brigid)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        again = show(brigid, shown=Shown("@brigid.omalloran", ""))
    assert (again.pk, again.proved_at) == (first.pk, first.proved_at)
    assert (again.subject, again.profile_url) == ("@brigid.omalloran", "")
    assert Event.objects.filter(kind=EventKind.VERIFY).count() == 1


def test_one_handle_at_two_services_is_two_accounts(brigid: Signature) -> None:
    assert show(brigid).pk != show(brigid, service=ELSEWHERE).pk
    assert show(brigid, uid="8").pk not in (show(brigid).pk, show(brigid, service=ELSEWHERE).pk)
    assert Proof.objects.filter(state=ProofState.STANDING).count() == 3


def test_it_counts_for_one_signature_of_a_letter(letter: Letter, brigid: Signature) -> None:
    show(brigid)
    salma = confirmed(letter, SALMA)
    with pytest.raises(ProofRefused, match=Problem.ACCOUNT_TAKEN):
        show(salma)
    salma.refresh_from_db()
    assert salma.level == Level.CONFIRMED
    assert not Proof.objects.filter(signature=salma).exists()


def test_and_for_one_of_another_letter_where_its_key_tells_nothing(brigid: Signature) -> None:
    other = confirmed(open_letter(slug="another-letter"), BRIGID)
    keys = {bytes(show(each).exclusive_key or b"") for each in (brigid, other)}
    assert len(keys) == 2
    assert all(len(key) == 32 for key in keys)


def test_service_and_account_are_not_run_together() -> None:
    def key(service: str, uid: str) -> bytes:
        return showing.exclusive_key(letter_id=1, service=service, uid=uid)

    assert key("salt", "house-7") != key("salthouse", "-7") != key("salt", "house-7\0")


@pytest.mark.django_db(transaction=True)
def test_the_same_twice_at_once_is_one(brigid: Signature) -> None:
    answers = at_once([lambda: show(brigid)] * 4)
    assert {answer.pk for answer in answers} == {Proof.objects.get().pk}
    assert Event.objects.filter(kind=EventKind.VERIFY).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_signatures_at_once_one_gets_it(letter: Letter, brigid: Signature) -> None:
    salma = confirmed(letter, SALMA)
    proof, refused = while_uncommitted(lambda: show(brigid), lambda: show(salma))
    assert proof == Proof.objects.get()
    assert isinstance(refused, ProofRefused)
    assert refused.reason == Problem.ACCOUNT_TAKEN


def test_taken_back_it_is_free_again_and_forgotten(letter: Letter, brigid: Signature) -> None:
    proof = show(brigid)
    assert proofs.revoke(proof=proof)
    proof.refresh_from_db()
    assert (proof.state, proof.exclusive_key, proof.profile_url) == ("revoked", None, "")
    assert show(confirmed(letter, SALMA)).state == ProofState.STANDING
    with pytest.raises(ProofRefused, match=Problem.ACCOUNT_TAKEN):
        show(brigid)


def test_withdrawing_frees_it_too(letter: Letter, brigid: Signature) -> None:
    show(brigid)
    withdrawal.withdraw(signature=brigid)
    assert Proof.objects.get().exclusive_key is None
    assert show(confirmed(letter, SALMA)).state == ProofState.STANDING


def test_who_withdrew_meanwhile_shows_nothing(brigid: Signature) -> None:
    withdrawal.withdraw(signature=brigid)
    for attempt in (lambda: show(brigid), lambda: begin(Signature.objects.get())):
        with pytest.raises(NotSigned):
            attempt()
    assert not Proof.objects.exists()


def test_who_has_not_confirmed_may_not_begin(letter: Letter) -> None:
    with pytest.raises(NotSigned):
        begin(pending(letter, SALMA))


def test_a_few_starts_a_day(brigid: Signature) -> None:
    for _start in range(10):
        begin(brigid)
    with pytest.raises(ProofRefused, match=Problem.TOO_MANY):
        begin(brigid)
    assert not Proof.objects.exists()


def test_the_way_is_sealed_and_good_for_ten_minutes(brigid: Signature) -> None:
    sealed = begin(brigid)
    way = showing.Way(brigid.pk, "salthouse", "ar")
    assert showing.arrive(sealed=sealed, service=SALT_HOUSE) == way
    with pytest.raises(showing.WayVoid):
        showing.arrive(sealed=sealed, service=ELSEWHERE)
    with time_machine.travel(timezone.now() + timedelta(seconds=601)):
        assert showing.has_run_out(sealed)
        assert showing.way_of(sealed) == way
        with pytest.raises(showing.WayVoid):
            showing.arrive(sealed=sealed, service=SALT_HOUSE)


@pytest.mark.parametrize("sealed", [None, "", "x", "a:b:c", 7, {}, "\ud800"])
def test_what_we_did_not_seal_leads_nowhere(sealed: object) -> None:
    assert showing.way_of(sealed) is None
    assert showing.has_run_out(sealed)
    with pytest.raises(showing.WayVoid):
        showing.arrive(sealed=sealed, service=SALT_HOUSE)
