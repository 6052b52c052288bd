from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pytest_django import Settings

from signatures.record import rollback_guard
from signatures.record.format.checkpoint import Checkpoint, sign_checkpoint
from signatures.record.format.merkle import Tree, leaf_hash
from signatures.record.format.notes import Verifier
from signatures.record.rollback_guard import DatabaseBehind, compare, keep

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = "letters.example/letters/a-letter/record"
VERIFIER = Verifier.of(name=ORIGIN, private_key=KEY)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    rollback_guard.adopt()
    return tmp_path / "checkpoints"


def _tree(size: int, *, of: str = "leaf") -> Tree:
    tiles: dict[tuple[int, int], bytes] = {}
    read: Callable[[int, int], bytes] = lambda level, index: tiles[level, index]  # noqa: E731
    tree = Tree(size=0, read_tile=read)
    tiles |= tree.append([leaf_hash(f"{of} {number}".encode()) for number in range(size)])
    return tree


def _note(tree: Tree, *, key: Ed25519PrivateKey = KEY, origin: str = ORIGIN) -> str:
    return sign_checkpoint(checkpoint=Checkpoint(origin, tree.size, tree.root()), private_key=key)


def _kept(folder: Path) -> list[str]:
    return [path.read_text("utf-8") for path in sorted(folder.iterdir())]


def test_the_checkpoint_is_kept_as_it_was_signed(folder: Path) -> None:
    note = _note(_tree(3))

    keep(origin=ORIGIN, note=note)
    keep(origin=ORIGIN, note=note)

    assert _kept(folder) == [note]


def test_the_latest_takes_the_place_of_the_one_before(folder: Path) -> None:
    for size in (1, 2, 9, 10, 100):
        keep(origin=ORIGIN, note=_note(_tree(size)))

    assert _kept(folder) == [_note(_tree(100))]


def test_one_that_was_overtaken_is_left(folder: Path) -> None:
    keep(origin=ORIGIN, note=_note(_tree(10)))

    keep(origin=ORIGIN, note=_note(_tree(9)))

    assert _kept(folder) == [_note(_tree(10))]


@pytest.mark.parametrize(
    "elsewhere", ["other.example/a", "letters.example/letters/a/letter-record"]
)
def test_each_log_has_its_own_even_if_their_names_read_the_same(
    folder: Path, elsewhere: str
) -> None:
    keep(origin=ORIGIN, note=_note(_tree(5)))

    compare(tree=_tree(0), verifier=Verifier.of(name=elsewhere, private_key=KEY))
    keep(origin=elsewhere, note=_note(_tree(1), origin=elsewhere))

    assert len(_kept(folder)) == 2


def test_many_at_once_leave_one_whole_checkpoint(folder: Path) -> None:
    notes = [_note(_tree(size)) for size in range(1, 9)]

    with ThreadPoolExecutor(len(notes)) as pool:
        list(pool.map(lambda note: keep(origin=ORIGIN, note=note), notes))

    [kept] = _kept(folder)
    assert kept in notes


@pytest.mark.parametrize("size", [4, 5, 300])
def test_a_database_that_goes_on_from_there_is_fine(size: int) -> None:
    keep(origin=ORIGIN, note=_note(_tree(4)))

    compare(tree=_tree(size), verifier=VERIFIER)


def test_without_a_kept_checkpoint_nothing_is_compared() -> None:
    compare(tree=_tree(0), verifier=VERIFIER)


@pytest.mark.parametrize("size", [0, 1, 3])
def test_an_older_database_is_refused(size: int) -> None:
    keep(origin=ORIGIN, note=_note(_tree(4)))

    with pytest.raises(DatabaseBehind, match=f"size 4 was published.* holds {size}"):
        compare(tree=_tree(size), verifier=VERIFIER)


@pytest.mark.parametrize("size", [4, 9])
def test_another_past_is_refused(size: int) -> None:
    keep(origin=ORIGIN, note=_note(_tree(4)))

    with pytest.raises(DatabaseBehind, match="not the one that was published"):
        compare(tree=_tree(size, of="other"), verifier=VERIFIER)


def test_one_by_another_key_is_refused() -> None:
    keep(origin=ORIGIN, note=_note(_tree(4), key=Ed25519PrivateKey.generate()))

    with pytest.raises(DatabaseBehind, match="record key"):
        compare(tree=_tree(4), verifier=VERIFIER)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a\nb\nc\n", b"a\n1\nAA==\n\n"])
def test_a_damaged_one_is_refused(folder: Path, content: bytes) -> None:
    keep(origin=ORIGIN, note=_note(_tree(4)))
    next(folder.iterdir()).write_bytes(content)

    with pytest.raises(DatabaseBehind, match="cannot be checked"):
        compare(tree=_tree(4), verifier=VERIFIER)
