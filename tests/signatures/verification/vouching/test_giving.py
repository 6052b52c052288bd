"""Vouching: by whom the organizers know, for somebody else, as long as they stand by it."""

import secrets
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaign.letters.models import Event, EventKind, Letter
from campaign.wake import Task
from signatures import editing, withdrawal
from signatures.details import Details
from signatures.errors import (
    DetailsChanged,
    MayNotVouch,
    TooManyVouches,
    VouchingCodeUnknown,
)
from signatures.models import Because, Level, Proof, ProofState, Signature, SignatureState, Vouch
from signatures.moderation import decisions, removal, undo
from signatures.tasks import forget_old_data, settle_vouched
from signatures.verification import levels, vouches
from signatures.verification.problems import Problem, ProofRefused
from signatures.verification.vouching import codes, giving
from tests.concurrency import at_once
from tests.signatures.factories import (
    GUILD,
    SALMA,
    confirmed,
    load,
    make_team,
    open_letter,
    sequence,
    someone,
)
from tests.signatures.record.record_invariants import latest
from tests.signatures.verification.vouching.people import RELATION, level_of, vetted, vetter, vouch

pytestmark = pytest.mark.django_db


def stands(signature: Signature) -> int:
    return Vouch.objects.filter(signature=signature, revoked_at=None).count()


def told(signature: Signature) -> list[tuple[str, str]]:
    """States of the proofs by vouching, and their subjects, oldest first."""
    proofs = Proof.objects.filter(signature=signature, method="vouched")
    return list(proofs.order_by("pk").values_list("state", "subject"))


def assert_counted_as_it_is(letter: Letter) -> None:
    rows = Signature.objects.filter(letter=letter, state=SignatureState.CONFIRMED)
    levels = Counter(str(level) for level in rows.values_list("level", flat=True))
    assert latest(letter).levels == {level: levels[level] for level in ("1", "2", "3", "4")}


def verify_events(signature: Signature) -> list[int | None]:
    events = Event.objects.filter(kind=EventKind.VERIFY, public_id=signature.public_id)
    return list(events.order_by("pk").values_list("level", flat=True))


# --- vouching -----------------------------------------------------------------------------------


def test_one_vouch_changes_nothing_and_the_second_makes_the_proof(
    letter: Letter, brigid: Signature
) -> None:
    one = vouch(vetted(letter, number=1), brigid)
    assert (one.relation, one.revoked_at, str(one)) == (RELATION, None, f"vouch {one.pk}")
    assert (level_of(brigid), told(brigid), verify_events(brigid)) == (1, [], [])
    before = timezone.now()
    vouch(vetted(letter, number=2), brigid)
    proof = Proof.objects.get(method="vouched")
    assert (proof.subject, proof.private, proof.check_due_at) == ("", "", None)
    assert proof.proved_at is not None
    assert proof.proved_at >= before
    assert (level_of(brigid), verify_events(brigid)) == (Level.CONTROLS, [2])
    vouch(vetted(letter, number=3), brigid)
    assert told(brigid) == [(ProofState.STANDING, "")]
    assert verify_events(brigid) == [2]


def test_vouching_twice_is_vouching_once(letter: Letter, brigid: Signature) -> None:
    voucher = vetted(letter)
    assert vouch(voucher, brigid) == vouch(voucher, brigid, relation="again")
    assert Vouch.objects.get().relation == RELATION
    assert level_of(brigid) == Level.CONFIRMED


@pytest.mark.django_db(transaction=True)
def test_the_same_button_in_many_tabs_vouches_once(letter: Letter, brigid: Signature) -> None:
    voucher = vetted(letter)
    answers = at_once([lambda: vouch(voucher, brigid)] * 5)
    assert {answer.pk for answer in answers} == {Vouch.objects.get().pk}
    assert level_of(brigid) == Level.CONFIRMED


@pytest.mark.django_db(transaction=True)
def test_two_who_vouch_at_the_same_moment_make_one_proof(letter: Letter, brigid: Signature) -> None:
    vouchers = [vetted(letter, number=number) for number in range(4)]
    answers = at_once([lambda v=each: vouch(v, brigid) for each in vouchers])  # type: ignore[misc]
    assert all(isinstance(answer, Vouch) for answer in answers)
    assert told(brigid) == [(ProofState.STANDING, "")]
    assert (level_of(brigid), verify_events(brigid)) == (Level.CONTROLS, [2])


@pytest.mark.django_db(transaction=True)
def test_two_may_vouch_for_each_other_at_the_same_moment(letter: Letter) -> None:
    one, two = vetted(letter, number=1), vetted(letter, number=2)
    for _round in range(5):
        answers = at_once([lambda: vouch(one, two), lambda: vouch(two, one)])
        assert [type(answer) for answer in answers] == [Vouch, Vouch]
        Vouch.objects.all().delete()


def test_five_stand_at_once_and_one_taken_back_makes_room(letter: Letter) -> None:
    voucher = vetted(letter)
    people = [confirmed(letter, someone(number)) for number in range(1, 7)]
    given = [vouch(voucher, each) for each in people[:5]]
    with pytest.raises(TooManyVouches):
        vouch(voucher, people[5])
    # The fifth once more is no sixth.
    assert vouch(voucher, people[4]) == given[4]
    assert giving.end(vouch=given[0])
    assert vouch(voucher, people[5]).signature == people[5]


@pytest.mark.django_db(transaction=True)
def test_six_at_once_are_five(letter: Letter) -> None:
    voucher = vetted(letter)
    people = [confirmed(letter, someone(number)) for number in range(1, 7)]
    answers = at_once([lambda p=each: vouch(voucher, p) for each in people])  # type: ignore[misc]
    assert sorted(type(answer).__name__ for answer in answers) == [
        "TooManyVouches",
        *["Vouch"] * 5,
    ]
    assert Vouch.objects.filter(voucher=voucher, revoked_at=None).count() == 5


# --- who may, and for whom ----------------------------------------------------------------------


def _membership(signature: Signature) -> Proof:
    now = timezone.now()
    return Proof.objects.create(
        signature=signature,
        method="roster",
        subject="Society of Invented Arts",
        state=ProofState.STANDING,
        started_at=now,
        proved_at=now,
    )


def test_what_members_vouched_before_ends_by_the_sweep(letter: Letter, brigid: Signature) -> None:
    voucher = vetted(letter)
    made = vouch(voucher, brigid)
    Proof.objects.filter(signature=voucher).update(state=ProofState.REVOKED)
    _membership(voucher)
    giving.settle_lost()
    made.refresh_from_db()
    assert made.revoked_at is not None


def test_only_whom_the_organizers_know_may_vouch(letter: Letter, brigid: Signature) -> None:
    signature = confirmed(letter, SALMA)
    with pytest.raises(MayNotVouch):
        vouch(signature, brigid)
    Signature.objects.filter(pk=signature.pk).update(level=Level.CONTROLS)
    with pytest.raises(MayNotVouch):
        vouch(load(signature.pk), brigid)
    # A member by a roster is known to the union, not to the organizers.
    Signature.objects.filter(pk=signature.pk).update(level=Level.INDEPENDENT)
    proof = _membership(signature)
    with pytest.raises(MayNotVouch):
        vouch(load(signature.pk), brigid)
    proof.method, proof.organizer = "call_back", vetter(letter)
    proof.save()
    assert vouch(load(signature.pk), brigid).voucher == signature
    for state in (SignatureState.HELD, SignatureState.REMOVED, SignatureState.WITHDRAWN):
        Signature.objects.filter(pk=signature.pk).update(state=state)
        with pytest.raises(MayNotVouch):
            vouch(load(signature.pk), brigid)


def test_whoever_loses_it_meanwhile_does_not_vouch(letter: Letter, brigid: Signature) -> None:
    voucher = vetted(letter)
    Signature.objects.filter(pk=voucher.pk).update(level=Level.CONFIRMED)
    # As the page had loaded them.
    assert voucher.level == Level.VETTED
    with pytest.raises(MayNotVouch):
        vouch(voucher, brigid)
    assert not Vouch.objects.exists()


def test_nobody_vouches_for_themselves(letter: Letter) -> None:
    voucher = vetted(letter)
    with pytest.raises(VouchingCodeUnknown):
        vouch(voucher, voucher)


def test_codes_of_another_letter_are_unknown(letter: Letter, brigid: Signature) -> None:
    other = open_letter(slug="another", team=make_team())
    with pytest.raises(VouchingCodeUnknown):
        vouch(vetted(other), brigid)


def test_organisations_have_another_way(letter: Letter, brigid: Signature) -> None:
    guild = vetted(letter, GUILD)
    with pytest.raises(MayNotVouch):
        vouch(guild, brigid)
    with pytest.raises(VouchingCodeUnknown):
        vouch(vetted(letter), guild)


@pytest.mark.parametrize(
    "state",
    [
        SignatureState.PENDING,
        SignatureState.REJECTED,
        SignatureState.REMOVED,
        SignatureState.WITHDRAWN,
    ],
)
def test_nobody_vouches_for_who_has_not_signed(
    letter: Letter, brigid: Signature, state: SignatureState
) -> None:
    voucher = vetted(letter)
    Signature.objects.filter(pk=brigid.pk).update(state=state)
    with pytest.raises(VouchingCodeUnknown):
        vouch(voucher, brigid)


def test_what_is_void_between_reading_and_vouching_is_not_vouched_for(
    letter: Letter, brigid: Signature, monkeypatch: pytest.MonkeyPatch
) -> None:
    voucher = vetted(letter)
    code = codes.code_for(signature=brigid)
    really_find = giving.find

    def find_and_then(change: Callable[[], Any]) -> None:
        def find(**kwargs: Any) -> Signature:
            found = really_find(**kwargs)
            change()
            return found

        monkeypatch.setattr(giving, "find", find)

    mine = Signature.objects.filter(pk=brigid.pk)
    for change in (
        lambda: mine.update(nonce=secrets.token_bytes(8)),
        lambda: withdrawal.withdraw(signature=brigid),
        lambda: mine.delete(),
    ):
        find_and_then(change)
        with pytest.raises(VouchingCodeUnknown):
            giving.vouch(
                voucher=voucher, code=code, expected_revision=brigid.revision, relation=RELATION
            )
        code = codes.code_for(signature=load(brigid.pk)) if mine.exists() else ""
        mine.update(state=SignatureState.CONFIRMED, level=Level.CONFIRMED)
    assert not Vouch.objects.exists()


def test_a_name_that_was_changed_since_it_was_read_is_not_vouched_for(
    letter: Letter, brigid: Signature
) -> None:
    voucher = vetted(letter)
    Signature.objects.filter(pk=brigid.pk).update(revision=brigid.revision + 1)
    with pytest.raises(DetailsChanged):
        vouch(voucher, brigid)


def test_a_few_codes_a_day(letter: Letter) -> None:
    voucher = vetted(letter)
    for number in range(60):
        with pytest.raises(VouchingCodeUnknown):
            giving.find(voucher=voucher, code=f"{number:012d}")
    with pytest.raises(ProofRefused, match=Problem.TOO_MANY):
        giving.find(voucher=voucher, code="0" * 12)


def test_who_waits_for_vetting_gets_the_level_with_the_approval(letter: Letter) -> None:
    Letter.objects.filter(pk=letter.pk).update(vets_everyone=True)
    from signatures.screening import watchlist

    watchlist.forget()
    vouchers = [vetted_held(letter, number) for number in (1, 2)]
    held = confirmed(letter, SALMA)
    assert held.state == SignatureState.HELD
    for voucher in vouchers:
        vouch(voucher, held)
    assert told(held) == [(ProofState.STANDING, "")]
    assert verify_events(held) == []
    decisions.approve(
        vetting=held.vetting, organizer=vetter(letter), expected_revision=held.revision
    )
    assert level_of(held) == Level.CONTROLS


def vetted_held(letter: Letter, number: int) -> Signature:
    signature = confirmed(letter, someone(number))
    decisions.approve(
        vetting=signature.vetting,
        organizer=vetter(letter),
        expected_revision=signature.revision,
        lift=True,
    )
    return load(signature.pk)


# --- how it ends --------------------------------------------------------------------------------


@pytest.fixture
def vouchers(letter: Letter, brigid: Signature) -> list[Signature]:
    """Two who vouch for Brigid, who is at level 2 for it."""
    found = [vetted(letter, number=number) for number in (1, 2)]
    for voucher in found:
        vouch(voucher, brigid)
    assert level_of(brigid) == Level.CONTROLS
    return found


def test_taken_back_or_refused_the_level_follows_once(
    brigid: Signature, vouchers: list[Signature]
) -> None:
    first = Vouch.objects.get(voucher=vouchers[0])
    assert giving.end(vouch=first)
    assert not giving.end(vouch=first)
    assert told(brigid) == [(ProofState.LAPSED, "")]
    assert Proof.objects.get(method="vouched").checked_at is not None
    assert (level_of(brigid), verify_events(brigid)) == (Level.CONFIRMED, [2, 1])
    assert vouch(vouchers[0], brigid) != first
    assert told(brigid) == [(ProofState.LAPSED, ""), (ProofState.STANDING, "")]
    assert verify_events(brigid) == [2, 1, 2]


def test_of_three_one_may_go(letter: Letter, brigid: Signature, vouchers: list[Signature]) -> None:
    vouch(vetted(letter, number=3), brigid)
    giving.end(vouch=Vouch.objects.get(voucher=vouchers[0]))
    assert told(brigid) == [(ProofState.STANDING, "")]
    assert verify_events(brigid) == [2]


@pytest.mark.django_db(transaction=True)
def test_both_taken_back_at_once_end_one_proof(
    letter: Letter, brigid: Signature, vouchers: list[Signature]
) -> None:
    given = list(Vouch.objects.all())
    assert at_once([lambda v=each: giving.end(vouch=v) for each in given]) == [True, True]  # type: ignore[misc]
    assert (level_of(brigid), verify_events(brigid)) == (Level.CONFIRMED, [2, 1])
    sequence(letter)
    assert_counted_as_it_is(letter)


def withdraws(voucher: Signature, letter: Letter) -> None:
    assert withdrawal.withdraw(signature=voucher)


def is_removed(voucher: Signature, letter: Letter) -> None:
    removal.remove(
        signature=voucher,
        organizer=vetter(letter),
        expected_revision=voucher.revision,
        because=Because.NOT_THEM,
    )


def is_renamed(voucher: Signature, letter: Letter) -> None:
    details = Details.of(voucher)
    editing.edit(
        signature=voucher,
        expected_revision=voucher.revision,
        details=Details(**{**_fields(details), "name": "Somebody Else Entirely"}),
    )


def loses_the_vetting(voucher: Signature, letter: Letter) -> None:
    with levels.locked_signature(signature_id=voucher.pk) as alone:
        Proof.objects.filter(signature=alone, method="vetting").update(state=ProofState.REVOKED)
        levels.recompute_level(signature=alone)


def _fields(details: Details) -> dict[str, Any]:
    return {name: getattr(details, name) for name in Details.__slots__}


@pytest.mark.parametrize("goes", [withdraws, is_removed, is_renamed, loses_the_vetting])
def test_a_voucher_takes_their_vouches_along(
    letter: Letter,
    brigid: Signature,
    vouchers: list[Signature],
    goes: Callable[[Signature, Letter], None],
) -> None:
    goes(vouchers[0], letter)
    # At once, in the same transaction.
    assert list(Vouch.objects.filter(revoked_at=None)) == [Vouch.objects.get(voucher=vouchers[1])]
    settle_vouched()
    assert told(brigid) == [(ProofState.LAPSED, "")]
    assert (level_of(brigid), verify_events(brigid)) == (Level.CONFIRMED, [2, 1])
    settle_vouched()
    assert verify_events(brigid) == [2, 1]
    sequence(letter)
    assert_counted_as_it_is(letter)


def test_a_voucher_who_is_found_to_be_unknown_after_all_takes_theirs_along(
    letter: Letter, brigid: Signature
) -> None:
    Letter.objects.filter(pk=letter.pk).update(vets_everyone=True)
    from signatures.screening import watchlist

    watchlist.forget()
    voucher = vetted_held(letter, 1)
    vouch(voucher, brigid)
    undo.undo_last(letter=letter, organizer=vetter(letter))
    assert stands(brigid) == 0


def test_whatever_way_a_voucher_went_down_the_sweep_makes_good(
    letter: Letter, brigid: Signature, vouchers: list[Signature]
) -> None:
    settle_vouched()
    assert told(brigid) == [(ProofState.STANDING, "")]
    Signature.objects.filter(pk=vouchers[0].pk).update(state=SignatureState.HELD)
    Proof.objects.filter(signature=vouchers[1]).update(state=ProofState.REVOKED)
    assert giving.settle_lost() == 1
    assert giving.settle_lost() == 0
    assert (stands(brigid), level_of(brigid)) == (0, Level.CONFIRMED)


def test_a_voucher_who_is_erased_leaves_no_proof_behind(
    brigid: Signature, vouchers: list[Signature]
) -> None:
    Proof.objects.filter(signature=vouchers[0]).delete()
    Signature.objects.filter(pk=vouchers[0].pk).delete()
    settle_vouched()
    assert level_of(brigid) == Level.CONFIRMED


def test_who_is_gone_when_the_sweep_comes_is_passed_by(
    brigid: Signature, vouchers: list[Signature], monkeypatch: pytest.MonkeyPatch
) -> None:
    Vouch.objects.update(revoked_at=timezone.now())

    def gone(*, signature_id: int) -> Any:
        raise Signature.DoesNotExist

    monkeypatch.setattr(giving, "locked_signature", gone)
    assert giving.settle_lost() == 1


def test_the_sweep_asks_the_same_of_many_as_of_one(
    letter: Letter, brigid: Signature, vouchers: list[Signature]
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert giving.settle_lost() == 0
        return len(found)

    one = queries()
    for number in (5, 6):
        person = confirmed(letter, someone(number))
        for voucher in vouchers:
            vouch(voucher, person)
    assert queries() == one


def test_vouched_for_is_no_way_to_vouch(letter: Letter, brigid: Signature) -> None:
    """Level 2 is the most that vouches give: nothing falls on from there."""
    vouchers = [vetted(letter, number=number) for number in (1, 2)]
    for voucher in vouchers:
        vouch(voucher, brigid)
    brigid.refresh_from_db()
    with pytest.raises(MayNotVouch):
        vouch(brigid, vouchers[0])


@pytest.mark.django_db(transaction=True)
def test_two_who_vouch_for_each_other_and_both_withdraw_at_once(letter: Letter) -> None:
    one, two = vetted(letter, number=1), vetted(letter, number=2)
    vouch(one, two)
    vouch(two, one)
    answers = at_once(
        [
            lambda: withdrawal.withdraw(signature=one),
            lambda: withdrawal.withdraw(signature=two),
            giving.settle_lost,
        ]
    )
    assert answers == [True, True, 0]
    assert not Vouch.objects.filter(revoked_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_vouching_while_the_voucher_withdraws_leaves_nothing_standing(
    letter: Letter, brigid: Signature
) -> None:
    for number in range(4):
        voucher = vetted(letter, number=number)
        answers = at_once(
            [
                lambda v=voucher: vouch(v, brigid),  # type: ignore[misc]
                lambda v=voucher: withdrawal.withdraw(signature=v),  # type: ignore[misc]
            ]
        )
        assert answers[1] is True
        assert type(answers[0]) in (Vouch, MayNotVouch)
        assert stands(brigid) == 0


def test_whoever_withdraws_starts_from_nothing(
    brigid: Signature, vouchers: list[Signature]
) -> None:
    withdrawal.withdraw(signature=brigid)
    assert (stands(brigid), told(brigid)) == (0, [(ProofState.REVOKED, "")])
    # Those who vouched have room again.
    assert not Vouch.objects.filter(voucher=vouchers[0], revoked_at=None).exists()


def test_vouches_were_for_the_person_by_that_name(
    letter: Letter, brigid: Signature, vouchers: list[Signature]
) -> None:
    brigid.refresh_from_db()
    is_renamed(brigid, letter)
    assert (stands(brigid), told(brigid)) == (0, [(ProofState.REVOKED, "")])
    assert (level_of(brigid), verify_events(brigid)) == (Level.CONFIRMED, [2, 1])


def test_a_space_case_or_accent_makes_no_other_person(
    brigid: Signature, vouchers: list[Signature]
) -> None:
    brigid.refresh_from_db()
    fields = _fields(Details.of(brigid)) | {"name": brigid.name.replace(" ", "").upper()}
    editing.edit(signature=brigid, expected_revision=brigid.revision, details=Details(**fields))
    assert (stands(brigid), level_of(brigid)) == (2, Level.CONTROLS)


def test_another_profession_is_the_same_person(
    brigid: Signature, vouchers: list[Signature]
) -> None:
    brigid.refresh_from_db()
    fields = _fields(Details.of(brigid)) | {"profession": "poet"}
    editing.edit(signature=brigid, expected_revision=brigid.revision, details=Details(**fields))
    assert (stands(brigid), level_of(brigid)) == (2, Level.CONTROLS)


def test_a_name_that_must_wait_for_vetting_loses_its_vouches_too(
    letter: Letter, brigid: Signature, vouchers: list[Signature]
) -> None:
    from signatures.screening import watchlist

    watchlist.add(letter=letter, names=["Somebody Else Entirely"], organizer=vetter(letter))
    brigid.refresh_from_db()
    is_renamed(brigid, letter)
    brigid.refresh_from_db()
    assert brigid.state == SignatureState.HELD
    assert (stands(brigid), told(brigid)) == (0, [(ProofState.REVOKED, "")])


def test_what_has_ended_is_forgotten_after_a_month(
    brigid: Signature, vouchers: list[Signature]
) -> None:
    giving.end(vouch=Vouch.objects.get(voucher=vouchers[0]))
    forget_old_data()
    assert Vouch.objects.count() == 2
    with time_machine.travel(timezone.now() + vouches.KEPT_FOR + timedelta(minutes=1)):
        forget_old_data()
    assert list(Vouch.objects.values_list("voucher_id", flat=True)) == [vouchers[1].pk]


def test_the_end_of_a_vouch_asks_a_worker_to_settle(
    brigid: Signature, vouchers: list[Signature], monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[Task] = []
    monkeypatch.setattr(vouches, "wake", woken.append)
    vouches.end_given(voucher=vouchers[0])
    vouches.end_given(voucher=vouchers[0])
    assert woken == [Task.SETTLE_VOUCHED]
