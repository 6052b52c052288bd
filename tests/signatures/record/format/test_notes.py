import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from signatures.record.format.notes import (
    MAX_NOTE,
    MalformedNote,
    UnverifiedNote,
    Verifier,
    decode_base64,
    is_key_name,
    open_note,
    sign_note,
)

# The example in the documentation of golang.org/x/mod/sumdb/note, where the format comes from.
EXAMPLE_SEED = bytes.fromhex("810a1402d5146c8d84f2443330f54080ebf98ee17d9c74f6252fc5d5c7283173")
EXAMPLE_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
EXAMPLE_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
EXAMPLE_NOTE = EXAMPLE_TEXT + (
    "\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqd"
    "ngotpRZb6KE6RyyBwJnAM=\n"
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NAME = "letters.example/a-letter"
VERIFIER = Verifier.of(name=NAME, private_key=KEY)
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
TEXT = "one\n\nthree\n"
NOTE = sign_note(text=TEXT, name=NAME, private_key=KEY)


def signature_line(note: str) -> str:
    return note.rpartition("\n\n")[2]


def test_a_note_of_another_implementation_is_opened() -> None:
    verifier = Verifier.parse(EXAMPLE_VKEY)

    assert str(verifier) == EXAMPLE_VKEY
    assert verifier.key_id.hex() == "c74f20a3"
    assert open_note(note=EXAMPLE_NOTE, verifier=verifier) == EXAMPLE_TEXT


def test_the_same_key_and_text_give_the_same_note_as_there() -> None:
    key = Ed25519PrivateKey.from_private_bytes(EXAMPLE_SEED)

    assert sign_note(text=EXAMPLE_TEXT, name="PeterNeumann", private_key=key) == EXAMPLE_NOTE


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=80),
)
def test_what_is_signed_can_be_opened(text: str) -> None:
    note = sign_note(text=f"{text}\n", name=NAME, private_key=KEY)

    assert open_note(note=note, verifier=VERIFIER) == f"{text}\n"


@pytest.mark.parametrize("position", range(0, len(NOTE), 3))
def test_a_note_with_any_other_character_is_refused(position: int) -> None:
    altered = NOTE[:position] + ("x" if NOTE[position] != "x" else "y") + NOTE[position + 1 :]

    with pytest.raises((MalformedNote, UnverifiedNote)):
        open_note(note=altered, verifier=VERIFIER)


def test_another_key_or_name_does_not_open_a_note() -> None:
    for verifier in [
        Verifier.of(name=NAME, private_key=OTHER_KEY),
        Verifier.of(name="letters.example/b-letter", private_key=KEY),
    ]:
        with pytest.raises(UnverifiedNote):
            open_note(note=NOTE, verifier=verifier)


def test_signatures_by_unknown_keys_are_ignored() -> None:
    before = sign_note(text=TEXT, name="witness.example", private_key=OTHER_KEY)
    same_name = sign_note(text=TEXT, name=NAME, private_key=OTHER_KEY)
    note = before + signature_line(same_name) + signature_line(NOTE)

    assert open_note(note=note, verifier=VERIFIER) == TEXT


def test_one_false_signature_in_our_name_spoils_the_note() -> None:
    false = base64.b64encode(VERIFIER.key_id + bytes(64)).decode()

    with pytest.raises(UnverifiedNote):
        open_note(note=NOTE + f"\u2014 {NAME} {false}\n", verifier=VERIFIER)


def test_a_signature_of_the_wrong_length_is_refused() -> None:
    short = base64.b64encode(VERIFIER.key_id + bytes(10)).decode()

    with pytest.raises(UnverifiedNote):
        open_note(note=f"{TEXT}\n\u2014 {NAME} {short}\n", verifier=VERIFIER)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        TEXT,
        NOTE.removesuffix("\n"),
        NOTE + "\n",
        NOTE + "more\n",
        NOTE + "\u2014\n",
        NOTE.replace("\u2014", "-"),
        NOTE.replace("\u2014 ", "\u2014  "),
        NOTE.replace(" letters", "letters"),
        NOTE.replace("\n\n\u2014", "\n\u2014"),
        NOTE.replace("\n", "\r\n"),
        NOTE.replace("one", "o\tne"),
        NOTE.replace("one", "o\x00ne"),
        NOTE.replace("one", "o\ud800ne"),
        NOTE.replace(NAME, "a+b"),
        NOTE + f"\u2014 {NAME} \n",
        NOTE + f"\u2014 {NAME} AAAAAA==\n",
        NOTE + f"\u2014 {NAME} AAAAAAA\n",
        NOTE + f"\u2014 {NAME} not-base64\n",
        NOTE + f"\u2014 {NAME} AAAAAAB=\n",
        NOTE + "\u2014 a\u00a0b AAAAAAAA\n",
        "x" * (MAX_NOTE + 1) + NOTE,
    ],
)
def test_what_is_not_a_note_is_refused(note: str) -> None:
    with pytest.raises(MalformedNote):
        open_note(note=note, verifier=VERIFIER)


@pytest.mark.parametrize(
    "text", ["", "no newline", "tab\t\n", "return\r\n", "nul\x00\n", "\ud800\n"]
)
def test_a_text_that_no_note_can_carry_is_not_signed(text: str) -> None:
    with pytest.raises(MalformedNote):
        sign_note(text=text, name=NAME, private_key=KEY)


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\nb", "a\u00a0b", "a\u2003b", "a\x00b", "\ud800"]
)
def test_a_name_that_no_key_can_have(name: str) -> None:
    assert not is_key_name(name)
    with pytest.raises(MalformedNote):
        sign_note(text=TEXT, name=name, private_key=KEY)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a3+",
        EXAMPLE_VKEY[1:],
        EXAMPLE_VKEY + "A",
        EXAMPLE_VKEY + "\n",
        EXAMPLE_VKEY.replace("c74f20a3", "c74f20a4"),
        EXAMPLE_VKEY.replace("c74f20a3", "C74F20A3"),
        EXAMPLE_VKEY.replace("c74f20a3", "0c74f20a3"),
        EXAMPLE_VKEY.replace("+ARpc", "+AxPc"),
        EXAMPLE_VKEY.replace("+ARpc", "+BBpc"),
        EXAMPLE_VKEY.replace("Neumann", "Newmann"),
        EXAMPLE_VKEY.replace("PeterNeumann", ""),
        EXAMPLE_VKEY.replace("PeterNeumann", "Peter Neumann"),
        EXAMPLE_VKEY[:-4],
    ],
)
def test_a_verifier_key_is_read_strictly(vkey: str) -> None:
    with pytest.raises(MalformedNote):
        Verifier.parse(vkey)


def test_a_public_key_has_32_bytes() -> None:
    with pytest.raises(MalformedNote):
        Verifier(NAME, bytes(31))


@pytest.mark.parametrize("text", ["A", "AA", "AA=", "AB==", "AA==\n", "A A==", "_-8=", "Ä==="])
def test_base64_has_one_spelling(text: str) -> None:
    with pytest.raises(MalformedNote):
        decode_base64(text)
    assert decode_base64("AA==") == b"\x00"
