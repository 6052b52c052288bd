"""The operator makes a backup while people sign, loses the machine, and has the site again."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from campaign.letters.models import Letter
from signatures.models import Signature
from signatures.record import sequencer, site_log
from signatures.tasks import watch_records
from tests.empty_place import empty_database
from tests.signatures.factories import BRIGID, MEI, SALMA, listed, open_letter
from tests.signatures.record.record_invariants import check_that_it_adds_up, latest

pytestmark = pytest.mark.django_db(transaction=True)


def test_site_is_lost_and_comes_back(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.BACKUP_PASSPHRASE = "twelve characters and more"
    backups, elsewhere = tmp_path / "backups", tmp_path / "elsewhere"
    elsewhere.mkdir()
    sequencer.record_key()
    letter = open_letter()
    listed(letter, BRIGID, SALMA)
    site_log.extend()
    names = sorted(Signature.objects.values_list("name", "number"))
    before = latest(letter).note
    call_command("backup", str(backups))
    [backup] = backups.iterdir()
    said = capsys.readouterr().out
    assert "letters: 1, signatures: 2." in said
    assert "worth nothing" in said

    # The machine is lost; the checkpoints were kept on another disk.
    with empty_database(tmp_path):
        call_command("restore", str(backup))
        assert capsys.readouterr().out.endswith("add --yes to do it.\n")
        call_command("restore", str(backup), "--yes")
        assert "Restored." in capsys.readouterr().out
        letter = Letter.objects.get()
        check_that_it_adds_up(letter)
        assert sorted(Signature.objects.values_list("name", "number")) == names
        assert latest(letter).note == before
        # Nobody has to do anything more: people sign on.
        listed(letter, MEI)
        check_that_it_adds_up(letter)
        watch_records()
        assert not Letter.objects.get().is_paused
        with pytest.raises(CommandError, match="The database is not empty"):
            call_command("restore", str(backup), "--yes")

    # What was published since is kept outside: the old backup may not come back unseen.
    with empty_database(tmp_path):
        with pytest.raises(
            CommandError, match="lines up to 5 were published, and this backup ends at 4"
        ):
            call_command("restore", str(backup), "--yes")
        call_command("restore", str(backup), "--yes", "--behind")
        assert Letter.objects.get().is_paused
        call_command("continue_record", letter.slug, "--yes")
        assert not Letter.objects.get().is_paused
        check_that_it_adds_up(Letter.objects.get())
