"""What waits for organizers is counted by kind and letter, at a bounded cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaign.letters.models import Letter, Proposal, Text, Update, UpdateState
from campaign.organizers.models import Organizer, Role
from signatures.models import (
    BulkDeed,
    BulkState,
    Decision,
    Delivery,
    DeliveryState,
    ReportCase,
    Vetting,
    VettingState,
)
from signatures.overview import waiting
from signatures.overview.waiting import Kind, Wait
from tests.signatures.factories import (
    BRIGID,
    WIKTOR,
    listed,
    make_organizer,
    open_letter,
    pending,
)

pytestmark = pytest.mark.django_db

NOTHING = dict.fromkeys(Kind, 0)


def another() -> Organizer:
    """Who began nothing."""
    return Organizer.objects.get_or_create(email="another@open-stage.example")[0]


def counted(letter: Letter, organizer: Organizer | None = None) -> waiting.Waiting:
    found = waiting.of_letters(letter_ids=[letter.pk], organizer=organizer or another())
    return found[letter.pk]


def hold(letter: Letter, state: VettingState = VettingState.WAITING) -> None:
    for signature in listed(letter, BRIGID, WIKTOR):
        Vetting.objects.create(
            signature=signature,
            letter=letter,
            reason="by_hand",
            state=state,
            opened_at=timezone.now(),
        )


def test_nothing_waits_on_a_new_letter() -> None:
    assert counted(open_letter()) == NOTHING


@pytest.mark.parametrize(
    ("state", "waits"),
    [
        (VettingState.WAITING, 2),
        (VettingState.SECONDED, 2),
        (VettingState.KEPT, 0),
        (VettingState.APPROVED, 0),
    ],
)
def test_held_names_wait_until_somebody_decides_or_puts_them_aside(
    state: VettingState, waits: int
) -> None:
    letter = open_letter()
    hold(letter, state)
    assert counted(letter) == NOTHING | {Kind.HELD: waits}


def test_of_many_no_more_are_counted_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "MAX_COUNTED", 1)
    letter = open_letter()
    hold(letter)
    assert counted(letter)[Kind.HELD] == 1


def test_reports_wait_until_they_are_answered() -> None:
    letter = open_letter()
    [signature] = listed(letter, BRIGID)
    case = ReportCase.objects.create(letter=letter, signature=signature, opened_at=timezone.now())
    assert counted(letter) == NOTHING | {Kind.REPORTS: 1}
    ReportCase.objects.filter(pk=case.pk).update(outcome="dismissed", answered_at=timezone.now())
    assert counted(letter) == NOTHING


def test_what_a_second_organizer_must_approve_waits() -> None:
    letter = open_letter()
    editor = make_organizer(team=letter.team, role=Role.EDITOR)
    now = timezone.now()
    text = Text.objects.create(letter=letter, number=2)
    Proposal.objects.create(text=text, seal="0" * 64, proposed_by=editor, proposed_at=now)
    Update.objects.create(
        letter=letter,
        number=1,
        state=UpdateState.PROPOSED,
        seal="0" * 64,
        created_by=editor,
        released_by=editor,
        created_at=now,
    )
    BulkDeed.objects.create(
        letter=letter,
        action="hold",
        query={},
        state=BulkState.PROPOSED,
        total=3,
        takes_vetted=False,
        asked_by=editor,
        asked_at=now,
    )
    proposed = {Kind.TEXTS: 1, Kind.UPDATES: 1, Kind.BULK_DEEDS: 1}
    assert counted(letter) == NOTHING | proposed
    # Who began it waits for another.
    assert counted(letter, editor) == NOTHING
    for_me, for_others = waiting.of_letter(letter=letter, organizer=editor, role=Role.OWNER)
    assert (for_me, {each.kind: each.count for each in for_others}) == ([], proposed)


def test_what_a_role_can_do_nothing_about_waits_for_others() -> None:
    letter = open_letter()
    hold(letter)
    since = Vetting.objects.order_by("opened_at")[0].opened_at
    held = [Wait(kind=Kind.HELD, count=2, since=since)]
    told = {
        role: waiting.of_letter(letter=letter, organizer=another(), role=role)
        for role in (Role.VETTER, Role.EDITOR)
    }
    assert told == {Role.VETTER: (held, []), Role.EDITOR: ([], held)}


def test_a_name_that_one_approved_waits_for_them_no_more() -> None:
    letter = open_letter()
    vetter = make_organizer(team=letter.team, role=Role.VETTER)
    hold(letter, VettingState.SECONDED)
    vetting = Vetting.objects.select_related("signature").first()
    assert vetting
    Decision.objects.create(
        vetting=vetting,
        organizer=vetter,
        verdict="approve",
        before=VettingState.WAITING,
        revision=vetting.signature.revision,
        at=timezone.now(),
    )
    assert (counted(letter, vetter)[Kind.HELD], counted(letter)[Kind.HELD]) == (1, 2)


def test_who_cannot_confirm_counts_once_however_many_mails_came_back() -> None:
    letter = open_letter()
    signature = pending(letter)
    Delivery.objects.filter(signature=signature).update(state=DeliveryState.FAILED)
    Delivery.objects.create(
        signature=signature,
        message="reminder",
        state=DeliveryState.FAILED,
        due_at=timezone.now(),
        created_at=timezone.now(),
    )
    assert counted(letter) == NOTHING | {Kind.REFUSED_MAIL: 1}


def test_what_waits_elsewhere_is_not_counted_here() -> None:
    letter, other = open_letter(), open_letter(slug="another-letter")
    hold(other)
    found = waiting.of_letters(letter_ids=[letter.pk, other.pk], organizer=another())
    assert found == {letter.pk: NOTHING, other.pk: NOTHING | {Kind.HELD: 2}}


def test_any_number_of_letters_takes_one_query() -> None:
    letters = [open_letter(slug=f"letter-{number}") for number in range(3)]
    organizer = another()
    with CaptureQueriesContext(connection) as queries:
        waiting.of_letters(letter_ids=[each.pk for each in letters], organizer=organizer)
    assert len(queries) == 1
