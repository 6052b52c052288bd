"""The last checkpoint of each log, kept outside the database as well.

If an old backup of the database comes back, the record in it is shorter than what was already
shown to the world. Signing on from there would rewrite history, so the sequencer must refuse. A
folder that is missing altogether says nothing about that, so it is a reason to refuse, too, until
somebody who knows says that the database is the newest (`manage.py adopt_records`).
"""

import hashlib
import re
from contextlib import suppress
from pathlib import Path

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from signatures.models import Checkpoint
from signatures.record import atomic_file
from signatures.record.format import checkpoint as signed
from signatures.record.format.checkpoint import MalformedCheckpoint
from signatures.record.format.merkle import Tree
from signatures.record.format.notes import MalformedNote, UnverifiedNote, Verifier

log = structlog.get_logger(__name__)


class DatabaseBehind(Exception):
    """The database holds less, or something else, than the checkpoint kept outside it."""


def keep(*, origin: str, note: str) -> None:
    """After the commit only: a checkpoint that was never committed must not be kept.

    One that is smaller than the kept one comes from a sequencer that was overtaken, and is left.
    Where it cannot be written, the log says so (`checkpoint_not_kept`), and the next one or
    `halting.watch` makes it good: the record itself is in the database and complete.
    """
    path = _path(origin)
    try:
        if kept_size(origin=origin) < _size(note):
            atomic_file.replace(path=path, text=note)
    except OSError as error:
        log.error("checkpoint_not_kept", origin=origin, reason=error.strerror)


def require_folder() -> None:
    """Raises DatabaseBehind where records exist, but not the folder: nobody can tell then whether
    they are the newest. Where none exists, the folder is made."""
    if has_folder():
        return
    if Checkpoint.objects.exists():
        raise DatabaseBehind(
            f"There is no folder {folder()}. Put it back; or, if this database is surely the "
            "newest, run `manage.py adopt_records`."
        )
    adopt()


def has_folder() -> bool:
    return folder().is_dir()


def adopt() -> None:
    """Make the folder: from now on, where nothing is kept in it, the database is believed."""
    folder().mkdir(parents=True, exist_ok=True)


def kept_size(*, origin: str) -> int:
    """Size of the kept checkpoint, 0 where none is kept or it cannot be read."""
    try:
        return _size(_path(origin).read_text("utf-8"))
    except (FileNotFoundError, UnicodeDecodeError, IndexError, ValueError):
        return 0


def successor(origin: str) -> str:
    """The name of the log that goes on from this one where its end is lost: `…/record/2`."""
    log, _, number = origin.rpartition("/")
    return f"{log}/{int(number) + 1}" if number.isdigit() else f"{origin}/2"


def kept(*, verifier: Verifier) -> tuple[str, signed.Checkpoint] | None:
    """What is kept of the log that this verifier is named for: the note, and what it says.

    Raises DatabaseBehind for one that cannot be checked, by another key or damaged: only a person
    can tell why.
    """
    path = _path(verifier.name)
    if not path.exists():
        return None
    try:
        note = path.read_text("utf-8")
        return note, signed.open_checkpoint(note=note, verifier=verifier)
    except (MalformedNote, UnverifiedNote, MalformedCheckpoint, UnicodeDecodeError) as error:
        raise DatabaseBehind(
            f"{verifier.name}: the checkpoint kept in {path} cannot be checked ({error}). "
            "Was the record key replaced?"
        ) from error


def notes() -> list[str]:
    """Every checkpoint that is kept, as it was signed; what cannot be read is left out."""
    found = []
    for path in _paths():
        with suppress(UnicodeDecodeError, IndexError, ValueError):
            note = path.read_text("utf-8")
            if _size(note) > 0:
                found.append(note)
    return found


def every_kept(*, private_key: Ed25519PrivateKey) -> list[signed.Checkpoint]:
    """What is kept, of every log. Raises DatabaseBehind as `kept`."""
    found = []
    for path in _paths():
        try:
            origin = path.read_text("utf-8").partition("\n")[0]
            one = kept(verifier=Verifier.of(name=origin, private_key=private_key))
        except (UnicodeDecodeError, MalformedNote):
            one = None
        if one is None:
            raise DatabaseBehind(f"The checkpoint kept in {path} cannot be checked: it is damaged.")
        found.append(one[1])
    return found


def compare(*, tree: Tree, verifier: Verifier) -> None:
    """Raises DatabaseBehind unless the tree extends the kept checkpoint of the log that this
    verifier is named for, if there is one, and no other log went on from it. As `kept`."""
    later = successor(verifier.name)
    if _path(later).exists():
        raise DatabaseBehind(
            f"{verifier.name}: {later} went on from it and was published, but the database does "
            "not hold that. docs/running.md says what to do."
        )
    found = kept(verifier=verifier)
    if found is None:
        return
    _note, last = found
    if last.size > tree.size:
        raise DatabaseBehind(
            f"{verifier.name}: a checkpoint of size {last.size} was published, "
            f"but the database holds {tree.size}. docs/running.md says what to do."
        )
    if tree.root_at(last.size) != last.root:
        raise DatabaseBehind(
            f"{verifier.name}: the record in the database is not the one that was published."
        )


def _size(note: str) -> int:
    return int(note.split("\n", 2)[1])


def _path(origin: str) -> Path:
    """Readable, and different for origins that read the same."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", origin).strip("-")[:100]
    told_apart = hashlib.sha256(origin.encode()).hexdigest()[:16]
    return folder() / f"{name}-{told_apart}"


def _paths() -> list[Path]:
    """Of the folder, without drafts, whose names go on behind a full stop."""
    return sorted(each for each in folder().glob("*") if "." not in each.name)


def folder() -> Path:
    return Path(settings.DATA_DIR) / "checkpoints"
