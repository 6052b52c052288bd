"""Settings that contradict each other stop the site before it starts."""

from pathlib import Path
from typing import Any

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


def test_a_site_that_does_not_say_who_runs_it_is_warned_about(settings: Settings) -> None:
    assert checks.operator_is_told() == []
    settings.OPERATOR_NAME = {"en": "Letters Trust", "ar": ""}
    settings.OPERATOR_CONTACT = ""
    found = checks.operator_is_told()
    assert ids(found) == ["undersigned.W004"] * 2
    assert [message.msg.split()[0] for message in found] == ["OPERATOR_NAME", "OPERATOR_CONTACT"]


@pytest.mark.parametrize(
    ("demo", "key", "found"),
    [
        (True, "", []),
        (False, "", ["undersigned.W006"]),
        (False, "too short", ["undersigned.W007"]),
        (False, "abab" * 20, ["undersigned.W007"]),
        (False, "abcde" * 10, []),
    ],
)
def test_a_real_site_has_a_key_for_what_it_keeps(
    settings: Settings, demo: bool, key: str, found: list[str]
) -> None:
    settings.DEMO, settings.DATA_KEY = demo, key
    assert ids(checks.data_key_is_of_its_own()) == found


def test_every_message_says_what_to_do(settings: Settings, tmp_path: Path) -> None:
    settings.DEMO, settings.SITE_URL = True, "https://letters.example"
    [message] = checks.demo_is_local()
    assert message.hint == "Unset DEMO, or serve at http://127.0.0.1."


COMPLETE = {"client_id": "a", "secret": "b"}


def openid_connect(server: str) -> dict[str, Any]:
    app = COMPLETE | {"provider_id": "house", "name": "House", "settings": {"server_url": server}}
    return {"openid_connect": {"APPS": [app]}}


@pytest.mark.parametrize(
    ("demo", "providers", "found"),
    [
        (True, {"dummy": {}}, []),
        (False, {"dummy": {}}, ["undersigned.E006"]),
        (False, {"orcid": {"APPS": [COMPLETE]}}, []),
        (False, {"orcid": {"APPS": [{"client_id": "a", "secret": ""}]}}, ["undersigned.E007"]),
        (False, openid_connect("https://house.example"), []),
        (False, openid_connect(""), ["undersigned.E007"]),
        (False, openid_connect("http://house.example"), ["undersigned.E008"]),
        (False, openid_connect("http://127.0.0.1:9400"), ["undersigned.E008"]),
        (False, openid_connect("house.example"), ["undersigned.E008"]),
        (True, openid_connect("http://127.0.0.1:9400"), []),
        (True, openid_connect("http://house.example"), ["undersigned.E008"]),
    ],
)
def test_accounts_are_shown_at_services_that_are_whole_and_real(
    settings: Settings, demo: bool, providers: dict[str, Any], found: list[str]
) -> None:
    settings.DEMO, settings.SOCIALACCOUNT_PROVIDERS = demo, providers
    assert ids(checks.accounts_can_be_shown()) == found


def test_credentials_that_belong_to_no_service_are_a_slip(settings: Settings) -> None:
    settings.ACCOUNT_SETTINGS_LEFT_OVER = ["ACCOUNT_TWITCH_SECRET"]
    [message] = checks.accounts_can_be_shown()
    assert message.id == "undersigned.E009"
    assert "ACCOUNT_TWITCH_SECRET" in message.msg


def test_what_is_missing_is_named(settings: Settings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {"orcid": {"APPS": [{"client_id": "a", "secret": ""}]}}
    [message] = checks.accounts_can_be_shown()
    assert "names orcid, but ACCOUNT_ORCID_SECRET must be set, too." in message.msg


def test_cards_are_drawn_with_all_that_they_need_or_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert ids(checks.cards_can_be_drawn()) == []
    monkeypatch.setattr(checks, "_A_FONT", "static/fonts/README.md")
    assert ids(checks.cards_can_be_drawn()) == ["undersigned.W003"]
    monkeypatch.setattr("campaign.checks.features.check", lambda name: name != "fribidi")
    assert ids(checks.cards_can_be_drawn()) == ["undersigned.W002", "undersigned.W003"]


@pytest.mark.parametrize(
    ("demo", "proxies", "found"),
    [
        (False, [], ["undersigned.W005"]),
        (False, ["10.0.0.0/24"], []),
        (True, [], []),
    ],
)
def test_a_real_site_names_its_proxies(
    settings: Settings, demo: bool, proxies: list[str], found: list[str]
) -> None:
    settings.DEMO, settings.TRUSTED_PROXIES = demo, proxies
    assert ids(checks.proxies_are_named()) == found
