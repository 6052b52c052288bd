"""Erasing: every table forgets, record and count still hold, and nobody slips back unseen."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from time_machine import TimeMachineFixture

from campaign.letters.models import Event, EventKind, Letter, Quote
from campaign.organizers.models import AuditEntry, Organizer
from signatures import confirmation, retention, tasks, withdrawal
from signatures.erasure import erase
from signatures.errors import (
    DetailsChanged,
    NotConfirmed,
    NothingToUndo,
    NotNotable,
    NotRemoved,
    NotWaiting,
)
from signatures.listing import queries
from signatures.models import (
    Because,
    Correction,
    Decision,
    Delivery,
    Level,
    Proof,
    ProofState,
    Signature,
    SignatureState,
    TurnedAway,
    Vetting,
    Watched,
)
from signatures.moderation import attestation, decisions, pinning, recheck, removal, undo
from signatures.press import record_export, snapshot_list
from signatures.record import corrections, sequencer, snapshots
from signatures.record.verifier import verify
from signatures.screening import turned_away, watchlist
from signatures.verification import checking, registry, website
from signatures.verification.method import Look
from signatures.verification.rosters import upload
from tests.concurrency import at_once, while_uncommitted
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    MEI,
    QUIET,
    SALMA,
    WIKTOR,
    Person,
    close,
    confirmed,
    listed,
    load,
    make_organizer,
    open_letter,
    pending,
    person,
    sequence,
    someone,
)
from tests.signatures.full_signature import full_signature, where, words_of
from tests.signatures.record.record_invariants import check_that_it_adds_up, latest, record_of
from tests.signatures.verification.vouching.people import level_of, vetted, vouch

pytestmark = pytest.mark.django_db

VALERIE = person("valerie@fame.example", "Valérie Fontenoy")


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def ottilie(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team)


def told() -> list[tuple[str, int | None, str]]:
    """What the corrections tell, in the order of the record."""
    rows = Correction.objects.order_by("index")
    return list(rows.values_list("kind", "number", "name"))


def gone(signature: Signature) -> bool:
    return not Signature.objects.filter(pk=signature.pk).exists()


# --- nothing stays ------------------------------------------------------------------------------


def test_no_table_knows_anything_of_who_is_erased(letter: Letter) -> None:
    signature = full_signature(letter)
    words, key = words_of(signature), signature.pk
    # Whoever adds a table that refers to a signature, lets her stand in it, too.
    related = [
        each for each in Signature._meta.related_objects if each.one_to_many or each.one_to_one
    ]
    for relation in related:
        mine = relation.related_model._base_manager.filter(**{relation.field.name: key})
        assert mine.exists(), relation.related_model
    assert where(words) == {
        "letters_quote",
        "signatures_answer",
        "signatures_authority",
        "signatures_bulkdeed",
        "signatures_correction",
        "signatures_decision",
        "signatures_evidence",
        "signatures_proof",
        "signatures_removal",
        "signatures_report",
        "signatures_reportcase",
        "signatures_signature",
        "signatures_signinginvitation",
        "signatures_vouch",
    }

    assert erase(signature=signature)

    assert where(words) == set()
    for relation in related:
        mine = relation.related_model._base_manager.filter(**{relation.field.name: key})
        assert not mine.exists(), relation.related_model
    assert not Correction.objects.filter(signature_id=key).exists()
    sequence(letter)
    assert where(words) == set()
    check_that_it_adds_up(letter)
    assert told()[0] == ("withdraw", 1, "")
    assert told()[-1] == ("erase", 2, "")
    # Who did what stays, to a public id.
    trail = AuditEntry.objects.filter(subject=f"signature {signature.public_id}")
    assert list(trail.order_by("pk").values_list("action", "detail")) == [
        ("remove", "rules"),
        ("restore", "mistake"),
        ("doubt", ""),
        ("approve", ""),
        ("vetting", ""),
        ("answer_report", "dismissed"),
        ("pin", ""),
    ]


def test_only_who_erases_is_erased(letter: Letter) -> None:
    brigid, salma = listed(letter, BRIGID, SALMA)
    before = load(salma.pk).__dict__ | {"_state": None}

    assert erase(signature=brigid)

    assert load(salma.pk).__dict__ | {"_state": None} == before
    assert Delivery.objects.filter(signature_id=salma.pk).count() == 1


# --- every state --------------------------------------------------------------------------------


def _waiting(letter: Letter, who: Person, _organizer: Organizer) -> Signature:
    return confirmed(letter, who)


def _listed(letter: Letter, who: Person, _organizer: Organizer) -> Signature:
    return listed(letter, who)[0]


def _pending(letter: Letter, who: Person, _organizer: Organizer) -> Signature:
    return pending(letter, who)


def _lifted(letter: Letter, who: Person, organizer: Organizer) -> Signature:
    signature = _listed(letter, who, organizer)
    attestation.vet(
        signature=signature,
        organizer=organizer,
        expected_revision=signature.revision,
        evidence="met her",
    )
    return load(signature.pk)


def _held(letter: Letter, who: Person, organizer: Organizer) -> Signature:
    watchlist.add(letter=letter, names=[who.details.name], organizer=organizer)
    return confirmed(letter, who)


def _doubted(letter: Letter, who: Person, organizer: Organizer) -> Signature:
    signature = _listed(letter, who, organizer)
    recheck.doubt(signature=signature, organizer=organizer, expected_revision=1)
    return load(signature.pk)


def _rejected(letter: Letter, who: Person, organizer: Organizer) -> Signature:
    signature = _held(letter, who, organizer)
    vetting = Vetting.objects.get(signature=signature)
    decisions.reject(
        vetting=vetting, organizer=organizer, expected_revision=1, reason="not her", message="no"
    )
    return load(signature.pk)


def _withdrawn(letter: Letter, who: Person, organizer: Organizer) -> Signature:
    signature = _listed(letter, who, organizer)
    withdrawal.withdraw(signature=signature, named=True)
    return load(signature.pk)


def _removed(letter: Letter, who: Person, organizer: Organizer) -> Signature:
    signature = _listed(letter, who, organizer)
    removal.remove(
        signature=signature, organizer=organizer, expected_revision=1, because=Because.NOT_THEM
    )
    return load(signature.pk)


def _again(letter: Letter, who: Person, organizer: Organizer) -> Signature:
    """Withdrawn, and signed anew without confirming."""
    _withdrawn(letter, who, organizer)
    return pending(letter, who)


Made = Callable[[Letter, Person, Organizer], Signature]


@pytest.mark.parametrize("sequenced_before", [False, True])
@pytest.mark.parametrize(
    ("make", "who", "state", "corrections"),
    [
        (_pending, BRIGID, "pending", []),
        (_waiting, BRIGID, "confirmed", [("erase", 2, "")]),
        (_listed, BRIGID, "confirmed", [("erase", 2, "")]),
        (_lifted, BRIGID, "confirmed", [("erase", 2, "")]),
        (_listed, QUIET, "confirmed", [("erase", 2, "")]),
        (_listed, GUILD, "confirmed", [("erase", 2, "")]),
        (_held, BRIGID, "held", []),
        (_doubted, BRIGID, "held", [("remove", 2, ""), ("erase", 2, "")]),
        (_rejected, BRIGID, "rejected", []),
        (_withdrawn, BRIGID, "withdrawn", [("withdraw", 2, ""), ("erase", 2, "")]),
        (_removed, BRIGID, "removed", [("remove", 2, ""), ("erase", 2, "")]),
        (_again, BRIGID, "pending", [("withdraw", 2, "")]),
    ],
)
def test_whatever_the_state_the_row_goes_and_the_record_holds(
    letter: Letter,
    ottilie: Organizer,
    make: Made,
    who: Person,
    state: str,
    corrections: list[tuple[str, int | None, str]],
    sequenced_before: bool,
) -> None:
    wiktor = listed(letter, WIKTOR)[0]
    signature = make(letter, who, ottilie)
    if sequenced_before:
        sequence(letter)
        signature = load(signature.pk)
    assert signature.state == state

    assert erase(signature=signature)
    assert not erase(signature=signature)

    assert gone(signature)
    assert not Delivery.objects.filter(signature_id=signature.pk).exists()
    sequence(letter)
    check_that_it_adds_up(letter)
    assert told() == corrections
    assert latest(letter).total == 1
    assert list(queries.listed(letter=letter)) == [wiktor]


def test_the_erased_line_of_the_record_tells_no_level_and_no_commitment(letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    erase(signature=signature)
    sequence(letter)
    last = record_of(letter)[-1]
    assert (last.event, last.signature, last.level, last.text_sha256, last.commitment) == (
        "erase",
        signature.public_id,
        None,
        "",
        "",
    )


def test_the_address_can_sign_again_as_somebody_new(letter: Letter) -> None:
    [first] = listed(letter, BRIGID)
    erase(signature=first)

    [again] = listed(letter, BRIGID)

    assert (again.number, again.revision) == (2, 1)
    assert (again.public_id == first.public_id, again.pk == first.pk) == (False, False)
    assert bytes(again.nonce) != bytes(first.nonce)
    check_that_it_adds_up(letter)


def test_what_was_signed_before_its_number_was_given_keeps_its_place(letter: Letter) -> None:
    """However the batches fall: the erasure in the same, or in a later one."""
    first = confirmed(letter, BRIGID)
    erase(signature=first)
    second = confirmed(letter, SALMA)
    sequence(letter)
    assert (load(second.pk).number, told()) == (2, [("erase", 1, "")])
    check_that_it_adds_up(letter)


def test_the_number_is_told_when_the_erasure_comes_in_a_later_batch(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    sequence(letter)
    signature = confirmed(letter, BRIGID)
    erase(signature=signature)
    monkeypatch.setattr(sequencer, "BATCH_EVENTS", 1)

    assert sequencer.sequence(letter_id=letter.pk) == 1
    assert Event.objects.get().number == 1
    assert sequencer.sequence(letter_id=letter.pk) == 1

    assert told() == [("erase", 1, "")]
    check_that_it_adds_up(letter)


# --- two at once --------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_erase_once() -> None:
    letter = open_letter()
    [signature] = listed(letter, BRIGID)

    answers = at_once([partial(erase, signature=load(signature.pk)) for _ in range(20)])

    assert (answers.count(True), answers.count(False)) == (1, 19)
    assert Event.objects.filter(kind=EventKind.ERASE).count() == 1
    sequence(letter)
    check_that_it_adds_up(letter)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sequencer_first", [False, True])
def test_erasing_while_the_number_is_given_tells_the_number(sequencer_first: bool) -> None:
    letter = open_letter()
    signature = confirmed(letter, BRIGID)
    both = (partial(erase, signature=signature), partial(sequencer.sequence, letter_id=letter.pk))

    answers = while_uncommitted(*(reversed(both) if sequencer_first else both))

    assert sorted(answers) == [True, 3]
    sequence(letter)
    assert told() == [("erase", 1, "")]
    check_that_it_adds_up(letter)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sequencer_first", [False, True])
def test_erasing_while_a_name_is_being_told_takes_it_back(sequencer_first: bool) -> None:
    letter = open_letter()
    [signature] = listed(letter, BRIGID)
    withdrawal.withdraw(signature=signature, named=True)
    both = (partial(erase, signature=signature), partial(sequencer.sequence, letter_id=letter.pk))

    answers = while_uncommitted(*(reversed(both) if sequencer_first else both))

    assert sorted(answers) == [True, 1]
    sequence(letter)
    assert told() == [("withdraw", 1, ""), ("erase", 1, "")]
    assert where({"malloran"}) == set()


@pytest.mark.django_db(transaction=True)
def test_a_name_that_the_sequencer_has_taken_already_is_not_told() -> None:
    """It took the event, has not come to the row, and the erasure passes the event by."""
    letter = open_letter()
    [signature] = listed(letter, BRIGID)
    withdrawal.withdraw(signature=signature, named=True)

    with transaction.atomic():
        [event] = sequencer._take(letter.pk)
        assert event.told_name == BRIGID.details.name
        assert at_once([partial(erase, signature=signature)]) == [True]
        corrections.write(letter_id=letter.pk, events=[(99, event)], given={}, at=timezone.now())

    assert told() == [("withdraw", 1, "")]


@pytest.mark.django_db(transaction=True)
def test_people_and_sequencers_at_once_add_up() -> None:
    letter = open_letter()
    waiting = [pending(letter, someone(number)) for number in range(20)]

    def live(signature: Signature) -> None:
        confirmation.confirm(signature=signature, expected_revision=1)
        if signature.pk % 2:
            withdrawal.withdraw(signature=load(signature.pk), named=True)
        if signature.pk % 4 < 3:
            erase(signature=signature)

    answers = at_once([partial(live, each) for each in waiting] + [partial(sequence, letter)] * 6)

    assert not [answer for answer in answers if isinstance(answer, Exception)]
    sequence(letter)
    check_that_it_adds_up(letter)
    given = [leaf.signature for leaf in record_of(letter) if leaf.event == "sign"]
    erased = Correction.objects.filter(kind="erase")
    assert erased.count() == sum(each.pk % 4 < 3 for each in waiting)
    assert {each.public_id: each.number for each in erased} == {
        each.public_id: given.index(each.public_id) + 1 for each in erased
    }
    named = Correction.objects.exclude(name="").values_list("public_id", flat=True)
    assert not set(named) & {each.public_id for each in erased}


@pytest.mark.django_db(transaction=True)
def test_withdrawing_and_erasing_at_once_is_no_error() -> None:
    letter = open_letter()
    [signature] = listed(letter, BRIGID)

    answers = at_once(
        [partial(erase, signature=load(signature.pk))]
        + [partial(withdrawal.withdraw, signature=load(signature.pk)) for _ in range(5)]
    )

    assert answers[0] is True
    errors = {type(answer) for answer in answers if isinstance(answer, Exception)}
    assert errors <= {Signature.DoesNotExist}
    sequence(letter)
    check_that_it_adds_up(letter)


# --- what readers see ---------------------------------------------------------------------------


def test_the_verifier_tells_of_it_and_holds_before_and_after(letter: Letter) -> None:
    brigid, _salma, quiet = listed(letter, BRIGID, SALMA, QUIET)
    earlier = latest(letter).note

    def report() -> dict[str, Any]:
        whole = b"".join(record_export.export(letter=letter, checkpoint=latest(letter)))
        assert b"Malloran" not in whole or not gone(brigid)
        lines = verify.lines_of(io.BufferedReader(io.BytesIO(whole)))
        report: dict[str, Any] = verify.check(lines, earlier=[earlier]).report()
        assert [each for each in report["checks"] if each["problems"]] == []
        return report["facts"]  # type: ignore[no-any-return]

    assert (report()["erased"], report()["total"]) == (0, 3)
    for signature in (brigid, quiet):
        erase(signature=signature)
    # Not in the record yet: told as changed.
    assert (report()["erased"], report()["total"]) == (0, 3)
    sequence(letter)
    assert (report()["erased"], report()["total"]) == (2, 1)


def test_a_snapshot_shows_a_line_without_a_name(letter: Letter) -> None:
    brigid, salma, mei = listed(letter, BRIGID, SALMA, MEI)
    withdrawal.withdraw(signature=salma)
    erase(signature=mei)
    sequence(letter)
    after = snapshots.take(letter=letter)
    erase(signature=brigid)
    erase(signature=load(salma.pk))
    sequence(letter)

    lines = snapshot_list.page(snapshot=after).rows
    assert [(line.number, line.signatory, line.left_at is None) for line in lines] == [
        (1, None, False)
    ]
    assert len(lines) == after.checkpoint.total


def test_who_is_erased_after_withdrawing_left_when_they_withdrew(
    letter: Letter, time_machine: TimeMachineFixture
) -> None:
    [signature] = listed(letter, BRIGID)
    taken = snapshots.take(letter=letter)
    withdrawal.withdraw(signature=signature)
    sequence(letter)
    time_machine.move_to(timezone.now() + timedelta(hours=1))
    erase(signature=load(signature.pk))
    sequence(letter)

    left = Correction.objects.get(kind="withdraw").at
    assert Correction.objects.get(kind="erase").at > left
    assert [line.left_at for line in snapshot_list.page(snapshot=taken).rows] == [left]


def test_corrections_tell_number_and_day_and_no_name(client: Client, letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    withdrawal.withdraw(signature=signature, named=True)
    sequence(letter)
    erase(signature=load(signature.pk))
    sequence(letter)
    for place in ("corrections/", "corrections.xml"):
        content = client.get(f"/letters/{letter.slug}/{place}").content.decode()
        assert "Signature 1 was erased at the signer’s wish." in content
        assert "Signature 1 was withdrawn by the signer." in content
        assert "Malloran" not in content
    assert client.get(f"/letters/{letter.slug}/signatories/1/").status_code == 404
    assert (
        client.get(f"/letters/{letter.slug}/record/proof/{signature.public_id}").status_code == 404
    )


@pytest.mark.parametrize("make", [_pending, _held, _rejected])
def test_nobody_unnames_a_quote_by_signing_with_the_name(
    letter: Letter, ottilie: Organizer, make: Made
) -> None:
    Quote.objects.create(letter=letter, language="en", words="Ask.", speaker="Valérie Fontenoy")
    erase(signature=make(letter, VALERIE, ottilie))
    assert Quote.objects.get().speaker == "Valérie Fontenoy"


# --- others -------------------------------------------------------------------------------------


def test_whom_they_vouched_for_loses_the_level_that_rested_on_it(letter: Letter) -> None:
    vouchers = [vetted(letter, number=number) for number in (1, 2)]
    brigid = confirmed(letter, BRIGID)
    for each in vouchers:
        vouch(each, load(brigid.pk))
    assert level_of(brigid) == Level.CONTROLS

    erase(signature=vouchers[0])
    tasks.settle_vouched()

    assert level_of(brigid) == Level.CONFIRMED
    assert brigid.vouches.count() == 1
    sequence(letter)
    check_that_it_adds_up(letter)


# --- who was turned away ------------------------------------------------------------------------


@pytest.mark.parametrize("make", [_removed, _rejected, _doubted])
def test_who_was_turned_away_does_not_come_back_unseen(
    letter: Letter, ottilie: Organizer, make: Made
) -> None:
    signature = make(letter, VALERIE, ottilie)
    Watched.objects.all().delete()

    assert erase(signature=signature)

    assert TurnedAway.objects.count() == 2
    assert where({"fontenoy", "valerie"}) == set()
    same_address = confirmed(letter, Person(VALERIE.email, MEI.details))
    same_name = confirmed(letter, person("other@else.example", "Fontenoy VALERIE"))
    nobody = confirmed(letter, WIKTOR)
    assert [each.state for each in (same_address, same_name, nobody)] == [
        "held",
        "held",
        "confirmed",
    ]
    reasons = Vetting.objects.order_by("pk").values_list("reason", flat=True)
    assert list(reasons) == ["again", "again"]


@pytest.mark.parametrize("make", [_pending, _listed, _held, _withdrawn])
def test_of_the_others_nothing_is_kept(letter: Letter, ottilie: Organizer, make: Made) -> None:
    signature = make(letter, VALERIE, ottilie)
    assert not turned_away.would_remember(signature=signature)
    erase(signature=signature)
    assert not TurnedAway.objects.exists()


def test_other_letters_know_nothing_of_it(letter: Letter, ottilie: Organizer) -> None:
    erase(signature=_removed(letter, VALERIE, ottilie))
    assert confirmed(open_letter(slug="another-letter"), VALERIE).state == "confirmed"


def test_whoever_was_removed_withdrew_and_erases_is_known_as_well(
    letter: Letter, ottilie: Organizer
) -> None:
    signature = _removed(letter, VALERIE, ottilie)
    withdrawal.withdraw(signature=signature)
    erase(signature=load(signature.pk))
    assert TurnedAway.objects.filter(signature=None, remembered_at=None).count() == 2
    assert confirmed(letter, VALERIE).state == "held"
    assert confirmed(letter, person("x@y.example", "Valérie Fontenoy")).state == "held"


def test_a_fake_cannot_have_others_looked_at_by_signing_with_their_names(
    letter: Letter, ottilie: Organizer
) -> None:
    erase(signature=_removed(letter, VALERIE, ottilie))
    again = confirmed(letter, person(VALERIE.email, BRIGID.details.name))
    assert again.state == "held"
    erase(signature=again)
    assert TurnedAway.objects.count() == 2
    assert confirmed(letter, BRIGID).state == "confirmed"


def test_once_let_in_the_address_may_sign_like_any_other(
    letter: Letter, ottilie: Organizer
) -> None:
    erase(signature=_removed(letter, VALERIE, ottilie))
    again = confirmed(letter, person(VALERIE.email, "Vera Fontana"))
    vetting = Vetting.objects.get(signature=again)
    decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
    watchlist.forget()
    withdrawal.withdraw(signature=load(again.pk))
    assert confirmed(letter, person(VALERIE.email, "Vera Fontana")).state == "confirmed"
    assert TurnedAway.objects.filter(cleared_at=None).count() == 1


def test_it_is_forgotten_when_the_letter_is_closed(letter: Letter, ottilie: Organizer) -> None:
    erase(signature=_removed(letter, VALERIE, ottilie))
    tasks.forget_old_data()
    assert TurnedAway.objects.count() == 2
    close(letter)
    tasks.forget_old_data()
    assert not TurnedAway.objects.exists()


def test_a_name_of_signs_alone_is_not_kept(letter: Letter, ottilie: Organizer) -> None:
    signature = confirmed(letter, VALERIE)
    Signature.objects.filter(pk=signature.pk).update(name="***")
    removal.remove(
        signature=load(signature.pk),
        organizer=ottilie,
        expected_revision=1,
        because=Because.NOT_A_NAME,
    )
    erase(signature=load(signature.pk))
    assert TurnedAway.objects.count() == 1


def test_waiting_for_thirty_days_is_no_way_back_either(
    letter: Letter, ottilie: Organizer, time_machine: TimeMachineFixture
) -> None:
    signature = _removed(letter, VALERIE, ottilie)
    withdrawal.withdraw(signature=signature)
    pending(letter, VALERIE)
    other = pending(letter, MEI)
    time_machine.move_to(timezone.now() + retention.UNCONFIRMED_FOR + timedelta(seconds=1))
    assert retention.forget_unconfirmed() == 2
    assert (gone(signature), gone(other), TurnedAway.objects.count()) == (True, True, 2)
    watchlist.forget()
    assert confirmed(letter, VALERIE).state == "held"
    assert confirmed(letter, MEI).state == "confirmed"


# --- whoever is at it meanwhile -----------------------------------------------------------------


def test_organizers_who_decide_about_it_meanwhile_are_told_that_it_is_over(
    letter: Letter, ottilie: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    brigid = _lifted(letter, BRIGID, ottilie)
    valerie = _held(letter, VALERIE, ottilie)
    vetting = Vetting.objects.get(signature=valerie)
    decisions.hold(vetting=vetting, organizer=ottilie, expected_revision=1)
    decision = Decision.objects.select_related("vetting").get()
    erase(signature=brigid)
    erase(signature=valerie)
    events = Event.objects.count()

    with pytest.raises(NotWaiting):
        decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
    monkeypatch.setattr(undo, "undoable", lambda **_about: [decision])
    with pytest.raises(NothingToUndo):
        undo.undo_last(letter=letter, organizer=ottilie)
    who: dict[str, Any] = {"signature": brigid, "organizer": ottilie}
    with pytest.raises(NotConfirmed):
        removal.remove(**who, expected_revision=1, because=Because.RULES)
    with pytest.raises(NotRemoved):
        removal.restore(**who, expected_revision=1, because=Because.MISTAKE)
    with pytest.raises(NotConfirmed):
        recheck.doubt(**who, expected_revision=1)
    with pytest.raises(NotConfirmed):
        attestation.record_call_back(**who, expected_revision=1, how="rang")
    with pytest.raises(NotNotable):
        pinning.pin(**who, expected_revision=1)
    assert Event.objects.count() == events


def test_who_confirms_meanwhile_confirms_nothing(letter: Letter) -> None:
    signature = pending(letter)
    erase(signature=load(signature.pk))
    with pytest.raises(DetailsChanged):
        confirmation.confirm(signature=signature, expected_revision=1)
    assert not Signature.objects.exists()


def test_a_worker_that_was_about_to_look_goes_on_with_the_others(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    brigid, salma = listed(letter, BRIGID, SALMA)
    now = timezone.now()
    for each in (brigid, salma):
        Proof.objects.create(
            signature=each,
            method="website",
            subject=f"{each.pk}.example",
            started_at=now,
            check_due_at=now,
        )
    seen = []

    def look(proof: Proof) -> dict[str, object]:
        seen.append(proof.subject)
        if proof.subject == f"{brigid.pk}.example":
            erase(signature=brigid)
        return {}

    monkeypatch.setitem(registry._methods, "website", replace(website.METHOD, look=Look(at=look)))
    assert checking.check_due() == 2
    assert seen == [f"{brigid.pk}.example", f"{salma.pk}.example"]
    assert Proof.objects.get().state == ProofState.STANDING


def test_a_membership_of_somebody_gone_is_not_ended_once_more(
    letter: Letter, ottilie: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    brigid, salma = listed(letter, BRIGID, SALMA)
    now = timezone.now()
    for each in (brigid, salma):
        Proof.objects.create(
            signature=each,
            method="roster",
            subject="a society that is gone",
            private=b"x".ljust(32).hex(),
            state=ProofState.STANDING,
            started_at=now,
            proved_at=now,
            checked_at=now,
        )
    real = upload._end

    def end(proof: Proof, state: ProofState) -> int:
        erase(signature=brigid)
        return real(proof, state)

    monkeypatch.setattr(upload, "_end", end)
    assert upload.end_lost() == 1
    assert [proof.state for proof in salma.proofs.all()] == [ProofState.REVOKED]
    assert load(salma.pk).state == SignatureState.CONFIRMED
