from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from structlog.testing import capture_logs

from campaign.celery import app
from campaign.letters.models import Event, EventKind, Letter
from signatures import retention, tasks
from signatures.models import Checkpoint, Delivery, DeliveryState, Entry, Signature, Tile
from signatures.notifications import deliveries
from signatures.record import sequencer, tally
from tests.signatures.factories import (
    BRIGID,
    SALMA,
    WIKTOR,
    confirmed,
    listed,
    load,
    open_letter,
    pending,
    sign,
    someone,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def test_what_beat_calls_is_there() -> None:
    app.loader.import_default_modules()

    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in app.tasks


def test_a_letter_is_sequenced_to_its_end(letter: Letter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "BATCH_EVENTS", 2)
    signatures = [confirmed(letter, someone(number)) for number in range(5)]

    tasks.sequence_letter(letter.pk)
    tasks.sequence_letter(letter.pk)

    assert [load(each.pk).number for each in signatures] == [1, 2, 3, 4, 5]
    assert [each.size for each in Checkpoint.objects.order_by("size")] == [2, 4, 6, 7]


def test_no_letter_keeps_a_worker_for_itself(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencer, "BATCH_EVENTS", 1)
    monkeypatch.setattr(tasks, "_MAX_BATCHES", 3)
    for number in range(3):
        confirmed(letter, someone(number))

    tasks.sequence_letter(letter.pk)
    assert Event.objects.count() == 2
    tasks.sequence_waiting()

    assert Event.objects.count() == 0


def test_the_sweep_finds_every_letter(letter: Letter) -> None:
    other = open_letter(slug="another-letter")
    signatures = [confirmed(letter, BRIGID), confirmed(other, SALMA)]

    tasks.sequence_waiting()
    tasks.sequence_waiting()

    assert [load(each.pk).number for each in signatures] == [1, 1]
    assert Checkpoint.objects.count() == 2


def test_a_sequencer_for_a_letter_that_is_gone_does_nothing() -> None:
    tasks.sequence_letter(4_000_000)

    assert not Checkpoint.objects.exists()


def test_a_broken_record_is_refused_loudly_and_stops_no_other(letter: Letter) -> None:
    other = open_letter(slug="another-letter")
    listed(letter, BRIGID)
    Tile.objects.update(hashes=bytes(96))
    waiting, fine = confirmed(letter, SALMA), confirmed(other, SALMA)

    with capture_logs() as logs:
        tasks.sequence_waiting()

    assert [(line["event"], line["log_level"]) for line in logs] == [("record_refused", "error")]
    assert (load(waiting.pk).number, load(fine.pk).number) == (None, 1)
    assert Event.objects.get().kind == EventKind.SIGN


def test_an_old_backup_is_refused_loudly(
    letter: Letter, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        listed(letter, BRIGID, WIKTOR)
    # The same letter in a database that knows nothing of its record.
    for model in (Checkpoint, Entry, Tile):
        model.objects.all().delete()
    waiting = confirmed(letter, SALMA)

    with capture_logs() as logs:
        tasks.sequence_waiting()

    [line] = logs
    assert (line["event"], line["log_level"]) == ("record_refused", "error")
    assert "size 4 was published, but the database holds 0" in line["reason"]
    assert load(waiting.pk).number is None
    assert tally.latest(letter_id=letter.pk) is None


def test_mail_is_sent_to_its_end(letter: Letter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries.send_until_done, "__kwdefaults__", {"batch": 2})
    for number in range(5):
        sign(letter, someone(number))

    tasks.send_owed_mail()
    tasks.send_owed_mail()

    assert len(mail.outbox) == 5
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT}


def test_no_queue_keeps_a_worker_for_itself(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_MAX_BATCHES", 2)
    monkeypatch.setattr(deliveries.send_until_done, "__kwdefaults__", {"batch": 1})
    for number in range(3):
        sign(letter, someone(number))

    tasks.send_owed_mail()

    assert len(mail.outbox) == 2


def test_old_data_is_forgotten_and_counted_in_the_log(letter: Letter) -> None:
    old, kept = pending(letter), confirmed(letter, SALMA)
    long_ago = timezone.now() - retention.UNCONFIRMED_FOR - timedelta(days=1)
    Signature.objects.update(asked_at=long_ago, network_key=b"0123456789abcdef")
    Delivery.objects.update(created_at=long_ago, state=DeliveryState.SENT)

    with capture_logs() as logs:
        tasks.forget_old_data()
        tasks.forget_old_data()

    assert [(line["unconfirmed"], line["networks"], line["deliveries"]) for line in logs] == [
        (1, 1, 1),
        (0, 0, 0),
    ]
    assert not Signature.objects.filter(pk=old.pk).exists()
    assert load(kept.pk).network_key is None
    assert "quayside" not in str(logs)


def test_tasks_take_nothing_but_numbers(settings: Settings) -> None:
    assert settings.CELERY_TASK_IGNORE_RESULT
    assert app.conf.task_serializer == "json"
    assert list(app.conf.accept_content) == ["json"]
