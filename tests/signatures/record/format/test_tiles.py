import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatures.record.format.tiles import (
    MAX_INDEX,
    MAX_SIZE,
    BrokenBundle,
    NoSuchTile,
    TilePath,
    decode_entries,
    encode_entries,
    parse_tile_path,
    tile_width,
)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (TilePath(0, 0), "tile/0/000"),
        (TilePath(0, 1234067), "tile/0/x001/x234/067"),
        (TilePath(1, 0, 17), "tile/1/000.p/17"),
        (TilePath(0, 273, 112), "tile/0/273.p/112"),
        (TilePath(63, 999, 255), "tile/63/999.p/255"),
        (TilePath(2, 1000, 1), "tile/2/x001/000.p/1"),
        (TilePath(None, 3), "tile/entries/003"),
        (TilePath(None, 1234067, 8), "tile/entries/x001/x234/067.p/8"),
    ],
)
def test_a_tile_has_one_path(tile: TilePath, path: str) -> None:
    assert str(tile) == path
    assert parse_tile_path(path) == tile


@given(
    level=st.none() | st.integers(0, 63),
    index=st.integers(0, MAX_INDEX),
    width=st.integers(1, 256),
)
def test_every_path_is_read_as_the_tile_it_was_written_for(
    level: int | None, index: int, width: int
) -> None:
    tile = TilePath(level, index, width)

    assert parse_tile_path(str(tile)) == tile
    assert tile.is_full == (width == 256)
    assert tile.is_entries == (level is None)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/000\n",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/x000/x001/000",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/0/X001/000",
        "tile/0/x001/x000",
        "tile/00/000",
        "tile/01/000",
        "tile/64/000",
        "tile/100/000",
        "tile/-1/000",
        "tile/+1/000",
        "tile/0/-01",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000.p/1000",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000.P/1",
        "tile/0/000/p/1",
        "tile/Entries/000",
        "tile/entries/000.p/256",
        "tile/data/000",
        "tile/0/٠٠٠",
        "tile/٠/000",
        "tile/0/000.p/٣",
        "tile/0/../000",
        "tile/0/x036/x028/x797/x018/x963/968",  # one beyond the last index
        "tile/0/" + "x999/" * 100 + "999",
    ],
)
def test_any_other_path_names_no_tile(path: str) -> None:
    with pytest.raises(NoSuchTile):
        parse_tile_path(path)


def test_the_last_index_still_has_a_path() -> None:
    assert parse_tile_path("tile/0/x036/x028/x797/x018/x963/967") == TilePath(0, MAX_INDEX)


@pytest.mark.parametrize(
    ("level", "index", "width"),
    [(-1, 0, 1), (64, 0, 1), (0, -1, 1), (0, MAX_INDEX + 1, 1), (0, 0, 0), (0, 0, 257)],
)
def test_an_impossible_tile_cannot_be_made(level: int, index: int, width: int) -> None:
    with pytest.raises(NoSuchTile):
        TilePath(level, index, width)


def test_widths_are_those_of_the_example_in_the_specification() -> None:
    # A tree of 70,000: 273 full tiles and one of 112; one full and one of 17; one of 1.
    size = 70_000
    widths = {
        (level, index): tile_width(level=level, index=index, size=size)
        for level, index in [(0, 0), (0, 272), (0, 273), (0, 274), (1, 0), (1, 1), (1, 2), (2, 0)]
    }

    assert widths == {
        (0, 0): 256,
        (0, 272): 256,
        (0, 273): 112,
        (0, 274): 0,
        (1, 0): 256,
        (1, 1): 17,
        (1, 2): 0,
        (2, 0): 1,
    }


@pytest.mark.parametrize(
    ("level", "index", "size", "width"),
    [
        (0, 0, 0, 0),
        (0, 0, 256, 256),
        (0, 1, 256, 0),
        (1, 0, 256, 1),
        (1, 0, 255, 0),
        (3, 0, 256, 0),
        (63, 0, MAX_SIZE, 0),
        (0, MAX_INDEX, MAX_SIZE, 255),
        (-1, 0, 10, 0),
        (0, -1, 10, 0),
        (0, 0, -1, 0),
    ],
)
def test_widths_at_the_edges(level: int, index: int, size: int, width: int) -> None:
    assert tile_width(level=level, index=index, size=size) == width


def test_a_bundle_is_entries_behind_their_lengths() -> None:
    entries = [b"", b"a", b"bc" * 150]

    bundle = encode_entries(entries)

    assert bundle == b"\x00\x00" + b"\x00\x01a" + b"\x01\x2c" + b"bc" * 150
    assert decode_entries(bundle) == entries


@given(st.lists(st.binary(max_size=400), max_size=256))
def test_a_bundle_gives_back_its_entries(entries: list[bytes]) -> None:
    assert decode_entries(encode_entries(entries)) == entries


def test_the_longest_entry_fits_and_a_longer_one_does_not() -> None:
    longest = b"x" * 65535

    assert decode_entries(encode_entries([longest])) == [longest]
    with pytest.raises(BrokenBundle):
        encode_entries([longest + b"x"])


def test_a_bundle_holds_no_more_than_a_tile() -> None:
    assert len(decode_entries(encode_entries([b"x"] * 256))) == 256
    with pytest.raises(BrokenBundle):
        encode_entries([b"x"] * 257)
    with pytest.raises(BrokenBundle):
        decode_entries(b"\x00\x01x" * 257)


@pytest.mark.parametrize("bundle", [b"\x00", b"\x00\x01", b"\x00\x02a", b"\x00\x01ab"])
def test_a_bundle_that_ends_early_is_refused(bundle: bytes) -> None:
    with pytest.raises(BrokenBundle):
        decode_entries(bundle)
