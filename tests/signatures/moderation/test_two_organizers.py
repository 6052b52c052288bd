"""The rule of two organizers, and all the ways around it that somebody might try."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.errors import CountsLater
from campaign.organizers.models import Membership, Organizer, Role
from signatures import editing, withdrawal
from signatures.errors import AnotherMustApprove, NothingToUndo
from signatures.models import Signature, Vetting, VettingState, Watched
from signatures.moderation import decisions, recheck, undo
from signatures.screening import watchlist
from tests.concurrency import at_once
from tests.signatures.factories import BRIGID, Person, confirmed, listed, load, make_organizer
from tests.signatures.factories import person as somebody

pytestmark = pytest.mark.django_db

FAMOUS = "Valerie Fontenoy"
MIXED = "Bоris Pilgrim"  # with a Cyrillic о
Held = Callable[[Person], tuple[Signature, Vetting]]


@pytest.fixture
def alba(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team, email="alba@open-stage.example", role=Role.VETTER)


def _rename(signature: Signature, name: str) -> Vetting:
    current = load(signature.pk)
    details = replace(BRIGID.details, name=name)
    assert editing.edit(signature=current, expected_revision=current.revision, details=details)
    return Vetting.objects.get(signature=signature)


def _approve(vetting: Vetting, organizer: Organizer) -> VettingState:
    vetting.refresh_from_db()
    Vetting.objects.update(claimed_by=None, claimed_until=None)
    revision = load(vetting.signature_id).revision
    return decisions.approve(vetting=vetting, organizer=organizer, expected_revision=revision)


@pytest.mark.parametrize(
    "names", [(MIXED, FAMOUS), (FAMOUS, MIXED, FAMOUS), (FAMOUS, MIXED), (FAMOUS, "Ann Lee")]
)
def test_no_edit_while_it_waits_makes_one_organizer_enough(
    letter: Letter,
    watch: Callable[..., None],
    held: Held,
    ottilie: Organizer,
    names: tuple[str, ...],
) -> None:
    watch(FAMOUS)
    signature, vetting = held(somebody("a@rubble.example", names[0]))
    for name in names[1:]:
        vetting = _rename(signature, name)
    assert _approve(vetting, ottilie) == VettingState.SECONDED
    assert load(signature.pk).state == "held"


def test_the_reason_is_that_of_the_name_as_it_is_now_and_the_risk_the_highest(
    letter: Letter, watch: Callable[..., None], held: Held
) -> None:
    watch(FAMOUS)
    signature, vetting = held(somebody("a@rubble.example", MIXED))
    told = []
    for name in (FAMOUS, MIXED, "Ann Lee"):
        vetting = _rename(signature, name)
        told.append((vetting.reason, vetting.watched and vetting.watched.name, vetting.risk))
    assert told == [("watched", FAMOUS, 85), ("mixed", None, 85), ("edited", None, 85)]
    assert vetting.needs_two


def test_held_by_hand_and_renamed_to_a_watched_name_needs_two(
    letter: Letter, watch: Callable[..., None], ottilie: Organizer
) -> None:
    watch(FAMOUS)
    [brigid] = listed(letter, BRIGID)
    vetting = recheck.doubt(signature=brigid, organizer=ottilie, expected_revision=1)
    vetting = _rename(brigid, FAMOUS)
    assert (vetting.reason, vetting.needs_two) == ("watched", True)
    assert _approve(vetting, ottilie) == VettingState.SECONDED


def test_a_name_that_is_watched_only_since_it_waits_needs_two(
    everyone: Letter, held: Held, watch: Callable[..., None], ottilie: Organizer, ruth: Organizer
) -> None:
    _signature, vetting = held(BRIGID)
    watch(BRIGID.details.name)
    assert _approve(vetting, ottilie) == VettingState.SECONDED
    Watched.objects.all().delete()
    watchlist.forget()
    with pytest.raises(AnotherMustApprove):
        _approve(vetting, ottilie)
    assert _approve(vetting, ruth) == VettingState.APPROVED


def test_a_name_watched_a_moment_ago_by_another_process_needs_two(
    everyone: Letter, held: Held, ottilie: Organizer
) -> None:
    _signature, vetting = held(BRIGID)
    watchlist.watch_of(letter_id=everyone.pk)
    row = watchlist.written(letter=everyone, name=BRIGID.details.name, organizer=None)
    row.save()
    assert _approve(vetting, ottilie) == VettingState.SECONDED


def test_an_approval_that_was_undone_counts_for_nobody(
    letter: Letter, watch: Callable[..., None], held: Held, ottilie: Organizer, ruth: Organizer
) -> None:
    watch(FAMOUS)
    signature, vetting = held(somebody("a@rubble.example", FAMOUS))
    assert _approve(vetting, ottilie) == VettingState.SECONDED
    assert _approve(vetting, ruth) == VettingState.APPROVED
    undo.undo_last(letter=letter, organizer=ruth)
    with pytest.raises(AnotherMustApprove):
        _approve(vetting, ottilie)
    assert load(signature.pk).state == "held"
    assert _approve(vetting, ruth) == VettingState.APPROVED


def test_ones_own_undone_approval_is_no_second_one(
    letter: Letter, watch: Callable[..., None], held: Held, ottilie: Organizer, ruth: Organizer
) -> None:
    watch(FAMOUS)
    _signature, vetting = held(somebody("a@rubble.example", FAMOUS))
    _approve(vetting, ottilie)
    undo.undo_last(letter=letter, organizer=ottilie)
    with pytest.raises(NothingToUndo):
        undo.undo_last(letter=letter, organizer=ottilie)
    assert _approve(vetting, ottilie) == VettingState.SECONDED
    assert _approve(vetting, ruth) == VettingState.APPROVED


@pytest.mark.parametrize("undone", [False, True])
def test_who_puts_it_aside_wants_it_looked_at_anew_unless_that_is_undone(
    letter: Letter,
    watch: Callable[..., None],
    held: Held,
    ottilie: Organizer,
    ruth: Organizer,
    undone: bool,
) -> None:
    watch(FAMOUS)
    _signature, vetting = held(somebody("a@rubble.example", FAMOUS))
    _approve(vetting, ottilie)
    decisions.hold(vetting=vetting, organizer=ruth, expected_revision=1)
    if undone:
        undo.undo_last(letter=letter, organizer=ruth)
    expected = VettingState.APPROVED if undone else VettingState.SECONDED
    assert _approve(vetting, ruth) == expected


def test_an_approval_is_of_one_revision(
    letter: Letter, watch: Callable[..., None], held: Held, ottilie: Organizer, ruth: Organizer
) -> None:
    watch(FAMOUS)
    signature, vetting = held(somebody("a@rubble.example", FAMOUS))
    _approve(vetting, ottilie)
    current = load(signature.pk)
    details = replace(BRIGID.details, name=FAMOUS, credit="Another credit")
    editing.edit(signature=current, expected_revision=1, details=details)
    assert _approve(vetting, ruth) == VettingState.SECONDED
    assert _approve(vetting, ottilie) == VettingState.APPROVED


def test_the_approval_of_somebody_who_may_vet_no_longer_counts_for_nothing(
    letter: Letter,
    watch: Callable[..., None],
    held: Held,
    ottilie: Organizer,
    ruth: Organizer,
    alba: Organizer,
) -> None:
    watch(FAMOUS)
    _signature, vetting = held(somebody("a@rubble.example", FAMOUS))
    _approve(vetting, ruth)
    Membership.objects.filter(organizer=ruth).update(role=Role.EDITOR)
    assert _approve(vetting, ottilie) == VettingState.SECONDED
    assert _approve(vetting, alba) == VettingState.APPROVED


def test_who_may_vet_again_is_one_of_the_two(
    letter: Letter, watch: Callable[..., None], held: Held, ottilie: Organizer, ruth: Organizer
) -> None:
    watch(FAMOUS)
    _signature, vetting = held(somebody("a@rubble.example", FAMOUS))
    _approve(vetting, ruth)
    Membership.objects.filter(organizer=ruth).update(role=Role.VIEWER)
    _approve(vetting, ottilie)
    Membership.objects.filter(organizer=ruth).update(role=Role.VETTER)
    assert _approve(vetting, ruth) == VettingState.APPROVED


def test_rejecting_it_and_taking_the_name_off_the_list_leaves_the_need_of_two(
    letter: Letter, watch: Callable[..., None], held: Held, ottilie: Organizer
) -> None:
    watch(FAMOUS)
    _first, vetting = held(somebody("a@rubble.example", FAMOUS))
    decisions.reject(vetting=vetting, organizer=ottilie, expected_revision=1, reason="not her")
    second, again = held(somebody("b@rubble.example", FAMOUS))
    assert (again.reason, again.needs_two) == ("again", True)
    Watched.objects.all().delete()
    watchlist.forget()
    assert _approve(again, ottilie) == VettingState.SECONDED
    assert load(second.pk).state == "held"


def test_withdrawing_and_signing_anew_leaves_the_need_of_two(
    everyone: Letter, watch: Callable[..., None], held: Held, ottilie: Organizer
) -> None:
    watch(FAMOUS)
    signature, _vetting = held(somebody("a@rubble.example", FAMOUS))
    withdrawal.withdraw(signature=signature)
    anew = confirmed(everyone, somebody("a@rubble.example", "Ann Lee"))
    vetting = Vetting.objects.get(signature=anew)
    assert (vetting.reason, vetting.needs_two) == ("everyone", True)
    assert _approve(vetting, ottilie) == VettingState.SECONDED


def test_one_organizer_in_many_tabs_at_once_is_one(
    transactional_db: None,
    letter: Letter,
    watch: Callable[..., None],
    held: Held,
    ottilie: Organizer,
    ruth: Organizer,
) -> None:
    watch(FAMOUS)
    signature, vetting = held(somebody("a@rubble.example", FAMOUS))
    approve = partial(decisions.approve, vetting=vetting, expected_revision=1)
    answers = at_once([partial(approve, organizer=ottilie)] * 4)
    assert sorted(map(str, answers)) == ["", "", "", "seconded"]
    assert load(signature.pk).state == "held"
    answers = at_once([partial(approve, organizer=each) for each in (ottilie, ruth, ottilie)])
    assert VettingState.APPROVED in answers
    assert load(signature.pk).state == "confirmed"


def test_a_second_account_that_one_owner_invites_is_no_second_organizer(
    letter: Letter, watch: Callable[..., None], held: Held, ottilie: Organizer, ruth: Organizer
) -> None:
    watch(FAMOUS)
    signature, vetting = held(somebody("a@rubble.example", FAMOUS))
    membership = Membership.objects.filter(organizer=ruth)
    membership.update(role_since=timezone.now())
    with pytest.raises(CountsLater):
        _approve(vetting, ruth)
    assert _approve(vetting, ottilie) == VettingState.SECONDED
    with pytest.raises(CountsLater):
        _approve(vetting, ruth)
    foreseen = partial(decisions.foresee, vettings=[vetting], organizer=ruth, verdict="approve")
    vetting.refresh_from_db()
    assert [state for _vetting, state in foreseen()] == [decisions.LEFT]
    membership.update(role_since=timezone.now() - timedelta(hours=24))
    assert [state for _vetting, state in foreseen()] == [VettingState.APPROVED]
    # Whoever goes and comes back is as new as any: what they had approved waits with them.
    Membership.objects.filter(organizer=ottilie).update(role_since=timezone.now())
    assert _approve(vetting, ruth) == VettingState.SECONDED
    assert load(signature.pk).state == "held"
