from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from campaign.letters.models import Event, Letter
from campaign.organizers.models import AuditEntry, Organizer
from signatures import withdrawal
from signatures.errors import (
    AnotherMustApprove,
    ClaimedByAnother,
    DetailsChanged,
    NotConfirmed,
    NothingToUndo,
    NotWaiting,
)
from signatures.listing import queries
from signatures.models import (
    Decision,
    Delivery,
    Message,
    Proof,
    ProofState,
    Signature,
    Vetting,
    VettingState,
    Watched,
)
from signatures.moderation import attestation, decisions, queue, undo
from signatures.notifications.deliveries import send_owed
from signatures.record import tally
from signatures.screening import watchlist
from tests.concurrency import at_once
from tests.signatures.factories import BRIGID, QUIET, Person, confirmed, listed, load, sequence

pytestmark = pytest.mark.django_db

Held = Callable[[Person], tuple[Signature, Vetting]]


def _events() -> list[tuple[str, str, str]]:
    found = Event.objects.exclude(public_id="").order_by("pk")
    return list(found.values_list("kind", "before", "after"))


def _total(letter: Letter) -> tuple[int, dict[str, int]]:
    sequence(letter)
    counted = tally.latest(letter_id=letter.pk)
    assert counted is not None
    return counted.total, counted.levels


@pytest.mark.parametrize(
    ("who", "shape"), [(BRIGID, "v1:person:1:author:IE"), (QUIET, "v1:person:1:actor:AT:anonymous")]
)
def test_approving_confirms_with_one_event_and_a_trace(
    everyone: Letter, held: Held, ottilie: Organizer, who: Person, shape: str
) -> None:
    signature, vetting = held(who)
    done = decisions.approve(
        vetting=vetting, organizer=ottilie, expected_revision=1, reason="known"
    )
    assert done == VettingState.APPROVED
    assert load(signature.pk).state == "confirmed"
    assert _events() == [("sign", "", shape)]
    [decision] = Decision.objects.all()
    assert (decision.verdict, decision.before, decision.reason) == ("approve", "waiting", "known")
    [entry] = AuditEntry.objects.all()
    assert (entry.action, entry.subject) == ("approve", f"signature {signature.public_id}")
    assert _total(everyone)[0] == 1
    assert load(signature.pk).number == 1
    with pytest.raises(NotWaiting):
        decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)


def test_approving_as_vetted_gives_level_three(
    everyone: Letter, held: Held, ottilie: Organizer
) -> None:
    signature, vetting = held(BRIGID)
    decisions.approve(
        vetting=vetting, organizer=ottilie, expected_revision=1, reason="met her", lift=True
    )
    assert load(signature.pk).level == 3
    assert _events() == [
        ("sign", "", "v1:person:1:author:IE"),
        ("verify", "v1:person:1:author:IE", "v1:person:3:author:IE"),
    ]
    proof = Proof.objects.get()
    assert (proof.method, proof.private, proof.organizer) == ("vetting", "met her", ottilie)
    assert _total(everyone) == (1, {"1": 0, "2": 0, "3": 1, "4": 0})


def test_proofs_shown_while_held_count_from_the_approval(
    everyone: Letter, held: Held, ottilie: Organizer
) -> None:
    signature, vetting = held(BRIGID)
    now = timezone.now()
    Proof.objects.create(
        signature=signature,
        method="domain",
        subject="quayside.example",
        state=ProofState.STANDING,
        started_at=now,
        proved_at=now,
    )
    decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
    assert load(signature.pk).level == 2


def test_a_watched_name_needs_two_different_organizers(
    letter: Letter, watch: Callable[..., None], held: Held, ottilie: Organizer, ruth: Organizer
) -> None:
    watch("Brigid O’Malloran")
    signature, vetting = held(BRIGID)
    # For those who wait it stays so, though it is taken off the list.
    Watched.objects.all().delete()
    first = decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
    assert first == VettingState.SECONDED
    assert load(signature.pk).state == "held"
    assert _events() == []
    with pytest.raises(AnotherMustApprove):
        decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
    assert (
        decisions.approve(vetting=vetting, organizer=ruth, expected_revision=1)
        == VettingState.APPROVED
    )
    assert load(signature.pk).state == "confirmed"


def test_two_vetters_at_once_decide_once(
    transactional_db: None, everyone: Letter, held: Held, ottilie: Organizer, ruth: Organizer
) -> None:
    _signature, vetting = held(BRIGID)
    answers = at_once(
        [
            partial(decisions.approve, vetting=vetting, organizer=ottilie, expected_revision=1),
            partial(
                decisions.reject, vetting=vetting, organizer=ruth, expected_revision=1, reason="no"
            ),
            partial(decisions.approve, vetting=vetting, organizer=ruth, expected_revision=1),
            partial(decisions.hold, vetting=vetting, organizer=ottilie, expected_revision=99),
        ]
    )
    refused = [each for each in answers if isinstance(each, Exception)]
    assert {type(each) for each in refused} <= {NotWaiting, DetailsChanged}
    assert len(refused) == 3
    assert Decision.objects.count() == 1
    assert len(_events()) <= 1


def test_what_another_has_open_is_theirs_for_five_minutes(
    everyone: Letter, held: Held, ottilie: Organizer, ruth: Organizer
) -> None:
    _signature, vetting = held(BRIGID)
    assert queue.claim(vetting=vetting, organizer=ottilie)
    assert not queue.claim(vetting=vetting, organizer=ruth)
    with pytest.raises(ClaimedByAnother):
        decisions.hold(vetting=vetting, organizer=ruth, expected_revision=1)
    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=1)):
        assert queue.claim(vetting=vetting, organizer=ruth)
        decisions.hold(vetting=vetting, organizer=ruth, expected_revision=1)
    vetting.refresh_from_db()
    assert (vetting.state, vetting.claimed_by) == ("kept", None)


def test_what_is_put_aside_can_be_decided_later(
    everyone: Letter, held: Held, ottilie: Organizer
) -> None:
    _signature, vetting = held(BRIGID)
    decisions.hold(
        vetting=vetting, organizer=ottilie, expected_revision=1, reason="asked her agent"
    )
    vetting.refresh_from_db()
    assert vetting.decided_at is None
    assert undo.undo_last(letter=everyone, organizer=ottilie).vettings[0].state == "waiting"
    decisions.hold(vetting=vetting, organizer=ottilie, expected_revision=1)
    assert (
        decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
        == VettingState.APPROVED
    )


def test_a_rejection_is_told_only_with_a_message_and_only_once_it_cannot_be_undone(
    everyone: Letter, held: Held, ottilie: Organizer
) -> None:
    signature, vetting = held(BRIGID)
    decisions.reject(
        vetting=vetting,
        organizer=ottilie,
        expected_revision=1,
        reason="impostor",
        message="Please call us.",
    )
    send_owed()
    mail.outbox.clear()
    assert load(signature.pk).state == "rejected"
    assert not queries.listed(letter=everyone).exists()
    send_owed()
    assert mail.outbox == []
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        send_owed()
    [sent] = mail.outbox
    assert "Please call us." in sent.body
    assert "impostor" not in sent.body
    assert sent.to == [BRIGID.email]
    assert decisions.told_to_signer(signature=signature) == "Please call us."


def test_a_rejection_without_a_message_is_silent(
    everyone: Letter, held: Held, ottilie: Organizer
) -> None:
    signature, vetting = held(BRIGID)
    decisions.reject(vetting=vetting, organizer=ottilie, expected_revision=1, reason="impostor")
    assert not Delivery.objects.filter(message=Message.REJECTED).exists()
    assert decisions.told_to_signer(signature=signature) == ""


def test_undoing_an_approval_takes_it_out_of_the_record_and_approving_again_restores_it(
    everyone: Letter, held: Held, ottilie: Organizer
) -> None:
    signature, vetting = held(BRIGID)
    decisions.approve(
        vetting=vetting, organizer=ottilie, expected_revision=1, reason="met her", lift=True
    )
    assert _total(everyone)[0] == 1
    [undone] = undo.undo_last(letter=everyone, organizer=ottilie).vettings
    assert (undone.pk, undone.state, undone.claimed_by) == (vetting.pk, "waiting", ottilie)
    assert load(signature.pk).state == "held"
    assert _events() == [("remove", "v1:person:3:author:IE", "")]
    assert Proof.objects.get().state == ProofState.REVOKED
    assert _total(everyone)[0] == 0
    with pytest.raises(NothingToUndo):
        undo.undo_last(letter=everyone, organizer=ottilie)
    decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
    assert _events() == [("restore", "", "v1:person:1:author:IE")]
    assert _total(everyone) == (1, {"1": 1, "2": 0, "3": 0, "4": 0})
    assert load(signature.pk).number == 1


def test_an_approval_undone_before_it_is_sequenced_is_written_in_its_order(
    everyone: Letter, held: Held, ottilie: Organizer
) -> None:
    signature, vetting = held(BRIGID)
    decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
    undo.undo_last(letter=everyone, organizer=ottilie)
    decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
    assert [kind for kind, _before, _after in _events()] == ["sign", "remove", "restore"]
    assert _total(everyone)[0] == 1
    assert load(signature.pk).number == 1


def test_undoing_a_rejection_sends_no_mail(
    everyone: Letter, held: Held, ottilie: Organizer
) -> None:
    signature, vetting = held(BRIGID)
    decisions.reject(
        vetting=vetting, organizer=ottilie, expected_revision=1, reason="no", message="Sorry"
    )
    undo.undo_last(letter=everyone, organizer=ottilie)
    assert load(signature.pk).state == "held"
    assert not Delivery.objects.filter(message=Message.REJECTED).exists()
    assert watchlist.watch_of(letter_id=everyone.pk).turned_away == {}


def test_a_mail_already_taken_up_is_not_sent_after_the_undoing(
    everyone: Letter, held: Held, ottilie: Organizer
) -> None:
    _signature, vetting = held(BRIGID)
    decisions.reject(
        vetting=vetting, organizer=ottilie, expected_revision=1, reason="no", message="Sorry"
    )
    Delivery.objects.filter(message=Message.REJECTED).update(due_at=timezone.now(), state="claimed")
    undo.undo_last(letter=everyone, organizer=ottilie)
    send_owed()
    assert [each for each in mail.outbox if "Sorry" in each.body] == []


def test_undoing_goes_back_step_by_step_through_ones_own_decisions(
    letter: Letter, watch: Callable[..., None], held: Held, ottilie: Organizer, ruth: Organizer
) -> None:
    watch("Brigid O’Malloran")
    _signature, vetting = held(BRIGID)
    decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
    decisions.approve(vetting=vetting, organizer=ruth, expected_revision=1)
    # Somebody's decision followed: only theirs can be taken back.
    with pytest.raises(NothingToUndo):
        undo.undo_last(letter=letter, organizer=ottilie)
    assert undo.undo_last(letter=letter, organizer=ruth).vettings[0].state == "seconded"
    assert Decision.objects.count() == 3


def test_undoing_is_for_ten_minutes_and_for_what_still_stands(
    everyone: Letter, held: Held, ottilie: Organizer
) -> None:
    signature, vetting = held(BRIGID)
    decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
    with (
        time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1)),
        pytest.raises(NothingToUndo),
    ):
        undo.undo_last(letter=everyone, organizer=ottilie)
    withdrawal.withdraw(signature=signature)
    with pytest.raises(NothingToUndo):
        undo.undo_last(letter=everyone, organizer=ottilie)
    held(BRIGID)
    with pytest.raises(NothingToUndo):
        undo.undo_last(letter=everyone, organizer=ottilie)


@pytest.mark.parametrize("state", ["kept", "rejected"])
def test_undoing_what_was_decided_anew_meanwhile_does_nothing(
    everyone: Letter,
    held: Held,
    ottilie: Organizer,
    ruth: Organizer,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
) -> None:
    _signature, vetting = held(BRIGID)
    decisions.hold(vetting=vetting, organizer=ottilie, expected_revision=1)
    found = undo.undoable(letter=everyone, organizer=ottilie)
    if state == "kept":
        decisions.hold(vetting=vetting, organizer=ruth, expected_revision=1)
    else:
        Vetting.objects.update(state=VettingState.REJECTED)
    monkeypatch.setattr(undo, "undoable", lambda **_given: found)
    with pytest.raises(NothingToUndo):
        undo.undo_last(letter=everyone, organizer=ottilie)


def test_a_call_back_gives_level_four_and_is_written_down_once(
    letter: Letter, ottilie: Organizer
) -> None:
    [signature] = listed(letter, BRIGID)
    how = "her agent, 2026-11-20: by phone"
    assert attestation.record_call_back(
        signature=signature, organizer=ottilie, expected_revision=signature.revision, how=how
    )
    assert not attestation.record_call_back(
        signature=signature, organizer=ottilie, expected_revision=signature.revision, how=how
    )
    proof = Proof.objects.get()
    assert (proof.method, proof.private) == ("call_back", how)
    assert load(signature.pk).level == 4
    assert AuditEntry.objects.get().action == "call_back"
    assert _total(letter) == (1, {"1": 0, "2": 0, "3": 0, "4": 1})
    attestation.take_back(signature=signature)
    attestation.take_back(signature=signature)
    assert load(signature.pk).level == 1


def test_only_what_is_confirmed_is_attested(
    everyone: Letter, held: Held, ottilie: Organizer
) -> None:
    signature, _vetting = held(BRIGID)
    with pytest.raises(NotConfirmed):
        attestation.vet(
            signature=signature,
            organizer=ottilie,
            expected_revision=signature.revision,
            evidence="met her",
        )
    assert not Proof.objects.exists()


@pytest.mark.parametrize("verdict", ["approve", "reject"])
def test_what_is_foreseen_is_what_happens(
    letter: Letter,
    watch: Callable[..., None],
    held: Held,
    ottilie: Organizer,
    ruth: Organizer,
    verdict: str,
) -> None:
    watch("Brigid O’Malloran")
    _signature, vetting = held(BRIGID)

    def foreseen(organizer: Organizer) -> str:
        vetting.refresh_from_db()
        told = decisions.foresee(vettings=[vetting], organizer=organizer, verdict=verdict)
        return told[0][1]

    assert foreseen(ottilie) == ("seconded" if verdict == "approve" else "rejected")
    decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
    assert foreseen(ottilie) == ("left" if verdict == "approve" else "rejected")
    assert foreseen(ruth) == ("approved" if verdict == "approve" else "rejected")
    queue.claim(vetting=vetting, organizer=ottilie)
    assert foreseen(ruth) == "left"


def test_nothing_of_a_held_signature_is_confirmed_by_the_way(everyone: Letter, held: Held) -> None:
    signature, _vetting = held(BRIGID)
    assert confirmed(everyone, BRIGID).pk == signature.pk
    assert _events() == []
