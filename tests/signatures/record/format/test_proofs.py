from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signatures.record.format.merkle import EMPTY_ROOT, NoSuchSize, Tiles, Tree, leaf_hash, root
from signatures.record.format.proofs import (
    ProofRejected,
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)

# The leaves and proofs by which Certificate Transparency logs are tested.
VECTOR_LEAVES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
VECTOR_PATHS: dict[tuple[int, int], tuple[str, ...]] = {
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
}
VECTOR_GROWTH: dict[tuple[int, int], tuple[str, ...]] = {
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 5): (
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}
# Enough for two full tiles and a bit, so that proofs cross tile borders.
HASHES = [leaf_hash(str(number).encode()) for number in range(600)]


def stored(hashes: list[bytes]) -> Tree:
    tiles: Tiles = {}
    tree = Tree(size=0, read_tile=lambda level, index: tiles[level, index])
    tiles |= tree.append(hashes)
    return tree


def altered(proof: list[bytes]) -> Iterator[list[bytes]]:
    for position, each in enumerate(proof):
        yield [*proof[:position], bytes([each[0] ^ 1]) + each[1:], *proof[position + 1 :]]
        yield proof[:position] + proof[position + 1 :]
        yield [*proof[:position], each[:-1], *proof[position + 1 :]]
    yield [*proof, HASHES[0]]
    yield [HASHES[0], *proof]


def test_the_public_proofs() -> None:
    tree = stored([leaf_hash(leaf) for leaf in VECTOR_LEAVES])

    for (index, size), path in VECTOR_PATHS.items():
        proof = inclusion_proof(tree, index=index, size=size)
        assert [each.hex() for each in proof] == list(path)
    for (old, new), path in VECTOR_GROWTH.items():
        proof = consistency_proof(tree, old_size=old, new_size=new)
        assert [each.hex() for each in proof] == list(path)


def test_a_proof_reads_each_tile_once() -> None:
    tiles: Tiles = {}
    reads = []

    def read(level: int, index: int) -> bytes:
        reads.append((level, index))
        return tiles[level, index]

    tiles |= Tree(size=0, read_tile=read).append(HASHES)

    inclusion_proof(Tree(size=600, read_tile=read), index=3, size=600)

    assert sorted(reads) == [(0, 0), (0, 2), (1, 0)]


@given(st.integers(1, 600), st.data())
@settings(max_examples=60)
def test_every_leaf_can_be_shown_and_no_other(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    tree = stored(HASHES)
    top = root(HASHES[:size])

    proof = inclusion_proof(tree, index=index, size=size)

    verify_inclusion(leaf_hash=HASHES[index], index=index, size=size, proof=proof, root=top)
    for wrong in altered(proof):
        with pytest.raises(ProofRejected):
            verify_inclusion(leaf_hash=HASHES[index], index=index, size=size, proof=wrong, root=top)
    other = leaf_hash(b"someone else")
    for leaf, place, expected in [
        (other, index, top),
        (HASHES[index], index, other),
        (HASHES[index], size, top),
        (HASHES[index], -1, top),
        (HASHES[index][:-1], index, top),
        *([(HASHES[index], index - 1, top)] if index else []),
    ]:
        with pytest.raises(ProofRejected):
            verify_inclusion(leaf_hash=leaf, index=place, size=size, proof=proof, root=expected)


@given(st.integers(0, 600), st.integers(0, 600))
@settings(max_examples=80)
def test_any_two_sizes_are_consistent_and_no_other_root_is(first: int, second: int) -> None:
    old, new = sorted((first, second))
    old_root, new_root = root(HASHES[:old]), root(HASHES[:new])
    tree = stored(HASHES)

    proof = consistency_proof(tree, old_size=old, new_size=new)

    def check(old_root: bytes, new_root: bytes, proof: list[bytes]) -> None:
        verify_consistency(
            old_size=old, old_root=old_root, new_size=new, new_root=new_root, proof=proof
        )

    check(old_root, new_root, proof)
    for wrong in altered(proof):
        with pytest.raises(ProofRejected):
            check(old_root, new_root, wrong)
    forged = leaf_hash(b"forged")
    with pytest.raises(ProofRejected):
        check(forged, new_root, proof)
    # From the empty record every other is a continuation, so only then may the new root be any.
    if old:
        with pytest.raises(ProofRejected):
            check(old_root, forged, proof)


def test_every_pair_of_small_sizes() -> None:
    tree = stored(HASHES[:33])
    for new in range(34):
        for old in range(new + 1):
            verify_consistency(
                old_size=old,
                old_root=root(HASHES[:old]),
                new_size=new,
                new_root=root(HASHES[:new]),
                proof=consistency_proof(tree, old_size=old, new_size=new),
            )


def test_a_record_cannot_shrink_and_an_empty_one_has_one_root() -> None:
    for old, new in [(2, 1), (-1, 1)]:
        with pytest.raises(ProofRejected):
            verify_consistency(
                old_size=old, old_root=HASHES[0], new_size=new, new_root=HASHES[0], proof=[]
            )
    with pytest.raises(ProofRejected):
        verify_consistency(
            old_size=0, old_root=EMPTY_ROOT, new_size=0, new_root=HASHES[0], proof=[]
        )


def test_a_proof_of_nothing_for_a_grown_record_is_refused() -> None:
    with pytest.raises(ProofRejected):
        verify_consistency(old_size=3, old_root=HASHES[0], new_size=4, new_root=HASHES[0], proof=[])


@pytest.mark.parametrize("index", [-1, 10])
def test_a_leaf_that_the_tree_never_had(index: int) -> None:
    with pytest.raises(NoSuchSize):
        inclusion_proof(stored(HASHES[:10]), index=index, size=10)


@pytest.mark.parametrize("size", [-1, 11])
def test_a_size_that_the_tree_never_had(size: int) -> None:
    tree = stored(HASHES[:10])

    with pytest.raises(NoSuchSize):
        inclusion_proof(tree, index=0, size=size)
    with pytest.raises(NoSuchSize):
        consistency_proof(tree, old_size=0, new_size=size)
    with pytest.raises(NoSuchSize):
        consistency_proof(tree, old_size=size, new_size=10)
