"""Webhooks, told to a real server on this machine and checked as a receiver would."""

import hmac
import json
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from time_machine import TimeMachineFixture

from campaign.letters.models import Letter
from campaign.organizers import account_mail
from campaign.organizers.models import AuditEntry, Organizer, Role
from signatures.models import NoticeKind, Webhook, WebhookDelivery
from signatures.notifications.notices import telling
from signatures.notifications.webhooks import owing, sending, settings, signing
from signatures.record import snapshots
from signatures.verification.network import environment, https
from signatures.verification.problems import ProofRefused
from tests.concurrency import at_once
from tests.signatures.factories import BRIGID, listed, make_organizer, make_team, open_letter
from tests.signatures.verification.fake_internet import Handler, LocalWorld

pytestmark = pytest.mark.django_db

HOST = "hooks.quayside.example"
URL = f"https://{HOST}/told?token=abc"
PATH = "/told?token=abc"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalWorld]:
    local = LocalWorld(tmp_path)
    with local.running() as seen:
        monkeypatch.setattr(environment, "world", seen)
        yield local


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def owner(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team)


def make(letter: Letter, owner: Organizer, *kinds: str, url: str = URL) -> tuple[Webhook, str]:
    return settings.create(
        team=letter.team,
        organizer=owner,
        url=url,
        kinds=kinds or settings.kinds(),
        now=timezone.now(),
    )


def reach_milestone(letter: Letter) -> None:
    snapshots.choose_milestones(letter=letter, milestones=[1])
    letter.refresh_from_db()
    listed(letter, BRIGID)
    telling.tell(now=timezone.now())


def is_genuine(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As a receiver does it, without our own code."""
    key = b64decode(secret.split("_", 1)[1])
    signed = b".".join(
        (headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body)
    )
    expected = b64encode(hmac.new(key, signed, "sha256").digest()).decode()
    is_fresh = abs(time.time() - int(headers["webhook-timestamp"])) < 300
    return is_fresh and headers["webhook-signature"] == f"v1,{expected}"


def outcome(delivery: WebhookDelivery) -> tuple[int | None, str, bool, bool]:
    delivery.refresh_from_db()
    return (
        delivery.status,
        delivery.problem,
        delivery.delivered_at is not None,
        delivery.failed_at is not None,
    )


def test_signature_is_that_of_the_standard() -> None:
    """The vector that the standard's own libraries are tested with."""
    assert (
        signing.signature(
            secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp=1614265330,
            body=b'{"test": 2432232314}',
        )
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_secrets_are_new_and_long() -> None:
    made = {signing.new_secret() for _each in range(20)}
    assert len(made) == 20
    assert {len(b64decode(each.removeprefix("whsec_"), validate=True)) for each in made} == {32}


def test_a_happening_is_told_once_with_figures_alone(
    letter: Letter, owner: Organizer, world: LocalWorld
) -> None:
    site = world.site(HOST)
    site.pages[PATH] = 204
    _webhook, secret = make(letter, owner)
    make(letter, owner, NoticeKind.BURST, url="https://burst.example/")
    stranger = make_organizer(team=make_team(slug="other"), email="o@other.example")
    settings.create(
        team=make_team(slug="other"),
        organizer=stranger,
        url="https://other.example/",
        kinds=settings.kinds(),
        now=timezone.now(),
    )
    reach_milestone(letter)
    telling.tell(now=timezone.now())

    assert sending.send_due() == 1
    assert sending.send_due() == 0
    [(headers, body)] = site.posted
    assert is_genuine(secret, headers, body)
    assert not is_genuine(secret, headers, body + b" ")
    assert headers["content-type"] == "application/json"
    told = json.loads(body)
    assert (set(told), told["type"]) == ({"type", "timestamp", "data"}, "milestone.reached")
    base = f"http://127.0.0.1:8000/letters/{letter.slug}/"
    assert told["data"] == {
        "letter": letter.slug,
        "letter_url": base,
        "url": f"{base}snapshots/1/",
        "signatures": 1,
        "snapshot": 1,
    }
    assert outcome(WebhookDelivery.objects.get()) == (204, "", True, False)


def silence(_handler: Handler) -> None:
    time.sleep(3)


def huge_head(handler: Handler) -> None:
    handler.raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200_000 + b"\r\n")


def huge_body(handler: Handler) -> None:
    handler.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n")
    handler.drip(b"x" * 10_000, seconds=0)


MISTREATED: dict[str, tuple[int | Callable[[Handler], None], tuple[Any, ...]]] = {
    "error": (500, (500, "", False, False)),
    "redirect": (lambda handler: handler.moved("https://127.0.0.1/"), (302, "", False, False)),
    "silence": (silence, (None, "too_slow", False, False)),
    "no http": (lambda handler: handler.raw(b"hello\r\n\r\n"), (None, "broken", False, False)),
    "huge head": (huge_head, (None, "broken", False, False)),
    # Its status is all that counts, and nothing more is read.
    "huge body": (huge_body, (200, "", True, False)),
}


@pytest.mark.parametrize("how", MISTREATED)
def test_whatever_is_answered_ends(
    letter: Letter,
    owner: Organizer,
    world: LocalWorld,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    monkeypatch.setattr(https, "POST_TIMEOUT_SECONDS", 1.0)
    answer, expected = MISTREATED[how]
    site = world.site(HOST)
    site.pages[PATH] = answer
    webhook, _secret = make(letter, owner)
    owing.test(webhook=webhook, now=timezone.now())
    began = time.monotonic()
    assert sending.send_due() == 1
    assert time.monotonic() - began < 2.5
    assert outcome(WebhookDelivery.objects.get()) == expected
    assert len(site.posted) == 1


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "192.168.1.1", "127.0.0.3"])
def test_nobody_inside_is_told(
    letter: Letter, owner: Organizer, world: LocalWorld, address: str
) -> None:
    webhook, _secret = make(letter, owner)
    owing.test(webhook=webhook, now=timezone.now())
    world.says(HOST, "A", address)
    sending.send_due()
    assert outcome(WebhookDelivery.objects.get()) == (None, "inward", False, False)
    assert world.connections == 0


def test_a_name_that_turns_inward_leads_where_it_was_checked(
    letter: Letter, owner: Organizer, world: LocalWorld
) -> None:
    """Each attempt resolves once, and goes to what it resolved."""
    site = world.site(HOST)
    site.pages[PATH] = 200
    world.then_says(HOST, "A", "10.0.0.1")
    webhook, _secret = make(letter, owner)
    owing.test(webhook=webhook, now=timezone.now())
    sending.send_due()
    first = WebhookDelivery.objects.get()
    assert outcome(first) == (200, "", True, False)
    owing.replay(delivery=first, now=timezone.now())
    sending.send_due()
    assert outcome(first) == (None, "inward", False, False)
    assert len(site.posted) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.quayside.example/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://[::1]/",
        "https://localhost/",
        "https://intern.local/",
        "https://somebody@hooks.quayside.example/",
        "https://hooks.quayside.example:8443/",
        "https://hooks.quayside.example:x/",
        "https://hooks.quayside.example/a\r\nHost: elsewhere.example",
        "https://hooks/",
        "https:///path",
        "ftp://hooks.quayside.example/",
    ],
)
def test_addresses_that_cannot_be_told_are_refused(url: str) -> None:
    with pytest.raises(ProofRefused):
        settings.address_of(url)


def test_an_address_is_asked_for_as_it_was_typed() -> None:
    for url, host, path in (
        (URL, HOST, PATH),
        ("https://Hooks.Quayside.example", HOST, "/"),
        (f"https://{HOST}:443/a%20b/ü?x=ж#part", HOST, "/a%20b/%C3%BC?x=%D0%B6"),
        (f"https://{HOST}/a b", HOST, "/a%20b"),
        ("https://bücher.example/", "xn--bcher-kva.example", "/"),
    ):
        assert settings.address_of(url) == settings.Address(host, path)


def test_it_is_tried_again_later_and_later_then_no_more(
    letter: Letter, owner: Organizer, world: LocalWorld, time_machine: TimeMachineFixture
) -> None:
    site = world.site(HOST)
    site.pages[PATH] = 503
    webhook, _secret = make(letter, owner)
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    owing.test(webhook=webhook, now=now)
    for after in (timedelta(), *sending.RETRY_AFTER[:-1]):
        now += after
        time_machine.move_to(now - timedelta(seconds=1), tick=False)
        assert sending.send_due() == 0
        time_machine.move_to(now, tick=False)
        assert sending.send_due() == 1
    assert outcome(WebhookDelivery.objects.get()) == (503, "", False, False)
    assert len({headers["webhook-id"] for headers, _body in site.posted}) == 1
    # All that time it has failed. The certificates of this internet last a day.
    Webhook.objects.update(failing_since=now)
    now += sending.RETRY_AFTER[-1]
    time_machine.move_to(now, tick=False)
    assert sending.send_due() == 1
    assert WebhookDelivery.objects.get().failed_at == now
    assert sending.send_due() == 0


@pytest.mark.parametrize(("answer", "days"), [(500, 3), (410, 0)])
def test_what_fails_for_days_is_switched_off_and_owners_are_told(
    letter: Letter,
    owner: Organizer,
    world: LocalWorld,
    answer: int,
    days: int,
) -> None:
    make_organizer(team=letter.team, email="vetter@open-stage.example", role=Role.VETTER)
    world.site(HOST).pages[PATH] = answer
    webhook, secret = make(letter, owner)
    if days:
        since = timezone.now() - timedelta(days=days)
        Webhook.objects.update(failing_since=since + timedelta(minutes=1))
        owing.test(webhook=webhook, now=timezone.now())
        sending.send_due()
        webhook.refresh_from_db()
        assert webhook.is_active
        Webhook.objects.update(failing_since=since)
    for _each in range(2):
        owing.test(webhook=webhook, now=timezone.now())
    sending.send_due()
    webhook.refresh_from_db()
    assert not webhook.is_active
    assert sending.send_due() == 0
    account_mail.send_owed()
    [message] = mail.outbox
    assert (message.to, message.subject) == ([owner.email], f"A webhook was switched off: {HOST}")
    assert "token" not in str(message.body)
    assert secret not in str(message.body)


def test_one_success_ends_the_failing(letter: Letter, owner: Organizer, world: LocalWorld) -> None:
    world.site(HOST).pages[PATH] = 200
    webhook, _secret = make(letter, owner)
    Webhook.objects.update(failing_since=timezone.now() - timedelta(days=9))
    owing.test(webhook=webhook, now=timezone.now())
    sending.send_due()
    webhook.refresh_from_db()
    assert (webhook.is_active, webhook.failing_since) == (True, None)


def test_a_new_secret_holds_at_once(letter: Letter, owner: Organizer, world: LocalWorld) -> None:
    site = world.site(HOST)
    site.pages[PATH] = 200
    webhook, old = make(letter, owner)
    owing.test(webhook=webhook, now=timezone.now())
    new = settings.replace_secret(webhook=webhook, organizer=owner)
    sending.send_due()
    [(headers, body)] = site.posted
    assert (is_genuine(old, headers, body), is_genuine(new, headers, body)) == (False, True)


def test_the_secret_and_the_address_are_in_no_entry(letter: Letter, owner: Organizer) -> None:
    webhook, secret = make(letter, owner)
    settings.change(webhook=webhook, organizer=owner, url=URL, kinds=["burst"], is_active=False)
    settings.replace_secret(webhook=webhook, organizer=owner)
    settings.delete(webhook=webhook, organizer=owner)
    entries = AuditEntry.objects.order_by("pk").values_list("action", "detail")
    assert list(entries) == [
        ("create_webhook", HOST),
        ("change_webhook", HOST),
        ("replace_webhook_secret", HOST),
        ("delete_webhook", HOST),
    ]
    assert secret.encode() not in bytes(webhook.secret)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_once(world: LocalWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = open_letter()
    webhook, _secret = make(letter, make_organizer(team=letter.team))
    site = world.site(HOST)
    site.pages[PATH] = 200
    for _each in range(3):
        owing.test(webhook=webhook, now=timezone.now())
    # As in several processes: the lock holds in one alone.
    monkeypatch.setattr(https, "one_at_a_time", _NoLock())
    assert sum(at_once([sending.send_due] * 3)) == 3
    assert len({headers["webhook-id"] for headers, _body in site.posted}) == len(site.posted) == 3


class _NoLock:
    def acquire(self, *, blocking: bool) -> bool:
        return not blocking

    def release(self) -> None:
        pass
