"""Files sealed in the format of age (age-encryption.org/v1), which other programs open, too.

Each backup has a key of its own, which the passphrase seals, as age keeps its identities: only
that is slow, and of what is large nothing has to be in memory. For recipients there is no such key.
"""

import hashlib
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyrage

from signatures.backups.errors import BackupFailed, BackupUnusable

MIN_PASSPHRASE_LENGTH = 12
MAX_SMALL_BYTES = 50_000_000
KEY_FILE = "key.age"


@dataclass(frozen=True, slots=True)
class Sealed:
    """What stands on the disk."""

    size: int
    sha256: str


class Seal:
    """For everybody who can open what it seals. Raises BackupFailed for what is no key, or a
    passphrase that could be guessed."""

    def __init__(self, *, recipients: Sequence[str], passphrase: str) -> None:
        self._key: bytes | None = None
        if recipients:
            self._recipients = [_recipient(*each) for each in enumerate(recipients, 1)]
            return
        if len(passphrase) < MIN_PASSPHRASE_LENGTH:
            raise BackupFailed(f"The passphrase has fewer than {MIN_PASSPHRASE_LENGTH} characters.")
        identity = pyrage.x25519.Identity.generate()
        self._recipients = [identity.to_public()]
        self._key = pyrage.passphrase.encrypt(f"{identity}\n".encode(), passphrase)

    def write_key(self, folder: Path) -> Sealed | None:
        """The key, sealed by the passphrase; nothing where recipients have theirs."""
        return write(path=folder / KEY_FILE, content=self._key) if self._key else None

    def seal(self, *, source: IO[bytes], path: Path) -> Sealed:
        """All of the stream. Raises OSError of the disk, by its own name."""
        with _opened(path) as file:
            sink = _Sink(file)
            try:
                pyrage.encrypt_io(source, sink, self._recipients)
            except pyrage.EncryptError as error:
                raise sink.failure or BackupFailed(f"It cannot be sealed: {error}.") from error
            _flush(file)
        return Sealed(sink.size, sink.hash.hexdigest())


def identities_of(folder: Path, *, passphrase: str) -> list[Any]:
    """The key in the backup, opened by the passphrase. Raises BackupUnusable."""
    try:
        content = pyrage.passphrase.decrypt((folder / KEY_FILE).read_bytes(), passphrase)
    except OSError as error:
        raise BackupUnusable(f"{folder / KEY_FILE} cannot be read: {error.strerror}.") from error
    except pyrage.DecryptError as error:
        raise BackupUnusable("The passphrase does not open this backup.") from error
    return identities_in(content.decode(errors="replace"))


def identities_in(text: str) -> list[Any]:
    """Of a file as `age-keygen` makes it. Raises BackupUnusable."""
    lines = [line.strip() for line in text.splitlines()]
    try:
        found = [
            pyrage.x25519.Identity.from_str(line)
            for line in lines
            if line and not line.startswith("#")
        ]
    except pyrage.IdentityError as error:
        raise BackupUnusable("That is no file of age’s secret keys.") from error
    if not found:
        raise BackupUnusable("There is no secret key of age in that file.")
    return found


def unseal(*, path: Path, identities: Sequence[Any], into: IO[bytes]) -> None:
    """Raises BackupUnusable, also after some was written; OSError of whatever `into` is."""
    try:
        with path.open("rb") as source:
            sink = _Sink(into)
            try:
                pyrage.decrypt_io(source, sink, identities)
            except (pyrage.DecryptError, OSError) as error:
                raise sink.failure or BackupUnusable(
                    f"{path.name} cannot be opened: it is damaged, or sealed for another key."
                ) from error
    except FileNotFoundError as error:
        raise BackupUnusable(f"There is no {path.name} in it.") from error


def unseal_small(*, path: Path, identities: Sequence[Any]) -> bytes:
    content = io.BytesIO()
    if path.exists() and path.stat().st_size > MAX_SMALL_BYTES:
        raise BackupUnusable(f"{path.name} is too large.")
    unseal(path=path, identities=identities, into=content)
    return content.getvalue()


def write(*, path: Path, content: bytes) -> Sealed:
    """A file for its owner alone, on disk when this returns."""
    with _opened(path) as file:
        file.write(content)
        _flush(file)
    return Sealed(len(content), hashlib.sha256(content).hexdigest())


class _Sink:
    """Counts and hashes what passes, and keeps the error of the disk, which age's library only
    tells as a text."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = 0
        self.hash = hashlib.sha256()
        self.failure: OSError | None = None

    def write(self, chunk: bytes) -> int:
        try:
            self._file.write(chunk)
        except OSError as error:
            self.failure = error
            raise
        self.size += len(chunk)
        self.hash.update(chunk)
        return len(chunk)

    def flush(self) -> None:
        self._file.flush()


def _recipient(place: int, text: str) -> Any:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        # Not shown: it may be the secret key, by mistake.
        raise BackupFailed(
            f"BACKUP_RECIPIENTS: number {place} is no public key of age, which begins with age1."
        ) from error


def _opened(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
