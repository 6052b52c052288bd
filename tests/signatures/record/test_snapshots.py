"""Snapshots are taken where they are due, count what the checkpoint counts, and never change."""

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from campaign import database
from campaign.letters import closing
from campaign.letters.models import Letter
from signatures import withdrawal
from signatures.errors import RecordBusy
from signatures.models import Breakdown, Cause, Checkpoint, Snapshot, Vetting, VettingState
from signatures.moderation import decisions
from signatures.record import sequencer, snapshots, tally
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    QUIET,
    close,
    confirmed,
    listed,
    load,
    make_organizer,
    open_letter,
    pending,
    sequence,
    someone,
    translation_of,
)


@pytest.fixture
def letter(db: None) -> Letter:
    return open_letter()


def _told(letter: Letter) -> list[tuple[int, str, int | None, int]]:
    taken = Snapshot.objects.filter(letter=letter).order_by("number").select_related("checkpoint")
    return [(each.number, each.cause, each.milestone, each.checkpoint.total) for each in taken]


@pytest.mark.parametrize(
    ("total", "is_one"),
    [
        *[(total, True) for total in (100, 1_000, 10_000, 20_000, 90_000, 100_000, 700_000, 25)],
        *[(total, False) for total in (0, 1, 10, 99, 101, 110, 200, 1_001, 26)],
    ],
)
def test_milestones(total: int, is_one: bool) -> None:
    letter = Letter(milestones=[25])

    assert snapshots.is_milestone(letter=letter, total=total) is is_one


def test_a_milestone_is_counted_exactly_however_many_come_at_once(letter: Letter) -> None:
    Letter.objects.filter(pk=letter.pk).update(milestones=[3, 5])
    for number in range(7):
        confirmed(letter, someone(number))

    assert sequencer.sequence(letter_id=letter.pk) == 9

    assert _told(letter) == [(1, "milestone", 3, 3), (2, "milestone", 5, 5)]
    assert list(Checkpoint.objects.order_by("size").values_list("people", flat=True)) == [3, 5, 7]
    [first, second] = Snapshot.objects.order_by("number")
    assert [sum(row[-1] for row in each.breakdown) for each in (first, second)] == [3, 5]
    assert first.texts == {
        language: translation_of(letter, language).sha256 for language in ("en", "ar")
    }


def test_a_milestone_is_taken_once_though_it_is_passed_again(letter: Letter) -> None:
    Letter.objects.filter(pk=letter.pk).update(milestones=[2])
    first, _second = listed(letter, BRIGID, GUILD)
    withdrawal.withdraw(signature=first)
    sequence(letter)

    listed(letter, QUIET)

    assert _told(letter) == [(1, "milestone", 2, 2)]


def test_a_milestone_that_was_chosen_too_late_is_not_backdated(letter: Letter) -> None:
    listed(letter, BRIGID, GUILD)
    Letter.objects.filter(pk=letter.pk).update(milestones=[2])

    listed(letter, QUIET)

    assert _told(letter) == []


def test_closing_takes_one_after_all_that_was_signed(letter: Letter) -> None:
    listed(letter, BRIGID, QUIET)
    closing.close_letter(letter=letter, now=timezone.now())
    sequence(letter)

    assert _told(letter) == [(1, "closed", None, 2)]
    [snapshot] = Snapshot.objects.all()
    assert snapshot.breakdown == [
        ["person", 1, "", "", True, 1, 1],
        ["person", 1, "author", "IE", False, 1, 1],
    ]


def test_by_hand_it_is_of_the_latest_checkpoint_and_once_for_each(letter: Letter) -> None:
    listed(letter, BRIGID)

    first, again = snapshots.take(letter=letter), snapshots.take(letter=letter)
    listed(letter, GUILD)
    second = snapshots.take(letter=letter)

    assert (first, first.cause) == (again, Cause.BY_HAND)
    assert first.checkpoint == Checkpoint.objects.order_by("size")[0]
    assert (second.number, second.checkpoint) == (2, tally.latest(letter_id=letter.pk))


def test_nothing_is_taken_of_an_empty_record(letter: Letter) -> None:
    with pytest.raises(RecordBusy):
        snapshots.take(letter=letter)


def test_it_stays_what_it_was(letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    taken = snapshots.take(letter=letter)

    withdrawal.withdraw(signature=signature)
    sequence(letter)

    kept = Snapshot.objects.get(pk=taken.pk)
    assert (kept.breakdown, kept.checkpoint.total) == (
        [["person", 1, "author", "IE", False, 1, 1]],
        1,
    )
    assert list(Breakdown.objects.values_list("count", flat=True)) == [0]
    assert load(signature.pk).number == 1


@pytest.mark.django_db(transaction=True)
def test_taken_at_once_it_is_taken_once() -> None:
    letter = open_letter()
    listed(letter, BRIGID)

    def take() -> int | None:
        try:
            return snapshots.take(letter=letter).number
        except RecordBusy:
            return None

    answers = at_once([take, take, take])

    assert set(answers) <= {1, None}
    assert Snapshot.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_while_the_record_is_being_written_it_waits_for_nobody() -> None:
    letter = open_letter()
    listed(letter, BRIGID)

    def busy() -> bool:
        try:
            snapshots.take(letter=letter)
        except RecordBusy:
            return True
        return False

    with transaction.atomic():
        assert database.try_lock_letter(letter_id=letter.pk)
        assert at_once([busy]) == [True]


# --- what was still being checked at the closing ------------------------------------------------


@pytest.fixture
def vetted(db: None) -> Letter:
    """Closed with one on the list and two who are being checked."""
    letter = open_letter()
    listed(letter, BRIGID)
    Letter.objects.filter(pk=letter.pk).update(vets_everyone=True)
    letter.refresh_from_db()
    for number in range(2):
        confirmed(letter, someone(number))
    close(letter)
    sequence(letter)
    return letter


def _decide(letter: Letter, *, approve: bool) -> None:
    vetting = Vetting.objects.filter(letter=letter, state=VettingState.WAITING).first()
    assert vetting is not None
    organizer = make_organizer(team=letter.team, email=f"vetter-{vetting.pk}@letters.example")
    revision = vetting.signature.revision
    if approve:
        decisions.approve(vetting=vetting, organizer=organizer, expected_revision=revision)
    else:
        decisions.reject(
            vetting=vetting, organizer=organizer, expected_revision=revision, reason="not them"
        )
    sequence(letter)


def test_the_final_one_is_taken_when_the_last_is_decided(vetted: Letter) -> None:
    assert _told(vetted) == [(1, "closed", None, 1)]
    assert snapshots.take_decided() == 0
    _decide(vetted, approve=True)
    assert snapshots.take_decided() == 0
    _decide(vetted, approve=False)
    assert [snapshots.take_decided() for _ in range(2)] == [1, 0]
    # What was handed over at the closing is what it was.
    assert _told(vetted) == [(1, "closed", None, 1), (2, "decided", None, 2)]
    closed, final = Snapshot.objects.order_by("number")
    assert snapshots.final_of(snapshot=closed) == final
    assert snapshots.final_of(snapshot=final) is None


def test_no_second_one_where_nobody_was_approved(vetted: Letter) -> None:
    for _ in range(2):
        _decide(vetted, approve=False)
    assert snapshots.take_decided() == 0
    assert _told(vetted) == [(1, "closed", None, 1)]


def test_the_public_is_told_which_number_is_which(vetted: Letter, client: Client) -> None:
    url = f"/letters/{vetted.slug}/"
    still = "Some signatures are still being checked"
    assert still in client.get(url).text
    for _ in range(2):
        _decide(vetted, approve=True)
    snapshots.take_decided()
    assert still not in client.get(url).text
    page = client.get(f"{url}snapshots/1/").text
    assert "With those that were approved since, it has 3:" in page
    assert f"{url}snapshots/2/" in page


def test_the_page_before_the_closing_says_who_waits(letter: Letter, client: Client) -> None:
    pending(letter, BRIGID)
    Letter.objects.filter(pk=letter.pk).update(vets_everyone=True)
    letter.refresh_from_db()
    for number in range(2):
        confirmed(letter, someone(number))
    client.force_login(make_organizer(team=letter.team))
    page = client.get(f"/desk/letters/{letter.slug}/close/").text
    assert "2 signatures wait for you to check them. It is better to decide first" in page
    assert "1 person has signed and not confirmed yet. After the closing they cannot" in page
