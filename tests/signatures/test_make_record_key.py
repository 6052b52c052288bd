from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from signatures.record.keys import load_key


def test_a_key_is_made_for_its_owner_alone(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.RECORD_KEY_FILE = tmp_path / "key.pem"
    call_command("make_record_key")
    assert settings.RECORD_KEY_FILE.stat().st_mode & 0o777 == 0o600
    load_key(settings.RECORD_KEY_FILE)
    said = capsys.readouterr().out
    assert said == ("The record key is in place. Keep a copy where no one else can read it.\n")


def test_a_key_that_exists_is_kept(tmp_path: Path, settings: Settings) -> None:
    settings.RECORD_KEY_FILE = tmp_path / "key.pem"
    call_command("make_record_key")
    before = settings.RECORD_KEY_FILE.read_bytes()
    call_command("make_record_key")
    assert settings.RECORD_KEY_FILE.read_bytes() == before


def test_what_is_no_key_is_refused_and_left_alone(tmp_path: Path, settings: Settings) -> None:
    settings.RECORD_KEY_FILE = tmp_path / "key.pem"
    settings.RECORD_KEY_FILE.write_text("no key")
    with pytest.raises(CommandError):
        call_command("make_record_key")
    assert settings.RECORD_KEY_FILE.read_text() == "no key"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, settings: Settings) -> None:
    settings.RECORD_KEY_FILE = tmp_path / "file" / "key.pem"
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CommandError):
        call_command("make_record_key")
