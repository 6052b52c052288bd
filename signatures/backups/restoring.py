"""A backup comes back into an empty place, and never silently behind what was published."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from campaign import database_copy
from campaign.database_copy import CannotCopy
from campaign.keyed_hash import Purpose, is_keyed_hash
from campaign.letters.models import Letter, Update, UpdateState
from signatures.backups import manifest, sealing
from signatures.backups.errors import BackupUnusable, CannotRestore
from signatures.backups.making import MANIFEST_FILE
from signatures.backups.manifest import Manifest
from signatures.notifications import releasing
from signatures.record import halting, rollback_guard
from signatures.record.format import checkpoint as signed
from signatures.record.format.checkpoint import MalformedCheckpoint
from signatures.record.format.notes import MalformedNote, UnverifiedNote, Verifier
from signatures.record.keys import UnusableKey, load_key
from signatures.record.rollback_guard import DatabaseBehind

_HASHED_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """One that is whole: its hash was compared, and its keys are those of this place."""

    folder: Path
    manifest: Manifest
    identities: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Restored:
    paused_letters: int
    paused_updates: int


def open_backup(*, folder: Path, identities: Sequence[Any]) -> Backup:
    """Reads all of it, and writes nothing. Raises BackupUnusable."""
    content = sealing.unseal_small(path=folder / MANIFEST_FILE, identities=identities)
    told = Manifest.parse(content)
    copy = folder / Path(told.copy).name
    try:
        with copy.open("rb") as file:
            found = hashlib.sha256()
            while chunk := file.read(_HASHED_BYTES):
                found.update(chunk)
    except OSError as error:
        raise BackupUnusable(f"{copy} cannot be read: {error.strerror}.") from error
    if found.hexdigest() != told.copy_sha256:
        raise BackupUnusable(f"{copy} is damaged: it is not what the manifest tells.")
    return Backup(folder, told, identities)


def wrong_keys(backup: Backup) -> list[str]:
    """What has to be set first, without any key in it."""
    needed = backup.manifest.keys
    try:
        here = manifest.fingerprints()
    except UnusableKey as error:
        return [f"{error} Put the record key of this backup there."]
    found = []
    if here.data != needed.data:
        found.append("DATA_KEY is not the one of this backup: no address would be known again.")
    if here.record != needed.record:
        found.append(
            f"{settings.RECORD_KEY_FILE} is not the record key of this backup: no record could go "
            "on."
        )
    return found


def has_secret_key(backup: Backup) -> bool:
    """Whether links and codes that were sent before still open. Replacing that key is allowed."""
    needed = bytes.fromhex(backup.manifest.keys.secret)
    return is_keyed_hash(needed, Purpose.SECRET_KEY_FINGERPRINT)


def obstacles(backup: Backup, *, newest: bool, behind: bool, published: Sequence[str]) -> list[str]:
    """Why it cannot be restored here as asked; empty if it can."""
    found = [*wrong_keys(backup), *_of_versions(backup.manifest)]
    if not database_copy.is_empty():
        found.append(
            "The database is not empty. Restore into a new one: createdb, then DATABASE_URL; with "
            "SQLite move the file away. Keep the old one until all is well."
        )
    if found:
        # Without the right key no checkpoint can be read.
        return found
    try:
        lost = lines_behind(backup.manifest, published=published)
    except DatabaseBehind as error:
        return [str(error)]
    if lost and not behind:
        found.append(_refusal(lost))
    elif not (lost or newest or behind) and (unknown := _logs_nobody_kept(backup.manifest)):
        found.append(
            f"No checkpoint of {unknown[0]} is kept in DATA_DIR, so nobody can tell whether "
            "anything was published after this backup. Put DATA_DIR/checkpoints back from the old "
            "machine, or name a checkpoint that somebody has with --published FILE. If surely "
            "nobody signed after it, add --newest."
        )
    return found


def _logs_nobody_kept(told: Manifest) -> list[str]:
    """Of those in the backup; what readers bring does not say that it is the newest."""
    key = load_key(settings.RECORD_KEY_FILE)
    kept = {each.origin for each in rollback_guard.every_kept(private_key=key)}
    return [each.origin for each in told.logs if each.origin not in kept]


def lines_behind(told: Manifest, *, published: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Logs that were published further than this backup goes: by name, to where, and to where it
    goes. Raises DatabaseBehind for a checkpoint that cannot be checked, or is of another past."""
    key = load_key(settings.RECORD_KEY_FILE)
    known = {each.origin: each for each in told.logs}
    seen = [*rollback_guard.every_kept(private_key=key)]
    seen += [_checked(note, key) for note in published]
    found: dict[str, tuple[int, int]] = {}
    for each in seen:
        own = known.get(each.origin)
        size = own.size if own else 0
        if each.size > max(size, found.get(each.origin, (0, 0))[0]) and (
            own or each.origin not in told.ended
        ):
            found[each.origin] = (each.size, size)
        elif own and each.size == size and each.root != _checked(own.note, key).root:
            raise DatabaseBehind(
                f"{each.origin}: the record in this backup is not the one that was published."
            )
    return found


def restore(backup: Backup, *, newest: bool, behind: bool, published: Sequence[str]) -> Restored:
    """Into the empty database, all of it or nothing; then what this release adds to the tables.

    Letters whose record is behind what was published are paused before anybody signs. Updates that
    were on their way are paused, too: who got them since, the backup does not know. Raises
    CannotRestore or BackupUnusable, and then nothing was done.
    """
    if found := obstacles(backup, newest=newest, behind=behind, published=published):
        raise CannotRestore("\n".join(found))

    def fill(into: IO[bytes]) -> None:
        path = backup.folder / Path(backup.manifest.copy).name
        sealing.unseal(path=path, identities=backup.identities, into=into)

    try:
        database_copy.load(fill)
    except CannotCopy as error:
        raise BackupUnusable(f"It cannot be loaded: {error}") from error
    # Before any process of the site could sign: the folder is what holds it back.
    rollback_guard.adopt()
    notes = (*backup.manifest.kept, *(each.note for each in backup.manifest.logs), *published)
    for note in notes:
        rollback_guard.keep(origin=note.partition("\n")[0], note=note)
    _check_kept(backup.manifest, published)
    call_command("migrate", interactive=False, verbosity=0)
    on_their_way = list(Update.objects.filter(state=UpdateState.SENDING))
    for update in on_their_way:
        releasing.pause(update=update)
    halting.watch()
    return Restored(_paused(), len(on_their_way))


def _check_kept(told: Manifest, published: Sequence[str]) -> None:
    sizes = [(each.origin, each.size) for each in told.logs]
    key = load_key(settings.RECORD_KEY_FILE)
    sizes += [(each.origin, each.size) for each in (_checked(note, key) for note in published)]
    if any(rollback_guard.kept_size(origin=origin) < size for origin, size in sizes):
        raise CannotRestore(
            f"The database is there, but {rollback_guard.folder()} cannot be written. Do not start "
            "the site: make room, empty the database, and restore again."
        )


def _of_versions(told: Manifest) -> list[str]:
    found = []
    if not database_copy.is_loadable(told.version):
        found.append(
            f"It is of {told.version}, and this is {database_copy.version()}: it needs the same "
            "engine, as new or newer."
        )
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    if unknown := [each for each in told.migrations if tuple(each) not in known]:
        app, name = unknown[-1]
        found.append(
            f"A newer release made it: this one does not know {len(unknown)} of its migrations, "
            f"as {app}.{name}. Install that release, or a newer one."
        )
    return found


def _checked(note: str, key: Any) -> signed.Checkpoint:
    origin = note.partition("\n")[0]
    try:
        verifier = Verifier.of(name=origin, private_key=key)
        return signed.open_checkpoint(note=note, verifier=verifier)
    except (MalformedNote, UnverifiedNote, MalformedCheckpoint) as error:
        raise DatabaseBehind(
            f"What is said to be published is no checkpoint of this site ({error})."
        ) from error


def _refusal(lost: dict[str, tuple[int, int]]) -> str:
    lines = [
        f"{origin}: lines up to {there} were published, and this backup ends at {here}."
        for origin, (there, here) in sorted(lost.items())
    ]
    return "\n".join(
        [
            "This backup is older than what was published:",
            *lines,
            "To go on from it would be a second history, and anyone who holds a newer checkpoint "
            "can prove it. People who withdrew or were erased since would be on the list again.",
            "Look for something newer first: a later backup, or the archived write-ahead log, "
            "which leads to the last moment (docs/running.md, “Back to a moment”).",
            "Only if there is nothing newer anywhere: restore with --behind. The letters are then "
            "paused, and `manage.py continue_record` begins new logs that tell in public how many "
            "lines are lost (docs/running.md, “When signatures are lost”).",
        ]
    )


def _paused() -> int:
    return Letter.objects.filter(halted_at__isnull=False).count()
