"""Whom organizers turned away or doubted does not come back unseen, whatever the signer does."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures import withdrawal
from signatures.models import Because, Signature, TurnedAway, Vetting, VettingState, Watched
from signatures.moderation import decisions, recheck, removal, undo
from signatures.screening import turned_away, watchlist
from tests.signatures.factories import (
    BRIGID,
    MEI,
    WIKTOR,
    Person,
    confirmed,
    listed,
    load,
    open_letter,
    pending,
    person,
)

pytestmark = pytest.mark.django_db

Deed = Callable[[Letter, Organizer], Signature]
TWIN = person("twin@else.example", "O'MALLORAN Brigid")
SAME_ADDRESS = BRIGID.but(name="Ann Lee")


def _doubted(letter: Letter, organizer: Organizer) -> Signature:
    [signature] = listed(letter, BRIGID)
    recheck.doubt(signature=signature, organizer=organizer, expected_revision=1)
    return load(signature.pk)


def _removed(letter: Letter, organizer: Organizer) -> Signature:
    [signature] = listed(letter, BRIGID)
    removal.remove(
        signature=signature,
        organizer=organizer,
        expected_revision=1,
        because=Because.NOT_THEM,
        note="a hoax",
    )
    return load(signature.pk)


def _waiting(letter: Letter) -> Vetting:
    Letter.objects.update(vets_everyone=True)
    watchlist.forget()
    vetting = Vetting.objects.get(signature=confirmed(letter, BRIGID))
    Letter.objects.update(vets_everyone=False)
    watchlist.forget()
    return vetting


def _rejected(letter: Letter, organizer: Organizer) -> Signature:
    vetting = _waiting(letter)
    decisions.reject(vetting=vetting, organizer=organizer, expected_revision=1, reason="a hoax")
    return load(vetting.signature_id)


def _put_aside(letter: Letter, organizer: Organizer) -> Signature:
    vetting = _waiting(letter)
    decisions.hold(vetting=vetting, organizer=organizer, expected_revision=1)
    return load(vetting.signature_id)


@pytest.mark.parametrize("deed", [_doubted, _removed, _put_aside])
@pytest.mark.parametrize("comes", [BRIGID, SAME_ADDRESS, TWIN], ids=["same", "address", "name"])
def test_withdrawing_is_no_way_back(
    letter: Letter, ottilie: Organizer, deed: Deed, comes: Person
) -> None:
    assert withdrawal.withdraw(signature=deed(letter, ottilie))
    watchlist.forget()
    again = confirmed(letter, comes)
    assert again.state == "held"
    assert Vetting.objects.get(signature=again).reason == "again"
    assert confirmed(letter, WIKTOR).state == "confirmed"
    assert confirmed(open_letter(slug="another"), comes).state == "confirmed"


def test_a_rejected_name_from_another_address_waits(letter: Letter, ottilie: Organizer) -> None:
    _rejected(letter, ottilie)
    assert confirmed(letter, TWIN).state == "held"


def test_a_process_that_has_not_heard_of_it_holds_the_same_address_all_the_same(
    letter: Letter, ottilie: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = watchlist.watch_of(letter_id=letter.pk)
    signature = _doubted(letter, ottilie)
    withdrawal.withdraw(signature=signature)
    monkeypatch.setattr(watchlist, "watch_of", lambda **_about: known)
    assert confirmed(letter, SAME_ADDRESS).state == "held"
    assert Vetting.objects.get().reason == "again"


@pytest.mark.parametrize("deed", [_doubted, _rejected, _put_aside])
def test_approving_clears_it_and_undoing_the_approval_brings_it_back(
    letter: Letter, ottilie: Organizer, deed: Deed
) -> None:
    signature = deed(letter, ottilie)
    if signature.state == "rejected":
        recheck.doubt(signature=signature, organizer=ottilie, expected_revision=1)
    vetting = Vetting.objects.get(signature=signature)
    assert (
        decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
        == VettingState.APPROVED
    )
    assert not turned_away.of(signature=signature).exists()
    undo.undo_last(letter=letter, organizer=ottilie)
    assert turned_away.of(signature=signature).count() == 2
    withdrawal.withdraw(signature=load(signature.pk))
    assert confirmed(letter, BRIGID).state == "held"


def test_restoring_clears_it(letter: Letter, ottilie: Organizer) -> None:
    signature = _removed(letter, ottilie)
    removal.restore(
        signature=signature, organizer=ottilie, expected_revision=1, because=Because.MISTAKE
    )
    assert confirmed(letter, TWIN).state == "confirmed"
    withdrawal.withdraw(signature=load(signature.pk))
    assert confirmed(letter, BRIGID).state == "confirmed"
    removal.remove(
        signature=load(signature.pk), organizer=ottilie, expected_revision=2, because=Because.RULES
    )
    assert turned_away.of(signature=signature).count() == 2


def test_an_approval_that_is_undone_leaves_a_removal_as_it_was(
    letter: Letter, ottilie: Organizer
) -> None:
    withdrawal.withdraw(signature=_removed(letter, ottilie))
    anew = confirmed(letter, SAME_ADDRESS)
    vetting = Vetting.objects.get()
    decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=anew.revision)
    assert not removal.standing(signature=anew).exists()
    undo.undo_last(letter=letter, organizer=ottilie)
    assert removal.standing(signature=anew).exists()
    assert turned_away.of(signature=anew).count() == 2


@pytest.mark.parametrize("deed", [_rejected, _put_aside])
def test_undoing_a_decision_forgets_what_it_alone_had_written(
    letter: Letter, ottilie: Organizer, deed: Deed
) -> None:
    deed(letter, ottilie)
    undo.undo_last(letter=letter, organizer=ottilie)
    assert not TurnedAway.objects.exists()
    assert confirmed(letter, TWIN).state == "confirmed"


def test_undoing_a_rejection_leaves_the_doubt_before_it(letter: Letter, ottilie: Organizer) -> None:
    signature = _doubted(letter, ottilie)
    vetting = Vetting.objects.get()
    decisions.reject(vetting=vetting, organizer=ottilie, expected_revision=1, reason="a hoax")
    undo.undo_last(letter=letter, organizer=ottilie)
    assert turned_away.of(signature=signature).count() == 2


def test_letting_a_namesake_in_lets_no_fake_in(letter: Letter, ottilie: Organizer) -> None:
    withdrawal.withdraw(signature=_removed(letter, ottilie))
    watchlist.forget()
    real = confirmed(letter, TWIN)
    vetting = Vetting.objects.get(signature=real)
    decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
    assert confirmed(letter, person("c@else.example", BRIGID.details.name)).state == "held"
    assert confirmed(letter, BRIGID).state == "held"


def test_a_watched_name_that_was_turned_away_needs_two_though_it_is_no_longer_watched(
    letter: Letter, watch: Callable[..., None], ottilie: Organizer
) -> None:
    [signature] = listed(letter, BRIGID)
    watch(BRIGID.details.name)
    removal.remove(
        signature=signature, organizer=ottilie, expected_revision=1, because=Because.NOT_THEM
    )
    Watched.objects.all().delete()
    watchlist.forget()
    again = confirmed(letter, TWIN)
    vetting = Vetting.objects.get(signature=again)
    assert (vetting.reason, vetting.needs_two) == ("again", True)
    assert (
        decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
        == VettingState.SECONDED
    )


def test_what_is_nobodys_has_no_time(letter: Letter) -> None:
    signature = pending(letter, MEI)
    for wrong in ({"remembered_at": signature.created_at}, {"signature": signature}):
        with pytest.raises(IntegrityError), transaction.atomic():
            TurnedAway.objects.create(letter=letter, key=b"k" * 32, **wrong)
