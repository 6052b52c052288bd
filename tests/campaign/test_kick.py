import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from celery import Celery, Task
from django.conf import settings as django_settings
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks
from redis import Redis
from structlog.testing import capture_logs

from campaign import celery
from campaign.celery import kick_on_commit
from signatures.confirmation import confirm
from signatures.models import SignatureState
from signatures.tasks import sequence_letter
from tests.signatures.factories import confirmed, load, open_letter, pending

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _not_kicked_yet() -> Iterator[None]:
    celery._kicked.clear()
    yield
    celery._kicked.clear()


def _messages(queue: str = "celery") -> int:
    celery.publisher.wait()
    with Redis.from_url(django_settings.REDIS_URL) as client:
        length = client.llen(queue)
        assert isinstance(length, int)
        return length


def _task_of_a_broker_that_is_gone(port: int = 1) -> "Task[..., Any]":
    app = Celery("nobody", broker=f"redis://127.0.0.1:{port}/0", set_as_current=False)
    app.conf.update(
        task_publish_retry=django_settings.CELERY_TASK_PUBLISH_RETRY,
        broker_transport_options=django_settings.CELERY_BROKER_TRANSPORT_OPTIONS,
    )

    @app.task(name="tests.nothing", shared=False)
    def nothing(number: int) -> None:
        """Never runs."""

    found: Task[..., Any] = app.tasks["tests.nothing"]
    return found


def test_a_kick_goes_out_after_the_commit(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        kick_on_commit(sequence_letter, 17)
        assert _messages() == 0

    assert len(callbacks) == 1
    assert _messages() == 1


def test_a_kick_is_not_sent_when_the_transaction_is_undone(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        kick_on_commit(sequence_letter, 17)
        transaction.set_rollback(True)

    assert _messages() == 0


def test_one_kick_a_second_for_each_letter_is_enough(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: clock)
    with django_capture_on_commit_callbacks() as callbacks:
        for _ in range(50):
            kick_on_commit(sequence_letter, 17)
        assert len(callbacks) == 0
        kick_on_commit(sequence_letter, 18)
        clock = 1000.9
        kick_on_commit(sequence_letter, 17)
        clock = 1001.0
        kick_on_commit(sequence_letter, 17)

    assert len(callbacks) == 3


def test_what_was_kicked_is_not_remembered_without_end(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    celery._kicked.update((f"letter {number}", 0.0) for number in range(10_001))

    with django_capture_on_commit_callbacks():
        kick_on_commit(sequence_letter, 17)

    assert len(celery._kicked) == 1


def test_without_a_broker_there_is_a_warning_and_nothing_else(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    task = _task_of_a_broker_that_is_gone()

    started = time.monotonic()
    with capture_logs() as logs:
        with django_capture_on_commit_callbacks(execute=True):
            kick_on_commit(task, 17)
        celery.publisher.wait()

    # A signer is waiting for this.
    assert time.monotonic() - started < 1.5
    assert logs == [
        {
            "event": "broker_unreachable",
            "log_level": "warning",
            "task": "tests.nothing",
            "error": "OperationalError",
        }
    ]


@pytest.mark.django_db(transaction=True)
def test_people_confirm_without_a_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    signature = pending(open_letter())
    celery._kicked.clear()
    monkeypatch.setattr("signatures.tasks.sequence_letter", _task_of_a_broker_that_is_gone())

    with capture_logs() as logs:
        assert confirm(signature=signature, seen=1)
        celery.publisher.wait()

    assert load(signature.pk).state == SignatureState.CONFIRMED
    assert [line["event"] for line in logs] == ["broker_unreachable"]


@pytest.mark.django_db(transaction=True)
def test_signing_and_confirming_kick_mail_and_sequencer() -> None:
    confirmed(open_letter())

    # Apart, so that no amount of mail keeps the count waiting.
    assert _messages("celery") == 1
    assert _messages("mail") == 1


def test_nothing_that_waits_for_others_is_in_the_queue_of_the_count() -> None:
    celery.app.loader.import_default_modules()
    queue_of = {task: route["queue"] for task, route in celery.app.conf.task_routes.items()}
    assert set(queue_of) < set(celery.app.tasks)
    waiting = {
        "signatures.tasks.send_owed_mail",
        "signatures.tasks.check_due_proofs",
        "signatures.tasks.look_up_evidence",
        "signatures.tasks.attest_site_log",
        "campaign.organizers.tasks.send_owed_invitations",
        "campaign.organizers.tasks.send_owed_account_mail",
    }
    assert waiting <= set(queue_of)
    assert "celery" not in queue_of.values()


def test_a_broker_that_hangs_holds_up_nobody(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It takes the connection, and never says a word."""
    publisher = celery.Publisher()
    monkeypatch.setattr(celery, "publisher", publisher)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        task = _task_of_a_broker_that_is_gone(silent.getsockname()[1])
        started = time.monotonic()
        with django_capture_on_commit_callbacks(execute=True):
            kick_on_commit(task, 17)
        assert time.monotonic() - started < 0.4
        waiting = publisher._waiting
        for number in range(celery.MAX_WAITING + 1):
            publisher.publish(task, number)
        with capture_logs() as logs:
            publisher.publish(task, 18)
        assert [line["event"] for line in logs] == ["broker_unreachable"]
        assert time.monotonic() - started < 3
        with waiting.mutex:
            waiting.queue.clear()
            dropped = waiting.unfinished_tasks - 1
    while waiting.unfinished_tasks > dropped:
        time.sleep(0.05)
