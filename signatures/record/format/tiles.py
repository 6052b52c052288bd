"""Tiles: the shape in which a record is stored, served and cached (c2sp.org/tlog-tiles).

A hash tile is up to 256 consecutive 32-byte hashes of one tile level, concatenated. Level 0 holds
leaf hashes; a hash of level l + 1 is the root over one full tile of level l. An entry bundle holds
the leaves behind one tile of level 0. Tiles only ever grow to the right: a partial tile is a
prefix of the full one, and a full tile never changes, so it may be cached for ever.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
MAX_LEVEL = 63  # by the specification; a tree of 2**63 leaves needs only eight levels
MAX_SIZE = (1 << 63) - 1  # what a signed 64-bit column can hold
MAX_INDEX = MAX_SIZE >> TILE_HEIGHT
MAX_ENTRY = 0xFFFF

_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/"
    r"(?P<index>(?:x[0-9]{3}/)*[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)
# Longer than any path that names a tile we could hold; keeps absurd input from being parsed.
_MAX_PATH = 64


class NoSuchTile(Exception):
    """The path or position names no tile that could exist."""


class BrokenBundle(Exception):
    """Bytes are not an entry bundle, or entries do not fit into one."""


@dataclass(frozen=True, slots=True)
class TilePath:
    """The address of a hash tile, or of an entry bundle where `level` is None."""

    level: int | None
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        if self.level is not None and not 0 <= self.level <= MAX_LEVEL:
            raise NoSuchTile(f"no tile level {self.level}")
        if not 0 <= self.index <= MAX_INDEX:
            raise NoSuchTile(f"no tile index {self.index}")
        if not 1 <= self.width <= TILE_WIDTH:
            raise NoSuchTile(f"no tile width {self.width}")

    @property
    def is_entries(self) -> bool:
        return self.level is None

    @property
    def is_full(self) -> bool:
        """Full tiles are immutable."""
        return self.width == TILE_WIDTH

    def __str__(self) -> str:
        """As in `tile/0/x001/x234/067`, `tile/1/000.p/17`, `tile/entries/003`."""
        level = "entries" if self.level is None else str(self.level)
        suffix = "" if self.is_full else f".p/{self.width}"
        return f"tile/{level}/{_encode_index(self.index)}{suffix}"


def parse_tile_path(path: str) -> TilePath:
    """Read the one canonical spelling of a path; anything else is NoSuchTile."""
    match = _PATH.fullmatch(path) if len(path) <= _MAX_PATH else None
    if match is None:
        raise NoSuchTile("not a tile path")
    level = None if match["level"] == "entries" else int(match["level"])
    index = int(match["index"].replace("/", "").replace("x", ""))
    parsed = TilePath(level, index, int(match["width"] or TILE_WIDTH))
    # Catches what the pattern lets through: x000/001, and .p/256 for a full tile.
    if str(parsed) != path:
        raise NoSuchTile("not the canonical tile path")
    return parsed


def tile_width(*, level: int, index: int, size: int) -> int:
    """How many hashes this tile has in a tree of `size` leaves: 0 (no such tile) to 256.

    For an entry bundle ask for level 0.
    """
    if level < 0 or index < 0 or size < 0:
        return 0
    return max(0, min(TILE_WIDTH, (size >> TILE_HEIGHT * level) - TILE_WIDTH * index))


def encode_entries(entries: Iterable[bytes]) -> bytes:
    """Each entry behind its length as a big-endian uint16."""
    parts = []
    for count, entry in enumerate(entries, start=1):
        if count > TILE_WIDTH:
            raise BrokenBundle(f"a bundle holds at most {TILE_WIDTH} entries")
        if len(entry) > MAX_ENTRY:
            raise BrokenBundle(f"an entry of {len(entry)} bytes is too long")
        parts += [len(entry).to_bytes(2, "big"), entry]
    return b"".join(parts)


def decode_entries(bundle: bytes) -> list[bytes]:
    entries = []
    position = 0
    while position < len(bundle):
        start = position + 2
        position = start + int.from_bytes(bundle[position:start], "big")
        if start > len(bundle) or position > len(bundle):
            raise BrokenBundle("the bundle ends in the middle of an entry")
        entries.append(bundle[start:position])
    if len(entries) > TILE_WIDTH:
        raise BrokenBundle(f"a bundle holds at most {TILE_WIDTH} entries")
    return entries


def _encode_index(index: int) -> str:
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03d}")
    return "/".join(groups)
