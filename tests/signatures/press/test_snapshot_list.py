"""The list of a snapshot adds up to its total, and names nobody who left since."""

from collections import Counter

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaign.letters.models import Event, EventKind, Letter
from signatures import withdrawal
from signatures.editing import edit
from signatures.models import Because, Correction, Signature, SignatureState
from signatures.press import snapshot_list
from signatures.press.snapshot_list import Line
from signatures.record import snapshots
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    MEI,
    QUIET,
    SALMA,
    WIKTOR,
    listed,
    load,
    open_letter,
    sequence,
    someone,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def _told(lines: list[Line] | tuple[Line, ...]) -> list[tuple[int, str | None, bool]]:
    return [
        (line.number, line.signatory.row.name if line.signatory else None, line.left_at is not None)
        for line in lines
    ]


def test_who_stood_there_who_left_before_and_who_left_since(letter: Letter) -> None:
    gone, stays, quiet, leaves = listed(letter, WIKTOR, BRIGID, QUIET, SALMA)
    withdrawal.withdraw(signature=gone)
    sequence(letter)
    taken = snapshots.take(letter=letter)
    withdrawal.withdraw(signature=load(leaves.pk))
    listed(letter, MEI)

    page = snapshot_list.page(snapshot=taken)

    assert _told(list(page.rows)) == [
        (2, BRIGID.details.name, False),
        (3, None, False),
        (4, None, True),
    ]
    assert len(page.rows) == taken.checkpoint.total == 3
    assert page.next is None
    left = Correction.objects.get(number=4)
    assert page.rows[-1].left_at == left.at
    assert (stays.number, quiet.number) == (2, 3)


def test_who_signs_again_is_not_who_left(letter: Letter) -> None:
    [first] = listed(letter, BRIGID)
    taken = snapshots.take(letter=letter)
    withdrawal.withdraw(signature=first)
    sequence(letter)
    listed(letter, BRIGID)

    assert _told(list(snapshot_list.page(snapshot=taken).rows)) == [(1, None, True)]


def test_who_was_out_then_and_is_back_now_is_not_in_it(letter: Letter) -> None:
    signature, _other = listed(letter, BRIGID, GUILD)
    _move(signature, EventKind.REMOVE)
    sequence(letter)
    while_out = snapshots.take(letter=letter)
    _move(signature, EventKind.RESTORE)
    sequence(letter)
    when_back = snapshots.take(letter=letter)

    assert _told(list(snapshot_list.page(snapshot=while_out).rows)) == [
        (2, GUILD.details.name, False)
    ]
    assert _told(list(snapshot_list.page(snapshot=when_back).rows)) == [
        (1, BRIGID.details.name, False),
        (2, GUILD.details.name, False),
    ]


def test_details_are_todays(letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    taken = snapshots.take(letter=letter)
    edit(
        signature=signature, expected_revision=1, details=BRIGID.but(name="Brigid Malloran").details
    )
    sequence(letter)

    assert _told(list(snapshot_list.page(snapshot=taken).rows)) == [(1, "Brigid Malloran", False)]


def test_its_pages_meet_every_number_once_at_the_same_cost(
    letter: Letter,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr(snapshot_list, "PAGE_ROWS", 3)
    listed(letter, *[someone(number) for number in range(8)])
    taken = snapshots.take(letter=letter)
    listed(letter, MEI)
    seen: Counter[int] = Counter()
    after: int | None = 0
    while after is not None:
        with django_assert_num_queries(2):
            page = snapshot_list.page(snapshot=taken, after=after)
        seen.update(line.number for line in page.rows)
        after = page.next

    assert seen == Counter(range(1, 9))
    assert list(snapshot_list.page(snapshot=taken, after=99).rows) == []


def _move(signature: Signature, kind: EventKind) -> None:
    """As organizers take somebody out and put them back."""
    leaving = kind == EventKind.REMOVE
    shape = load(signature.pk).tally_key_at(level=1)
    Signature.objects.filter(pk=signature.pk).update(
        state=SignatureState.REMOVED if leaving else SignatureState.CONFIRMED,
        level=0 if leaving else 1,
        confirmed_at=timezone.now(),
    )
    Event.objects.create(
        letter_id=signature.letter_id,
        kind=kind,
        signature_id=signature.pk,
        public_id=signature.public_id,
        before=shape if leaving else "",
        after="" if leaving else shape,
        reason=Because.NOT_THEM if leaving else Because.MISTAKE,
    )
