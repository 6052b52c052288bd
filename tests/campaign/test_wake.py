import json
import socket
import time
from base64 import b64decode
from collections.abc import Iterator

import pytest
from celery import Celery
from django.conf import settings as django_settings
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks
from redis import Redis
from structlog.testing import capture_logs

from campaign import celery, wake
from campaign.wake import Task
from signatures.confirmation import confirm
from signatures.models import SignatureState
from tests.signatures.factories import confirmed, load, open_letter, pending

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_asked_yet() -> Iterator[None]:
    wake._published.clear()
    yield
    wake._published.clear()


def _messages(queue: str = "celery") -> int:
    wake.publisher.wait()
    with Redis.from_url(django_settings.REDIS_URL) as client:
        length = client.llen(queue)
        assert isinstance(length, int)
        return length


def _app_of_a_broker_that_is_gone(port: int = 1) -> Celery:
    app = Celery("nobody", broker=f"redis://127.0.0.1:{port}/0", set_as_current=False)
    app.conf.update(
        task_publish_retry=django_settings.CELERY_TASK_PUBLISH_RETRY,
        broker_transport_options=django_settings.CELERY_BROKER_TRANSPORT_OPTIONS,
    )
    return app


def test_a_task_is_woken_after_the_commit(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        wake.wake(Task.SEQUENCE_LETTER, 17)
        assert _messages() == 0

    assert len(callbacks) == 1
    assert _messages() == 1


def test_nothing_is_woken_when_the_transaction_is_undone(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        wake.wake(Task.SEQUENCE_LETTER, 17)
        transaction.set_rollback(True)

    assert _messages() == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_undone_silences_nothing_that_follows() -> None:
    with transaction.atomic():
        wake.wake(Task.SEQUENCE_LETTER, 17)
        transaction.set_rollback(True)
    wake.wake(Task.SEQUENCE_LETTER, 17)

    assert _messages() == 1


@pytest.mark.django_db(transaction=True)
def test_one_message_a_second_for_each_letter_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[tuple[object, ...]] = []
    monkeypatch.setattr(wake.publisher, "publish", lambda *asked: published.append(asked))
    clock = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: clock)
    for _ in range(50):
        wake.wake(Task.SEQUENCE_LETTER, 17)
    wake.wake(Task.SEQUENCE_LETTER, 18)
    clock = 1000.9
    wake.wake(Task.SEQUENCE_LETTER, 17)
    clock = 1001.0
    wake.wake(Task.SEQUENCE_LETTER, 17)

    assert published == [
        (Task.SEQUENCE_LETTER, 17),
        (Task.SEQUENCE_LETTER, 18),
        (Task.SEQUENCE_LETTER, 17),
    ]


@pytest.mark.django_db(transaction=True)
def test_what_was_asked_for_is_not_remembered_without_end() -> None:
    wake._published.update((f"letter {number}", 0.0) for number in range(10_001))

    wake.wake(Task.SEQUENCE_LETTER, 17)

    assert len(wake._published) == 1


def test_every_task_that_is_registered_has_a_name_here_and_the_other_way_round() -> None:
    celery.app.loader.import_default_modules()
    ours = ("signatures.", "campaign.", "demo.")
    assert {name for name in celery.app.tasks if name.startswith(ours)} == {*Task}


def test_a_name_alone_is_sent_as_the_task_itself_would_be(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Web processes need not have imported any task: queue and arguments are the same."""
    app = Celery("names alone", set_as_current=False)
    app.conf.update(broker_url=celery.app.conf.broker_url, task_routes=celery.app.conf.task_routes)
    for task in Task:
        app.tasks.pop(task, None)
    monkeypatch.setattr(wake, "current_app", app)
    with django_capture_on_commit_callbacks(execute=True):
        wake.wake(Task.SEND_OWED_MAIL)
        wake.wake(Task.SEQUENCE_LETTER, 17)

    assert (_messages("mail"), _messages("celery")) == (1, 1)
    with Redis.from_url(django_settings.REDIS_URL) as client:
        [message] = [json.loads(each) for each in client.lrange("celery", 0, -1)]
    assert message["headers"]["task"] == "signatures.tasks.sequence_letter"
    assert json.loads(b64decode(message["body"]))[:2] == [[17], {}]


def test_without_a_broker_there_is_a_warning_and_nothing_else(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wake, "current_app", _app_of_a_broker_that_is_gone())

    started = time.monotonic()
    with capture_logs() as logs:
        with django_capture_on_commit_callbacks(execute=True):
            wake.wake(Task.SEQUENCE_LETTER, 17)
        wake.publisher.wait()

    # A signer is waiting for this.
    assert time.monotonic() - started < 1.5
    assert logs == [
        {
            "event": "broker_unreachable",
            "log_level": "warning",
            "task": "signatures.tasks.sequence_letter",
            "error": "OperationalError",
        }
    ]


@pytest.mark.django_db(transaction=True)
def test_people_confirm_without_a_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    signature = pending(open_letter())
    wake.publisher.wait()
    monkeypatch.setattr(wake, "current_app", _app_of_a_broker_that_is_gone())

    with capture_logs() as logs:
        assert confirm(signature=signature, expected_revision=1)
        wake.publisher.wait()

    assert load(signature.pk).state == SignatureState.CONFIRMED
    assert [line["event"] for line in logs] == ["broker_unreachable"]


@pytest.mark.django_db(transaction=True)
def test_signing_and_confirming_wake_mail_and_sequencer() -> None:
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
    publisher = wake.Publisher()
    monkeypatch.setattr(wake, "publisher", publisher)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        app = _app_of_a_broker_that_is_gone(silent.getsockname()[1])
        monkeypatch.setattr(wake, "current_app", app)
        started = time.monotonic()
        with django_capture_on_commit_callbacks(execute=True):
            wake.wake(Task.SEQUENCE_LETTER, 17)
        assert time.monotonic() - started < 0.4
        waiting = publisher._waiting
        for number in range(wake.MAX_WAITING + 1):
            publisher.publish(Task.SEQUENCE_LETTER, number)
        with capture_logs() as logs:
            publisher.publish(Task.SEQUENCE_LETTER, 18)
        assert [line["event"] for line in logs] == ["broker_unreachable"]
        assert time.monotonic() - started < 3
        with waiting.mutex:
            waiting.queue.clear()
            dropped = waiting.unfinished_tasks - 1
    while waiting.unfinished_tasks > dropped:
        time.sleep(0.05)
