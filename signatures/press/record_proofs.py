"""Proofs about a letter's record, made from its stored tiles for whoever asks."""

import base64
import json
from collections.abc import Callable
from typing import Any

from signatures.models import Checkpoint, Entry, SampleAudit, Signature, SiteEntry, Tile
from signatures.press.record_export import opening
from signatures.record import site_log
from signatures.record.format.merkle import NoSuchSize, Tree
from signatures.record.format.proofs import consistency_proof, inclusion_proof

_FORMAT = "c2sp.org/tlog-proof@v1"


def leaf_of(*, letter_id: int, public_id: str) -> int | None:
    """Where the record holds what was last said of this signature; None if it has no number yet,
    or there is none."""
    found = Signature.objects.filter(
        letter_id=letter_id, public_id=public_id, number__isnull=False
    ).values_list("leaf", flat=True)
    return found.first()


def tlog_proof(*, checkpoint: Checkpoint, index: int) -> str:
    """That leaf `index` is in the record (c2sp.org/tlog-proof). The leaf itself is the extra data,
    which a reader must hash, not believe; behind it is what opens its commitment, if that is of
    somebody who is shown."""
    letter_id = checkpoint.letter_id
    tree = Tree(size=checkpoint.size, read_tile=_tile_reader(letter_id))
    leaf = bytes(Entry.objects.values_list("leaf", flat=True).get(letter_id=letter_id, index=index))
    extra = b"\n".join(filter(None, (leaf, opening(letter_id=letter_id, leaf=leaf))))
    hashes = inclusion_proof(tree, index=index, size=checkpoint.size)
    return _proof(extra=extra, index=index, hashes=hashes, note=checkpoint.note)


def log_proof(*, letter_id: int, size: int | None = None) -> str:
    """That the site's log has the letter's record: with `size` lines, or with more, which begin
    with those; without a size, as it was seen last.

    The extra data is the log's leaf. Where it is of more lines, what leads there from `size` stands
    behind it (RFC 6962, 2.1.2). Raises NoSuchSize while the log has not seen so many lines.
    """
    entries = SiteEntry.objects.filter(letter_id=letter_id)
    if size is None:
        entry = entries.order_by("-size").first()
    else:
        entry = entries.filter(size__gte=size).order_by("size").first()
    checkpoint = site_log.attested_since(index=entry.index) if entry else None
    if entry is None or checkpoint is None:
        raise NoSuchSize("the site's log has not seen so many lines")
    extra = bytes(entry.leaf)
    if size is not None and size < entry.size:
        tree = Tree(size=entry.size, read_tile=_tile_reader(letter_id))
        path = consistency_proof(tree, old_size=size, new_size=entry.size)
        told = {"size": size, "path": [_base64(each) for each in path]}
        extra += b"\n" + json.dumps(told, separators=(",", ":")).encode("ascii")
    hashes = inclusion_proof(site_log.tree_of(checkpoint), index=entry.index, size=checkpoint.size)
    return _proof(extra=extra, index=entry.index, hashes=hashes, note=checkpoint.note)


def announcement_proof(*, audit: SampleAudit) -> str | None:
    """That the site's log told of an audit's announcement: in the checkpoint that most witnesses
    signed of the first that have it, so that their clocks tell when it was there at the latest.
    None until the log has it."""
    if audit.site_index is None:
        return None
    entry = SiteEntry.objects.get(index=audit.site_index)
    checkpoint = site_log.first_attested(index=entry.index)
    if checkpoint is None:
        return None
    hashes = inclusion_proof(site_log.tree_of(checkpoint), index=entry.index, size=checkpoint.size)
    return _proof(extra=bytes(entry.leaf), index=entry.index, hashes=hashes, note=checkpoint.note)


def _proof(*, extra: bytes, index: int, hashes: list[bytes], note: str) -> str:
    path = [_base64(each) for each in hashes]
    return "\n".join([_FORMAT, f"extra {_base64(extra)}", f"index {index}", *path, "", note])


def consistency(*, latest: Checkpoint, old_size: int, new_size: int) -> dict[str, Any]:
    """That the record at the old size is the beginning of the record at the new one (RFC 6962).

    Each end comes with its checkpoint, if there ever was one of that size. Raises NoSuchSize.
    """
    tree = Tree(size=latest.size, read_tile=_tile_reader(latest.letter_id))
    proof = consistency_proof(tree, old_size=old_size, new_size=new_size)
    signed = dict(
        Checkpoint.objects.filter(
            letter_id=latest.letter_id, size__in=(old_size, new_size)
        ).values_list("size", "note")
    )
    old, new = (
        {"size": size, "root": _base64(tree.root_at(size)), "checkpoint": signed.get(size)}
        for size in (old_size, new_size)
    )
    return {"from": old, "to": new, "proof": [_base64(each) for each in proof]}


def _tile_reader(letter_id: int) -> Callable[[int, int], bytes]:
    def read(level: int, index: int) -> bytes:
        found = Tile.objects.filter(letter_id=letter_id, level=level, index=index)
        return bytes(found.values_list("hashes", flat=True).first() or b"")

    return read


def _base64(data: bytes | memoryview) -> str:
    return base64.b64encode(bytes(data)).decode()
