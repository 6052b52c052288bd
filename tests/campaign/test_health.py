from datetime import UTC, datetime

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings

from campaign.mail.models import MailServer


def test_healthz_asks_nobody(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert not response.cookies


@pytest.mark.django_db
def test_readyz_tells_what_it_stands_on(client: Client) -> None:
    response = client.get("/readyz")
    redis = "ok" if django_settings.REDIS_URL else "not used"
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "database": "ok",
        "redis": redis,
        "paused_letters": 0,
        "mail": "ok",
    }
    assert response["Cache-Control"].startswith("max-age=0")


@pytest.mark.django_db
def test_redis_gone_is_told_and_does_not_take_the_site_down(
    client: Client, settings: Settings
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "database": "ok",
        "redis": "gone",
        "paused_letters": 0,
        "mail": "ok",
    }


@pytest.mark.django_db
def test_a_mail_server_that_refuses_us_is_told(client: Client) -> None:
    since = datetime(2026, 11, 30, 6, 0, 1, tzinfo=UTC)
    MailServer.objects.create(
        failures=10, failing_since=since, paused_until=since, reply="554 5.7.1"
    )
    response = client.get("/readyz")
    assert response.status_code == 200
    assert {name: said for name, said in response.json().items() if "mail" in name} == {
        "mail": "paused",
        "mail_failing_since": "2026-11-30T06:00:01+00:00",
        "mail_reply": "554 5.7.1",
    }


def test_without_the_database_nothing_is_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise OperationalError("the server is gone, and its address is nobody's business")

    monkeypatch.setattr(connection, "cursor", gone)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "database": "gone"}
    elsewhere = client.get("/readyz", REMOTE_ADDR="203.0.113.9")
    assert (elsewhere.status_code, elsewhere.json()) == (503, {"status": "unavailable"})
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(("peer", "forwarded"), [("203.0.113.9", ""), ("127.0.0.1", "203.0.113.9")])
def test_another_machine_is_told_only_whether_it_is_ready(
    client: Client, settings: Settings, peer: str, forwarded: str
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    headers = {"x-forwarded-for": forwarded} if forwarded else {}

    response = client.get("/readyz", REMOTE_ADDR=peer, headers=headers)

    assert (response.status_code, response.json()) == (200, {"status": "ok"})
