"""Backups that are damaged, sealed for others, killed or in the wrong place."""

import errno
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import IO, Any

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import FileField
from django.utils import timezone
from pytest_django import Settings

from campaign import database, database_copy
from campaign.letters.models import Letter, Update, UpdateState
from signatures.backups import restoring, sealing
from signatures.backups.manifest import Manifest
from signatures.record import rollback_guard, sequencer
from signatures.record.format.checkpoint import Checkpoint, sign_checkpoint
from signatures.record.keys import load_or_create_key
from tests.empty_place import empty_database
from tests.signatures.factories import BRIGID, SALMA, listed, open_letter
from tests.signatures.notifications.updates import owed
from tests.signatures.record.record_invariants import latest

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]
PASSPHRASE = "twelve characters and more"


IDENTITY = pyrage.x25519.Identity.generate()


@pytest.fixture(autouse=True)
def identity_file(settings: Settings, tmp_path: Path) -> Path:
    """Sealed for a recipient: a passphrase takes two seconds each time."""
    settings.BACKUP_RECIPIENTS = [str(IDENTITY.to_public())]
    sequencer.record_key()
    file = tmp_path / "identity"
    file.write_text(f"# created: today\n{IDENTITY}\n")
    return file


@pytest.fixture
def letter() -> Letter:
    letter = open_letter()
    listed(letter, BRIGID)
    return letter


@pytest.fixture
def backup(letter: Letter, tmp_path: Path) -> Path:
    return made(tmp_path / "backups")


@pytest.fixture
def elsewhere(backup: Path, tmp_path: Path) -> Iterator[None]:
    """An empty database, and no checkpoints."""
    shutil.rmtree(rollback_guard.folder())
    with empty_database(tmp_path):
        yield


def made(into: Path, *options: str) -> Path:
    call_command("backup", str(into), *options)
    return max(each for each in into.iterdir() if not each.name.startswith("."))


def restore(backup: Path, *options: str) -> None:
    identity = backup.parent.parent / "identity"
    call_command("restore", str(backup), *options, "--identity", str(identity))


def refused(backup: Path, *options: str) -> str:
    with pytest.raises(CommandError) as caught:
        restore(backup, *options)
    return str(caught.value)


def told_of(backup: Path) -> Manifest:
    return opened(backup).manifest


def opened(backup: Path) -> restoring.Backup:
    return restoring.open_backup(folder=backup, identities=[IDENTITY])


def test_everything_of_the_site_is_in_the_database() -> None:
    """But checkpoints, and what was counted. What is to be kept in a file has to go into the
    backup, too."""
    assert [
        field
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, FileField)
    ] == []
    using = {
        str(path.relative_to(ROOT))
        for app in ("campaign", "signatures")
        for path in (ROOT / app).glob("**/*.py")
        if "settings.DATA_DIR" in path.read_text()
    }
    assert using == {
        "campaign/connections.py",
        "campaign/counters.py",
        "signatures/backups/making.py",
        "signatures/record/rollback_guard.py",
        # Which backup is the newest is known by the machine that made it.
        "signatures/views/operations/metrics.py",
    }


def test_backup_is_for_its_owner_alone_and_says_nothing_in_clear(backup: Path) -> None:
    assert (backup.stat().st_mode & 0o777, backup.parent.stat().st_mode & 0o777) == (0o700, 0o700)
    names = {"database.pgdump.age", "manifest.json.age", "SHA256SUMS", "README.txt"}
    assert {each.name for each in backup.iterdir()} == names
    assert {each.stat().st_mode & 0o777 for each in backup.iterdir()} == {0o600}
    written = b"".join(each.read_bytes() for each in backup.iterdir())
    for secret in (BRIGID.email, BRIGID.details.name):
        assert secret.encode() not in written
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=backup, check=True)


def test_no_key_of_the_site_is_in_it(backup: Path, settings: Settings) -> None:
    content = told_of(backup).to_json().decode()
    pem = Path(settings.RECORD_KEY_FILE).read_text().splitlines()[1]
    for key in (settings.SECRET_KEY, settings.DATA_KEY or settings.SECRET_KEY, pem):
        assert key not in content


def test_program_without_us_opens_it(backup: Path) -> None:
    """As README.txt says; `age` and its library read the same format."""
    copy = pyrage.decrypt((backup / "database.pgdump.age").read_bytes(), [IDENTITY])
    listing = subprocess.run(
        [database_copy.program("pg_restore"), "--list"],
        input=copy,
        capture_output=True,
        check=True,
    ).stdout
    assert b"TABLE DATA public signatures_signature" in listing


def test_copy_and_manifest_are_of_one_moment(letter: Letter, tmp_path: Path) -> None:
    """Whoever signs while it is written is in neither."""
    dump = database_copy.dump

    def slowly(take: database_copy.Take) -> None:
        from tests.concurrency import at_once

        at_once([lambda: listed(letter, SALMA)])
        dump(take)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database_copy, "dump", slowly)
        backup = made(tmp_path / "backups")
    assert latest(letter).size == 4
    sizes = {each.origin: each.size for each in told_of(backup).logs}
    assert sizes == {letter.origin: 3}
    assert f"ends at {3}" in _refused_elsewhere(backup, tmp_path)
    with empty_database(tmp_path):
        restore(backup, "--yes", "--behind")
        assert latest(letter).size == 3


def _refused_elsewhere(backup: Path, tmp_path: Path) -> str:
    with empty_database(tmp_path):
        return refused(backup, "--yes")


def test_damaged_backup_is_refused_before_anything_is_touched(
    backup: Path, elsewhere: None
) -> None:
    whole = {each.name: each.read_bytes() for each in backup.iterdir()}
    for name, said in (
        ("database.pgdump.age", "is damaged"),
        ("manifest.json.age", "cannot be opened"),
    ):
        content = whole[name]
        for broken in (content[:-1], content[: len(content) // 2], b"", content[:-20] + b"x" * 20):
            (backup / name).write_bytes(broken)
            assert said in refused(backup, "--yes", "--newest"), (name, len(broken))
        (backup / name).unlink()
        assert refused(backup, "--yes", "--newest")
        (backup / name).write_bytes(content)
    assert database_copy.is_empty()
    assert not rollback_guard.has_folder()
    restore(backup, "--yes", "--newest")


def test_copy_of_another_backup_is_no_part_of_this_one(backup: Path, letter: Letter) -> None:
    """Sealed for the same recipient, it would open."""
    again = shutil.copytree(backup, backup.with_name("1999"))
    shutil.rmtree(backup)
    newer = made(backup.parent)
    shutil.copy(again / "database.pgdump.age", newer / "database.pgdump.age")
    assert "is damaged" in refused(newer)


def test_passphrase_opens_what_it_sealed(
    letter: Letter, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BACKUP_RECIPIENTS = []
    settings.BACKUP_PASSPHRASE = PASSPHRASE
    backup = made(tmp_path / "backups")
    call_command("restore", str(backup))
    settings.BACKUP_PASSPHRASE = "another one, as long as that"
    with pytest.raises(CommandError, match=r"^The passphrase does not open this backup\.$"):
        call_command("restore", str(backup))
    monkeypatch.setattr(sys, "stdin", StringIO())
    settings.BACKUP_PASSPHRASE = ""
    with pytest.raises(CommandError, match="Set BACKUP_PASSPHRASE"):
        call_command("restore", str(backup))
    with pytest.raises(CommandError, match="always sealed"):
        made(tmp_path / "more")
    settings.BACKUP_PASSPHRASE = "too short"
    with pytest.raises(CommandError, match="fewer than 12 characters"):
        made(tmp_path / "more")
    assert not (tmp_path / "more").exists()
    for content in (b"", b"no key"):
        (backup / "key.age").write_bytes(content)
        with pytest.raises(CommandError, match="does not open"):
            call_command("restore", str(backup))


def test_recipients_alone_open_what_is_sealed_for_them(
    letter: Letter, settings: Settings, tmp_path: Path, identity_file: Path
) -> None:
    yours, other = (pyrage.x25519.Identity.generate() for _ in range(2))
    settings.BACKUP_RECIPIENTS = [str(IDENTITY.to_public()), str(yours.to_public())]
    backup = made(tmp_path / "backups")
    assert not (backup / "key.age").exists()
    with pytest.raises(CommandError, match="--identity"):
        call_command("restore", str(backup))
    for identity in (IDENTITY, yours):
        identity_file.write_text(str(identity))
        restore(backup)
    for text, said in (
        (str(other), "cannot be opened"),
        ("no key", "no file of age’s"),
        ("# nothing", "no secret key"),
    ):
        identity_file.write_text(text)
        assert said in refused(backup)
    for text in ("age1nonsense", str(other)):
        settings.BACKUP_RECIPIENTS = [str(yours.to_public()), text]
        with pytest.raises(CommandError, match="number 2 is no public key of age") as caught:
            made(tmp_path / "backups")
        assert text not in str(caught.value)


def test_wrong_keys_are_named_and_not_shown(
    backup: Path, elsewhere: None, settings: Settings, tmp_path: Path, capsys: Any
) -> None:
    right = settings.SECRET_KEY
    # As a site without DATA_KEY: SECRET_KEY is both.
    settings.SECRET_KEY = "another secret key, which is long enough to be one, too"
    said = refused(backup, "--yes", "--newest")
    assert said == "DATA_KEY is not the one of this backup: no address would be known again."
    settings.DATA_KEY = right
    restore(backup, "--newest")
    out = capsys.readouterr().out
    assert "SECRET_KEY is another one" in out
    assert right not in out
    settings.SECRET_KEY_FALLBACKS = [right]
    restore(backup, "--newest")
    assert "SECRET_KEY is another one" not in capsys.readouterr().out
    settings.RECORD_KEY_FILE = tmp_path / "none.pem"
    assert "Put the record key of this backup there." in refused(backup, "--yes", "--newest")
    load_or_create_key(settings.RECORD_KEY_FILE)
    assert "is not the record key of this backup" in refused(backup, "--yes", "--newest")
    assert database_copy.is_empty()


def test_backup_of_a_newer_release_is_refused(
    letter: Letter, tmp_path: Path, settings: Settings
) -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_applied("signatures", "9999_later")
    try:
        backup = made(tmp_path / "backups")
    finally:
        recorder.record_unapplied("signatures", "9999_later")
    said = _refused_elsewhere(backup, tmp_path)
    assert "does not know 1 of its migrations, as signatures.9999_later" in said


def test_backup_of_an_older_release_is_migrated(
    backup: Path, elsewhere: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []

    def watched(name: str, **options: Any) -> Any:
        ran.append(name)
        return call_command(name, **options)

    monkeypatch.setattr("signatures.backups.restoring.call_command", watched)
    restore(backup, "--yes", "--newest")
    assert ran == ["migrate"]


@pytest.mark.parametrize(
    ("made_by", "fits"),
    [("postgresql 9.6", True), ("postgresql 99.1", False), ("sqlite 3", False), ("", False)],
)
def test_copy_is_loaded_by_the_same_engine_as_new_or_newer(made_by: str, fits: bool) -> None:
    assert database_copy.is_loadable(made_by) is fits
    assert database_copy.is_loadable(database_copy.version())


def test_without_kept_checkpoints_somebody_has_to_know(
    backup: Path, elsewhere: None, letter: Letter, tmp_path: Path
) -> None:
    assert "--newest" in refused(backup, "--yes")
    # An empty folder knows no more than none.
    rollback_guard.adopt()
    assert "--newest" in refused(backup, "--yes")
    assert database_copy.is_empty()
    # A reader has a newer checkpoint.
    newer = tmp_path / "checkpoint"
    key = sequencer.record_key()
    newer.write_text(
        sign_checkpoint(checkpoint=Checkpoint(letter.origin, 7, bytes(32)), private_key=key)
    )
    said = refused(backup, "--yes", "--newest", "--published", str(newer))
    assert "lines up to 7 were published, and this backup ends at 3" in said
    assert "continue_record" in said
    restore(backup, "--yes", "--behind", "--published", str(newer))
    assert Letter.objects.get().is_paused
    assert rollback_guard.kept_size(origin=letter.origin) == 7


def test_checkpoint_that_is_not_ours_proves_nothing(
    backup: Path, elsewhere: None, letter: Letter, tmp_path: Path
) -> None:
    path = tmp_path / "checkpoint"
    other = Ed25519PrivateKey.generate()
    foreign = sign_checkpoint(checkpoint=Checkpoint(letter.origin, 7, bytes(32)), private_key=other)
    for note in ("", "nonsense", foreign):
        path.write_text(note)
        said = refused(backup, "--yes", "--newest", "--published", str(path))
        assert "no checkpoint of this site" in said
    same_size = Checkpoint(letter.origin, 3, bytes(32))
    path.write_text(sign_checkpoint(checkpoint=same_size, private_key=sequencer.record_key()))
    said = refused(backup, "--yes", "--newest", "--published", str(path))
    assert "is not the one that was published" in said


def test_letter_that_is_newer_than_the_backup_counts_as_lost(
    backup: Path, letter: Letter, tmp_path: Path
) -> None:
    note = sign_checkpoint(
        checkpoint=Checkpoint("letters.example/letters/new/record", 2, bytes(32)),
        private_key=sequencer.record_key(),
    )
    rollback_guard.keep(origin="letters.example/letters/new/record", note=note)
    said = _refused_elsewhere(backup, tmp_path)
    assert "letters.example/letters/new/record: lines up to 2 were published" in said


def test_damaged_kept_checkpoint_is_no_reason_to_go_on(backup: Path, tmp_path: Path) -> None:
    [path] = rollback_guard.folder().iterdir()
    for content in (b"", b"\xff", path.read_bytes()[:-9], b"a\n1\nx"):
        path.write_bytes(content)
        assert "cannot be checked" in _refused_elsewhere(backup, tmp_path)


def test_paused_site_stays_paused_on_another_machine(letter: Letter, tmp_path: Path) -> None:
    """Its database was behind when the backup was made: the backup knows."""
    note = sign_checkpoint(
        checkpoint=Checkpoint(letter.origin, 9, bytes(32)), private_key=sequencer.record_key()
    )
    rollback_guard.keep(origin=letter.origin, note=note)
    backup = made(tmp_path / "backups")
    shutil.rmtree(rollback_guard.folder())
    with empty_database(tmp_path):
        restore(backup, "--yes", "--newest")
        assert Letter.objects.get().is_paused


def test_update_on_its_way_is_paused(letter: Letter, tmp_path: Path) -> None:
    """Who got it after the backup, the backup does not know: nobody gets it twice unasked."""
    owed(letter)
    backup = made(tmp_path / "backups")
    with empty_database(tmp_path):
        restore(backup, "--yes")
        assert Update.objects.get().state == UpdateState.PAUSED


def test_backup_that_cannot_be_written_leaves_nothing(
    letter: Letter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into = tmp_path / "backups"

    def full(_path: Path) -> IO[bytes]:
        return open("/dev/full", "wb", buffering=0)

    with monkeypatch.context() as patch:
        patch.setattr(sealing, "_opened", full)
        with pytest.raises(CommandError, match=r"is full\. Nothing is left"):
            made(into)
    assert list(into.iterdir()) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="cannot be written"):
        made(tmp_path / "file" / "backups")


def test_pg_dump_that_fails_or_is_missing_is_told(
    letter: Letter, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    into = tmp_path / "backups"
    with monkeypatch.context() as patch:
        # It writes some, and ends badly.
        fake = tmp_path / "pg_dump"
        fake.write_text("#!/bin/sh\necho some\necho 'pg_dump: error: cut off' >&2\nexit 1\n")
        fake.chmod(0o700)
        patch.setattr(database_copy, "program", lambda _name: str(fake))
        with pytest.raises(CommandError, match=r"^pg_dump: error: cut off$"):
            made(into)
    with monkeypatch.context() as patch:
        patch.setattr(database_copy, "get_exec_path", list)
        patch.setattr(database_copy, "_DEBIAN", tmp_path)
        with pytest.raises(CommandError, match="postgresql-client-"):
            made(into)
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
        with pytest.raises(CommandError, match="not PgBouncer"):
            made(into)
    assert list(into.iterdir()) == []


def test_killed_backup_is_no_backup_and_goes_with_the_next(
    letter: Letter, tmp_path: Path, settings: Settings
) -> None:
    into = tmp_path / "backups"
    into.mkdir()
    draft = into / ".2026-11-30T030000Z.partial"
    program = (
        "import sys, time\nfrom pathlib import Path\nimport django\ndjango.setup()\n"
        "from signatures.backups import making\n"
        "with making._drafted(Path(sys.argv[1])) as draft:\n"
        "    (draft / 'database.pgdump.age').write_text('half')\n"
        "    print('begun', flush=True)\n    time.sleep(60)\n"
    )
    command = [sys.executable, "-c", program, str(into / "2026-11-30T030000Z")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"begun\n"
        # Another one leaves it alone while it is being written.
        first = made(into)
        assert draft.is_dir()
        process.send_signal(signal.SIGKILL)
    assert sorted(into.iterdir()) == [draft, first]
    shutil.rmtree(first)
    assert sorted(into.iterdir()) == [draft]
    second = made(into)
    assert sorted(into.iterdir()) == [second]


def test_old_backups_go_once_a_new_one_is_whole(letter: Letter, tmp_path: Path) -> None:
    into = tmp_path / "backups"
    first = made(into)
    named = {
        days: into / (timezone.now() - timedelta(days=days)).strftime("%Y-%m-%dT%H%M%SZ")
        for days in (13, 15, 400)
    }
    for folder in named.values():
        shutil.copytree(first, folder)
    others = into / "2020-01-01", into / "2020-01-01T000000Z", into / ".download.partial"
    for folder in others:
        # No backups: nothing that we made.
        folder.mkdir()
    shutil.rmtree(first)
    with pytest.raises(CommandError, match="from 1 up"):
        made(into, "--keep-days", "0")
    last = made(into, "--keep-days", "14")
    assert sorted(into.iterdir()) == sorted([*others, named[13], last])


def test_old_backup_that_was_deleted_in_part_goes_with_the_next(
    letter: Letter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into = tmp_path / "backups"
    first = made(into)
    old = first.rename(into / "2020-01-01T000000Z")
    elsewhere = shutil.copytree(old, tmp_path / "kept")
    linked = into / "2020-01-02T000000Z"
    linked.symlink_to(elsewhere)

    def broken_off(folder: Path) -> None:
        (folder / "SHA256SUMS").unlink()
        raise OSError(errno.EIO, "Input/output error", str(folder))

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", broken_off)
        with pytest.raises(CommandError, match="Input/output error"):
            made(into, "--keep-days", "14")
    assert not old.exists()
    [second] = [each for each in into.iterdir() if each != linked and each.name[0] != "."]
    shutil.rmtree(second)
    third = made(into, "--keep-days", "14")
    assert sorted(into.iterdir()) == [linked, third]
    assert (elsewhere / "SHA256SUMS").exists()


def test_copy_that_breaks_off_leaves_the_database_empty(
    backup: Path, elsewhere: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    unseal = sealing.unseal

    def half(*, path: Path, identities: Any, into: Any) -> None:
        if not path.name.startswith("database"):
            return unseal(path=path, identities=identities, into=into)
        whole = pyrage.decrypt(path.read_bytes(), identities)
        into.write(whole[: len(whole) // 2])
        return None

    with monkeypatch.context() as patch:
        patch.setattr(sealing, "unseal", half)
        assert "It cannot be loaded" in refused(backup, "--yes", "--newest")
    assert database_copy.is_empty()
    assert not rollback_guard.has_folder()
    restore(backup, "--yes", "--newest")
    with database.consistent_read(seconds=5):
        assert Letter.objects.count() == 1
