"""The one who writes the record: takes the waiting events and gives them their place.

In one transaction: events out, leaves and tiles in, numbers given, tally and its breakdown folded,
corrections told, checkpoint signed, snapshot taken where one is due. So the count that is shown is
the count that can be proved.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import count

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from campaign import database
from campaign.letters.models import Event, EventKind, Letter
from signatures.models import Checkpoint, Entry, Signature, Tile
from signatures.record import corrections, older_shapes, rollback_guard, snapshots, tally
from signatures.record.format import checkpoint as signed
from signatures.record.format.leaf import Leaf, encode_leaf
from signatures.record.format.merkle import BrokenTree, Tree, leaf_hash
from signatures.record.format.notes import Verifier
from signatures.record.keys import load_key, load_or_create_key

log = structlog.get_logger(__name__)

BATCH_EVENTS = 2000
# Clocks of several machines differ by less; beyond it the record tells a wrong time until then.
CLOCK_TOLERANCE = timedelta(minutes=1)
_ROWS_PER_UPDATE = 1000


def sequence(*, letter_id: int, now: Callable[[], datetime] = timezone.now) -> int:
    """Write waiting events of a letter, at most a batch; how many were written.

    0 when none wait or when another sequencer is at this letter. Killed anywhere, nothing has
    happened. Raises DatabaseBehind or BrokenTree, and then nothing is written.
    """
    with transaction.atomic():
        if not database.try_lock_letter(letter_id=letter_id):
            return 0
        events = _take(letter_id)
        if not events:
            return 0
        older_shapes.complete(letter_id=letter_id, events=events)
        letter = Letter.objects.get(pk=letter_id)
        last = tally.latest(letter_id=letter_id)
        tree = tree_of(letter_id=letter_id, last=last)
        rollback_guard.require_folder()
        rollback_guard.compare(tree=tree, verifier=verifier_of(letter))
        # The record's time never runs backwards, whatever the clock does.
        at = now().replace(microsecond=0)
        if last:
            if last.as_of - at > CLOCK_TOLERANCE:
                log.warning("clock_behind_record", letter_id=letter_id, by=str(last.as_of - at))
            at = max(at, last.as_of)
        counts, versions = tally.counts_of(last), tally.versions_of(last)
        total = last.total if last else 0
        given: dict[str, int] = {}
        for part, cause, milestone in snapshots.parts(letter=letter, total=total, events=events):
            numbered = list(enumerate(part, start=tree.size))
            _append(tree, letter_id=letter_id, events=part, at=at)
            given |= _give_numbers(numbered, first=counts["signings"] + counts["lost"] + 1)
            counts = tally.fold(counts, part)
            versions = tally.fold_versions(versions, part)
            tally.add_to_breakdown(letter_id=letter_id, events=part)
            corrections.write(letter_id=letter_id, events=numbered, given=given, at=at)
            checkpoint = _sign(letter, tree, counts=counts, versions=versions, at=at)
            if cause:
                snapshots.freeze(
                    letter=letter, checkpoint=checkpoint, cause=cause, milestone=milestone
                )
        transaction.on_commit(
            lambda: rollback_guard.keep(origin=letter.origin, note=checkpoint.note)
        )
    return len(events)


def go_on(
    *,
    letter: Letter,
    last: Checkpoint | None,
    tree: Tree,
    hashes: Sequence[str],
    lost: int,
    at: datetime,
) -> Checkpoint:
    """Begin the log of the letter's new origin: a leaf for each of these hashes, behind those that
    the tree has. Numbers go on behind as many as lines are lost. In the transaction of whoever
    holds the letter (`continuing`)."""
    events = [Event(kind=EventKind.CONTINUE, text_sha256=each) for each in hashes]
    _append(tree, letter_id=letter.pk, events=events, at=at)
    counts = tally.counts_of(last)
    counts["lost"] += lost
    return _sign(letter, tree, counts=counts, versions=tally.versions_of(last), at=at)


def letters_waiting() -> list[int]:
    return list(Event.objects.order_by("letter_id").values_list("letter_id", flat=True).distinct())


@cache
def record_key() -> Ed25519PrivateKey:
    """The site's signing key. Only the demo makes one by itself."""
    load = load_or_create_key if settings.DEMO else load_key
    return load(settings.RECORD_KEY_FILE)


def tree_of(*, letter_id: int, last: Checkpoint | None) -> Tree:
    """The tree at the letter's last checkpoint. Raises BrokenTree where its tiles differ."""
    tree = Tree(size=last.size if last else 0, read_tile=_tile_reader(letter_id))
    if last and tree.root() != bytes(last.root):
        raise BrokenTree("the stored tiles do not have the root of the last checkpoint")
    return tree


def verifier_of(letter: Letter) -> Verifier:
    return Verifier.of(name=letter.origin, private_key=record_key())


def _take(letter_id: int) -> list[Event]:
    """Deleting is the claim. Never "all ids after the last": a late commit may have a lower id."""
    fields = [field.attname for field in Event._meta.concrete_fields]
    take = f"""
        DELETE FROM letters_event WHERE id IN (
            SELECT id FROM letters_event WHERE letter_id = %s ORDER BY id LIMIT %s
        ) RETURNING {", ".join(fields)}
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(take, [letter_id, BATCH_EVENTS])
        events = [Event(**dict(zip(fields, row, strict=True))) for row in cursor.fetchall()]
    return sorted(events, key=lambda event: event.pk)


def _sign(
    letter: Letter, tree: Tree, *, counts: tally.Counts, versions: tally.Versions, at: datetime
) -> Checkpoint:
    root = tree.root()
    return Checkpoint.objects.create(
        letter=letter,
        size=tree.size,
        root=root,
        note=signed.sign_checkpoint(
            checkpoint=signed.Checkpoint(letter.origin, tree.size, root), private_key=record_key()
        ),
        as_of=at,
        versions=versions,
        **counts,
    )


def _append(tree: Tree, *, letter_id: int, events: Sequence[Event], at: datetime) -> None:
    leaves = [
        encode_leaf(
            Leaf(
                index=index,
                time=at,
                event=event.kind,
                signature=event.public_id,
                level=event.level,
                text_sha256=event.text_sha256,
                commitment=event.commitment,
            )
        )
        for index, event in enumerate(events, start=tree.size)
    ]
    database.insert_many(
        table=Entry._meta.db_table,
        columns=("letter_id", "index", "leaf"),
        rows=((letter_id, index, leaf) for index, leaf in enumerate(leaves, start=tree.size)),
    )
    Tile.objects.bulk_create(
        (
            Tile(letter_id=letter_id, level=level, index=index, hashes=hashes)
            for (level, index), hashes in tree.append([leaf_hash(leaf) for leaf in leaves]).items()
        ),
        update_conflicts=True,
        unique_fields=("letter", "level", "index"),
        update_fields=("hashes",),
    )


def _give_numbers(events: Sequence[tuple[int, Event]], *, first: int) -> dict[str, int]:
    """Each signing gets the next number; the list and the thanks page read it from the row.

    Whatever commits to details, a signing or a change, also tells the row the index of its leaf.
    Returns the numbers given, by public id.
    """
    numbers = count(first)
    # By public id, too: the row may have been withdrawn and signed anew since.
    given_to: dict[tuple[int | None, str], tuple[int | None, int]] = {}
    for index, event in events:
        if event.kind == EventKind.SIGN or event.commitment:
            who = (event.signature_id, event.public_id)
            before, _leaf = given_to.get(who, (None, 0))
            given_to[who] = (next(numbers) if event.kind == EventKind.SIGN else before, index)
    rows = [(*who, *given) for who, given in given_to.items()]
    table = Signature._meta.db_table
    for start in range(0, len(rows), _ROWS_PER_UPDATE):
        chunk = rows[start : start + _ROWS_PER_UPDATE]
        slot = "(CAST(%s AS bigint), %s, CAST(%s AS integer), CAST(%s AS bigint))"
        given = ", ".join([slot] * len(chunk))
        values = [value for row in chunk for value in row]
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH given (id, public_id, number, leaf) AS (VALUES {given}) "  # noqa: S608
                f"UPDATE {table} SET number = COALESCE(given.number, {table}.number), "
                f"leaf = given.leaf FROM given WHERE {table}.id = given.id "
                f"AND {table}.public_id = given.public_id",
                values,
            )
            missed = cursor.rowcount < len(chunk)
        if missed:
            _tell_what_waits(_numbers(chunk))
    return _numbers(rows)


def _numbers(rows: Sequence[tuple[int | None, str, int | None, int]]) -> dict[str, int]:
    return {public_id: number for _pk, public_id, number, _leaf in rows if number}


def _tell_what_waits(given: dict[str, int]) -> None:
    """Somebody was erased, or has signed anew: the row cannot tell their number, so what still
    waits about them is told it."""
    waiting = Event.objects.filter(kind__in=corrections.TOLD, number=None, public_id__in=given)
    for event in waiting:
        Event.objects.filter(pk=event.pk).update(number=given[event.public_id])


def _tile_reader(letter_id: int) -> Callable[[int, int], bytes]:
    def read(level: int, index: int) -> bytes:
        found = Tile.objects.filter(letter_id=letter_id, level=level, index=index)
        return bytes(found.values_list("hashes", flat=True).first() or b"")

    return read
