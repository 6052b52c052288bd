"""Proofs that a leaf is in a record, and that a record only grew (RFC 6962, 2.1.1 and 2.1.2).

A proof is a list of 32-byte hashes, in the order of the RFC. Making one needs the tiles of the
tree; checking one needs nothing but the proof and the roots of two checkpoints, and follows
RFC 9162, 2.1.3.2 and 2.1.4.2.
"""

from collections.abc import Sequence

from signatures.record.format.merkle import EMPTY_ROOT, HASH_BYTES, NoSuchSize, Tree, node_hash


class ProofRejected(Exception):
    """The proof does not show what it should."""


def inclusion_proof(tree: Tree, *, index: int, size: int) -> list[bytes]:
    """Shows that leaf `index` is in the tree as it was at `size`."""
    if not 0 <= index < size <= tree.size:
        raise NoSuchSize(f"no leaf {index} at size {size} in a tree of {tree.size}")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _left_part(end - start)
        if index < middle:
            path.append(tree.root_of(middle, end))
            end = middle
        else:
            path.append(tree.root_of(start, middle))
            start = middle
    return path[::-1]


def consistency_proof(tree: Tree, *, old_size: int, new_size: int) -> list[bytes]:
    """Shows that the tree at `old_size` is the beginning of the tree at `new_size`.

    Empty where there is nothing to show: from the empty tree, and between equal sizes.
    """
    if not 0 <= old_size <= new_size <= tree.size:
        raise NoSuchSize(f"no sizes {old_size} and {new_size} in a tree of {tree.size}")
    if old_size in (0, new_size):
        return []
    path = []
    start, end = 0, new_size
    while old_size != end:
        middle = start + _left_part(end - start)
        if old_size <= middle:
            path.append(tree.root_of(middle, end))
            end = middle
        else:
            path.append(tree.root_of(start, middle))
            start = middle
    # A checker knows the old root, so it is left out where it is itself the first hash.
    if start:
        path.append(tree.root_of(start, end))
    return path[::-1]


def verify_inclusion(
    *, leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Raises ProofRejected unless `leaf_hash` is leaf `index` of the tree of this size and root."""
    _require(0 <= index < size, "there is no such leaf")
    _require_hashes(leaf_hash, root, *proof)
    node, last = index, size - 1
    result = leaf_hash
    for sibling in proof:
        _require(last > 0, "the proof is too long")
        if node & 1 or node == last:
            result = node_hash(sibling, result)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        node, last = node >> 1, last >> 1
    _require(last == 0, "the proof is too short")
    _require(result == root, "the leaf does not lead to the root")


def verify_consistency(
    *, old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Raises ProofRejected unless the old tree is a beginning of the new one."""
    _require(0 <= old_size <= new_size, "a record cannot shrink")
    _require_hashes(old_root, new_root, *proof)
    if old_size in (0, new_size):
        _require(not proof, "the proof is too long")
        _require(old_size > 0 or old_root == EMPTY_ROOT, "the old root is not that of no leaves")
        _require(new_size > 0 or new_root == EMPTY_ROOT, "the new root is not that of no leaves")
        _require(old_size != new_size or old_root == new_root, "one size has two roots")
        return
    path = list(proof)
    if old_size & old_size - 1 == 0:  # a power of two: the old root starts the path itself
        path.insert(0, old_root)
    _require(bool(path), "the proof is too short")
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old_result = new_result = path[0]
    for sibling in path[1:]:
        _require(last > 0, "the proof is too long")
        if node & 1 or node == last:
            old_result = node_hash(sibling, old_result)
            new_result = node_hash(sibling, new_result)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new_result = node_hash(new_result, sibling)
        node, last = node >> 1, last >> 1
    _require(last == 0, "the proof is too short")
    _require(old_result == old_root, "the path does not lead to the old root")
    _require(new_result == new_root, "the path does not lead to the new root")


def _left_part(count: int) -> int:
    """The largest power of two below `count`: where a tree of so many leaves divides."""
    return 1 << (count - 1).bit_length() - 1


def _require_hashes(*hashes: bytes) -> None:
    _require(all(len(each) == HASH_BYTES for each in hashes), "a hash is not 32 bytes")


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ProofRejected(otherwise)
