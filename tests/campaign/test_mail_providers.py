"""Which mail services are believed: those with a secret that nobody guesses."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from campaign import checks, mail_providers
from campaign.environment import Mailbox

GOOD = "hooks:sixteen letters and more"


def test_a_service_has_the_secret_that_is_set_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_WEBHOOK_POSTMARK_SECRET", GOOD)
    monkeypatch.setenv("MAIL_WEBHOOK_BREVO_SECRET", GOOD)
    secrets = mail_providers.configured(["postmark", "mailgun"])
    assert secrets == {"postmark": GOOD, "mailgun": ""}
    assert mail_providers.left_over(secrets) == ["MAIL_WEBHOOK_BREVO_SECRET"]
    with pytest.raises(ImproperlyConfigured, match=r"'nobody'\. It can name brevo, mailgun,"):
        mail_providers.configured(["nobody"])


@pytest.mark.parametrize(
    ("secrets", "codes"),
    [
        ({}, []),
        ({"postmark": GOOD, "mailgun": "a signing key of theirs"}, []),
        ({"postmark": ""}, ["E012"]),
        ({"postmark": "a:b"}, ["E012"]),
        ({"postmark": "long enough, without a name"}, ["E012"]),
        ({"mailgun": "short"}, ["E012"]),
    ],
)
def test_a_secret_that_protects_nothing_is_refused(
    settings: Settings, secrets: dict[str, str], codes: list[str]
) -> None:
    settings.MAIL_WEBHOOKS = secrets
    found = checks.returned_mail_is_told()
    assert [f"{each.id}".rpartition(".")[2] for each in found] == codes
    assert all(secret not in str(found) for secret in secrets.values() if secret)


def test_a_mailbox_needs_its_address(settings: Settings) -> None:
    settings.BOUNCE_MAILBOX = Mailbox("imaps", "mail.example", 993, "user", "password", "INBOX")
    settings.MAIL_WEBHOOK_SETTINGS_LEFT_OVER = ["MAIL_WEBHOOK_BREVO_SECRET"]
    found = checks.returned_mail_is_told()
    assert [each.id for each in found] == ["undersigned.E013", "undersigned.E014"]
    assert "password" not in repr(settings.BOUNCE_MAILBOX)
