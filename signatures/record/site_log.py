"""The site's own log: one leaf for each size that a letter's record was seen at.

A letter's record shows that the letter was not rewritten; the site's log shows that the site shows
everybody the same records, and is what witnesses sign and time-stamps are taken of. A leaf is one
JSON object in ASCII, without spaces, its keys in this order:

    n     index of the leaf, from 0
    t     time in UTC, to the second
    o     origin of the letter's record
    size  number of leaves in it
    root  its root, in base64

A log that was lost in part (`continuing`) is told of in the same way, by the last checkpoint that
is known of it; and so is the announcement of an audit by sample, as a log of one leaf.

Hashing, tiles, checkpoint and key are those of a letter's record.
"""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from campaign import database
from campaign.letters.models import Letter, LetterQuerySet
from signatures.models import (
    Checkpoint,
    Continuation,
    SampleAudit,
    SiteCheckpoint,
    SiteEntry,
    SiteTile,
)
from signatures.record import rollback_guard
from signatures.record.format import checkpoint as signed
from signatures.record.format.merkle import BrokenTree, Tree, leaf_hash
from signatures.record.format.notes import DASH, Verifier, split_note
from signatures.record.sequencer import record_key

BATCH_LEAVES = 1000
RECENT_CHECKPOINTS = 20
# No letter has this id: it stands for the site where letters are held one by one.
SITE = 0


def extend(*, now: Callable[[], datetime] = timezone.now) -> int:
    """Write the letters whose records have grown since, at most a batch; how many were written.

    0 when nothing is new or when another is at it. Killed anywhere, nothing has happened. Raises
    DatabaseBehind or BrokenTree, and then nothing is written.
    """
    with transaction.atomic():
        if not database.try_lock_letter(letter_id=SITE):
            return 0
        # Of a letter under embargo nothing is told, until a run that comes after its hour.
        public = Letter.objects.public()
        told = Q(letter=None) | Q(letter__in=public)
        ended = list(Continuation.objects.filter(told, site_index=None).order_by("pk"))
        announced = list(SampleAudit.objects.filter(site_index=None).order_by("pk"))
        # Announcements ahead of what may draw.
        before = [*map(_of_lost, ended), *map(_of_announced, announced)]
        seen = [*before, *map(_of_letter, _grown(public))]
        if not seen:
            return 0
        tree = sound_tree()
        verifier = verifier_of_site()
        rollback_guard.require_folder()
        rollback_guard.compare(tree=tree, verifier=verifier)
        for index, each in enumerate(ended, start=tree.size):
            Continuation.objects.filter(pk=each.pk).update(site_index=index)
        first = tree.size + len(ended)
        at, note = _write(tree, seen, origin=verifier.name, now=now)
        for index, audit in enumerate(announced, start=first):
            SampleAudit.objects.filter(pk=audit.pk).update(site_index=index, logged_at=at)
        transaction.on_commit(lambda: rollback_guard.keep(origin=verifier.name, note=note))
    return len(seen)


def go_on(
    *, origin: str, lost: Sequence[tuple[str, int, bytes]], now: Callable[[], datetime]
) -> tuple[datetime, str]:
    """Begin the log of this name behind the leaves that are left: with one leaf for each lost log,
    by its name, size and root. When, and the checkpoint. In the transaction of whoever holds the
    log (`continuing`)."""
    seen = [_Seen(*each) for each in lost]
    return _write(sound_tree(), seen, origin=origin, now=now)


def latest() -> SiteCheckpoint | None:
    return SiteCheckpoint.objects.order_by("-size").first()


def attested_since(*, index: int) -> SiteCheckpoint | None:
    """Of the checkpoints that have this leaf: the latest of those that most witnesses signed, as
    far as they are recent, since the very latest is often signed by none yet."""
    having = SiteCheckpoint.objects.filter(size__gt=index).order_by("-size")
    recent = list(having[:RECENT_CHECKPOINTS])
    return max(recent, key=lambda each: (each.note.count(DASH), each.size), default=None)


def first_attested(*, index: int) -> SiteCheckpoint | None:
    """Of the first checkpoints that have this leaf: the earliest of those that most witnesses
    signed."""
    having = SiteCheckpoint.objects.filter(size__gt=index).order_by("size")
    first = list(having[:RECENT_CHECKPOINTS])
    return max(first, key=lambda each: (each.note.count(DASH), -each.size), default=None)


def latest_stamped() -> SiteCheckpoint | None:
    return SiteCheckpoint.objects.filter(timestamp__isnull=False).order_by("-size").first()


def own_note(checkpoint: SiteCheckpoint) -> str:
    """As the site alone signed it, before any witness."""
    text, _blank, signatures = checkpoint.note.rpartition("\n\n")
    return f"{text}\n\n{signatures.splitlines()[0]}\n"


def tree_of(checkpoint: SiteCheckpoint | None) -> Tree:
    return Tree(size=checkpoint.size if checkpoint else 0, read_tile=_read_tile)


def sound_tree() -> Tree:
    """The tree at the last checkpoint. Raises BrokenTree where its tiles differ."""
    last = latest()
    tree = tree_of(last)
    if last and tree.root() != bytes(last.root):
        raise BrokenTree("the stored tiles do not have the root of the last site checkpoint")
    return tree


def verifier_of_site() -> Verifier:
    """The log keeps its name, whatever the site's address is today."""
    last = latest()
    name = last.note.split("\n", 1)[0] if last else f"{settings.SITE_HOST}/record"
    return Verifier.of(name=name, private_key=record_key())


def _grown(public: LetterQuerySet) -> Sequence[Checkpoint]:
    newest = Checkpoint.objects.filter(letter=OuterRef("pk")).order_by("-size")
    written = SiteEntry.objects.filter(letter=OuterRef("pk")).order_by("-size")
    letters = public.annotate(
        newest=Subquery(newest.values("pk")[:1]),
        size=Subquery(newest.values("size")[:1]),
        written=Subquery(written.values("size")[:1]),
    ).filter(Q(newest__isnull=False) & (Q(written=None) | Q(written__lt=F("size"))))
    ids = letters.order_by("pk").values_list("newest", flat=True)[:BATCH_LEAVES]
    return list(
        Checkpoint.objects.filter(pk__in=list(ids)).select_related("letter").order_by("letter_id")
    )


class _Seen(NamedTuple):
    """What a leaf tells: the record of a letter, or, without one, the last of a log that was
    lost, or an audit's announcement."""

    origin: str
    size: int
    root: bytes
    letter: Letter | None = None


def _of_letter(checkpoint: Checkpoint) -> _Seen:
    letter = checkpoint.letter
    return _Seen(letter.origin, checkpoint.size, bytes(checkpoint.root), letter)


def _of_lost(continued: Continuation) -> _Seen:
    last = signed.Checkpoint.parse(split_note(continued.note)[0])
    return _Seen(last.origin, last.size, last.root)


def _of_announced(audit: SampleAudit) -> _Seen:
    """As of a log of one leaf."""
    return _Seen(audit.origin, 1, leaf_hash(audit.announcement.encode("ascii")))


def _write(
    tree: Tree, seen: Sequence[_Seen], *, origin: str, now: Callable[[], datetime]
) -> tuple[datetime, str]:
    """Leaves, tiles and a checkpoint; when they are dated, and its note."""
    last = latest()
    at = now().replace(microsecond=0)
    if last:
        at = max(at, last.as_of)
    _append(tree, seen, at=at)
    root = tree.root()
    note = signed.sign_checkpoint(
        checkpoint=signed.Checkpoint(origin, tree.size, root), private_key=record_key()
    )
    SiteCheckpoint.objects.create(size=tree.size, root=root, note=note, as_of=at)
    return at, note


def _append(tree: Tree, seen: Sequence[_Seen], *, at: datetime) -> None:
    entries = [
        SiteEntry(index=index, letter=each.letter, size=each.size, leaf=_leaf(index, at, each))
        for index, each in enumerate(seen, start=tree.size)
    ]
    SiteEntry.objects.bulk_create(entries)
    tiles = tree.append([leaf_hash(bytes(entry.leaf)) for entry in entries])
    SiteTile.objects.bulk_create(
        (
            SiteTile(level=level, index=index, hashes=hashes)
            for (level, index), hashes in tiles.items()
        ),
        update_conflicts=True,
        unique_fields=("level", "index"),
        update_fields=("hashes",),
    )


def _leaf(index: int, at: datetime, seen: _Seen) -> bytes:
    told = {
        "n": index,
        "t": f"{at.astimezone(UTC).replace(tzinfo=None).isoformat()}Z",
        "o": seen.origin,
        "size": seen.size,
        "root": base64.b64encode(seen.root).decode(),
    }
    return json.dumps(told, separators=(",", ":")).encode("ascii")


def _read_tile(level: int, index: int) -> bytes:
    found = SiteTile.objects.filter(level=level, index=index)
    return bytes(found.values_list("hashes", flat=True).first() or b"")
