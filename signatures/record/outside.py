"""The last checkpoint of each log, kept outside the database as well.

If an old backup of the database comes back, the record in it is shorter than what was already
shown to the world. Signing on from there would rewrite history, so the sequencer must refuse.
"""

import hashlib
import re
from pathlib import Path

from django.conf import settings

from signatures.record import durably
from signatures.record.checkpoint import MalformedCheckpoint, open_checkpoint
from signatures.record.merkle import Tree
from signatures.record.notes import MalformedNote, UnverifiedNote, Verifier


class DatabaseBehind(Exception):
    """The database holds less, or something else, than the checkpoint kept outside it."""


def keep(*, origin: str, note: str) -> None:
    """After the commit only: a checkpoint that was never committed must not be kept.

    One that is smaller than the kept one comes from a sequencer that was overtaken, and is left.
    """
    path = _path(origin)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and _size(path.read_text("utf-8")) >= _size(note):
        return
    durably.replace(path=path, text=note)


def compare(*, tree: Tree, verifier: Verifier) -> None:
    """Raises DatabaseBehind unless the tree extends the kept checkpoint of the log that this
    verifier is named for, if there is one.

    Also for one that cannot be checked, by another key or damaged: only a person can tell why.
    """
    path = _path(verifier.name)
    if not path.exists():
        return
    try:
        kept = open_checkpoint(note=path.read_text("utf-8"), verifier=verifier)
    except (MalformedNote, UnverifiedNote, MalformedCheckpoint, UnicodeDecodeError) as error:
        raise DatabaseBehind(
            f"{verifier.name}: the checkpoint kept in {path} cannot be checked ({error}). "
            "Was the record key replaced?"
        ) from error
    if kept.size > tree.size:
        raise DatabaseBehind(
            f"{verifier.name}: a checkpoint of size {kept.size} was published, "
            f"but the database holds {tree.size}. Restore a newer backup."
        )
    if tree.root_at(kept.size) != kept.root:
        raise DatabaseBehind(
            f"{verifier.name}: the record in the database is not the one that was published."
        )


def _size(note: str) -> int:
    return int(note.split("\n", 2)[1])


def _path(origin: str) -> Path:
    """Readable, and different for origins that read the same."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", origin).strip("-")[:100]
    told_apart = hashlib.sha256(origin.encode()).hexdigest()[:16]
    return Path(settings.DATA_DIR) / "checkpoints" / f"{name}-{told_apart}"
