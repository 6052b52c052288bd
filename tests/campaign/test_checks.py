"""Settings that contradict each other stop the site before it starts."""

from pathlib import Path

import pytest
from django.core.checks import CheckMessage, run_checks
from pytest_django import Settings

from campaign import checks

SQLITE = {"default": {"ENGINE": "django.db.backends.sqlite3"}}
POSTGRESQL = {"default": {"ENGINE": "django.db.backends.postgresql"}}


def ids(found: list[CheckMessage]) -> list[str | None]:
    return [message.id for message in found]


def test_the_tests_own_settings_are_fine() -> None:
    assert [message for message in run_checks() if not message.is_silenced()] == []


@pytest.mark.parametrize(
    ("demo", "address", "found"),
    [
        (True, "http://127.0.0.1:8000", []),
        (True, "http://localhost:8000", []),
        (True, "https://letters.example", ["undersigned.E001"]),
        (True, "http://127.0.0.1.letters.example", ["undersigned.E001"]),
        (True, "http://localhost.letters.example", ["undersigned.E001"]),
        (False, "https://letters.example", []),
    ],
)
def test_the_demo_stays_on_this_machine(
    settings: Settings, demo: bool, address: str, found: list[str]
) -> None:
    settings.DEMO, settings.SITE_URL = demo, address
    assert ids(checks.demo_is_local()) == found


@pytest.mark.parametrize(
    ("databases", "redis", "found"),
    [
        (SQLITE, "", []),
        (POSTGRESQL, "redis://127.0.0.1/0", []),
        (SQLITE, "redis://127.0.0.1/0", ["undersigned.E002"]),
        (POSTGRESQL, "", ["undersigned.E003"]),
    ],
)
def test_the_database_and_redis_come_together(
    monkeypatch: pytest.MonkeyPatch,
    databases: dict[str, dict[str, str]],
    redis: str,
    found: list[str],
) -> None:
    monkeypatch.setattr("django.conf.settings.DATABASES", databases)
    monkeypatch.setattr("django.conf.settings.REDIS_URL", redis)
    assert ids(checks.processes_share_a_broker()) == found


def test_the_record_key_is_there_before_the_site_is(settings: Settings, tmp_path: Path) -> None:
    settings.DEMO = False
    settings.RECORD_KEY_FILE = tmp_path / "key.pem"
    assert ids(checks.record_key_is_kept()) == ["undersigned.E004"]
    settings.RECORD_KEY_FILE.touch()
    assert ids(checks.record_key_is_kept()) == []
    settings.DEMO, settings.RECORD_KEY_FILE = True, tmp_path / "no.pem"
    assert ids(checks.record_key_is_kept()) == []


def test_a_site_without_encryption_is_warned_about(settings: Settings) -> None:
    settings.DEMO, settings.SITE_URL = False, "http://letters.example"
    assert ids(checks.site_is_encrypted()) == ["undersigned.W001"]
    settings.SITE_URL = "https://letters.example"
    assert ids(checks.site_is_encrypted()) == []


def test_every_message_says_what_to_do(settings: Settings, tmp_path: Path) -> None:
    settings.DEMO, settings.SITE_URL = True, "https://letters.example"
    [message] = checks.demo_is_local()
    assert message.hint == "Unset DEMO, or serve at http://127.0.0.1."
