"""A witness cosigns what only grew, remembers it, and refuses every other past."""

import base64
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signatures.record.format.checkpoint import Checkpoint, sign_checkpoint
from signatures.record.format.cosignatures import Cosigner, cosign, cosigned_at
from signatures.record.format.merkle import Tree, leaf_hash
from signatures.record.format.notes import MalformedNote, UnverifiedNote, Verifier
from signatures.record.format.proofs import consistency_proof
from signatures.record.witness_server import MAX_REQUEST, PLAIN, SIZE, Answer, Witness
from tests.concurrency import at_once

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
WITNESS_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
LOG = Verifier.of(name="letters.example/record", private_key=KEY)
COSIGNER = Cosigner.of(name="witness.newsroom.example", private_key=WITNESS_KEY)
NOW = 1_790_000_000


def tree(size: int, *, of: str = "leaf") -> Tree:
    tiles: dict[tuple[int, int], bytes] = {}
    grown = Tree(size=0, read_tile=lambda level, index: tiles[level, index])
    tiles |= grown.append([leaf_hash(f"{of} {number}".encode()) for number in range(size)])
    return grown


def note(
    size: int, *, of: str = "leaf", key: Ed25519PrivateKey = KEY, origin: str = LOG.name
) -> str:
    return sign_checkpoint(
        checkpoint=Checkpoint(origin, size, tree(size, of=of).root()), private_key=key
    )


def request(old: int, new: int, *, of: str = "leaf", signed: str | None = None) -> bytes:
    proof = consistency_proof(tree(new, of=of), old_size=min(old, new), new_size=new)
    lines = [f"old {old}", *(base64.b64encode(each).decode() for each in proof)]
    return ("\n".join(lines) + "\n\n" + (signed or note(new, of=of))).encode()


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return again(tmp_path)


def again(folder: Path) -> Witness:
    """The same witness after a restart."""
    return Witness(
        folder=folder, name=COSIGNER.name, private_key=WITNESS_KEY, logs=[LOG], now=lambda: NOW
    )


def test_what_grew_is_cosigned_and_remembered(witness: Witness, tmp_path: Path) -> None:
    for old, new in ((0, 3), (3, 7), (7, 7), (7, 300)):
        answer = again(tmp_path).add_checkpoint(request(old, new))
        assert (answer.status, answer.content_type) == (200, PLAIN)
        assert cosigned_at(note=note(new) + answer.body, cosigner=COSIGNER) == NOW
    seen = witness.last_seen(LOG)
    assert seen is not None
    assert (seen.size, seen.root) == (300, tree(300).root())


def test_a_log_that_is_told_another_size_hears_the_right_one(witness: Witness) -> None:
    witness.add_checkpoint(request(0, 5))
    for old in (0, 3, 6):
        assert witness.add_checkpoint(request(old, 9)) == Answer(409, "5\n", SIZE)


def test_another_past_is_refused(witness: Witness) -> None:
    witness.add_checkpoint(request(0, 5))
    assert witness.add_checkpoint(request(5, 9, of="other")).status == 422
    assert witness.add_checkpoint(request(5, 5, of="other")) == Answer(409, "5\n", SIZE)
    seen = witness.last_seen(LOG)
    assert seen is not None
    assert (seen.size, seen.root) == (5, tree(5).root())


def test_a_proof_from_nothing_is_refused(witness: Witness) -> None:
    body = request(0, 2).decode().replace("old 0\n", f"old 0\n{'A' * 43}=\n", 1)
    assert witness.add_checkpoint(body.encode()).status == 422


def test_a_log_that_would_shrink_is_refused(witness: Witness) -> None:
    witness.add_checkpoint(request(0, 9))
    assert witness.add_checkpoint(request(9, 5)).status == 400


def test_strangers_and_forgers_are_refused(witness: Witness) -> None:
    stranger = note(1, origin="other.example/record")
    assert witness.add_checkpoint(request(0, 1, signed=stranger)).status == 404
    forged = note(1, key=Ed25519PrivateKey.generate())
    assert witness.add_checkpoint(request(0, 1, signed=forged)).status == 403
    altered = note(1).replace("\n1\n", "\n2\n")
    assert witness.add_checkpoint(request(0, 1, signed=altered)).status == 403
    assert witness.last_seen(LOG) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"old 0",
        b"old 0\n\n",
        b"old -1\n\nx",
        b"old 01\n\nx",
        b"old 1\n!\n\nx",
        b"old 0\n" + b"AA==\n" * 64 + b"\nx",
        b"old 0\n\n" + LOG.name.encode() + b"\nnonsense\n",
        b"a" * (MAX_REQUEST + 1),
    ],
)
def test_nonsense_is_refused(witness: Witness, body: bytes) -> None:
    assert witness.add_checkpoint(body).status in (400, 403)
    assert witness.last_seen(LOG) is None


@pytest.mark.django_db(transaction=True)
def test_of_two_pasts_at_once_it_signs_one(tmp_path: Path) -> None:
    def ask(of: str) -> int:
        return again(tmp_path).add_checkpoint(request(0, 5, of=of)).status

    answers = at_once([partial(ask, of) for of in ("one", "two", "three", "four")])

    assert sorted(answers) == [200, 409, 409, 409]


# --- cosignatures -------------------------------------------------------------------------------


def test_a_cosignature_is_of_the_text_the_time_and_the_key() -> None:
    line = cosign(
        text=note(1).split("\n\n")[0] + "\n", name=COSIGNER.name, private_key=WITNESS_KEY, at=7
    )
    assert cosigned_at(note=note(1) + line, cosigner=COSIGNER) == 7
    assert cosigned_at(note=note(1), cosigner=COSIGNER) is None
    with pytest.raises(UnverifiedNote):
        cosigned_at(note=note(2) + line, cosigner=COSIGNER)
    namesake = Cosigner.of(name=COSIGNER.name, private_key=KEY)
    assert cosigned_at(note=note(1) + line, cosigner=namesake) is None


def test_a_cosigners_key_has_one_spelling() -> None:
    vkey = str(COSIGNER)
    assert Cosigner.parse(vkey) == COSIGNER
    assert str(LOG) != str(Cosigner(LOG.name, LOG.public_key))
    wrong = (
        str(LOG),
        vkey.replace(COSIGNER.key_id.hex(), "00000000"),
        vkey[:-1],
        "",
        "a b+00000000+AA==",
        f"{COSIGNER.name}+00000000+BAAA",
    )
    for each in wrong:
        with pytest.raises(MalformedNote):
            Cosigner.parse(each)
    with pytest.raises(MalformedNote):
        Cosigner("two words", bytes(32))
