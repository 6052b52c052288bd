"""A sealed copy of the whole site, made while it runs."""

import getpass
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from signatures.backups import making
from signatures.backups.errors import BackupFailed
from signatures.backups.making import Made
from signatures.backups.sealing import Seal


class Command(BaseCommand):
    help = (
        "Make a backup of the database and of the checkpoints that are kept outside it, sealed "
        "with BACKUP_RECIPIENTS or BACKUP_PASSPHRASE: a new folder in FOLDER. The site can run on."
    )
    # It has to be possible when something else is wrong.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument(
            "--keep-days",
            type=int,
            metavar="DAYS",
            help="then delete backups in FOLDER that are older",
        )

    def handle(self, *_args: Any, folder: Path, keep_days: int | None, **_options: Any) -> None:
        if keep_days is not None and keep_days < 1:
            raise CommandError("--keep-days needs a number from 1 up.")
        try:
            seal = Seal(recipients=settings.BACKUP_RECIPIENTS, passphrase=_passphrase())
            made = making.make(into=folder.resolve(), seal=seal, keep_days=keep_days)
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        self._tell(made)

    def _tell(self, made: Made) -> None:
        told = made.manifest
        self.stdout.write(
            f"{made.folder}: {made.size / 1e6:,.1f} MB in {made.seconds:.1f} s, as of "
            f"{told.made_at}; letters: {told.letters:,}, signatures: {told.signatures:,}."
        )
        for old in made.deleted:
            self.stdout.write(f"{old}: deleted, its time is over.")
        if told.paused:
            self.stdout.write(
                f"Paused letters: {told.paused}. The database may be older than what was "
                "published: keep the backups from before as well."
            )
        self.stdout.write(
            f"To check it: sha256sum --check SHA256SUMS in that folder, and manage.py restore "
            f"{made.folder}, which writes nothing without --yes."
        )
        self.stdout.write(
            "The keys are not in it. Without DATA_KEY, the record key and what opens the backup it "
            "is worth nothing: keep copies of them elsewhere, and not beside it."
        )


def _passphrase() -> str:
    """Asked twice where nothing is set and somebody is there."""
    if settings.BACKUP_RECIPIENTS or settings.BACKUP_PASSPHRASE:
        return str(settings.BACKUP_PASSPHRASE)
    if not sys.stdin.isatty():
        raise CommandError("Set BACKUP_RECIPIENTS or BACKUP_PASSPHRASE: backups are always sealed.")
    first = getpass.getpass("Passphrase of this backup: ")
    if getpass.getpass("Once more: ") != first:
        raise CommandError("These were not the same.")
    return first
