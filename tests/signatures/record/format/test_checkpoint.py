import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from signatures.record.format.checkpoint import (
    Checkpoint,
    MalformedCheckpoint,
    open_checkpoint,
    sign_checkpoint,
)
from signatures.record.format.merkle import EMPTY_ROOT
from signatures.record.format.notes import MalformedNote, UnverifiedNote, Verifier, sign_note
from signatures.record.format.tiles import MAX_SIZE

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = "letters.example/letters/a-letter"
VERIFIER = Verifier.of(name=ORIGIN, private_key=KEY)
CHECKPOINT = Checkpoint(ORIGIN, 10_500, bytes(range(32)))
ROOT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


def test_the_body_is_three_lines() -> None:
    assert CHECKPOINT.text == f"{ORIGIN}\n10500\n{ROOT}\n"


def test_the_example_of_the_specification_is_read() -> None:
    checkpoint = Checkpoint.parse(
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )

    assert checkpoint == Checkpoint(
        "example.com/behind-the-sofa",
        20852163,
        bytes.fromhex("0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62"),
    )


@given(st.integers(1, MAX_SIZE), st.binary(min_size=32, max_size=32))
def test_a_signed_checkpoint_is_opened_as_it_was(size: int, root: bytes) -> None:
    checkpoint = Checkpoint(ORIGIN, size, root)

    note = sign_checkpoint(checkpoint=checkpoint, private_key=KEY)

    assert open_checkpoint(note=note, verifier=VERIFIER) == checkpoint


def test_an_empty_record_has_a_checkpoint() -> None:
    empty = Checkpoint(ORIGIN, 0, EMPTY_ROOT)

    assert Checkpoint.parse(empty.text) == empty
    with pytest.raises(MalformedCheckpoint):
        Checkpoint(ORIGIN, 0, bytes(32))


def test_signing_twice_gives_the_same_note() -> None:
    first = sign_checkpoint(checkpoint=CHECKPOINT, private_key=KEY)

    assert sign_checkpoint(checkpoint=CHECKPOINT, private_key=KEY) == first


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        f"{ORIGIN}\n10500\n{ROOT}",
        f"{ORIGIN}\n10500\n{ROOT}\n\n",
        f"{ORIGIN}\n10500\n{ROOT}\nextension\n",
        f"{ORIGIN}\r\n10500\r\n{ROOT}\r\n",
        f"{ORIGIN}\n10500\n",
        f"\n10500\n{ROOT}\n",
        f"an origin\n10500\n{ROOT}\n",
        f"an+origin\n10500\n{ROOT}\n",
        f"{ORIGIN}\n\n{ROOT}\n",
        f"{ORIGIN}\n010500\n{ROOT}\n",
        f"{ORIGIN}\n00\n{ROOT}\n",
        f"{ORIGIN}\n0\n{ROOT}\n",
        f"{ORIGIN}\n+1\n{ROOT}\n",
        f"{ORIGIN}\n-1\n{ROOT}\n",
        f"{ORIGIN}\n 1\n{ROOT}\n",
        f"{ORIGIN}\n1_0\n{ROOT}\n",
        f"{ORIGIN}\n1.0\n{ROOT}\n",
        f"{ORIGIN}\n0x10\n{ROOT}\n",
        f"{ORIGIN}\n١٢\n{ROOT}\n",
        f"{ORIGIN}\n9223372036854775808\n{ROOT}\n",
        f"{ORIGIN}\n{'9' * 5000}\n{ROOT}\n",
        f"{ORIGIN}\n10500\n{ROOT[:-1]}\n",
        f"{ORIGIN}\n10500\n{ROOT[:-2]}9=\n",
        f"{ORIGIN}\n10500\n{ROOT[4:]}\n",
        f"{ORIGIN}\n10500\nAAAA{ROOT}\n",
        f"{ORIGIN}\n10500\n{ROOT.replace('=', '')}\n",
        f"{ORIGIN}\n10500\n \n",
    ],
)
def test_any_other_body_is_refused(text: str) -> None:
    with pytest.raises(MalformedCheckpoint):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [
        ("", 1, bytes(32)),
        ("a\nb", 1, bytes(32)),
        ("a b", 1, bytes(32)),
        ("\ud800", 1, bytes(32)),
        (ORIGIN, -1, bytes(32)),
        (ORIGIN, MAX_SIZE + 1, bytes(32)),
        (ORIGIN, 1, bytes(31)),
        (ORIGIN, 1, b""),
    ],
)
def test_impossible_values_make_no_checkpoint(origin: str, size: int, root: bytes) -> None:
    with pytest.raises(MalformedCheckpoint):
        Checkpoint(origin, size, root)


def test_a_checkpoint_of_another_record_is_refused() -> None:
    other = Checkpoint("letters.example/letters/b-letter", 10_500, bytes(32))

    with pytest.raises(UnverifiedNote):
        open_checkpoint(note=sign_checkpoint(checkpoint=other, private_key=KEY), verifier=VERIFIER)
    # Even signed in this record's name, its body speaks of the other.
    with pytest.raises(UnverifiedNote):
        open_checkpoint(
            note=sign_note(text=other.text, name=ORIGIN, private_key=KEY), verifier=VERIFIER
        )


def test_a_note_that_is_no_checkpoint_is_refused() -> None:
    with pytest.raises(MalformedCheckpoint):
        open_checkpoint(
            note=sign_note(text="hello\n", name=ORIGIN, private_key=KEY), verifier=VERIFIER
        )
    with pytest.raises(MalformedNote):
        open_checkpoint(note=CHECKPOINT.text, verifier=VERIFIER)
