from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.conf import settings as django_settings
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from campaign.letters.models import Event, EventKind, Letter
from signatures import withdrawal
from signatures.editing import edit
from signatures.models import Checkpoint, Entry, Signature, Tile
from signatures.record import sequencer
from signatures.record.format.leaf import EVENTS, Leaf
from signatures.record.format.merkle import BrokenTree
from signatures.record.keys import UnusableKey, load_key
from signatures.record.rollback_guard import DatabaseBehind
from signatures.record.sequencer import CLOCK_TOLERANCE
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    MEI,
    QUIET,
    SALMA,
    WIKTOR,
    close,
    confirmed,
    listed,
    load,
    open_letter,
    sequence,
    someone,
    translation_of,
)
from tests.signatures.record.record_invariants import (
    check_that_it_adds_up,
    latest,
    leaves_of,
    record_of,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2032, 5, 4, 12, tzinfo=UTC)
ROOT_FOLDER = Path(__file__).parents[3]


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def _stored() -> tuple[list[Any], ...]:
    """All that the sequencer may write, and what it takes from."""
    return tuple(
        list(model.objects.order_by("pk").values())
        for model in (Event, Entry, Tile, Checkpoint, Signature)
    )


def _many_events(letter: Letter, count: int) -> None:
    Event.objects.bulk_create(
        Event(letter=letter, kind=EventKind.TEXT, text_sha256=f"{number:064x}")
        for number in range(count)
    )


def test_the_database_and_the_record_know_the_same_events() -> None:
    assert set(EventKind.values) == EVENTS


def test_publishing_begins_therecord_of(letter: Letter) -> None:
    assert sequencer.sequence(letter_id=letter.pk, now=lambda: NOON) == 2

    assert leaves_of(letter) == [
        b'{"n":0,"t":"2032-05-04T12:00:00Z","e":"publish","x":"%s"}'
        % translation_of(letter, "en").sha256.encode(),
        b'{"n":1,"t":"2032-05-04T12:00:00Z","e":"text","x":"%s"}'
        % translation_of(letter, "ar").sha256.encode(),
    ]
    last = latest(letter)
    assert (last.size, last.total, last.as_of) == (2, 0, NOON)
    assert last.note.startswith("127.0.0.1:8000/letters/work-that-is-ours/record\n2\n")
    check_that_it_adds_up(letter)


def test_a_signatures_life_in_therecord_of(letter: Letter) -> None:
    sequence(letter)
    first = confirmed(letter, SALMA)
    renamed = SALMA.but(name="سلمى")
    edit(signature=first, expected_revision=1, details=renamed.details)
    edited = load(first.pk)
    withdrawal.withdraw(signature=edited)
    second = confirmed(letter, SALMA)
    close(letter)

    assert sequencer.sequence(letter_id=letter.pk, now=lambda: NOON) == 5

    text = translation_of(letter, "ar").sha256
    at = partial(Leaf, time=NOON)
    assert record_of(letter)[2:] == [
        at(
            index=2,
            event="sign",
            signature=first.public_id,
            level=1,
            text_sha256=text,
            commitment=SALMA.details.commitment(salt=bytes(first.salt)),
        ),
        at(
            index=3,
            event="edit",
            signature=first.public_id,
            level=1,
            commitment=renamed.details.commitment(salt=bytes(edited.salt)),
        ),
        at(index=4, event="withdraw", signature=first.public_id),
        at(
            index=5,
            event="sign",
            signature=second.public_id,
            level=1,
            text_sha256=text,
            commitment=SALMA.details.commitment(salt=bytes(second.salt)),
        ),
        at(index=6, event="close"),
    ]
    assert load(second.pk).number == 2
    check_that_it_adds_up(letter)


def test_the_record_names_nobody(letter: Letter) -> None:
    listed(letter, BRIGID, SALMA, QUIET, GUILD)

    everything = b"".join(leaves_of(letter)) + b"".join(
        checkpoint.note.encode() for checkpoint in Checkpoint.objects.all()
    )

    for who in (BRIGID, SALMA, QUIET, GUILD):
        for private in (who.email, who.details.name, who.details.credit):
            assert not private or private.encode() not in everything
            assert not private or ascii(private)[1:-1].encode() not in everything


def test_numbers_are_places_among_all_signings(letter: Letter) -> None:
    first, second = listed(letter, BRIGID, SALMA)
    edit(signature=first, expected_revision=1, details=BRIGID.but(credit="").details)
    withdrawal.withdraw(signature=second)
    sequence(letter)

    third, fourth = listed(letter, WIKTOR, SALMA)

    assert [load(each.pk).number for each in (first, third, fourth)] == [1, 3, 4]
    assert fourth.pk == second.pk
    check_that_it_adds_up(letter)


def test_nothing_waiting_writes_nothing(letter: Letter) -> None:
    sequence(letter)
    before = _stored()

    assert sequencer.sequence(letter_id=letter.pk) == 0
    assert sequencer.sequence(letter_id=4_000_000) == 0
    assert _stored() == before
    assert sequencer.letters_waiting() == []


def test_each_letter_has_a_record_of_its_own(letter: Letter) -> None:
    other = open_letter(slug="another-letter")
    confirmed(letter, BRIGID)
    confirmed(other, SALMA)
    assert sequencer.letters_waiting() == sorted([letter.pk, other.pk])

    assert sequencer.sequence(letter_id=other.pk) == 3

    assert sequencer.letters_waiting() == [letter.pk]
    assert len(leaves_of(other)) == 3
    assert leaves_of(letter) == []
    sequence(letter)
    check_that_it_adds_up(letter)
    check_that_it_adds_up(other)


def test_a_batch_takes_only_so_many(letter: Letter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "BATCH_EVENTS", 3)
    monkeypatch.setattr(sequencer, "_ROWS_PER_UPDATE", 2)
    signatures = [confirmed(letter, someone(number)) for number in range(8)]

    written = [sequencer.sequence(letter_id=letter.pk) for _ in range(5)]

    assert written == [3, 3, 3, 1, 0]
    assert [load(each.pk).number for each in signatures] == list(range(1, 9))
    assert [each.size for each in Checkpoint.objects.order_by("size")] == [3, 6, 9, 10]
    check_that_it_adds_up(letter)


def test_tiles_over_their_edges(letter: Letter, monkeypatch: pytest.MonkeyPatch) -> None:
    sequence(letter)
    for count in (253, 1, 1, 255, 257):
        _many_events(letter, count)
        assert sequencer.sequence(letter_id=letter.pk) == count
        check_that_it_adds_up(letter)
    assert latest(letter).size == 769
    assert Tile.objects.get(letter=letter, level=1).hashes != b""


def test_a_full_batch_is_written_in_one_go(letter: Letter) -> None:
    _many_events(letter, sequencer.BATCH_EVENTS)

    assert sequencer.sequence(letter_id=letter.pk) == sequencer.BATCH_EVENTS
    assert sequencer.sequence(letter_id=letter.pk) == 2
    check_that_it_adds_up(letter)


def test_time_never_runs_backwards(letter: Letter) -> None:
    moments = [
        NOON.replace(microsecond=999_999),
        NOON - timedelta(hours=1),
        NOON + timedelta(seconds=1),
    ]
    for who, moment in zip((BRIGID, SALMA, WIKTOR), moments, strict=True):
        confirmed(letter, who)
        sequencer.sequence(letter_id=letter.pk, now=[moment].pop)

    later = NOON + timedelta(seconds=1)
    assert [leaf.time for leaf in record_of(letter)] == [NOON, NOON, NOON, NOON, later]
    assert [each.as_of for each in Checkpoint.objects.order_by("size")] == [NOON, NOON, later]


@pytest.mark.parametrize(("back", "told"), [(CLOCK_TOLERANCE, 0), (timedelta(days=365), 1)])
def test_clock_that_was_far_ahead_is_told(letter: Letter, back: timedelta, told: int) -> None:
    sequencer.sequence(letter_id=letter.pk, now=lambda: NOON)
    confirmed(letter, BRIGID)
    with structlog.testing.capture_logs() as logs:
        sequencer.sequence(letter_id=letter.pk, now=lambda: NOON - back)
    assert [each["by"] for each in logs if each["event"] == "clock_behind_record"] == [
        str(back)
    ] * told


@pytest.mark.parametrize("place", ["_append", "_give_numbers", "record_key"])
def test_a_crash_in_the_middle_changes_nothing(
    letter: Letter, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    listed(letter, BRIGID)
    confirmed(letter, SALMA)
    before = _stored()

    def crash(*_args: Any, **_named: Any) -> Any:
        raise OSError("the disk is gone")

    with monkeypatch.context() as broken:
        broken.setattr(sequencer, place, crash)
        with pytest.raises(OSError, match="the disk is gone"):
            sequencer.sequence(letter_id=letter.pk)

    assert _stored() == before
    assert sequence(letter) == 1
    check_that_it_adds_up(letter)


@pytest.mark.parametrize("tamper", ["tile", "root", "shorter", "gone"])
def test_a_damaged_record_is_not_continued(letter: Letter, tamper: str) -> None:
    listed(letter, BRIGID, SALMA)
    tile = Tile.objects.get(letter=letter)
    hashes = bytes(tile.hashes)
    if tamper == "root":
        Checkpoint.objects.filter(letter=letter).update(root=bytes(32))
    elif tamper == "gone":
        tile.delete()
    else:
        tile.hashes = hashes[:-32] if tamper == "shorter" else bytes(32) + hashes[32:]
        tile.save()
    confirmed(letter, WIKTOR)
    before = _stored()

    with pytest.raises(BrokenTree):
        sequencer.sequence(letter_id=letter.pk)

    assert _stored() == before


def test_no_index_and_no_checkpoint_is_written_twice(letter: Letter) -> None:
    sequence(letter)
    last = latest(letter)

    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(letter=letter, index=1, leaf=b"{}")
    last.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        last.save()


@pytest.mark.parametrize("kept", ["shorter", "other"])
def test_an_old_backup_that_came_back_is_refused(
    letter: Letter,
    kept: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        listed(letter, BRIGID)
    backup = transaction.savepoint()
    with django_capture_on_commit_callbacks(execute=True):
        listed(letter, SALMA, WIKTOR)
    transaction.savepoint_rollback(backup)
    if kept == "other":
        # The old one went on by itself for a while, and is the longer one now.
        for _ in range(4):
            Event.objects.create(letter=letter, kind=EventKind.TEXT)
        [published] = _outside().iterdir()
        newest = published.read_bytes()
        published.unlink()
        sequencer.sequence(letter_id=letter.pk)
        published.write_bytes(newest)
    confirmed(letter, MEI)
    before = _stored()

    with pytest.raises(DatabaseBehind):
        sequencer.sequence(letter_id=letter.pk)

    assert _stored() == before


def _outside() -> Path:
    return Path(django_settings.DATA_DIR) / "checkpoints"


def test_the_checkpoint_is_kept_outside_after_the_commit_only(
    letter: Letter, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        sequencer.sequence(letter_id=letter.pk)
        assert list(_outside().iterdir()) == []

    [kept] = _outside().iterdir()
    assert kept.read_text("utf-8") == latest(letter).note


def test_the_signature_was_deleted_meanwhile(letter: Letter) -> None:
    confirmed(letter, BRIGID).delete()

    assert sequence(letter) == 3
    assert latest(letter).signings == 1


def test_as_many_queries_for_three_events_as_for_one(letter: Letter) -> None:
    sequence(letter)
    counted = []
    for people in ((BRIGID,), (SALMA, WIKTOR, MEI)):
        for who in people:
            confirmed(letter, who)
        with CaptureQueriesContext(connection) as queries:
            sequencer.sequence(letter_id=letter.pk)
        counted.append(len(queries))

    assert counted[0] == counted[1] <= 14


@pytest.fixture
def _no_key_remembered() -> Iterator[None]:
    sequencer.record_key.cache_clear()
    yield
    sequencer.record_key.cache_clear()


@pytest.mark.usefixtures("_no_key_remembered")
def test_only_the_demo_makes_a_key_by_itself(settings: Settings, tmp_path: Path) -> None:
    settings.RECORD_KEY_FILE = tmp_path / "record-key.pem"
    settings.DEMO = False
    with pytest.raises(UnusableKey):
        sequencer.record_key()
    assert list(tmp_path.iterdir()) == []

    settings.DEMO = True
    made = sequencer.record_key()

    assert load_key(tmp_path / "record-key.pem").private_bytes_raw() == made.private_bytes_raw()
