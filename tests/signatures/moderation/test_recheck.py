import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaign.letters.models import Event, Letter
from campaign.organizers.models import AuditEntry, Organizer
from signatures.editing import edit
from signatures.errors import AnotherMustApprove, DetailsChanged, NotConfirmed, NothingToUndo
from signatures.listing import queries
from signatures.models import Correction, Signature, Vetting, VettingState
from signatures.moderation import attestation, decisions, history, queue, recheck, undo
from signatures.press import record_export, snapshot_list
from signatures.record import snapshots, tally
from signatures.record.verifier import verify
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    WIKTOR,
    Person,
    confirmed,
    listed,
    load,
    pending,
    sequence,
)
from tests.signatures.record.record_invariants import check_that_it_adds_up, latest

pytestmark = pytest.mark.django_db

Held = Callable[[Person], tuple[Signature, Vetting]]


def _doubt(signature: Signature, organizer: Organizer) -> Vetting:
    return recheck.doubt(
        signature=signature,
        organizer=organizer,
        expected_revision=signature.revision,
        note="a caller asked",
    )


def _kinds() -> list[str]:
    found = Event.objects.exclude(public_id="").order_by("pk")
    return list(found.values_list("kind", flat=True))


def _total(letter: Letter) -> int:
    sequence(letter)
    counted = tally.latest(letter_id=letter.pk)
    assert counted is not None
    return counted.total


def test_it_leaves_the_list_until_it_is_approved(letter: Letter, ottilie: Organizer) -> None:
    brigid, wiktor = listed(letter, BRIGID, WIKTOR)
    attestation.vet(
        signature=brigid, organizer=ottilie, expected_revision=brigid.revision, evidence="met her"
    )
    sequence(letter)
    vetting = _doubt(load(brigid.pk), ottilie)
    assert (load(brigid.pk).state, load(brigid.pk).level) == ("held", 0)
    assert (vetting.state, vetting.reason, vetting.risk) == ("waiting", "by_hand", 95)
    assert list(queries.listed(letter=letter)) == [wiktor]
    assert _total(letter) == 1
    [deed] = history.of(signature=brigid)
    assert (deed.what, deed.note) == ("to be checked once more", "a caller asked")
    decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
    assert _kinds() == ["restore", "verify"]
    assert _total(letter) == 2
    back = load(brigid.pk)
    assert (back.state, back.level, back.number) == ("confirmed", 3, 1)
    told = Correction.objects.order_by("index").values_list("kind", "reason")
    assert list(told) == [("remove", "checking"), ("restore", "checked")]
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["vetting", "doubt", "approve"]


def test_holding_twice_is_holding_once(
    transactional_db: None, letter: Letter, ottilie: Organizer
) -> None:
    [brigid] = listed(letter, BRIGID)
    answers = at_once([partial(_doubt, brigid, ottilie)] * 4)
    assert [type(each) for each in answers if isinstance(each, Exception)] == [NotConfirmed] * 3
    assert _kinds() == ["remove"]
    assert Vetting.objects.get().decisions.count() == 1


@pytest.mark.parametrize("state", ["pending", "held", "withdrawn", "removed"])
def test_what_is_neither_in_nor_turned_away_cannot_be_doubted(
    letter: Letter, ottilie: Organizer, state: str
) -> None:
    signature = pending(letter, BRIGID)
    Signature.objects.update(state=state)
    with pytest.raises(NotConfirmed):
        _doubt(signature, ottilie)
    assert not Vetting.objects.exists()


def test_nobody_holds_what_they_have_not_read(letter: Letter, ottilie: Organizer) -> None:
    [brigid] = listed(letter, BRIGID)
    with pytest.raises(DetailsChanged):
        recheck.doubt(signature=brigid, organizer=ottilie, expected_revision=2)


def test_what_was_rejected_waits_again_and_the_record_hears_nothing(
    everyone: Letter, held: Held, ottilie: Organizer
) -> None:
    signature, vetting = held(BRIGID)
    decisions.reject(vetting=vetting, organizer=ottilie, expected_revision=1, reason="a hoax")
    again = _doubt(load(signature.pk), ottilie)
    assert (again.pk, again.state, load(signature.pk).state) == (vetting.pk, "waiting", "held")
    assert _kinds() == []
    assert again.decisions.latest("pk").before == VettingState.REJECTED
    with pytest.raises(NothingToUndo):
        undo.undo_last(letter=everyone, organizer=ottilie)
    decisions.approve(vetting=again, organizer=ottilie, expected_revision=1)
    assert _kinds() == ["sign"]


def _told() -> list[tuple[str, str, int | None, str]]:
    rows = Correction.objects.order_by("index")
    return list(rows.values_list("kind", "reason", "number", "name"))


def _holds(exported: bytes) -> bool:
    return verify.check(verify.lines_of(io.BufferedReader(io.BytesIO(exported)))).holds


def test_how_it_ended_is_told_to_whoever_saw_it_leave(
    client: Client, letter: Letter, ottilie: Organizer
) -> None:
    brigid, _wiktor = listed(letter, BRIGID, WIKTOR)
    taken = snapshots.take(letter=letter)
    vetting = _doubt(load(brigid.pk), ottilie)
    sequence(letter)
    left_at = Correction.objects.get().at

    with time_machine.travel(timezone.now() + timedelta(days=2)):
        decisions.reject(
            vetting=vetting, organizer=ottilie, expected_revision=1, reason="Ms Malloran denies it"
        )
        assert _kinds() == ["remove"]
        assert _total(letter) == 1
        check_that_it_adds_up(letter)
        assert _told() == [("remove", "checking", 1, ""), ("remove", "unconfirmed", 1, "")]

        corrections = reverse("corrections", args=[letter.slug])
        feed = reverse("corrections_feed", args=[letter.slug])
        for url in (corrections, feed):
            content = client.get(url).content.decode()
            ended = "Signature 1 stays off the list: not confirmed by the organizers."
            assert content.index(ended) < content.index("being checked by the organizers.")
            assert "Malloran" not in content
        exported = b"".join(record_export.export(letter=letter, checkpoint=latest(letter)))
        assert _holds(exported)
        assert b"denies" not in exported
        # In a snapshot it left when it left.
        [line] = [each for each in snapshot_list.page(snapshot=taken).rows if each.number == 1]
        assert (line.signatory, line.left_at) == (None, left_at)


def test_a_rejection_that_is_taken_back_is_told_and_so_is_the_way_back(
    letter: Letter, ottilie: Organizer
) -> None:
    [brigid] = listed(letter, BRIGID)
    vetting = _doubt(load(brigid.pk), ottilie)
    decisions.reject(vetting=vetting, organizer=ottilie, expected_revision=1, reason="no")
    [vetting] = undo.undo_last(letter=letter, organizer=ottilie).vettings
    decisions.reject(vetting=vetting, organizer=ottilie, expected_revision=1, reason="no")
    assert _total(letter) == 0
    again = _doubt(load(brigid.pk), ottilie)
    decisions.approve(vetting=again, organizer=ottilie, expected_revision=1)
    assert _total(letter) == 1
    check_that_it_adds_up(letter)
    assert [(kind, reason) for kind, reason, _number, _name in _told()] == [
        ("remove", "checking"),
        ("remove", "unconfirmed"),
        ("remove", "checking"),
        ("remove", "unconfirmed"),
        ("remove", "checking"),
        ("restore", "checked"),
    ]
    exported = b"".join(record_export.export(letter=letter, checkpoint=latest(letter)))
    assert _holds(exported)


def test_a_new_name_that_is_turned_away_is_told_so(
    letter: Letter, watch: Callable[..., None], ottilie: Organizer
) -> None:
    [wiktor] = listed(letter, WIKTOR)
    watch(BRIGID.details.name)
    edit(
        signature=wiktor,
        expected_revision=1,
        details=replace(WIKTOR.details, name=BRIGID.details.name),
    )
    vetting = Vetting.objects.get(signature=wiktor)
    decisions.reject(vetting=vetting, organizer=ottilie, expected_revision=2, reason="not her")
    sequence(letter)
    assert [reason for _kind, reason, _number, _name in _told()] == ["checking", "unconfirmed"]


def test_rejected_twice_at_once_is_told_once(
    transactional_db: None, letter: Letter, ottilie: Organizer
) -> None:
    [brigid] = listed(letter, BRIGID)
    vetting = _doubt(brigid, ottilie)
    reject = partial(
        decisions.reject, vetting=vetting, organizer=ottilie, expected_revision=1, reason="no"
    )
    at_once([reject] * 4)
    assert _kinds() == ["remove", "remove"]
    sequence(letter)
    check_that_it_adds_up(letter)


def test_a_watched_name_needs_two_again(
    letter: Letter, watch: Callable[..., None], ottilie: Organizer, ruth: Organizer
) -> None:
    [brigid] = listed(letter, BRIGID)
    watch(BRIGID.details.name)
    vetting = _doubt(brigid, ottilie)
    assert vetting.watched is not None
    assert (
        decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
        == VettingState.SECONDED
    )
    with pytest.raises(AnotherMustApprove):
        decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
    assert (
        decisions.approve(vetting=vetting, organizer=ruth, expected_revision=1)
        == VettingState.APPROVED
    )


def test_who_approved_it_once_is_asked_again(
    letter: Letter, watch: Callable[..., None], held: Held, ottilie: Organizer, ruth: Organizer
) -> None:
    watch(BRIGID.details.name)
    signature, vetting = held(BRIGID)
    decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
    decisions.approve(vetting=vetting, organizer=ruth, expected_revision=1)
    again = _doubt(load(signature.pk), ruth)
    decisions.approve(vetting=again, organizer=ruth, expected_revision=1)
    assert queue.next_unclaimed(letter=letter, organizer=ruth) is None
    assert queue.next_unclaimed(letter=letter, organizer=ottilie) == again


def test_it_comes_before_all_others_of_the_queue(
    letter: Letter, watch: Callable[..., None], ottilie: Organizer
) -> None:
    [brigid] = listed(letter, BRIGID)
    watch(WIKTOR.details.name)
    confirmed(letter, WIKTOR)
    doubted = _doubt(brigid, ottilie)
    page = queue.page(letter=letter, filters=queue.Filters())
    assert page.rows[0] == doubted
