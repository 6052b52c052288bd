"""A record that cannot be continued takes no signatures, says so, and goes on when it can."""

from pathlib import Path

import pytest
import structlog
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from campaign.letters.models import Letter
from signatures import confirmation, links, signing
from signatures.errors import LetterNotOpen
from signatures.models import Checkpoint, SignatureState, Tile
from signatures.record import halting, rollback_guard, tally
from signatures.tasks import sequence_letter, watch_records
from tests.signatures.factories import (
    BRIGID,
    MEI,
    SALMA,
    confirmed,
    listed,
    load,
    make_organizer,
    open_letter,
    pending,
)

pytestmark = pytest.mark.django_db

PAUSED = "Signing is paused"


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def behind(
    letter: Letter, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> Letter:
    """What was published of its record is more than the database holds."""
    with django_capture_on_commit_callbacks(execute=True):
        listed(letter, BRIGID, SALMA)
    older = Checkpoint.objects.filter(letter=letter).order_by("size")
    newest = older.last()
    assert newest is not None
    [kept] = _kept()
    kept.write_text(newest.note.replace(f"\n{newest.size}\n", f"\n{newest.size}9\n"))
    return letter


def _kept() -> list[Path]:
    return list((Path(django_settings.DATA_DIR) / "checkpoints").iterdir())


def _halted(letter: Letter) -> bool:
    return Letter.objects.filter(pk=letter.pk, halted_at__isnull=False).exists()


def test_record_that_is_behind_halts_its_letter_before_anybody_signs(behind: Letter) -> None:
    with structlog.testing.capture_logs() as logs:
        watch_records()
    assert _halted(behind)
    assert [each["event"] for each in logs] == ["record_refused"]


def test_record_that_is_behind_halts_its_letter_when_it_is_continued(behind: Letter) -> None:
    confirmed(behind, MEI)
    sequence_letter(behind.pk)
    assert _halted(behind)


def test_halted_letter_takes_no_signature_and_no_confirmation(behind: Letter) -> None:
    waiting = pending(behind, MEI)
    halting.halt(letter_id=behind.pk, reason="test", now=timezone.now())
    behind.refresh_from_db()
    with pytest.raises(LetterNotOpen):
        signing.sign(
            letter=behind,
            translation=waiting.translation,
            email="late@hopeful-mail.example",
            details=MEI.details,
            language="en",
            network_key=None,
        )
    # Also by a process that has not heard of it.
    waiting.letter.halted_at = None
    with pytest.raises(LetterNotOpen):
        confirmation.confirm(signature=waiting, expected_revision=waiting.revision)
    assert load(waiting.pk).state == SignatureState.PENDING


def test_halted_letter_says_so_to_readers_signers_organizers_and_operators(
    behind: Letter, client: Client
) -> None:
    waiting = pending(behind, MEI)
    link = f"/s/{links.token_for(signature=waiting)}/"
    halting.halt(letter_id=behind.pk, reason="test", now=timezone.now())
    assert PAUSED in client.get(f"/letters/{behind.slug}/").content.decode()
    response = client.get(link)
    assert (response.status_code, PAUSED in response.content.decode()) == (409, True)
    response = client.post(f"/letters/{behind.slug}/sign/", {"name": "Late"})
    assert PAUSED in response.content.decode()
    answer = client.get("/readyz").json()
    assert (answer["status"], answer["paused_letters"]) == ("degraded", 1)
    client.force_login(make_organizer(team=behind.team))
    desk = reverse("desk_letter", args=[behind.slug])
    assert PAUSED in client.get(desk).text
    halting.resume(letter_id=behind.pk)
    assert PAUSED not in client.get(desk).text


def test_halted_letter_goes_on_by_itself_once_its_record_can(behind: Letter) -> None:
    watch_records()
    assert _halted(behind)
    last = tally.latest(letter_id=behind.pk)
    assert last is not None
    [kept] = _kept()
    kept.write_text(last.note)
    watch_records()
    watch_records()
    assert not _halted(behind)
    behind.refresh_from_db()
    confirmed(behind, MEI)
    sequence_letter(behind.pk)
    after = tally.latest(letter_id=behind.pk)
    assert after is not None
    assert after.total == last.total + 1


def test_altered_tiles_halt_the_letter(letter: Letter) -> None:
    listed(letter, BRIGID)
    Tile.objects.filter(letter=letter, level=0).update(hashes=b"\x00" * 32)
    watch_records()
    assert _halted(letter)


def test_letter_whose_checkpoint_was_not_kept_gets_it_kept(
    letter: Letter, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        listed(letter, BRIGID)
    last = tally.latest(letter_id=letter.pk)
    assert last is not None
    [kept] = _kept()
    kept.unlink()
    watch_records()
    assert [path.read_text() for path in _kept()] == [last.note]
    assert not _halted(letter)


def test_disk_that_takes_no_checkpoint_is_told_and_stops_nothing(
    letter: Letter,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("signatures.record.atomic_file.replace", full)
    with (
        structlog.testing.capture_logs() as logs,
        django_capture_on_commit_callbacks(execute=True),
    ):
        listed(letter, BRIGID)
    assert {each["event"] for each in logs} == {"checkpoint_not_kept"}
    assert tally.latest(letter_id=letter.pk) is not None


def test_database_on_a_machine_without_the_folder_must_be_adopted(
    letter: Letter,
    settings: Settings,
    tmp_path: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        listed(letter, BRIGID)
    last = tally.latest(letter_id=letter.pk)
    assert last is not None
    settings.DATA_DIR = tmp_path
    watch_records()
    assert _halted(letter)

    call_command("adopt_records")

    assert not _halted(letter)
    assert [path.read_text() for path in _kept()] == [last.note]
    assert capsys.readouterr().out == f"{letter.origin}: {last.size} lines\n"
    with pytest.raises(CommandError):
        call_command("adopt_records")


def test_folder_is_made_where_no_record_exists(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    rollback_guard.require_folder()
    assert rollback_guard.has_folder()
