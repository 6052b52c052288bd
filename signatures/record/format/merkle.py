"""The Merkle tree of a record: RFC 6962 section 2.1 hashing over tiles of height 8.

A leaf hashes to SHA-256(0x00 || leaf), a node to SHA-256(0x01 || left || right), the empty tree to
SHA-256 of nothing. `root` follows the definition word for word and is what `Tree` is tested by;
`Tree` does the work from stored tiles.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import sha256

from signatures.record.format.tiles import MAX_SIZE, TILE_HEIGHT, TILE_WIDTH, tile_width

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

# The tiles that one proof touches, and some more.
_TILES_KEPT = 64

# read_tile(level, index) -> the concatenated hashes of that tile; empty where none is stored
ReadTile = Callable[[int, int], bytes]
# (level, index) -> the concatenated hashes of that tile
Tiles = dict[tuple[int, int], bytes]


class BrokenTree(Exception):
    """A tile or hash does not fit the tree: stored tiles and stored size disagree."""


class NoSuchSize(Exception):
    """The tree has never had this size, or has no leaf at this index."""


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """The Merkle Tree Hash over leaf hashes as RFC 6962 defines it: for checking, not speed."""
    if not hashes:
        return EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return node_hash(root(hashes[:split]), root(hashes[split:]))


class Tree:
    """A tree of `size` leaves whose tiles `read_tile` can fetch.

    Appending reads only the partial tiles at the right edge, at most one for each level, once in
    the life of the object. What `append` returns must be stored before proofs or earlier roots are
    asked for; `root()` needs nothing stored. Not safe for use by two threads at once.
    """

    def __init__(self, *, size: int, read_tile: ReadTile) -> None:
        if not 0 <= size <= MAX_SIZE:
            raise NoSuchSize(f"no tree has {size} leaves")
        self.size = size
        self._fetch = read_tile
        self._stored_tile = lru_cache(maxsize=_TILES_KEPT)(read_tile)
        self._edges: dict[int, bytes] = {}

    def append(self, leaf_hashes: Sequence[bytes]) -> Tiles:
        """Add leaves; return each tile that is new or has grown, whole, at its present width.

        Costs about one hash for each leaf. An error leaves the tree as it was. Raises BrokenTree
        if a tile at the right edge is not exactly as wide as `size` says: then someone else has
        written since, or part of the tree is lost.
        """
        size = self.size + len(leaf_hashes)
        if size > MAX_SIZE:
            raise NoSuchSize(f"no tree has {size} leaves")
        if any(len(each) != HASH_BYTES for each in leaf_hashes):
            raise BrokenTree("a leaf hash is not 32 bytes")
        changed: Tiles = {}
        edges: dict[int, bytes] = {}
        level, added = 0, b"".join(leaf_hashes)
        while added:
            packed = self._edge(level) + added
            index = self.size >> TILE_HEIGHT * (level + 1)
            full_tiles = []
            for start in range(0, len(packed), TILE_WIDTH * HASH_BYTES):
                tile = packed[start : start + TILE_WIDTH * HASH_BYTES]
                changed[level, index] = tile
                index += 1
                if len(tile) == TILE_WIDTH * HASH_BYTES:
                    full_tiles.append(_fold(tile))
            edges[level] = b"" if len(tile) == TILE_WIDTH * HASH_BYTES else tile
            level, added = level + 1, b"".join(full_tiles)
        self.size = size
        self._edges |= edges
        self._stored_tile.cache_clear()
        return changed

    def root(self) -> bytes:
        return self.root_at(self.size)

    def root_at(self, size: int) -> bytes:
        """The root that the tree had, or has, at this size."""
        if size == 0:
            return EMPTY_ROOT
        return self.root_of(0, size)

    def root_of(self, start: int, end: int) -> bytes:
        """The root over leaves start to end - 1: MTH(D[start:end]) in the RFC's words.

        Only for the ranges that occur in a Merkle tree: `start` must be a multiple of the smallest
        power of two that is not below `end - start`. Others are NoSuchSize.
        """
        if not 0 <= start < end <= self.size:
            raise NoSuchSize(f"no leaves {start} to {end} in a tree of {self.size}")
        if start % (1 << (end - start - 1).bit_length()):
            raise NoSuchSize(f"leaves {start} to {end} have no root of their own")
        parts = []
        while start < end:
            height = (end - start).bit_length() - 1
            parts.append(self._complete(height, start >> height))
            start += 1 << height
        result = parts.pop()
        while parts:
            result = node_hash(parts.pop(), result)
        return result

    def _complete(self, height: int, index: int) -> bytes:
        """The root of the index-th complete subtree of 2**height leaves."""
        level, above = divmod(height, TILE_HEIGHT)
        first = index << above
        packed = self._tile(level, first // TILE_WIDTH)
        start = first % TILE_WIDTH * HASH_BYTES
        return _fold(packed[start : start + (HASH_BYTES << above)])

    def _tile(self, level: int, index: int) -> bytes:
        """A wider tile than `size` needs is welcome: the record may have grown since."""
        width = tile_width(level=level, index=index, size=self.size)
        if width < TILE_WIDTH and level in self._edges:
            return self._edges[level]
        packed = self._stored_tile(level, index)
        if len(packed) % HASH_BYTES or len(packed) < width * HASH_BYTES:
            raise _broken(level, index, packed, width)
        return packed

    def _edge(self, level: int) -> bytes:
        """The partial tile at the right end of a level; empty if the last one is full."""
        if level not in self._edges:
            index = self.size >> TILE_HEIGHT * (level + 1)
            width = tile_width(level=level, index=index, size=self.size)
            packed = self._fetch(level, index) if width else b""
            if len(packed) != width * HASH_BYTES:
                raise _broken(level, index, packed, width)
            self._edges[level] = packed
        return self._edges[level]


def _broken(level: int, index: int, packed: bytes, width: int) -> BrokenTree:
    return BrokenTree(f"tile {level}/{index} has {len(packed)} bytes, not {width} hashes")


def _fold(packed: bytes) -> bytes:
    """The root over 2**n concatenated hashes; pairs are hashed where they lie, not split first."""
    while len(packed) > HASH_BYTES:
        packed = b"".join(
            [
                sha256(b"\x01" + packed[start : start + 2 * HASH_BYTES]).digest()
                for start in range(0, len(packed), 2 * HASH_BYTES)
            ]
        )
    return packed
