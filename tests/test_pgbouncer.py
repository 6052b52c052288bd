"""The site through PgBouncer in transaction mode, where each transaction may find itself on another
connection of the server: nothing may be prepared, set or left open there."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from campaign import database
from campaign.letters.models import Event, Letter
from signatures import tasks
from signatures.models import Checkpoint, Delivery, DeliveryState, Signature, Snapshot, VettingState
from signatures.moderation import decisions
from signatures.notifications import deliveries
from signatures.record import snapshots
from signatures.record.sequencer import sequence
from signatures.screening import watchlist
from tests import services
from tests.conftest import SQLITE
from tests.signatures.factories import (
    BRIGID,
    MEI,
    SALMA,
    confirmed,
    listed,
    make_organizer,
    open_letter,
    publish_version,
    someone,
)
from tests.signatures.views.visitors import letter_url, link_url

if SQLITE:
    pytest.skip("PgBouncer stands in front of PostgreSQL only.", allow_module_level=True)
if services.pgbouncer_binary() is None:
    pytest.skip("PgBouncer is missing: apt-get install pgbouncer.", allow_module_level=True)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def pooled() -> Iterator[dict[str, object]]:
    """Host and port of a PgBouncer in front of the tests' own server."""
    told = connection.settings_dict
    with services.pgbouncer(server=told["HOST"], user=told["USER"]) as folder:
        yield {"HOST": folder, "PORT": str(services.PGBOUNCER_PORT)}


@pytest.fixture(autouse=True)
def _through_pgbouncer(
    transactional_db: None, pooled: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """As DATABASE_THROUGH_PGBOUNCER=1 sets it (tests/campaign/test_settings.py)."""
    told = connection.settings_dict
    options = {key: told["OPTIONS"][key] for key in told["OPTIONS"] if key != "options"}
    options["prepare_threshold"] = None
    connection.close()
    for key, value in (pooled | {"OPTIONS": options, "DISABLE_SERVER_SIDE_CURSORS": True}).items():
        monkeypatch.setitem(told, key, value)
    yield
    connection.close()


def backends(times: int) -> set[int]:
    """Of the server, one for each transaction."""
    found = set()
    with connection.cursor() as cursor:
        for _time in range(times):
            cursor.execute("SELECT pg_backend_pid()")
            found.add(cursor.fetchone()[0])
    return found


def body(client: Client, url: str) -> bytes:
    response = client.get(url)
    assert (url, response.status_code) == (url, 200)
    return b"".join(response)


def test_each_transaction_is_on_another_connection() -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _each: _asked_at_once(), range(4)))
    assert len(backends(8)) > 1


def _asked_at_once() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.2)")
    finally:
        connection.close()


def test_signing_confirming_counting_and_reading(client: Client) -> None:
    letter = open_letter()
    people = [someone(number) for number in range(12)]
    for who in people:
        sent = {
            "name": who.details.name,
            "email": who.email,
            "profession": "author",
            "country": "IE",
            "consent_publish": "on",
        }
        assert client.post(letter_url(letter, "sign/"), sent).status_code == 303
    tasks.send_owed_mail()
    assert len(mail.outbox) == len(people)
    for signature in Signature.objects.order_by("pk"):
        answer = {"answer": "sign", "consent_publish": "on", "seen": "1"}
        url = link_url(signature)
        assert client.post(url, answer).status_code == 303
    while sequence(letter_id=letter.pk):
        pass
    latest = Checkpoint.objects.latest()
    assert (latest.people, Event.objects.count()) == (len(people), 0)
    for path in (
        "",
        "signatories/",
        "signatories/?q=signer",
        "signatories/3/",
        "press/",
        "record/",
    ):
        assert body(client, letter_url(letter, path))
    rows = body(client, letter_url(letter, "signatories.csv")).decode().splitlines()
    assert sum("Signer Number" in row for row in rows) == len(people)
    assert body(client, letter_url(letter, "signatories.json")).count(b"Signer Number") == 12
    assert body(client, letter_url(letter, "record/export")).count(b"Signer Number") == 12


def test_sequencers_at_once_write_one_record() -> None:
    letter = open_letter()
    for number in range(20):
        confirmed(letter, someone(number))

    def run(_each: int) -> None:
        try:
            while sequence(letter_id=letter.pk):
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    while sequence(letter_id=letter.pk):
        pass
    numbers = Signature.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 21))


def test_a_whole_reading_is_of_one_moment() -> None:
    letter = open_letter()
    listed(letter, BRIGID)
    with database.consistent_read(seconds=5):
        assert len(backends(8)) == 1
        before = Signature.objects.count()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(_sign_elsewhere, letter).result(timeout=30)
        assert Signature.objects.count() == before
    assert Signature.objects.count() == before + 1
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


def _sign_elsewhere(letter: Letter) -> None:
    try:
        confirmed(letter, SALMA)
    finally:
        connection.close()


def test_mail_is_claimed_once_by_workers_at_once() -> None:
    letter = open_letter()
    for number in range(12):
        confirmed(letter, someone(number))
    Delivery.objects.update(state=DeliveryState.OWED)

    def run(_each: int) -> int:
        try:
            return deliveries.send_owed(batch=5)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        taken = list(pool.map(run, range(3)))
    assert sum(taken) == Delivery.objects.exclude(state=DeliveryState.OWED).count()


def test_vetting_snapshots_and_a_new_text(client: Client) -> None:
    letter = open_letter()
    ottilie = make_organizer(team=letter.team)
    ruth = make_organizer(team=letter.team, email="ruth@open-stage.example")
    watchlist.add(letter=letter, names=[MEI.details.name], organizer=ottilie)
    watchlist.forget()
    listed(letter, BRIGID)
    held = confirmed(letter, MEI)
    for organizer, state in ((ottilie, VettingState.SECONDED), (ruth, VettingState.APPROVED)):
        done = decisions.approve(
            vetting=held.vetting, organizer=organizer, expected_revision=held.revision
        )
        assert done == state
        held.refresh_from_db()
    while sequence(letter_id=letter.pk):
        pass
    snapshot = snapshots.take(letter=letter)
    csv = body(client, letter_url(letter, f"snapshots/{snapshot.number}.csv"))
    assert MEI.details.name.encode() in csv
    publish_version(letter, body="We ask to be asked, twice.")
    while sequence(letter_id=letter.pk):
        pass
    tasks.ask_about_new_texts()
    assert Snapshot.objects.count() == 1
    assert body(client, letter_url(letter, "versions/1-2/"))
