"""A backup is made while the site runs: of one moment, sealed, and whole or not there."""

import errno
import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from campaign import database, database_copy
from campaign.database_copy import CannotCopy
from signatures.backups import last_made, manifest
from signatures.backups.errors import BackupFailed
from signatures.backups.manifest import Manifest
from signatures.backups.sealing import Seal, Sealed, write
from signatures.record import rollback_guard
from signatures.record.keys import UnusableKey

READ_SECONDS = 600
MANIFEST_FILE = "manifest.json.age"
SUMS_FILE = "SHA256SUMS"
_NAME = "%Y-%m-%dT%H%M%SZ"
_NAMED = r"\d{4}-\d\d-\d\dT\d{6}Z"
_PARTIAL = ".partial"
_README = """This is a backup of {site}, made at {made_at}.

Undersigned restores it: manage.py restore (docs/running.md).

Without Undersigned, `age` opens it (https://age-encryption.org):
    sha256sum --check SHA256SUMS
    age --decrypt --identity {key} {copy} > {plain}
    {then}

The site's own keys are not in it. Without DATA_KEY and the record key, no site can go on from it.
It holds personal data: delete it when its time is over.
"""


@dataclass(frozen=True, slots=True)
class Made:
    folder: Path
    size: int
    seconds: float
    manifest: Manifest
    deleted: Sequence[Path]


def make(*, into: Path, seal: Seal, keep_days: int | None = None) -> Made:
    """A new folder in this one, named by the time. Killed anywhere, nothing of that name is there;
    what was begun goes with the next backup. Raises BackupFailed.

    With `keep_days`, older backups in the same place are deleted once this one is whole.
    """
    begun = time.monotonic()
    try:
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        _delete_abandoned(into)
        folder = into / timezone.now().strftime(_NAME)
        if folder.exists():
            raise BackupFailed(f"{folder} is there already. Try again.")
        with _drafted(folder) as draft:
            told, size = _write(draft, seal)
        deleted = [] if keep_days is None else _delete_old(into, keep_days)
    except (CannotCopy, UnusableKey) as error:
        raise BackupFailed(str(error)) from error
    except DatabaseError as error:
        raise BackupFailed(f"The database does not answer: {error}") from error
    except OSError as error:
        raise BackupFailed(_of_disk(error, into)) from error
    last_made.tell(settings.DATA_DIR)
    return Made(folder, size, time.monotonic() - begun, told, deleted)


def _write(draft: Path, seal: Seal) -> tuple[Manifest, int]:
    # Ahead of the database: a checkpoint is kept after its commit, so the copy has all of these.
    kept = rollback_guard.notes()
    files: dict[str, Sealed] = {}
    name = f"database.{database_copy.suffix()}.age"

    def take(source: IO[bytes]) -> None:
        files[name] = seal.seal(source=source, path=draft / name)

    with database.consistent_read(seconds=READ_SECONDS):
        told = manifest.of_this_moment(kept=kept)
        database_copy.dump(take)
    told = replace(told, copy=name, copy_sha256=files[name].sha256)
    files[MANIFEST_FILE] = seal.seal(source=BytesIO(told.to_json()), path=draft / MANIFEST_FILE)
    if key := seal.write_key(draft):
        files["key.age"] = key
    sums = "".join(f"{each.sha256}  {path}\n" for path, each in files.items())
    write(path=draft / SUMS_FILE, content=sums.encode())
    write(path=draft / "README.txt", content=_readme(told, has_key="key.age" in files).encode())
    return told, sum(each.size for each in files.values())


def _readme(told: Manifest, *, has_key: bool) -> str:
    plain = told.copy.removesuffix(".age")
    return _README.format(
        site=told.site,
        made_at=told.made_at,
        key="key.age" if has_key else "YOUR-KEY-FILE",
        copy=told.copy,
        plain=plain,
        then=f"pg_restore --no-owner --dbname=EMPTY_DATABASE {plain}"
        if plain.endswith("pgdump")
        else f"sqlite3 {plain}",
    )


@contextmanager
def _drafted(folder: Path) -> Iterator[Path]:
    """A folder under another name until all of it is on disk. Its lock says that somebody is at
    it."""
    draft = _draft_of(folder)
    draft.mkdir(mode=0o700)
    opened = os.open(draft, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield draft
        os.fsync(opened)
        draft.rename(folder)
        _sync(folder.parent)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    finally:
        os.close(opened)


def _draft_of(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}{_PARTIAL}")


def _delete_abandoned(into: Path) -> None:
    """What a killed backup left: nobody holds its lock."""
    named = re.compile(rf"\.{_NAMED}{re.escape(_PARTIAL)}")
    for draft in [each for each in into.iterdir() if named.fullmatch(each.name)]:
        opened = os.open(draft, os.O_RDONLY)
        try:
            with suppress(BlockingIOError):
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(draft, ignore_errors=True)
        finally:
            os.close(opened)


def _delete_old(into: Path, days: int) -> list[Path]:
    oldest = timezone.now() - timedelta(days=days)
    old = [folder for folder in sorted(into.iterdir()) if _is_older(folder, oldest)]
    for folder in old:
        # Under a name of what was begun: if this is killed, the next backup deletes the rest.
        shutil.rmtree(folder.rename(_draft_of(folder)))
    return old


def _is_older(folder: Path, moment: datetime) -> bool:
    """Of backups alone, by their name."""
    if folder.is_symlink() or not re.fullmatch(_NAMED, folder.name):
        return False
    if not (folder / SUMS_FILE).exists():
        return False
    return datetime.strptime(folder.name, _NAME).replace(tzinfo=UTC) < moment


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _of_disk(error: OSError, into: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk of {into} is full. Nothing is left of this backup; older ones are there."
    return f"{error.filename or into} cannot be written: {error.strerror}."
