import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signatures.record.format.merkle import (
    EMPTY_ROOT,
    BrokenTree,
    NoSuchSize,
    Tiles,
    Tree,
    leaf_hash,
    node_hash,
    root,
)
from signatures.record.format.proofs import inclusion_proof, verify_inclusion
from signatures.record.format.tiles import MAX_SIZE, tile_width

# The leaves and roots by which Certificate Transparency logs are tested.
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
VECTOR_ROOTS = [
    bytes.fromhex(each)
    for each in (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
# Enough for two full tiles and a bit: every test of this size crosses tile borders.
HASHES = [leaf_hash(str(number).encode()) for number in range(600)]


class Store:
    """Tiles in memory, and what was read of them."""

    def __init__(self) -> None:
        self.tiles: Tiles = {}
        self.reads: list[tuple[int, int]] = []

    def read(self, level: int, index: int) -> bytes:
        self.reads.append((level, index))
        return self.tiles.get((level, index), b"")

    def tree(self, size: int) -> Tree:
        return Tree(size=size, read_tile=self.read)

    def add(self, size: int, hashes: list[bytes]) -> Tree:
        """As the sequencer does: a fresh tree for each batch, its tiles stored after."""
        tree = self.tree(size)
        self.tiles |= tree.append(hashes)
        return tree


def stored(hashes: list[bytes]) -> Tree:
    return Store().add(0, hashes)


@pytest.mark.parametrize("size", range(1, 9))
def test_the_public_vectors(size: int) -> None:
    hashes = [leaf_hash(leaf) for leaf in VECTOR_LEAVES[:size]]

    assert root(hashes) == VECTOR_ROOTS[size - 1]
    assert stored(hashes).root() == VECTOR_ROOTS[size - 1]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    store = Store()
    tree = store.tree(0)

    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root([]) == tree.root() == tree.root_at(0) == EMPTY_ROOT
    assert tree.append([]) == {}
    assert store.reads == []


def test_a_leaf_and_a_node_never_hash_alike() -> None:
    assert node_hash(HASHES[0], HASHES[1]) != leaf_hash(HASHES[0] + HASHES[1])


@given(st.lists(st.integers(0, 300), min_size=1, max_size=6))
@settings(max_examples=40)
def test_any_split_into_batches_gives_the_same_tree(batches: list[int]) -> None:
    store, once = Store(), Store()
    hashes: list[bytes] = []
    for batch in batches:
        added = [leaf_hash(b"%d" % number) for number in range(len(hashes), len(hashes) + batch)]
        tree = store.add(len(hashes), added)
        hashes += added
        assert tree.size == len(hashes)
        assert tree.root() == root(hashes)
    once.add(0, hashes)

    assert store.tiles == once.tiles
    assert store.tree(len(hashes)).root() == root(hashes)


def test_one_tree_can_take_many_batches() -> None:
    store = Store()
    tree = store.tree(0)

    for start in range(0, len(HASHES), 7):
        store.tiles |= tree.append(HASHES[start : start + 7])
        assert tree.root() == root(HASHES[: start + 7])

    # It carries the right edge along, and had nothing to read until now.
    assert store.reads == []
    assert tree.root_at(300) == root(HASHES[:300])


def test_nothing_stale_is_kept_when_a_tile_grows() -> None:
    store = Store()
    store.add(0, HASHES[:300])
    tree = store.tree(300)
    assert tree.root() == root(HASHES[:300])

    store.tiles |= tree.append(HASHES[300:])

    assert [tree.root_at(size) for size in (299, 300, 512, 600)] == [
        root(HASHES[:size]) for size in (299, 300, 512, 600)
    ]


@pytest.mark.parametrize("size", [1, 255, 256, 257, 511, 512, 513, 600])
def test_each_tile_is_as_wide_as_the_specification_says(size: int) -> None:
    store = Store()
    store.add(0, HASHES[:size])

    assert {key: len(tile) // 32 for key, tile in store.tiles.items()} == {
        (level, index): tile_width(level=level, index=index, size=size)
        for level in range(3)
        for index in range(3)
        if tile_width(level=level, index=index, size=size)
    }
    assert b"".join(store.tiles[0, index] for index in range((size + 255) // 256)) == b"".join(
        HASHES[:size]
    )


def test_a_full_tile_is_never_written_again() -> None:
    store = Store()
    store.add(0, HASHES[:512])

    assert set(store.tree(512).append(HASHES[512:600])) == {(0, 2)}
    assert set(store.tree(512).append([])) == set()


def test_seventy_thousand_leaves_reach_the_third_level() -> None:
    hashes = [leaf_hash(b"%d" % number) for number in range(70_000)]
    store = Store()
    store.add(0, hashes[:65_000])
    store.reads.clear()

    tree = store.add(65_000, hashes[65_000:])

    # 65,000 = 253 * 256 + 232: one partial tile at two levels, and none above.
    assert store.reads == [(0, 253), (1, 0)]
    assert len(store.tiles[2, 0]) == 32
    assert tree.root() == root(hashes)
    assert tree.root_at(65_536) == root(hashes[:65_536])
    proof = inclusion_proof(tree, index=65_535, size=70_000)
    verify_inclusion(
        leaf_hash=hashes[65_535], index=65_535, size=70_000, proof=proof, root=tree.root()
    )


def test_an_earlier_root_is_found_while_the_record_grows() -> None:
    """A reader that began at 300 finds tiles that meanwhile belong to 600."""
    store = Store()
    store.add(0, HASHES[:300])
    reader = store.tree(300)
    store.add(300, HASHES[300:])

    assert reader.root() == root(HASHES[:300])
    assert reader.root_at(257) == root(HASHES[:257])


def test_appending_beside_another_writer_is_refused() -> None:
    store = Store()
    store.add(0, HASHES[:300])
    late = store.tree(300)
    store.add(300, HASHES[300:310])

    with pytest.raises(BrokenTree):
        late.append(HASHES[300:301])
    assert late.size == 300


@pytest.mark.parametrize("lost", [(0, 1), (1, 0)])
def test_a_lost_tile_is_noticed(lost: tuple[int, int]) -> None:
    store = Store()
    store.add(0, HASHES[:300])
    del store.tiles[lost]

    with pytest.raises(BrokenTree):
        store.tree(300).root()
    with pytest.raises(BrokenTree):
        store.tree(300).append(HASHES[300:])


@pytest.mark.parametrize("cut", [1, 31, 32])
def test_a_cut_tile_is_noticed(cut: int) -> None:
    store = Store()
    store.add(0, HASHES[:300])
    store.tiles[0, 1] = store.tiles[0, 1][:-cut]

    with pytest.raises(BrokenTree):
        store.tree(300).root()
    with pytest.raises(BrokenTree):
        store.tree(300).append(HASHES[300:])


def test_a_hash_of_another_length_leaves_the_tree_as_it_was() -> None:
    tree = stored(HASHES[:10])
    before = tree.root()

    with pytest.raises(BrokenTree):
        tree.append([HASHES[10], b"short"])

    assert (tree.size, tree.root()) == (10, before)


@pytest.mark.parametrize("size", [-1, MAX_SIZE + 1])
def test_a_tree_of_an_impossible_size_is_refused(size: int) -> None:
    with pytest.raises(NoSuchSize):
        Store().tree(size)


def test_a_tree_can_be_full() -> None:
    with pytest.raises(NoSuchSize):
        Store().tree(MAX_SIZE).append(HASHES[:1])


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 4), (-1, 3), (0, 11), (1, 3), (4, 9)])
def test_leaves_that_have_no_root_of_their_own(start: int, end: int) -> None:
    with pytest.raises(NoSuchSize):
        stored(HASHES[:10]).root_of(start, end)


@pytest.mark.parametrize("size", [-1, 11])
def test_a_size_that_the_tree_never_had(size: int) -> None:
    tree = stored(HASHES[:10])

    with pytest.raises(NoSuchSize):
        tree.root_at(size)
