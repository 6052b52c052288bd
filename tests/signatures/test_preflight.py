"""Whether a machine is fit to run the site, before it does."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone
from pytest_django import Settings

from tests.signatures.factories import open_letter, pending

pytestmark = pytest.mark.django_db

ALL_WELL = {
    "DATA_DIR": "ok",
    "Database": "ok",
    "Clocks": "ok",
    "Redis": "ok",
    "Mail server": "ok",
    "Record key": "ok",
    "Data key": "ok",
}


@pytest.fixture(autouse=True)
def _key(settings: Settings, tmp_path: Path) -> None:
    settings.RECORD_KEY_FILE = tmp_path / "key.pem"
    call_command("make_record_key")


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def _said(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    capsys.readouterr()
    with suppress(CommandError):
        call_command("preflight")
    lines = capsys.readouterr().out.splitlines()
    return dict(line.split(": ", 1) for line in lines)


def test_machine_that_reaches_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert _said(capsys) == ALL_WELL


def test_record_key_that_cannot_be_read(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.RECORD_KEY_FILE = tmp_path / "none.pem"
    with pytest.raises(CommandError, match=r"^1 of 7 checks failed\.$"):
        call_command("preflight")
    assert _said(capsys) == ALL_WELL | {
        "Record key": f"The record key {tmp_path}/none.pem cannot be read: "
        "No such file or directory."
    }


def test_data_key_that_is_not_the_one_of_this_database(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    pending(open_letter())
    assert _said(capsys) == ALL_WELL
    first, settings.SECRET_KEY = settings.SECRET_KEY, "another secret, as long as it should be"
    assert _said(capsys) == ALL_WELL | {
        "Data key": "DATA_KEY is not the key that the addresses in this database are known by. "
        "It is what SECRET_KEY was while DATA_KEY was not set."
    }
    settings.DATA_KEY = first
    assert _said(capsys) == ALL_WELL


def test_services_out_of_reach(
    settings: Settings, closed_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.REDIS_URL = f"redis://:secret@127.0.0.1:{closed_port}/0"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed_port
    said = _said(capsys)
    assert {name for name, words in said.items() if words != "ok"} == {"Redis", "Mail server"}
    assert "secret" not in str(said)


def test_folder_that_is_not_there(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DATA_DIR = tmp_path / "nowhere"
    assert _said(capsys) == ALL_WELL | {
        "DATA_DIR": "DATA_DIR cannot be written to: No such file or directory."
    }


def test_database_out_of_reach(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def gone() -> None:
        raise OperationalError("connection refused\nby somebody's address")

    monkeypatch.setattr(connection, "cursor", gone)
    said = _said(capsys)
    assert said["Database"] == "The database does not answer: connection refused"


def test_migrations_that_wait(capsys: pytest.CaptureFixture[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE id = "
            "(SELECT max(id) FROM django_migrations WHERE app = 'signatures')"
        )
    assert _said(capsys)["Database"] == "1 migrations wait: run `manage.py migrate`."


def test_clock_that_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=365, hours=1)):
        said = _said(capsys)
    assert said["Clocks"].startswith("The clocks of this machine and the database are 365 days")
