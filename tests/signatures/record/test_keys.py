import logging
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from signatures.record.keys import UnusableKey, load_key, load_or_create_key, public_bytes

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def pem(
    key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey,
    encryption: KeySerializationEncryption | None = None,
) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())


def test_a_key_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "record.pem"
    path.write_bytes(pem(KEY))
    path.chmod(0o600)

    assert public_bytes(load_key(path)) == public_bytes(KEY)
    assert public_bytes(KEY).hex() == (
        "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
    )


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "record.pem"

    first = load_or_create_key(path)
    written = path.read_bytes()
    second = load_or_create_key(path)

    assert public_bytes(second) == public_bytes(first)
    assert path.read_bytes() == written
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["record.pem"]


def test_many_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "record.pem"

    with ThreadPoolExecutor(16) as pool:
        keys = list(pool.map(lambda _: public_bytes(load_or_create_key(path)), range(64)))

    assert len(set(keys)) == 1
    assert list(tmp_path.iterdir()) == [path]


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "record.pem"
    path.write_bytes(b"")

    with pytest.raises(UnusableKey):
        load_or_create_key(path)

    assert path.read_bytes() == b""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a key",
        b"\xff\xfe\x00",
        pem(KEY)[:60],
        pem(KEY, BestAvailableEncryption(b"secret")),
        pem(ec.generate_private_key(ec.SECP256R1())),
        KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    ],
)
def test_a_file_that_holds_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "record.pem"
    path.write_bytes(content)

    with pytest.raises(UnusableKey, match=r"record\.pem"):
        load_key(path)


def test_a_missing_file_or_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableKey):
        load_key(tmp_path / "absent.pem")
    with pytest.raises(UnusableKey):
        load_key(tmp_path)


def test_a_key_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(UnusableKey, match="cannot be made"):
        load_or_create_key(tmp_path / "file" / "record.pem")


def test_nothing_is_left_behind_when_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(UnusableKey, match="No space left"):
        load_or_create_key(tmp_path / "record.pem")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("mode", "warnings"), [(0o600, 0), (0o400, 0), (0o640, 1), (0o444, 1)])
def test_a_key_that_others_may_read_is_warned_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, mode: int, warnings: int
) -> None:
    path = tmp_path / "record.pem"
    path.write_bytes(pem(KEY))
    path.chmod(mode)

    with caplog.at_level(logging.WARNING, logger="signatures.record.keys"):
        load_key(path)

    assert len(caplog.records) == warnings
