"""Removing and holding many by one deed: what it does, what it leaves, and taking it back."""

from collections.abc import Sequence
from uuid import uuid4

import pytest
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import AuditEntry, Organizer
from signatures import confirmation, erasure, withdrawal
from signatures.errors import BulkInWrongState
from signatures.models import (
    Because,
    BulkAction,
    BulkDeed,
    Delivery,
    Message,
    Signature,
    TurnedAway,
    Vetting,
)
from signatures.moderation import attestation, decisions, removal
from signatures.moderation.bulk import asking, working
from signatures.moderation.bulk.querying import Query, count
from signatures.press import corrections
from tests.signatures.factories import (
    BRIGID,
    confirmed,
    listed,
    load,
    pending,
    person,
    sequence,
)
from tests.signatures.record.record_invariants import check_that_it_adds_up

pytestmark = pytest.mark.django_db
GANG = [person(f"g{n}@rubble.example", f"Gang Member {n}") for n in range(1, 6)]
OF_GANG = Query(domain="rubble.example")


def ask(
    letter: Letter,
    organizer: Organizer,
    query: Query = OF_GANG,
    action: BulkAction = BulkAction.REMOVE,
) -> BulkDeed:
    counted = count(letter=letter, query=query)
    return asking.ask(
        letter=letter,
        organizer=organizer,
        action=action,
        query=query,
        typed={"domain": query.domain},
        counted=counted.total,
        boundary=counted.boundary,
        because=Because.AUTOMATED if action == BulkAction.REMOVE else None,
        key=uuid4(),
        now=timezone.now(),
    )


def states(signatures: Sequence[Signature]) -> list[str]:
    return [load(each.pk).state for each in signatures]


def rows_of(deed: BulkDeed) -> list[str]:
    return list(deed.rows.order_by("pk").values_list("state", flat=True))


def lines(letter: Letter) -> list[str]:
    sequence(letter)
    return [str(each) for each in corrections.page(letter=letter).rows]


def undo(deed: BulkDeed, organizer: Organizer) -> None:
    asking.undo(deed=deed, organizer=organizer)
    working.work_off()
    deed.refresh_from_db()


def test_all_that_fit_are_removed_and_told_as_one_line_and_put_back_as_one(
    letter: Letter, ottilie: Organizer
) -> None:
    [brigid] = listed(letter, BRIGID)
    gang = listed(letter, *GANG)
    deed = ask(letter, ottilie)
    assert (deed.state, deed.total, working.work_off()) == ("running", 5, 5)
    deed.refresh_from_db()
    assert (deed.state, states([brigid, *gang])) == ("done", ["confirmed"] + ["removed"] * 5)
    assert lines(letter) == [
        "5 signatures were taken out by the organizers: signed by a program, not by a person."
    ]
    check_that_it_adds_up(letter)
    assert working.work_off() == 0
    undo(deed, ottilie)
    assert (deed.state, states(gang)) == ("undone", ["confirmed"] * 5)
    assert lines(letter)[0] == (
        "5 signatures were put back by the organizers: taken out by mistake."
    )
    check_that_it_adds_up(letter)
    # Nobody had been told yet, and nobody is.
    assert not Delivery.objects.filter(message__in=(Message.REMOVED, Message.RESTORED)).exists()
    assert list(AuditEntry.objects.filter(subject__startswith="bulk").values_list("action")) == [
        ("remove_many",),
        ("undo_many",),
    ]


def test_holding_sends_them_to_the_queue_and_undoing_leaves_no_place_there(
    letter: Letter, ottilie: Organizer
) -> None:
    gang = listed(letter, *GANG[:3])
    deed = ask(letter, ottilie, action=BulkAction.HOLD)
    working.work_off()
    assert (states(gang), Vetting.objects.count()) == (["held"] * 3, 3)
    assert lines(letter) == [
        "3 signatures were taken out by the organizers: being checked by the organizers."
    ]
    decisions.approve(
        vetting=Vetting.objects.get(signature=gang[0]), organizer=ottilie, expected_revision=1
    )
    decisions.hold(
        vetting=Vetting.objects.get(signature=gang[1]), organizer=ottilie, expected_revision=1
    )
    undo(deed, ottilie)
    assert (states(gang), rows_of(deed)) == (
        ["confirmed", "held", "confirmed"],
        ["stayed", "stayed", "undone"],
    )
    assert not Vetting.objects.filter(signature=gang[2]).exists()
    sequence(letter)
    check_that_it_adds_up(letter)
    assert not TurnedAway.objects.filter(signature=gang[2]).exists()


def test_who_only_waits_for_confirmation_is_held_once_it_confirms(
    letter: Letter, ottilie: Organizer
) -> None:
    waiting, later, spared = [pending(letter, each) for each in GANG[:3]]
    # Confirms between count and work: removed as the others.
    deed = ask(letter, ottilie)
    confirmation.confirm(signature=later, expected_revision=later.revision)
    working.work_off()
    confirmation.confirm(signature=waiting, expected_revision=waiting.revision)
    assert states([waiting, later, spared]) == ["held", "removed", "pending"]
    undo(deed, ottilie)
    confirmation.confirm(signature=spared, expected_revision=spared.revision)
    assert states([waiting, later, spared]) == ["held", "confirmed", "confirmed"]
    assert rows_of(deed) == ["stayed", "undone", "undone"]
    sequence(letter)
    check_that_it_adds_up(letter)


def test_who_waits_in_the_queue_is_rejected_and_waits_again_when_it_is_undone(
    letter: Letter, ottilie: Organizer, ruth: Organizer
) -> None:
    Letter.objects.filter(pk=letter.pk).update(vets_everyone=True)
    gang = [confirmed(letter, each) for each in GANG[:3]]
    assert states(gang) == ["held"] * 3
    deed = ask(letter, ottilie)
    decisions.approve(
        vetting=Vetting.objects.get(signature=gang[0]), organizer=ruth, expected_revision=1
    )
    working.work_off()
    assert states(gang) == ["confirmed", "rejected", "rejected"]
    assert rows_of(deed) == ["left", "done", "done"]
    undo(deed, ottilie)
    assert states(gang) == ["confirmed", "held", "held"]
    sequence(letter)
    check_that_it_adds_up(letter)


def test_what_somebody_did_meanwhile_is_left_as_it_is(letter: Letter, ottilie: Organizer) -> None:
    gang = listed(letter, *GANG)
    withdrawn, edited, vetted, removed, erased = gang
    deed = ask(letter, ottilie)
    withdrawal.withdraw(signature=withdrawn)
    Signature.objects.filter(pk=edited.pk).update(revision=2)
    attestation.vet(signature=vetted, organizer=ottilie, expected_revision=1, evidence="met")
    removal.remove(signature=removed, organizer=ottilie, expected_revision=1, because=Because.TWICE)
    erasure.erase(signature=erased)
    working.work_off()
    deed.refresh_from_db()
    assert (deed.state, rows_of(deed)) == ("done", ["left"] * 4)
    assert states(gang[:4]) == ["withdrawn", "confirmed", "confirmed", "removed"]
    with pytest.raises(BulkInWrongState):
        asking.undo(deed=deed, organizer=ottilie)


def test_undoing_leaves_what_was_changed_since(letter: Letter, ottilie: Organizer) -> None:
    gang = listed(letter, *GANG[:4])
    deed = ask(letter, ottilie)
    working.work_off()
    back, again, gone = (load(each.pk) for each in gang[:3])
    for each in (back, again):
        removal.restore(
            signature=each, organizer=ottilie, expected_revision=1, because=Because.CHECKED
        )
    removal.remove(
        signature=load(again.pk), organizer=ottilie, expected_revision=1, because=Because.TWICE
    )
    withdrawal.withdraw(signature=gone)
    undo(deed, ottilie)
    assert (states(gang), rows_of(deed)) == (
        ["confirmed", "removed", "withdrawn", "confirmed"],
        ["stayed", "stayed", "stayed", "undone"],
    )
    sequence(letter)
    check_that_it_adds_up(letter)


def test_cancelling_stops_the_rest_and_what_is_done_can_be_undone(
    letter: Letter, ottilie: Organizer
) -> None:
    gang = listed(letter, *GANG)
    deed = ask(letter, ottilie)
    assert working.work_off(seconds=0, batch=2) == 2
    asking.cancel(deed=deed, organizer=ottilie, now=timezone.now())
    with pytest.raises(BulkInWrongState):
        asking.cancel(deed=deed, organizer=ottilie, now=timezone.now())
    assert working.work_off() == 0
    assert (states(gang), rows_of(deed)) == (
        ["removed"] * 2 + ["confirmed"] * 3,
        ["done"] * 2 + ["cancelled"] * 3,
    )
    undo(deed, ottilie)
    assert (states(gang), rows_of(deed)) == (
        ["confirmed"] * 5,
        ["undone"] * 2 + ["cancelled"] * 3,
    )
    sequence(letter)
    check_that_it_adds_up(letter)
