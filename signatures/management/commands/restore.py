"""A backup comes back into an empty database."""

import getpass
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from signatures.backups import restoring, sealing
from signatures.backups.errors import BackupUnusable, CannotRestore
from signatures.backups.restoring import Backup
from signatures.record import rollback_guard


class Command(BaseCommand):
    help = (
        "Check a backup that `manage.py backup` made, and with --yes restore it into an empty "
        "database. Stop web, workers and beat first. It is refused if more was published than it "
        "holds. Without --yes nothing is written."
    )
    # The database is still empty.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="the folder of one backup")
        parser.add_argument(
            "--identity", type=Path, metavar="FILE", help="age's secret key, for BACKUP_RECIPIENTS"
        )
        parser.add_argument(
            "--published",
            type=Path,
            metavar="FILE",
            action="append",
            default=[],
            help="a checkpoint that somebody has, as /record/checkpoint showed it",
        )
        which = parser.add_mutually_exclusive_group()
        which.add_argument(
            "--newest",
            action="store_true",
            help="nobody signed after it; needed where DATA_DIR keeps no checkpoints",
        )
        which.add_argument(
            "--behind", action="store_true", help="even if it lacks what was published"
        )
        parser.add_argument("--yes", action="store_true", help="do it")

    def handle(
        self,
        *_args: Any,
        folder: Path,
        identity: Path | None,
        published: list[Path],
        newest: bool,
        behind: bool,
        yes: bool,
        **_options: Any,
    ) -> None:
        notes = [_read(path) for path in published]
        try:
            identities = _identities(folder, identity)
            backup = restoring.open_backup(folder=folder, identities=identities)
            self._tell(backup)
            if yes:
                self._restore(backup, newest=newest, behind=behind, published=notes)
                return
            found = restoring.obstacles(backup, newest=newest, behind=behind, published=notes)
        except (BackupUnusable, CannotRestore) as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"The database does not answer: {error}") from error
        if found:
            self.stdout.write("\n".join(["It cannot be restored here:", *found]))
        else:
            self.stdout.write("It can be restored here; add --yes to do it.")

    def _tell(self, backup: Backup) -> None:
        told = backup.manifest
        self.stdout.write(
            f"{backup.folder} is whole: {told.site} as of {told.made_at}, {told.version}; letters: "
            f"{told.letters:,}, signatures: {told.signatures:,}."
        )
        for each in told.logs:
            self.stdout.write(f"{each.origin}: {each.size:,} lines")
        if not restoring.has_secret_key(backup):
            self.stdout.write(
                "SECRET_KEY is another one: links and codes in e-mails that were sent will not "
                "open. Put the key of then into SECRET_KEY or SECRET_KEY_FALLBACKS if you have it."
            )

    def _restore(
        self, backup: Backup, *, newest: bool, behind: bool, published: Sequence[str]
    ) -> None:
        done = restoring.restore(backup, newest=newest, behind=behind, published=published)
        self.stdout.write(f"Restored. Checkpoints are kept in {rollback_guard.folder()}.")
        if done.paused_letters:
            self.stdout.write(
                f"Paused letters: {done.paused_letters}. docs/running.md says how they go on, "
                "under “When signatures are lost”."
            )
        if done.paused_updates:
            self.stdout.write(
                f"Paused updates: {done.paused_updates}. Who got them after the backup is not "
                "known: an organizer resumes or cancels each."
            )
        self.stdout.write("Run manage.py preflight, then start web, workers and beat.")


def _identities(folder: Path, identity: Path | None) -> Sequence[Any]:
    if identity:
        return sealing.identities_in(_read(identity))
    if not folder.is_dir():
        raise CommandError(f"{folder} is no folder.")
    if not (folder / sealing.KEY_FILE).exists():
        raise CommandError(
            "This backup is sealed for BACKUP_RECIPIENTS: name the file with the secret key by "
            "--identity."
        )
    passphrase = settings.BACKUP_PASSPHRASE
    if not passphrase and sys.stdin.isatty():
        passphrase = getpass.getpass("Passphrase of this backup: ")
    if not passphrase:
        raise CommandError("Set BACKUP_PASSPHRASE to what this backup was sealed with.")
    return sealing.identities_of(folder, passphrase=passphrase)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read.") from error
