"""What waits and what is wrong, in figures."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from campaign import limited
from campaign.letters.models import Event, Letter, Update
from campaign.limits import Limit
from campaign.mail.models import MailServer
from campaign.mail.outbox import Outbox
from campaign.organizers import applications
from signatures.backups import last_made
from signatures.models import Delivery, UpdateDelivery, Vetting
from signatures.record import halting
from signatures.views.operations.metrics import OUTBOXES
from tests.organizers.people import applied
from tests.signatures.factories import (
    BRIGID,
    SALMA,
    confirmed,
    open_letter,
    pending,
    sequence,
)
from tests.signatures.notifications.updates import hearing, owed

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture(autouse=True)
def _nobody_refused() -> Iterator[None]:
    limited.forget()
    yield
    limited.forget()


def told(client: Client) -> dict[str, float]:
    """What is so now; what was counted is `counted`."""
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    gauges = set(re.findall(r"(?m)^# TYPE (\w+) gauge$", response.text))
    lines = [line for line in response.text.splitlines() if re.split("[{ ]", line)[0] in gauges]
    values = dict(line.rsplit(" ", 1) for line in lines)
    return {name.removeprefix("undersigned_"): float(value) for name, value in values.items()}


def test_nothing_waits_and_nothing_is_wrong(client: Client) -> None:
    assert {name: value for name, value in told(client).items() if value} == {}


def test_what_waits_is_counted_and_its_age(client: Client, letter: Letter) -> None:
    sequence(letter)
    pending(letter, SALMA)
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=90))
    confirmed(letter, BRIGID)
    Vetting.objects.create(
        signature=confirmed(letter, SALMA.but(name="Salma Two")),
        letter=letter,
        reason="everyone",
        state="waiting",
        risk=10,
        opened_at=timezone.now(),
    )
    with time_machine.travel(timezone.now(), tick=False):
        found = told(client)
    owed = Delivery.objects.filter(state="owed").count()
    assert found['mail_waiting{table="delivery",state="due"}'] == owed > 0
    assert 90 <= found['mail_oldest_seconds{table="delivery"}'] < 300
    assert found["record_events_waiting"] == 2
    assert found["record_oldest_event"] == Event.objects.order_by("pk")[0].pk
    assert found["signatures_to_check"] == 1


def test_mail_for_later_does_not_wait_yet(client: Client, letter: Letter) -> None:
    pending(letter)
    Delivery.objects.update(due_at=timezone.now() + timedelta(hours=1))
    found = told(client)
    assert {name: value for name, value in found.items() if "mail" in name and value} == {}


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"attempts": 1}, "due"),
        ({"attempts": 1, "leased_until": timedelta(minutes=-1)}, "due"),
        ({"attempts": 1, "leased_until": timedelta(minutes=1)}, "claimed"),
        ({"attempts": 1, "due_at": timedelta(minutes=5)}, "postponed"),
    ],
)
def test_each_mail_waits_in_one_state(
    client: Client, letter: Letter, changes: dict[str, int | timedelta], state: str
) -> None:
    pending(letter)
    now = timezone.now()
    Delivery.objects.update(
        **{
            name: now + value if isinstance(value, timedelta) else value
            for name, value in changes.items()
        }
    )
    found = {name: value for name, value in told(client).items() if name.startswith("mail_waiting")}
    assert {name: value for name, value in found.items() if value} == {
        f'mail_waiting{{table="delivery",state="{state}"}}': 1
    }


def test_mails_of_updates_are_counted_while_they_are_sent(client: Client, letter: Letter) -> None:
    hearing(letter, 2)
    update = owed(letter)
    first = UpdateDelivery.objects.filter(update=update)[0]
    UpdateDelivery.objects.filter(pk=first.pk).update(state="unknown", settled_at=timezone.now())
    found = told(client)
    assert found['update_mails{state="waiting"}'] == 1
    assert found['update_mails{state="unknown"}'] == 1
    Update.objects.update(state="paused")
    assert sum(value for name, value in told(client).items() if "update_mails" in name) == 0


def test_an_application_waits_once_its_address_is_confirmed(client: Client) -> None:
    application = applied(timezone.now())
    assert told(client)["applications_waiting"] == 0
    applications.confirm(application=application, now=timezone.now())
    assert told(client)["applications_waiting"] == 1


def test_every_table_that_owes_mail_is_told_of() -> None:
    assert {type(outbox) for outbox in OUTBOXES} == set(Outbox.__subclasses__())


def test_events_of_a_paused_letter_say_nothing_of_the_sequencer(
    client: Client, letter: Letter
) -> None:
    confirmed(letter)
    halting.halt(letter_id=letter.pk, reason="test", now=timezone.now())
    found = told(client)
    assert (found["record_events_waiting"] > 0, found["record_oldest_event"]) == (True, 0)


def test_the_time_of_the_newest_backup_is_told(client: Client, settings: Settings) -> None:
    last_made.tell(settings.DATA_DIR)
    try:
        made_at = told(client)["backup_made_timestamp_seconds"]
    finally:
        (settings.DATA_DIR / "backup-made").unlink()
    assert abs(time.time() - made_at) < 60
    assert told(client)["backup_made_timestamp_seconds"] == 0


def test_what_is_wrong_is_told(client: Client, letter: Letter, settings: Settings) -> None:
    halting.halt(letter_id=letter.pk, reason="test", now=timezone.now())
    now = timezone.now()
    MailServer.objects.create(failures=10, failing_since=now, paused_until=now, reply="554 5.7.1")
    limited.count_later(Limit.SIGN_FROM_NETWORK.name)
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    found = told(client)
    assert [found[name] for name in ("letters_paused", "mail_server_refuses", "redis_gone")] == [
        1,
        1,
        1,
    ]
    assert found['limit_refusals_today{limit="SIGN_FROM_NETWORK"}'] == 1


def test_it_costs_as_much_for_three_letters_as_for_one(
    client: Client, letter: Letter, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for slug in ("second", "third"):
        pending(open_letter(slug=slug))
    with django_assert_num_queries(16):
        client.get("/metrics")


def test_without_the_database_it_is_not_available(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", gone)
    assert Client(raise_request_exception=False).get("/metrics").status_code == 503


@pytest.mark.parametrize(
    ("peer", "forwarded", "status"),
    [
        ("127.0.0.1", "", 200),
        ("::1", "", 200),
        ("127.0.0.1", "127.0.0.1", 200),
        ("203.0.113.9", "", 404),
        ("127.0.0.1", "203.0.113.9", 404),
        # What a visitor writes stands ahead of what our proxy adds.
        ("127.0.0.1", "127.0.0.1, 203.0.113.9", 404),
        ("203.0.113.9", "127.0.0.1", 404),
        ("127.0.0.1", "unknown", 404),
        ("unix:", "203.0.113.9", 404),
        ("unix:", "", 200),
        ("10.0.0.1", "", 404),
    ],
)
def test_another_machine_is_told_nothing(
    client: Client, peer: str, forwarded: str, status: int
) -> None:
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    response = client.get("/metrics", REMOTE_ADDR=peer, headers=headers)
    assert response.status_code == status
    assert "no-store" in response["Cache-Control"]
