"""Whether rows, tally and record of a letter say the same, by the plain definitions."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import F

from campaign.letters.models import Event, Letter
from signatures.models import (
    Breakdown,
    Checkpoint,
    Continuation,
    Entry,
    Signature,
    SignatureState,
    Tile,
    VersionTally,
)
from signatures.record import sequencer, tally
from signatures.record.format.checkpoint import open_checkpoint
from signatures.record.format.leaf import Leaf, decode_leaf
from signatures.record.format.merkle import Tree, leaf_hash, root
from signatures.record.format.notes import Verifier
from signatures.record.format.proofs import consistency_proof, verify_consistency
from signatures.record.format.tiles import TILE_WIDTH


def leaves_of(letter: Letter) -> list[bytes]:
    entries = Entry.objects.filter(letter=letter).order_by("index")
    assert [entry.index for entry in entries] == list(range(len(entries)))
    return [bytes(entry.leaf) for entry in entries]


def record_of(letter: Letter) -> list[Leaf]:
    return [decode_leaf(leaf) for leaf in leaves_of(letter)]


def latest(letter: Letter) -> Checkpoint:
    checkpoint = tally.latest(letter_id=letter.pk)
    assert checkpoint is not None
    return checkpoint


def check_that_it_adds_up(letter: Letter) -> None:
    """Rows = tally = breakdown = leaves; tiles and checkpoints are those of the leaves."""
    rows = Signature.objects.filter(letter=letter, state=SignatureState.CONFIRMED)
    assert {each.version for each in rows.exclude(version=F("translation__text__number"))} == set()
    cells = Counter(
        (
            *(each.version, each.kind, each.level),
            *(("", "", True) if each.is_anonymous else (each.profession, each.country, False)),
        )
        for each in rows
    )
    last = latest(letter)
    assert not Event.objects.filter(letter=letter).exists()
    stored = Breakdown.objects.filter(letter=letter).exclude(count=0)
    names = (*tally.Cell._fields, "count")
    assert {tuple(row[:-1]): row[-1] for row in stored.values_list(*names)} == cells
    check_versions(letter, rows)
    kinds = Counter(each.kind for each in rows)
    assert (last.people, last.organisations) == (kinds["person"], kinds["organisation"])
    assert last.anonymous == sum(each.is_anonymous for each in rows)
    levels = Counter(str(each.level) for each in rows)
    assert last.levels == {level: levels[level] for level in ("1", "2", "3", "4")}

    leaves = leaves_of(letter)
    signings = [leaf.signature for leaf in map(decode_leaf, leaves) if leaf.event == "sign"]
    lost = {each.index: each.lost for each in Continuation.objects.filter(letter=letter)}
    numbers: dict[str, int] = {}
    standing: set[str] = set()
    for leaf in map(decode_leaf, leaves):
        if leaf.event == "sign":
            assert leaf.signature not in standing
            standing.add(leaf.signature)
            skipped = sum(count for index, count in lost.items() if index < leaf.index)
            numbers[leaf.signature] = len(numbers) + 1 + skipped
        elif leaf.event in ("withdraw", "remove", "erase"):
            standing.discard(leaf.signature)
        elif leaf.event == "restore":
            assert leaf.signature not in standing
            standing.add(leaf.signature)
    assert {signature.public_id for signature in rows} == standing
    assert last.signings == len(signings) == len(set(signings))
    assert {signature.public_id: signature.number for signature in rows} == {
        public_id: number for public_id, number in numbers.items() if public_id in standing
    }
    continued = [leaf.index for leaf in map(decode_leaf, leaves) if leaf.event == "continue"]
    assert (continued, last.lost) == (sorted(lost), sum(lost.values()))

    hashes = [leaf_hash(leaf) for leaf in leaves]
    assert (last.size, bytes(last.root)) == (len(leaves), root(hashes))
    tiles = {
        (tile.level, tile.index): bytes(tile.hashes) for tile in Tile.objects.filter(letter=letter)
    }
    assert tiles == _tiles_of(hashes)
    tree = Tree(size=len(leaves), read_tile=lambda level, index: tiles[level, index])
    before = (0, root([]))
    for checkpoint in Checkpoint.objects.filter(letter=letter).order_by("size"):
        origin = _origin_at(letter, checkpoint.size)
        verifier = Verifier.of(name=origin, private_key=sequencer.record_key())
        opened = open_checkpoint(note=checkpoint.note, verifier=verifier)
        assert (opened.origin, opened.size, opened.root) == (
            origin,
            checkpoint.size,
            bytes(checkpoint.root),
        )
        verify_consistency(
            old_size=before[0],
            old_root=before[1],
            new_size=opened.size,
            new_root=opened.root,
            proof=consistency_proof(tree, old_size=before[0], new_size=opened.size),
        )
        before = (opened.size, opened.root)


def _origin_at(letter: Letter, size: int) -> str:
    """The name of the log that the record was in with so many leaves."""
    later = Continuation.objects.filter(letter=letter, shared__gte=size).order_by("index")
    return next((each.origin for each in later), letter.origin)


def check_versions(letter: Letter, rows: Iterable[Signature]) -> None:
    """By version the last checkpoint counts what the rows say; of each the sums are its counts."""
    by_version: dict[int, list[Signature]] = {}
    for each in rows:
        by_version.setdefault(each.version, []).append(each)
    last = latest(letter)
    assert {int(number) for number in last.versions} >= set(by_version)
    for number in map(int, last.versions):
        mine = by_version.get(number, [])
        kinds = Counter(each.kind for each in mine)
        levels = Counter(f"level_{each.level}" for each in mine)
        assert last.of_version(number) == VersionTally(
            people=kinds["person"],
            organisations=kinds["organisation"],
            anonymous=sum(each.is_anonymous for each in mine),
            **levels,
        )
    for checkpoint in Checkpoint.objects.filter(letter=letter):
        versions = [checkpoint.of_version(int(number)) for number in checkpoint.versions]
        for name in tally.OF_VERSION:
            counts = [int(getattr(each, name)) for each in versions]
            assert [count for count in counts if count < 0] == []
            assert sum(counts) == getattr(checkpoint, name)


def _tiles_of(hashes: list[bytes]) -> dict[tuple[int, int], bytes]:
    """As C2SP tlog-tiles defines them, by the plain definition of the root."""
    tiles: dict[tuple[int, int], bytes] = {}
    level = 0
    while hashes:
        chunks = [hashes[start : start + TILE_WIDTH] for start in range(0, len(hashes), TILE_WIDTH)]
        tiles |= {(level, index): b"".join(chunk) for index, chunk in enumerate(chunks)}
        hashes = [root(chunk) for chunk in chunks if len(chunk) == TILE_WIDTH]
        level += 1
    return tiles
