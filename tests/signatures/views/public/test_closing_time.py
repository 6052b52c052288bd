"""Until when a letter can be signed is told wherever it can be, and in the mail."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from campaign.letters.models import Letter
from signatures import links
from signatures.models import Delivery
from signatures.notifications.messages import build
from tests.signatures.factories import close, load, open_letter, pending
from tests.signatures.views.visitors import Page, letter_url, link_url, send

pytestmark = pytest.mark.django_db

NOW = datetime(2032, 5, 4, 12, tzinfo=UTC)
CLOSES = datetime(2032, 5, 5, 18, 30, tzinfo=UTC)
SAID = "Signing closes on 5 May 2032, 18:30 UTC."


@pytest.fixture
def letter() -> Letter:
    with time_machine.travel(NOW, tick=False):
        return open_letter(closes_at=CLOSES)


@pytest.mark.parametrize("page", ["/", "letter", "letter/embed/"])
def test_readers_are_told_until_when_they_can_sign(
    client: Client, letter: Letter, page: str
) -> None:
    path = page.replace("letter", letter_url(letter), 1).replace("//", "/")
    with time_machine.travel(NOW, tick=False):
        assert SAID in Page(client.get(path)).text


def test_the_press_and_programs_are_told_too(client: Client, letter: Letter) -> None:
    with time_machine.travel(NOW, tick=False):
        press = Page(client.get(letter_url(letter, "press/"))).text
        told = client.get(f"/api/v1/letters/{letter.slug}").json()
        embedded = client.get("/oembed", {"url": f"{settings.SITE_URL}{letter_url(letter)}"})
    assert "Signing closes5 May 2032, 18:30 UTC" in " ".join(press.split())
    assert told["closes_at"] == "2032-05-05T18:30:00Z"
    assert embedded.json()["closes_at"] == "2032-05-05T18:30:00Z"


def test_the_waiting_page_and_the_mail_say_the_earlier_of_the_two(
    client: Client, letter: Letter
) -> None:
    with time_machine.travel(NOW, tick=False):
        assert SAID in Page(client.get(send(client, letter)["Location"])).text
        [delivery] = Delivery.objects.all()
        delivery.signature = load(delivery.signature_id)
        assert "only if you confirm by 5 May 2032, 18:30 UTC" in str(build(delivery).body)
        page = Page(client.get(link_url(delivery.signature)))
        assert "by 5 May 2032, 18:30 UTC" in page.text


def test_a_letter_that_closes_later_gives_a_week(letter: Letter) -> None:
    Letter.objects.update(closes_at=NOW + timedelta(days=30))
    with time_machine.travel(NOW, tick=False):
        signature = pending(Letter.objects.get())
    assert links.confirm_until(signature) == NOW + timedelta(days=7)


def test_nobody_is_told_once_it_is_closed(client: Client, letter: Letter) -> None:
    with time_machine.travel(NOW, tick=False):
        close(letter)
        assert "Signing closes" not in Page(client.get(letter_url(letter))).text
        assert "Signing closes" not in Page(client.get("/")).text
