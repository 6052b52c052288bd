"""A society's roster: what is kept of it, who is found in it, and what ends with it."""

from dataclasses import replace
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaign.letters.models import Event, EventKind, Letter
from campaign.organizers.errors import CountsLater
from campaign.organizers.models import AuditEntry, Membership, Organizer, Role
from signatures import editing, tasks, withdrawal
from signatures.details import Details
from signatures.errors import (
    AnotherMustConfirm,
    NotSigned,
    ProposalChanged,
    RosterExists,
    RosterGone,
)
from signatures.models import Level, Member, Proof, ProofState, Roster, Signature, SignatureState
from signatures.moderation import queue
from signatures.verification import proofs
from signatures.verification.problems import AnyProblem, Problem, ProofRefused
from signatures.verification.rosters import membership, upload
from tests.concurrency import at_once, while_uncommitted
from tests.signatures.factories import (
    BRIGID,
    LONG_AGO,
    SALMA,
    WIKTOR,
    confirmed,
    load,
    make_organizer,
    open_letter,
    pending,
    person,
    sequence,
    someone,
)
from tests.signatures.verification.rosters import uploads

pytestmark = pytest.mark.django_db

SOCIETY = "Society of Invented Arts"
NETWORK = b"a network"
LINES = {"0010-482": "O’Malloran, Brigid", "SIA 77": "Wiktor Żółcik", "٥٥٥": "سلمى الزيتوني"}


def lines(members: dict[str, str]) -> list[bytes]:
    return [membership.line_key(number=number, name=name) for number, name in members.items()]


@pytest.fixture
def ottilie(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team)


@pytest.fixture
def society(letter: Letter, ottilie: Organizer) -> Roster:
    return uploads.uploaded(letter=letter, name=SOCIETY, organizer=ottilie, lines=lines(LINES))


def prove(signature: Signature, society: Roster, number: str = "10482", name: str = "") -> Proof:
    return membership.prove(
        signature=signature, roster=society, number=number, name=name, network=NETWORK
    )


def refused(signature: Signature, society: Roster, number: str, name: str = "") -> AnyProblem:
    with pytest.raises(ProofRefused) as raised:
        prove(signature, society, number, name)
    return raised.value.reason


def level_of(signature: Signature) -> int:
    signature.refresh_from_db()
    return signature.level


# --- numbers and names --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("0010-482", "10482"),
        ("10 482", "10482"),
        ("١٠٤٨٢", "10482"),
        ("１０４８２", "10482"),
        ("sia/77", "SIA 77"),
        ("Sia–77", "SIA77"),
        ("000", "0"),
    ],
)
def test_numbers_are_one_however_they_are_written(typed: str, meant: str) -> None:
    assert membership.number_key(typed) == membership.number_key(meant)
    assert membership.number_key(typed) != membership.number_key(meant + "1")


def test_nothing_but_signs_is_no_number() -> None:
    assert membership.number_key(" -–/ ") == ""


def test_names_are_one_in_any_order_and_spelling() -> None:
    keys = {
        membership.line_key(number="1", name=name)
        for name in ("Zoë Ó Briain", "o briain, ZOE", "BRIAIN, Zoe Ó")
    }
    assert len(keys) == 1
    assert membership.line_key(number="1", name="Zoë Briain") not in keys
    assert membership.line_key(number="2", name="Zoë Ó Briain") not in keys


def test_what_is_kept_tells_nothing_and_differs_from_roster_to_roster(
    letter: Letter, society: Roster, ottilie: Organizer
) -> None:
    other = uploads.uploaded(
        letter=letter, name="Another Society", organizer=ottilie, lines=lines(LINES)
    )
    of = {
        each.pk: {bytes(key) for key in each.members.values_list("key", flat=True)}
        for each in (society, other)
    }
    assert {len(key) for keys in of.values() for key in keys} == {32}
    assert len(of[society.pk]) == society.size == 3
    assert not of[society.pk] & of[other.pk]
    assert not of[society.pk] & set(lines(LINES))


# --- the organizers' side -----------------------------------------------------------------------


def test_uploading_replacing_and_deleting_are_in_the_audit_trail_without_any_member(
    society: Roster, ottilie: Organizer, letter: Letter
) -> None:
    replaced = uploads.replaced(
        roster=society, organizer=ottilie, lines=lines({"1": "Noor Brandsma"})
    )
    assert (replaced.pk, replaced.size) == (society.pk, 1)
    assert Member.objects.count() == 1
    upload.delete(roster=society, organizer=ottilie)
    assert not Roster.objects.exists()
    assert not Member.objects.exists()
    trail = AuditEntry.objects.order_by("pk").values_list("action", "subject", "detail")
    assert list(trail) == [
        ("upload_roster", f"letter {letter.slug}", f"{SOCIETY}: 3"),
        ("confirm_roster", f"letter {letter.slug}", f"{SOCIETY}: 3"),
        ("replace_roster", f"letter {letter.slug}", f"{SOCIETY}: 1"),
        ("confirm_roster", f"letter {letter.slug}", f"{SOCIETY}: 1"),
        ("delete_roster", f"letter {letter.slug}", f"{SOCIETY}: 1"),
    ]


def test_a_name_is_given_once_on_a_letter(
    society: Roster, ottilie: Organizer, letter: Letter
) -> None:
    with pytest.raises(RosterExists):
        uploads.uploaded(letter=letter, name=SOCIETY, organizer=ottilie, lines=[])
    elsewhere = open_letter(slug="elsewhere")
    uploads.uploaded(letter=elsewhere, name=SOCIETY, organizer=ottilie, lines=[])
    assert Roster.objects.count() == 2
    assert Member.objects.count() == 3


def test_what_another_organizer_has_deleted_is_gone(society: Roster, ottilie: Organizer) -> None:
    upload.delete(roster=society, organizer=ottilie)
    with pytest.raises(RosterGone):
        upload.delete(roster=society, organizer=ottilie)
    with pytest.raises(RosterGone):
        uploads.replaced(roster=society, organizer=ottilie, lines=lines(LINES))
    assert not Member.objects.exists()
    assert AuditEntry.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_uploads_of_one_name_at_once_make_one(letter: Letter, ottilie: Organizer) -> None:
    answers = at_once(
        [lambda: upload.upload(letter=letter, name=SOCIETY, organizer=ottilie, lines=lines(LINES))]
        * 3
    )
    assert sorted(type(answer).__name__ for answer in answers) == [
        "Roster",
        "RosterExists",
        "RosterExists",
    ]
    assert Member.objects.count() == 3


def test_lines_count_once_a_second_organizer_confirms_these_very_lines(
    letter: Letter, brigid: Signature, ottilie: Organizer
) -> None:
    society = upload.upload(letter=letter, name=SOCIETY, organizer=ottilie, lines=lines(LINES))
    assert refused(brigid, society, "10482") == Problem.NOT_A_MEMBER
    with pytest.raises(AnotherMustConfirm):
        upload.confirm(roster=society, organizer=ottilie, proposal=1)
    ruth = make_organizer(team=letter.team, email="ruth@open-stage.example", role=Role.VETTER)
    upload.replace(roster=society, organizer=ottilie, lines=lines({"1": "Noor Brandsma"}))
    for proposal in (1, 3):
        with pytest.raises(ProposalChanged):
            upload.confirm(roster=society, organizer=ruth, proposal=proposal)
    # Neither of the two is new to the team.
    for new in (ruth, ottilie):
        Membership.objects.filter(organizer=new).update(role_since=timezone.now())
        with pytest.raises(CountsLater):
            upload.confirm(roster=society, organizer=ruth, proposal=2)
        Membership.objects.filter(organizer=new).update(role_since=LONG_AGO)
    inforce = upload.confirm(roster=society, organizer=ruth, proposal=2)
    assert (inforce.size, inforce.uploaded_by, inforce.confirmed_by) == (1, ottilie, ruth)
    assert list(Member.objects.values_list("waits", flat=True)) == [False]
    with pytest.raises(ProposalChanged):
        upload.confirm(roster=society, organizer=ruth, proposal=2)


def test_nobody_loses_a_membership_to_lines_that_wait(
    brigid: Signature, society: Roster, ottilie: Organizer
) -> None:
    prove(brigid, society)
    upload.replace(roster=society, organizer=ottilie, lines=[])
    assert upload.end_lost() == 0
    assert level_of(brigid) == Level.INDEPENDENT
    upload.discard(roster=society, organizer=ottilie, proposal=2)
    assert Member.objects.count() == 3
    with pytest.raises(ProposalChanged):
        upload.discard(roster=society, organizer=ottilie, proposal=2)


def test_a_roster_that_never_counted_goes_with_its_lines(
    letter: Letter, ottilie: Organizer
) -> None:
    society = upload.upload(letter=letter, name=SOCIETY, organizer=ottilie, lines=lines(LINES))
    upload.discard(roster=society, organizer=ottilie, proposal=1)
    assert not Roster.objects.exists()


def test_the_database_takes_no_roster_of_one_organizer(society: Roster) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Roster.objects.update(confirmed_by=F("uploaded_by"))


@pytest.mark.django_db(transaction=True)
def test_confirmed_twice_at_once_is_confirmed_once(letter: Letter, ottilie: Organizer) -> None:
    society = upload.upload(letter=letter, name=SOCIETY, organizer=ottilie, lines=lines(LINES))
    ruth = make_organizer(team=letter.team, email="ruth@open-stage.example", role=Role.VETTER)
    confirm = partial(upload.confirm, roster=society, proposal=1)
    answers = at_once([partial(confirm, organizer=each) for each in (ruth, ruth, ottilie)])
    assert sum(isinstance(answer, Roster) for answer in answers) == 1
    assert Member.objects.filter(waits=False).count() == 3


# --- the member's side --------------------------------------------------------------------------


def test_number_and_name_make_a_membership_that_lifts_to_the_highest_level(
    brigid: Signature, society: Roster
) -> None:
    proof = prove(brigid, society)
    assert (proof.method, proof.subject, proof.state) == (
        "roster",
        SOCIETY,
        ProofState.STANDING,
    )
    assert proof.proved_at is not None
    assert level_of(brigid) == Level.INDEPENDENT
    event = Event.objects.get(kind=EventKind.VERIFY)
    assert event.level == Level.INDEPENDENT


def test_showing_it_again_is_showing_it_once_and_no_way_to_guess(
    brigid: Signature, society: Roster
) -> None:
    proof = prove(brigid, society)
    for number in ("10482", "77", "never", *map(str, range(20))):
        assert prove(brigid, society, number) == proof
    assert Proof.objects.count() == 1
    assert Event.objects.filter(kind=EventKind.VERIFY).count() == 1


def test_every_script_is_found(letter: Letter, society: Roster) -> None:
    assert prove(confirmed(letter, SALMA), society, "555").state == ProofState.STANDING
    assert prove(confirmed(letter, WIKTOR), society, "sia-77").state == ProofState.STANDING


def test_wrong_number_and_wrong_name_are_answered_alike(
    letter: Letter, brigid: Signature, society: Roster
) -> None:
    wiktor = confirmed(letter, WIKTOR)
    answers = [
        refused(brigid, society, "10483"),
        refused(brigid, society, "77"),
        refused(wiktor, society, "10482"),
        refused(wiktor, society, "77", "Nobody At All"),
        refused(wiktor, society, ""),
    ]
    assert answers == [Problem.NOT_A_MEMBER] * 5
    assert not Proof.objects.exists()
    assert level_of(brigid) == Level.CONFIRMED


def test_wrong_number_and_wrong_name_cost_the_same_queries(
    letter: Letter, brigid: Signature, society: Roster
) -> None:
    counted = []
    for number, name in (("10483", ""), ("10482", "Nobody At All"), ("1", "Wiktor Żółcik")):
        with CaptureQueriesContext(connection) as queries:
            refused(brigid, society, number, name)
        counted.append(
            [query["sql"].split(" WHERE ")[0].split("SAVEPOINT")[0] for query in queries]
        )
    assert counted[0] == counted[1] == counted[2]


def test_another_name_is_compared_told_and_kept_nowhere(letter: Letter, society: Roster) -> None:
    star = confirmed(letter, person("star@stage.example", "Stella Ventura"))
    proof = prove(star, society, "10482", "Brigid O'Malloran")
    assert proof.by_other_name
    # A famous name on somebody else's membership is no more than a membership.
    assert level_of(star) == Level.CONTROLS
    row = Proof.objects.filter(pk=proof.pk).values().get()
    kept = " ".join(str(value) for value in row.values()).lower()
    for told in ("malloran", "brigid", "10482"):
        assert told not in kept


def test_the_same_name_typed_out_is_no_other_name(brigid: Signature, society: Roster) -> None:
    assert not prove(brigid, society, "10482", "omalloran BRIGID").by_other_name
    assert level_of(brigid) == Level.INDEPENDENT


def test_a_membership_counts_once_on_a_letter(
    letter: Letter, brigid: Signature, society: Roster, ottilie: Organizer
) -> None:
    prove(brigid, society)
    again = confirmed(letter, someone(1))
    assert refused(again, society, "10482", BRIGID.details.name) == Problem.MEMBERSHIP_TAKEN
    assert level_of(again) == Level.CONFIRMED
    elsewhere = open_letter(slug="elsewhere")
    other = uploads.uploaded(letter=elsewhere, name=SOCIETY, organizer=ottilie, lines=lines(LINES))
    assert prove(confirmed(elsewhere), other).state == ProofState.STANDING
    # Whoever takes it back leaves it to whom it belongs.
    proofs.revoke(proof=Proof.objects.get(signature=brigid))
    assert level_of(brigid) == Level.CONFIRMED
    assert prove(again, society, "10482", BRIGID.details.name).state == ProofState.STANDING


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_with_one_membership_one_shows_it(letter: Letter, society: Roster) -> None:
    signers = [confirmed(letter, someone(number)) for number in range(4)]
    answers = at_once(
        [partial(prove, signer, society, "10482", BRIGID.details.name) for signer in signers]
    )
    assert sum(isinstance(answer, Proof) for answer in answers) == 1
    told = [answer.reason for answer in answers if isinstance(answer, ProofRefused)]
    assert told == [Problem.MEMBERSHIP_TAKEN] * 3


@pytest.mark.django_db(transaction=True)
def test_one_member_in_many_tabs_shows_it_once(brigid: Signature, society: Roster) -> None:
    answers = at_once([lambda: prove(brigid, society)] * 4)
    assert {answer.pk for answer in answers} == {Proof.objects.get().pk}
    assert Event.objects.filter(kind=EventKind.VERIFY).count() == 1


def test_only_who_has_confirmed_may_show_it(letter: Letter, society: Roster) -> None:
    signature = pending(letter)
    with pytest.raises(NotSigned):
        prove(signature, society)
    signature = confirmed(letter)
    prove(signature, society)
    withdrawal.withdraw(signature=signature)
    signature.refresh_from_db()
    with pytest.raises(NotSigned):
        prove(signature, society)


def test_who_withdraws_meanwhile_shows_nothing(brigid: Signature, society: Roster) -> None:
    seen = load(brigid.pk)
    withdrawal.withdraw(signature=brigid)
    with pytest.raises(NotSigned):
        prove(seen, society)
    assert not Proof.objects.exists()


def test_what_a_held_signature_shows_counts_once_it_is_approved(
    letter: Letter, society: Roster
) -> None:
    signature = confirmed(letter)
    Signature.objects.filter(pk=signature.pk).update(state=SignatureState.HELD, level=0)
    signature = load(signature.pk)
    assert prove(signature, society).state == ProofState.STANDING
    assert level_of(signature) == Level.PENDING


# --- guessing -----------------------------------------------------------------------------------


def test_a_few_tries_a_day_for_each_signature(brigid: Signature, society: Roster) -> None:
    for number in range(6):
        assert refused(brigid, society, str(number)) == Problem.NOT_A_MEMBER
    assert refused(brigid, society, "10482") == Problem.TOO_MANY


def test_two_thousand_guesses_get_nowhere(letter: Letter, society: Roster) -> None:
    """Many signatures, many networks, each at the number of one known member."""
    signers = [confirmed(letter, someone(number)) for number in range(40)]
    looked = 0
    told = set()
    for guess in range(2_000):
        signer = signers[guess % len(signers)]
        try:
            membership.prove(
                signature=signer,
                roster=society,
                number=str(10_000 + guess),
                name=BRIGID.details.name,
                network=str(guess).encode(),
            )
        except ProofRefused as answer:
            told.add(answer.reason)
            looked += answer.reason == Problem.NOT_A_MEMBER
    assert told == {Problem.NOT_A_MEMBER, Problem.TOO_MANY}
    assert looked == 10
    assert not Proof.objects.exists()


def test_strangers_who_use_up_the_tries_of_a_name_lock_its_member_out_of_nothing(
    letter: Letter, brigid: Signature, society: Roster
) -> None:
    for number in range(4):
        signer = confirmed(letter, someone(number))
        for guess in range(4):
            name = BRIGID.details.name
            reason = refused(signer, society, f"{number}{guess}", name)
        assert reason == (Problem.TOO_MANY if number > 1 else Problem.NOT_A_MEMBER)
    # Mistyped once, then right.
    assert refused(brigid, society, "10483") == Problem.NOT_A_MEMBER
    assert (
        membership.prove(
            signature=brigid, roster=society, number="10482", network=b"hers"
        ).by_other_name
        is False
    )


def test_who_signs_in_a_members_name_to_guess_has_two_tries(
    letter: Letter, society: Roster
) -> None:
    looked = 0
    for number in range(20):
        fake = confirmed(letter, replace(BRIGID, email=f"fake-{number}@elsewhere.example"))
        for guess in range(6):
            reason = refused(fake, society, f"{number}{guess}")
            looked += reason == Problem.NOT_A_MEMBER
    assert looked <= 2 * 20 + 10


def test_guesses_from_one_network_stop_there(letter: Letter, society: Roster) -> None:
    looked = 0
    for number in range(30):
        signer = confirmed(letter, someone(number))
        for guess in range(6):
            reason = refused(signer, society, "10482", f"Guess {number} At {guess} Names")
            looked += reason == Problem.NOT_A_MEMBER
    assert looked == 60


def test_guesses_from_many_networks_stop_at_the_roster(letter: Letter, society: Roster) -> None:
    looked = 0
    for number in range(20):
        signer = confirmed(letter, someone(number))
        for guess in range(6):
            with pytest.raises(ProofRefused) as raised:
                membership.prove(
                    signature=signer,
                    roster=society,
                    number="10482",
                    name=f"Guess {number} At {guess} Names",
                    network=f"{number}".encode(),
                )
            looked += raised.value.reason == Problem.NOT_A_MEMBER
    assert looked == 100


def test_a_whole_society_may_show_itself_in_an_hour(letter: Letter, ottilie: Organizer) -> None:
    people = [someone(number) for number in range(120)]
    members = {str(number): who.details.name for number, who in enumerate(people)}
    society = uploads.uploaded(letter=letter, name=SOCIETY, organizer=ottilie, lines=lines(members))
    for number, who in enumerate(people):
        proof = membership.prove(
            signature=confirmed(letter, who),
            roster=society,
            number=str(number),
            network=str(number).encode(),
        )
        assert proof.state == ProofState.STANDING


# --- what ends ----------------------------------------------------------------------------------


def test_who_is_not_on_the_next_list_lapses_and_the_others_stand(
    letter: Letter, brigid: Signature, society: Roster, ottilie: Organizer
) -> None:
    wiktor = confirmed(letter, WIKTOR)
    first, second = prove(brigid, society), prove(wiktor, society, "SIA77")
    sequence(letter)
    uploads.replaced(roster=society, organizer=ottilie, lines=lines({"10482": "Brigid O'Malloran"}))
    assert upload.end_lost() == 1
    assert upload.end_lost() == 0
    for proof in (first, second):
        proof.refresh_from_db()
    assert (first.state, second.state) == (ProofState.STANDING, ProofState.LAPSED)
    assert second.private == ""
    assert (level_of(brigid), level_of(wiktor)) == (Level.INDEPENDENT, Level.CONFIRMED)
    event = Event.objects.get()
    assert (event.kind, event.level, event.public_id) == (
        EventKind.VERIFY,
        Level.CONFIRMED,
        wiktor.public_id,
    )
    # Once they are on the list again, they show it again.
    uploads.replaced(roster=society, organizer=ottilie, lines=lines(LINES))
    assert prove(wiktor, society, "SIA77").pk != second.pk
    assert upload.end_lost() == 0


def test_deleting_takes_all_of_its_memberships_back(
    letter: Letter, brigid: Signature, society: Roster, ottilie: Organizer
) -> None:
    other = uploads.uploaded(
        letter=letter, name="Another Society", organizer=ottilie, lines=lines(LINES)
    )
    stays = prove(brigid, other)
    goes = prove(brigid, society)
    wiktor = confirmed(letter, WIKTOR)
    prove(wiktor, society, "SIA77")
    upload.delete(roster=society, organizer=ottilie)
    assert upload.end_lost() == 2
    for proof in (stays, goes):
        proof.refresh_from_db()
    assert (stays.state, goes.state) == (ProofState.STANDING, ProofState.REVOKED)
    assert (level_of(brigid), level_of(wiktor)) == (Level.INDEPENDENT, Level.CONFIRMED)


def test_a_new_roster_of_an_old_name_does_not_keep_old_memberships(
    letter: Letter, brigid: Signature, society: Roster, ottilie: Organizer
) -> None:
    proof = prove(brigid, society)
    upload.delete(roster=society, organizer=ottilie)
    uploads.uploaded(letter=letter, name=SOCIETY, organizer=ottilie, lines=lines(LINES))
    tasks.end_lost_memberships()
    proof.refresh_from_db()
    assert proof.state == ProofState.LAPSED


def test_the_sweep_makes_a_lost_message_good(
    brigid: Signature, society: Roster, ottilie: Organizer
) -> None:
    prove(brigid, society)
    upload.delete(roster=society, organizer=ottilie)
    tasks.forget_old_data()
    assert Proof.objects.get().state == ProofState.REVOKED
    assert level_of(brigid) == Level.CONFIRMED


def test_more_than_one_batch_is_looked_through(
    letter: Letter, ottilie: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "_BATCH_ROWS", 2)
    people = [someone(number) for number in range(5)]
    members = {str(number): who.details.name for number, who in enumerate(people)}
    society = uploads.uploaded(letter=letter, name=SOCIETY, organizer=ottilie, lines=lines(members))
    for number, who in enumerate(people):
        prove(confirmed(letter, who), society, str(number))
    kept = {number: name for number, name in members.items() if number in ("0", "3")}
    uploads.replaced(roster=society, organizer=ottilie, lines=lines(kept))
    assert upload.end_lost() == 3
    states = Proof.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["standing", "lapsed", "lapsed", "standing", "lapsed"]


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_end_each_membership_once(
    brigid: Signature, society: Roster, ottilie: Organizer
) -> None:
    prove(brigid, society)
    upload.delete(roster=society, organizer=ottilie)
    answers = at_once([upload.end_lost] * 3)
    assert sum(answers) == 1
    assert Event.objects.filter(kind=EventKind.VERIFY).count() == 2


@pytest.mark.django_db(transaction=True)
def test_who_shows_it_while_it_is_replaced_is_compared_with_the_new_list(
    brigid: Signature, society: Roster, ottilie: Organizer
) -> None:
    first, second = while_uncommitted(
        lambda: uploads.replaced(roster=society, organizer=ottilie, lines=[]),
        lambda: prove(brigid, society),
    )
    assert isinstance(first, Roster)
    assert isinstance(second, ProofRefused)
    assert level_of(brigid) == Level.CONFIRMED


@pytest.mark.django_db(transaction=True)
def test_who_showed_it_before_it_was_replaced_is_found_afterwards(
    brigid: Signature, society: Roster, ottilie: Organizer
) -> None:
    first, second = while_uncommitted(
        lambda: prove(brigid, society),
        lambda: uploads.replaced(roster=society, organizer=ottilie, lines=[]),
    )
    assert isinstance(first, Proof)
    assert isinstance(second, Roster)
    assert upload.end_lost() == 1
    assert level_of(brigid) == Level.CONFIRMED


def test_another_name_under_the_letter_takes_the_membership_back(
    brigid: Signature, society: Roster
) -> None:
    proof = prove(brigid, society)
    details = BRIGID.but(credit="The Tide Tables").details
    editing.edit(signature=load(brigid.pk), expected_revision=1, details=details)
    proof.refresh_from_db()
    assert proof.state == ProofState.STANDING
    renamed = BRIGID.but(name="Stella Ventura").details
    editing.edit(signature=load(brigid.pk), expected_revision=2, details=renamed)
    proof.refresh_from_db()
    assert (proof.state, proof.private) == (ProofState.REVOKED, "")
    assert level_of(brigid) == Level.CONFIRMED


def test_another_name_while_it_is_held_takes_it_back_too(letter: Letter, society: Roster) -> None:
    signature = confirmed(letter)
    Signature.objects.filter(pk=signature.pk).update(state=SignatureState.HELD, level=0)
    proof = prove(load(signature.pk), society)
    changed: Details = BRIGID.but(name="Stella Ventura").details
    editing.edit(signature=load(signature.pk), expected_revision=1, details=changed)
    proof.refresh_from_db()
    assert proof.state == ProofState.REVOKED


def test_withdrawing_ends_it(brigid: Signature, society: Roster) -> None:
    proof = prove(brigid, society)
    withdrawal.withdraw(signature=load(brigid.pk))
    proof.refresh_from_db()
    assert (proof.state, proof.private) == (ProofState.REVOKED, "")


def test_vetters_are_not_shown_all_members_as_duplicates(
    letter: Letter, brigid: Signature, society: Roster
) -> None:
    prove(brigid, society)
    prove(confirmed(letter, WIKTOR), society, "SIA77")
    assert [
        shared
        for shared, _other in queue.duplicates_of(signature=load(brigid.pk))
        if shared == "proof"
    ] == []
