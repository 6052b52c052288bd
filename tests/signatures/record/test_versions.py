"""Who signed which text: counted by version, through all that can happen to a signature."""

import json
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from campaign.letters.models import Event, EventKind, Letter
from signatures import confirmation, erasure, withdrawal
from signatures.editing import edit
from signatures.errors import TextReplaced
from signatures.models import Because, Breakdown, Checkpoint, Signature, VersionTally
from signatures.moderation import removal
from signatures.record import tally
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    MEI,
    QUIET,
    SALMA,
    WIKTOR,
    confirmed,
    listed,
    load,
    make_organizer,
    open_letter,
    pending,
    publish_version,
    sequence,
)
from tests.signatures.record.record_invariants import check_that_it_adds_up, latest

pytestmark = pytest.mark.django_db
OPPOSITE = {"title": "Take what you like", "body": "We ask for **nothing**."}


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def _totals(letter: Letter) -> dict[int, int]:
    sequence(letter)
    checkpoint = latest(letter)
    return {number: checkpoint.of_version(number).total for number in (1, 2, 3)}


def test_a_count_stays_with_the_text_that_was_signed(letter: Letter) -> None:
    listed(letter, BRIGID, QUIET, GUILD)
    publish_version(letter, **OPPOSITE)
    assert _totals(letter) == {1: 3, 2: 0, 3: 0}

    listed(letter, MEI, SALMA)

    checkpoint = latest(letter)
    assert checkpoint.of_version(1) == VersionTally(
        people=2, organisations=1, anonymous=1, level_1=3
    )
    assert checkpoint.of_version(2) == VersionTally(people=2, level_1=2)
    assert checkpoint.of_version(3) == VersionTally()
    assert (checkpoint.of_version(1).total, checkpoint.of_version(1).named) == (3, 2)
    assert checkpoint.of_version(2).levels == {"1": 2, "2": 0, "3": 0, "4": 0}
    check_that_it_adds_up(letter)


def test_what_was_signed_before_another_text_came_counts_for_neither(letter: Letter) -> None:
    waiting = pending(letter, BRIGID)
    publish_version(letter, **OPPOSITE)
    with pytest.raises(TextReplaced):
        confirmation.confirm(signature=waiting, expected_revision=1)

    assert _totals(letter) == {1: 0, 2: 0, 3: 0}
    check_that_it_adds_up(letter)


def test_whoever_withdraws_and_signs_anew_moves_to_the_text_that_stands(letter: Letter) -> None:
    [brigid, _mei] = listed(letter, BRIGID, MEI)
    publish_version(letter, **OPPOSITE)
    withdrawal.withdraw(signature=brigid)
    # Both wait, and the row is of the second text by now.
    confirmed(letter, BRIGID)

    assert _totals(letter) == {1: 1, 2: 1, 3: 0}
    check_that_it_adds_up(letter)


def test_every_change_stays_with_its_text(letter: Letter) -> None:
    brigid, salma, wiktor, _mei = listed(letter, BRIGID, SALMA, WIKTOR, MEI)
    publish_version(letter, **OPPOSITE)
    organizer = make_organizer(team=letter.team)
    edit(signature=brigid, expected_revision=1, details=BRIGID.but(consent_publish=False).details)
    removal.remove(signature=salma, organizer=organizer, expected_revision=1, because=Because.TWICE)
    removal.restore(
        signature=salma, organizer=organizer, expected_revision=1, because=Because.CHECKED
    )
    erasure.erase(signature=wiktor)

    assert _totals(letter) == {1: 3, 2: 0, 3: 0}
    check_that_it_adds_up(letter)


def test_each_checkpoint_keeps_what_it_counted(letter: Letter) -> None:
    listed(letter, BRIGID)
    publish_version(letter, **OPPOSITE)
    listed(letter, MEI)

    made = Checkpoint.objects.filter(letter=letter).order_by("size")
    assert [(each.of_version(1).total, each.of_version(2).total) for each in made] == [
        (1, 0),
        (1, 1),
    ]


# Of the code before, which still runs while the site is brought up to date.


def _as_before(letter: Letter) -> None:
    for event in Event.objects.filter(letter=letter):
        for field in ("before", "after"):
            setattr(event, field, getattr(event, field).partition(":")[2])
        event.save()


def test_older_events_that_wait_count_for_the_text_that_was_signed(letter: Letter) -> None:
    listed(letter, BRIGID)
    confirmed(letter, QUIET)
    _as_before(letter)
    assert _totals(letter) == {1: 2, 2: 0, 3: 0}

    publish_version(letter, **OPPOSITE)
    for who in (MEI, GUILD, SALMA):
        confirmed(letter, who)
    withdrawal.withdraw(signature=load(Signature.objects.get(email=QUIET.email).pk))
    _as_before(letter)

    assert _totals(letter) == {1: 1, 2: 3, 3: 0}
    check_that_it_adds_up(letter)


def test_older_events_of_who_is_gone_count_by_the_leaf_of_their_signing(letter: Letter) -> None:
    [brigid, wiktor] = listed(letter, BRIGID, WIKTOR)
    publish_version(letter, **OPPOSITE)
    listed(letter, MEI)
    quick = confirmed(letter, GUILD)
    for each in (brigid, quick):
        erasure.erase(signature=each)
    withdrawal.withdraw(signature=wiktor)
    confirmed(letter, WIKTOR)
    _as_before(letter)

    assert _totals(letter) == {1: 0, 2: 2, 3: 0}
    check_that_it_adds_up(letter)


def test_events_of_today_ask_for_nothing_more(
    letter: Letter, django_assert_num_queries: Any
) -> None:
    from signatures.record import older_shapes

    confirmed(letter, BRIGID)
    events = list(Event.objects.filter(letter=letter))
    with django_assert_num_queries(0):
        older_shapes.complete(letter_id=letter.pk, events=events)


# What was counted before there were versions.


def _count_again(letter: Letter) -> None:
    """Forget who signed which text, and let the migration find it out."""
    Signature.objects.filter(letter=letter).update(version=1)
    Checkpoint.objects.filter(letter=letter).update(versions={})
    cells: dict[tuple[Any, ...], int] = {}
    for cell in Breakdown.objects.filter(letter=letter):
        key = (cell.kind, cell.level, cell.profession, cell.country, cell.is_anonymous)
        cells[key] = cells.get(key, 0) + cell.count
    Breakdown.objects.filter(letter=letter).delete()
    for (kind, level, profession, country, is_anonymous), count in cells.items():
        Breakdown.objects.create(
            letter=letter,
            version=1,
            kind=kind,
            level=level,
            profession=profession,
            country=country,
            is_anonymous=is_anonymous,
            count=count,
        )
    migration = import_module("signatures.migrations.0006_signatures_by_version")
    with connection.schema_editor() as editor:
        migration.count_by_version(apps, editor)


def _counted(letter: Letter) -> list[dict[str, Any]]:
    made = Checkpoint.objects.filter(letter=letter).order_by("size")
    return [
        {number: counts for number, counts in each.versions.items() if any(counts.values())}
        for each in made
    ]


@pytest.mark.django_db(transaction=True)
def test_the_migration_finds_what_the_sequencer_counted(letter: Letter) -> None:
    brigid, _quiet = listed(letter, BRIGID, QUIET)
    alone = open_letter(slug="another-letter")
    listed(alone, SALMA, GUILD)
    publish_version(letter, **OPPOSITE)
    mei, _guild = listed(letter, MEI, GUILD)
    withdrawal.withdraw(signature=brigid)
    sequence(letter)
    publish_version(letter, title="Once more")
    listed(letter, BRIGID, SALMA)
    # What waits is not counted yet, whatever the rows say.
    confirmed(letter, WIKTOR)
    edit(signature=load(mei.pk), expected_revision=1, details=MEI.but(country="JP").details)
    _as_before(letter)
    before = _counted(letter), _counted(alone)

    _count_again(letter)

    assert (_counted(letter), _counted(alone)) == before
    sequence(letter)
    check_that_it_adds_up(letter)
    check_that_it_adds_up(alone)


@pytest.mark.django_db(transaction=True)
def test_the_migration_keeps_the_total_where_somebody_is_gone(letter: Letter) -> None:
    listed(letter, BRIGID)
    publish_version(letter, **OPPOSITE)
    mei, _guild = listed(letter, MEI, GUILD)
    erasure.erase(signature=mei)
    sequence(letter)

    _count_again(letter)

    assert [
        {int(number): sum(counts[kind] for kind in ("people", "organisations"))}
        | {0: checkpoint.total}
        for checkpoint in Checkpoint.objects.filter(letter=letter).order_by("size")
        for number, counts in checkpoint.versions.items()
    ] == [{1: 1, 0: 1}, {1: 2, 0: 3}, {2: 1, 0: 3}, {1: 1, 0: 2}, {2: 1, 0: 2}]
    check_that_it_adds_up(letter)


def test_what_a_checkpoint_holds_is_plain_json(letter: Letter) -> None:
    listed(letter, GUILD)

    assert json.loads(json.dumps(latest(letter).versions)) == {
        "1": dict.fromkeys(tally.OF_VERSION, 0) | {"organisations": 1, "level_1": 1}
    }


def test_the_event_of_a_signing_names_its_version(letter: Letter) -> None:
    sequence(letter)
    publish_version(letter, **OPPOSITE)
    confirmed(letter, BRIGID)

    event = Event.objects.get(letter=letter, kind=EventKind.SIGN)
    assert event.after == "v2:person:1:author:IE"
