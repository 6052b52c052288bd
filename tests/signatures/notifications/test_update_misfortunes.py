"""Updates while servers misbehave and workers are killed: the sum holds, nobody gets it twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings
from time_machine import TimeMachineFixture

from campaign.letters.models import Update
from campaign.mail.models import MailRoute, MailServer
from signatures.models import UpdateDelivery
from signatures.notifications import update_sending
from signatures.notifications.update_progress import progress
from signatures.notifications.update_sending import CHUNK_ROWS, LEASE
from tests.signatures.factories import open_letter
from tests.signatures.notifications.updates import crowd, owed
from tests.smtp_sink import Deed, Sink

pytestmark = [pytest.mark.django_db, pytest.mark.long]

ROOT_FOLDER = Path(__file__).resolve().parents[3]
WORKER = """
import django
django.setup()
from signatures.notifications import update_sending
print("ready", flush=True)
update_sending.send_until_done(batches=50)
"""


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    with Sink().running() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_TIMEOUT = 1
        yield running


def _adds_up(update: Update) -> dict[str, int]:
    counts = dict(progress(update=update))
    assert sum(counts.values()) == 2 * counts["total"]
    return counts


def _send_all(time_machine: TimeMachineFixture, *, hours: int = 12) -> None:
    """As beat does, for as long as it takes."""
    start = timezone.now()
    for minutes in range(0, 60 * hours, 20):
        time_machine.move_to(start + timedelta(minutes=minutes), tick=True)
        update_sending.send_until_done(batches=50)


@pytest.mark.parametrize("deed", [Deed.CUT, Deed.CUT_AFTER, Deed.ANSWER_LATE])
def test_what_is_lost_in_data_is_unknown_and_never_sent_again(
    sink: Sink, deed: Deed, time_machine: TimeMachineFixture
) -> None:
    letter = open_letter()
    addresses = crowd(letter, 3 * CHUNK_ROWS)
    update = owed(letter)
    sink.on_data = lambda count: deed if count == CHUNK_ROWS // 2 else Deed.TAKE

    _send_all(time_machine, hours=1)

    counts = _adds_up(update)
    assert (counts["unknown"], counts["sent"]) == (1, len(addresses) - 1)
    assert sorted(sink.offered) == sorted(addresses)


def test_a_server_that_cuts_every_message_costs_few(
    sink: Sink, time_machine: TimeMachineFixture
) -> None:
    """The breaker stops the sending: a broken server must not make everybody unknown."""
    letter = open_letter()
    crowd(letter, 100)
    update = owed(letter)
    sink.on_data = lambda _count: Deed.CUT

    update_sending.send_until_done(batches=50)

    counts = _adds_up(update)
    assert counts["unknown"] == len(sink.offered) <= 10
    assert MailServer.objects.get().paused_until is not None


def test_a_server_that_throttles_gets_them_all(
    sink: Sink, time_machine: TimeMachineFixture
) -> None:
    letter = open_letter()
    addresses = crowd(letter, 60)
    update = owed(letter)
    asked = Counter[str]()

    def reply(_address: str) -> str:
        """Ten, then three refusals, as if time had to pass."""
        asked["all"] += 1
        if asked["all"] % 13 >= 10:
            asked["refused"] += 1
            return "421 4.7.0 too many messages, slow down"
        return "250 ok"

    sink.on_recipient = reply
    while progress(update=update)["waiting"]:
        update_sending.send_until_done(batches=50)

    assert asked["refused"] > 0
    assert _adds_up(update) == dict(progress(update=update))
    assert progress(update=update)["sent"] == len(addresses)
    assert sorted(sink.taken) == sorted(addresses)
    assert MailRoute.objects.count() == 0


def test_every_tenth_refused_address_fails_alone(
    sink: Sink, time_machine: TimeMachineFixture
) -> None:
    letter = open_letter()
    addresses = crowd(letter, 100)
    refused = set(addresses[::10])
    sink.on_recipient = lambda a: "550 5.1.1 unknown" if a in refused else "250 ok"
    update = owed(letter)

    update_sending.send_until_done(batches=50)

    counts = _adds_up(update)
    assert (counts["failed"], counts["sent"]) == (10, 90)
    assert set(sink.taken) == set(addresses) - refused


def test_a_relay_that_refuses_all_costs_time_only(
    sink: Sink, time_machine: TimeMachineFixture
) -> None:
    """What it says is about us, whoever the recipient is."""
    letter = open_letter()
    addresses = crowd(letter, 30)
    update = owed(letter)
    sink.on_recipient = lambda _address: "554 5.7.1 relay access denied"
    update_sending.send_until_done(batches=50)
    assert _adds_up(update)["waiting"] == len(addresses)
    assert MailServer.objects.get().paused_until is not None

    sink.on_recipient = lambda _address: "250 ok"
    _send_all(time_machine, hours=2)

    assert _adds_up(update)["sent"] == len(addresses)
    assert sorted(sink.taken) == sorted(addresses)


def test_a_server_that_is_down_costs_time_only(
    sink: Sink, settings: Settings, time_machine: TimeMachineFixture
) -> None:
    letter = open_letter()
    crowd(letter, 10)
    update = owed(letter)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    update_sending.send_until_done(batches=50)
    assert progress(update=update)["waiting"] == 10

    settings.EMAIL_PORT = port
    _send_all(time_machine, hours=1)

    assert _adds_up(update)["sent"] == 10


def _worker(sink: Sink) -> subprocess.Popen[bytes]:
    database = connection.settings_dict
    url = f"postgresql://{database['USER']}@{quote(database['HOST'], safe='')}/{database['NAME']}"
    return subprocess.Popen(
        [sys.executable, "-c", WORKER],
        cwd=ROOT_FOLDER,
        env=os.environ | {"DATABASE_URL": url, "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _wait_until(taken: Callable[[], bool], worker: subprocess.Popen[bytes]) -> None:
    while not taken() and worker.poll() is None:
        time.sleep(0.001)


@pytest.mark.django_db(transaction=True)
def test_killed_workers_lose_nothing_and_send_nothing_twice(
    sink: Sink, time_machine: TimeMachineFixture
) -> None:
    letter = open_letter()
    addresses = crowd(letter, 600)
    update = owed(letter)
    for kill_after in (250, 300 + random.randrange(200)):
        with _worker(sink) as worker:
            assert worker.stdout is not None
            assert worker.stdout.readline() == b"ready\n"
            _wait_until(lambda most=kill_after: len(sink.taken) >= most, worker)  # type: ignore[misc]
            worker.send_signal(signal.SIGKILL)
        _adds_up(update)
        # A lease later, as if nothing had happened.
        time_machine.move_to(timezone.now() + LEASE + timedelta(seconds=1), tick=True)
        update_sending.settle_lost(now=timezone.now())

    update_sending.send_until_done(batches=50)

    counts = _adds_up(update)
    assert counts["sent"] + counts["unknown"] == len(addresses)
    assert counts["unknown"] <= 2 * CHUNK_ROWS
    assert max(Counter(sink.offered).values()) == 1
    sent = UpdateDelivery.objects.filter(update=update, state="sent")
    assert set(sent.values_list("signature__email", flat=True)) <= set(sink.taken)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_drops_its_clients_loses_nothing(
    sink: Sink, time_machine: TimeMachineFixture
) -> None:
    letter = open_letter()
    addresses = crowd(letter, 300)
    update = owed(letter)
    with _worker(sink) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"ready\n"
        _wait_until(lambda: len(sink.taken) >= 50, worker)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
    _adds_up(update)

    time_machine.move_to(timezone.now() + LEASE + timedelta(seconds=1), tick=True)
    update_sending.send_until_done(batches=50)

    counts = _adds_up(update)
    assert counts["sent"] + counts["unknown"] == len(addresses)
    assert max(Counter(sink.offered).values()) == 1
