from itertools import pairwise

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from campaign.letters.models import Event, EventKind, Letter, LetterState
from signatures import withdrawal
from signatures.editing import edit
from signatures.models import Checkpoint, Proof, ProofState
from signatures.record import tally
from signatures.record.tally import COUNTED, OF_VERSION, counts_of, fold, fold_versions
from signatures.verification.levels import recompute_level
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    QUIET,
    SALMA,
    WIKTOR,
    close,
    listed,
    load,
    open_letter,
    sequence,
)

NOTHING = dict.fromkeys(COUNTED, 0)


def _counts(letter: Letter) -> dict[str, int]:
    """What the last checkpoint counts, without the zeros."""
    sequence(letter)
    return {
        name: count for name, count in counts_of(tally.latest(letter_id=letter.pk)).items() if count
    }


@pytest.mark.parametrize(
    ("shape", "counted"),
    [
        ("v1:person:1:author:IE", {"people": 1, "level_1": 1}),
        ("v1:person:1:actor:AT:anonymous", {"people": 1, "level_1": 1, "anonymous": 1}),
        ("v1:person:4:author:IE", {"people": 1, "level_4": 1}),
        ("v1:organisation:2::NZ", {"organisations": 1, "level_2": 1}),
        ("", {}),
    ],
)
def test_an_event_adds_what_it_is_and_takes_away_what_it_was(
    shape: str, counted: dict[str, int]
) -> None:
    there = fold(NOTHING, [Event(kind=EventKind.VERIFY, after=shape)])
    back = fold(there, [Event(kind=EventKind.REMOVE, before=shape)])

    assert there == NOTHING | counted
    assert back == NOTHING


def test_each_signing_counts_as_one_for_ever() -> None:
    signing = Event(kind=EventKind.SIGN, after="v1:person:1:author:IE")
    leaving = Event(kind=EventKind.WITHDRAW, before="v1:person:1:author:IE")

    assert fold(NOTHING, [signing, leaving, signing, leaving]) == NOTHING | {"signings": 2}


def test_a_higher_level_moves_between_levels() -> None:
    counts = fold(
        NOTHING,
        [
            Event(kind=EventKind.SIGN, after="v1:person:1:author:IE"),
            Event(
                kind=EventKind.VERIFY, before="v1:person:1:author:IE", after="v1:person:3:author:IE"
            ),
        ],
    )

    assert counts == NOTHING | {"signings": 1, "people": 1, "level_3": 1}


def test_the_letters_own_events_count_nothing() -> None:
    own = [Event(kind=kind) for kind in (EventKind.PUBLISH, EventKind.TEXT, EventKind.CLOSE)]

    assert fold(NOTHING, own) == NOTHING


SHAPES = st.sampled_from(
    [
        "",
        "v2:person:1:author:IE",
        "v12:organisation:4::IE",
        "v1:person:1:author:IE",
        "v1:person:1:actor:AT:anonymous",
        "v1:person:2:author:IE",
        "v1:organisation:3::NZ",
    ]
)


@given(st.lists(SHAPES, max_size=12), st.integers(0, 12))
def test_folding_in_batches_is_folding_at_once(shapes: list[str], cut: int) -> None:
    path = ["", *shapes, ""]
    events = [
        Event(kind=EventKind.VERIFY, before=before, after=after) for before, after in pairwise(path)
    ]

    whole = fold(NOTHING, events)

    assert fold(fold(NOTHING, events[:cut]), events[cut:]) == whole == NOTHING
    versions = fold_versions(fold_versions({}, events[:cut]), events[cut:])
    assert versions == fold_versions({}, events)
    assert all(not any(counts.values()) for counts in versions.values())


@given(st.lists(SHAPES.filter(bool), max_size=30))
def test_by_version_the_sums_are_the_counts(shapes: list[str]) -> None:
    events = [Event(kind=EventKind.SIGN, after=shape) for shape in shapes]

    counts, versions = fold(NOTHING, events), fold_versions({}, events)

    assert {name: sum(each[name] for each in versions.values()) for name in OF_VERSION} == {
        name: counts[name] for name in OF_VERSION
    }


def test_folding_leaves_what_it_began_with() -> None:
    begin, versions = dict(NOTHING), {"1": dict.fromkeys(OF_VERSION, 0)}

    fold(begin, [Event(kind=EventKind.SIGN, after="v1:person:1:author:IE")])
    fold_versions(versions, [Event(kind=EventKind.SIGN, after="v1:person:1:author:IE")])

    assert begin == NOTHING
    assert versions == {"1": dict.fromkeys(OF_VERSION, 0)}


def test_what_is_counted_are_the_checkpoints_own_columns() -> None:
    columns = {field.name for field in Checkpoint._meta.get_fields()}

    assert set(COUNTED) == columns - {"id", "letter", "size", "root", "note", "as_of", "versions"}


@pytest.mark.django_db
def test_before_the_first_checkpoint_there_is_no_count() -> None:
    letter = open_letter()

    assert tally.latest(letter_id=letter.pk) is None
    assert counts_of(None) == NOTHING
    assert _counts(letter) == {}


@pytest.mark.django_db
def test_the_count_follows_signing_editing_hiding_and_withdrawing() -> None:
    letter = open_letter()
    brigid, salma, _quiet, guild = listed(letter, BRIGID, SALMA, QUIET, GUILD)
    assert _counts(letter) == {
        "signings": 4,
        "people": 3,
        "organisations": 1,
        "anonymous": 1,
        "level_1": 4,
    }

    edit(signature=brigid, expected_revision=1, details=BRIGID.but(consent_publish=False).details)
    edit(signature=salma, expected_revision=1, details=SALMA.but(name="سلمى").details)
    assert _counts(letter) == {
        "signings": 4,
        "people": 3,
        "organisations": 1,
        "anonymous": 2,
        "level_1": 4,
    }

    withdrawal.withdraw(signature=load(brigid.pk))
    withdrawal.withdraw(signature=load(guild.pk))
    assert _counts(letter) == {"signings": 4, "people": 2, "anonymous": 1, "level_1": 2}

    [again] = listed(letter, GUILD)
    assert again.number == 5
    assert _counts(letter) == {
        "signings": 5,
        "people": 2,
        "organisations": 1,
        "anonymous": 1,
        "level_1": 3,
    }

    close(letter)
    closed = tally.latest(letter_id=letter.pk)
    assert closed is not None
    assert (closed.total, closed.levels) == (3, {"1": 3, "2": 0, "3": 0, "4": 0})
    assert _counts(letter)["people"] == 2


@pytest.mark.django_db
def test_each_letter_counts_its_own() -> None:
    letter, other = open_letter(), open_letter(slug="another-letter")
    listed(letter, BRIGID, WIKTOR)
    listed(other, BRIGID)

    assert _counts(letter)["people"] == 2
    assert _counts(other)["people"] == 1


@pytest.mark.django_db
def test_levels_of_the_site_are_those_of_its_public_letters() -> None:
    letter = open_letter()
    assert tally.levels_of_site() == {1: 0, 2: 0, 3: 0, 4: 0}
    first, _second = listed(letter, BRIGID, SALMA)
    listed(open_letter(slug="another"), WIKTOR)
    Proof.objects.create(
        signature=first,
        method="domain",
        subject="brigid.example",
        state=ProofState.STANDING,
        started_at=timezone.now(),
        proved_at=timezone.now(),
    )
    recompute_level(signature=first)
    sequence(letter)

    assert tally.levels_of_site() == {1: 2, 2: 1, 3: 0, 4: 0}
    Letter.objects.filter(pk=letter.pk).update(state=LetterState.DRAFT)
    assert tally.levels_of_site() == {1: 1, 2: 0, 3: 0, 4: 0}
