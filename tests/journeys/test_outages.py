"""Signing stays open while the mail server or Redis is down, and what waited comes later."""

import socket
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from campaign import celery, limits, wake
from campaign.letters.models import Letter
from signatures.models import Delivery, DeliveryState
from tests.journeys.personas import NOOR, typed_by
from tests.journeys.visitor import Visitor
from tests.journeys.workers import count_of, link_in, mails_to, the_mail_to, the_workers_run

MEMORY = "django.core.mail.backends.locmem.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
# A broker that is asked again and again while somebody waits takes six.
PATIENCE_SECONDS = 3


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Held by us, and nobody listens: whoever connects is refused."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def test_the_mail_server_is_down_and_noors_mail_goes_out_by_itself_when_it_is_up(
    letter: Letter, settings: Settings, closed_port: int
) -> None:
    before = count_of(letter)
    settings.EMAIL_BACKEND = SMTP
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed_port
    noor = Visitor().goes_to(f"/letters/{letter.slug}/")
    noor.sends("Sign the letter", **typed_by(NOOR))
    assert "Check your inbox" in noor.text
    the_workers_run()
    assert mail.outbox == []
    assert Delivery.objects.get(state=DeliveryState.OWED).signature.email == NOOR.email

    settings.EMAIL_BACKEND = MEMORY
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        the_workers_run()
        the_workers_run()
        assert len(mails_to(NOOR)) == 1
        noor.goes_to(link_in(the_mail_to(NOOR))).sends("Send my answer", answer="sign")
        assert count_of(letter)["total"] == before["total"] + 1


@pytest.fixture
def redis_is_gone(
    letter: Letter, settings: Settings, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Also where none is used: then as if the site were told to use one that is not there."""
    settings.REDIS_URL = f"redis://127.0.0.1:{closed_port}/0"
    limits._limiter.cache_clear()
    monkeypatch.setitem(celery.app.conf, "broker_url", settings.REDIS_URL)
    monkeypatch.setattr(celery.app.amqp, "_producer_pool", None)
    wake._published.clear()
    yield
    limits._limiter.cache_clear()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("redis_is_gone")
def test_redis_is_gone_and_noor_signs_all_the_same(
    letter: Letter, caplog: pytest.LogCaptureFixture
) -> None:
    before = count_of(letter)
    noor = Visitor().goes_to(f"/letters/{letter.slug}/")
    started = time.monotonic()
    noor.sends("Sign the letter", **typed_by(NOOR))
    assert time.monotonic() - started < PATIENCE_SECONDS
    assert "Check your inbox" in noor.text
    the_workers_run()
    noor.goes_to(link_in(the_mail_to(NOOR))).sends("Send my answer", answer="sign")
    assert count_of(letter)["total"] == before["total"] + 1
    assert noor.client.get("/readyz").json()["redis"] == "gone"

    wake.publisher.wait()
    warnings = " ".join(record.getMessage() for record in caplog.records)
    assert "limit_not_counted" in warnings
    assert "broker_unreachable" in warnings
    assert NOOR.email not in warnings
