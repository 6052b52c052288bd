"""A team's webhooks at the desk: for owners alone, with a secret that is shown once."""

import logging
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import AuditEntry, Role
from signatures.models import Webhook, WebhookDelivery
from signatures.notifications.webhooks import settings
from tests.signatures.factories import make_organizer, make_team, open_letter

pytestmark = pytest.mark.django_db

TYPED = {"url": "https://hooks.quayside.example/told?token=abc", "kinds": ["milestone", "burst"]}


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def owner(letter: Letter) -> Client:
    client = Client()
    client.force_login(make_organizer(team=letter.team))
    return client


def pages(letter: Letter) -> dict[str, str]:
    """Of the one webhook that there is, by what is done there."""
    webhook = Webhook.objects.get()
    slug, key = letter.team.slug, webhook.pk
    return {
        "all": reverse("desk_webhooks", args=[slug]),
        **{
            name or "page": reverse(f"desk_webhook{name and '_'}{name}", args=[slug, key])
            for name in ("", "secret", "test", "delete")
        },
    }


def secrets_in(text: str) -> list[str]:
    return re.findall(r"whsec_[A-Za-z0-9+/=]+", text)


def make(client: Client, letter: Letter) -> str:
    answer = client.post(reverse("desk_webhooks", args=[letter.team.slug]), TYPED)
    [secret] = secrets_in(answer.text)
    return secret


def test_the_secret_is_shown_once_and_logged_never(
    letter: Letter, owner: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    first = make(owner, letter)
    assert settings.secret_of(Webhook.objects.get()) == first
    at = pages(letter)
    [second] = secrets_in(owner.post(at["secret"]).text)
    assert second != first
    owner.post(at["test"])
    trail = reverse("desk_team_audit", args=[letter.team.slug])
    for url in (at["all"], at["page"], trail, reverse("desk_team", args=[letter.team.slug])):
        text = owner.get(url).text
        assert secrets_in(text) == []
        assert ("token=abc" in text) == (url == at["page"])
    for secret in (first, second):
        assert secret not in caplog.text
    entries = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(entries) == ["create_webhook", "replace_webhook_secret"]


@pytest.mark.parametrize("role", [*Role, None])
def test_nobody_but_owners_finds_any_page(letter: Letter, owner: Client, role: Role | None) -> None:
    make(owner, letter)
    team = letter.team if role else make_team(slug="others")
    client = Client()
    client.force_login(
        make_organizer(team=team, email="else@open-stage.example", role=role or Role.OWNER)
    )
    expected = 200 if role == Role.OWNER else 404
    at = pages(letter)
    for name in ("all", "page"):
        assert (name, client.get(at[name]).status_code) == (name, expected)
    if role != Role.OWNER:
        for name, url in at.items():
            assert (name, client.post(url, TYPED).status_code) == (name, 404)
        assert Webhook.objects.count() == 1
        assert WebhookDelivery.objects.count() == 0


def test_what_is_changed_is_kept_and_begins_anew(letter: Letter, owner: Client) -> None:
    make(owner, letter)
    Webhook.objects.update(is_active=False, failing_since=timezone.now())
    at = pages(letter)
    owner.post(at["test"])
    assert WebhookDelivery.objects.count() == 0
    sent = {"url": "https://other.quayside.example/", "kinds": ["mail"], "is_active": "on"}
    assert owner.post(at["page"], sent).status_code == 303
    found = Webhook.objects.get()
    assert (found.url, found.kinds, found.is_active, found.failing_since) == (
        sent["url"],
        ["mail"],
        True,
        None,
    )
    assert owner.post(at["delete"]).status_code == 303
    assert Webhook.objects.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": ""},
        {"url": "http://hooks.quayside.example/"},
        {"url": "https://10.0.0.1/"},
        {"url": "https://hooks.quayside.example/" + "x" * 500},
        {"url": "https://hooks.quayside.example\r\nX: y"},
        {"kinds": []},
        {"kinds": ["digest"]},
    ],
)
def test_what_cannot_be_is_refused(
    letter: Letter, owner: Client, wrong: dict[str, str | list[str]]
) -> None:
    answer = owner.post(reverse("desk_webhooks", args=[letter.team.slug]), TYPED | wrong)
    assert (answer.status_code, Webhook.objects.count()) == (422, 0)


def test_a_team_has_a_few(letter: Letter, owner: Client) -> None:
    for _each in range(settings.MAX_WEBHOOKS_OF_TEAM):
        make(owner, letter)
    answer = owner.post(reverse("desk_webhooks", args=[letter.team.slug]), TYPED)
    assert (answer.status_code, secrets_in(answer.text)) == (409, [])
    assert Webhook.objects.count() == settings.MAX_WEBHOOKS_OF_TEAM


def test_it_is_told_again_when_it_has_ended(letter: Letter, owner: Client) -> None:
    make(owner, letter)
    owner.post(pages(letter)["test"])
    delivery = WebhookDelivery.objects.get()
    url = reverse("desk_webhook_replay", args=[letter.team.slug, delivery.webhook_id, delivery.pk])
    WebhookDelivery.objects.update(failed_at=timezone.now(), attempts=10, status=500)
    assert url in owner.get(pages(letter)["page"]).text
    assert owner.post(url).status_code == 303
    delivery.refresh_from_db()
    assert (delivery.failed_at, delivery.attempts) == (None, 0)
    assert url not in owner.get(pages(letter)["page"]).text
