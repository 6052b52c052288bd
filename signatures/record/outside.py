"""The last checkpoint of each letter, kept outside the database as well.

If an old backup of the database comes back, the record in it is shorter than what was already
shown to the world. Signing on from there would rewrite history, so the sequencer must refuse.
"""

import hashlib
import os
from pathlib import Path
from threading import get_ident

from django.conf import settings

from campaign.letters.models import Letter
from signatures.record.checkpoint import Checkpoint, open_checkpoint
from signatures.record.merkle import Tree
from signatures.record.notes import Verifier


class DatabaseBehind(Exception):
    """The database holds less, or something else, than the checkpoint kept outside it."""


def keep(*, letter: Letter, note: str) -> None:
    """After the commit only: a checkpoint that was never committed must not be kept.

    One that is smaller than the kept one comes from a sequencer that was overtaken, and is left.
    """
    path = _path(letter)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and _size(path.read_text("utf-8")) >= _size(note):
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}.{get_ident()}")
    draft.write_text(note, "utf-8")
    draft.replace(path)


def compare(*, letter: Letter, tree: Tree, verifier: Verifier) -> None:
    """Raises DatabaseBehind unless the tree extends the kept checkpoint, if there is one."""
    path = _path(letter)
    if not path.exists():
        return
    kept: Checkpoint = open_checkpoint(note=path.read_text("utf-8"), verifier=verifier)
    if kept.size > tree.size:
        raise DatabaseBehind(
            f"{letter.origin}: a checkpoint of size {kept.size} was published, "
            f"but the database holds {tree.size}. Restore a newer backup."
        )
    if tree.root_at(kept.size) != kept.root:
        raise DatabaseBehind(
            f"{letter.origin}: the record in the database is not the one that was published."
        )


def _size(note: str) -> int:
    return int(note.split("\n", 2)[1])


def _path(letter: Letter) -> Path:
    name = hashlib.sha256(letter.origin.encode()).hexdigest()[:16]
    return Path(settings.DATA_DIR) / "checkpoints" / f"{letter.slug}-{name}"
