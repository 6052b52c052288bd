"""The Ed25519 key that signs checkpoints: a PKCS #8 PEM file without a passphrase.

Whoever reads the file can sign in the record's name; whoever loses it can never again extend the
records that it signed. So it is made once and never overwritten; a copy belongs where
no backup is.
"""

import logging
import os
import tempfile
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

logger = logging.getLogger(__name__)


class UnusableKey(Exception):
    """The key file cannot be read or made, or holds something else; the message says which."""


def load_key(path: Path) -> Ed25519PrivateKey:
    """Read the key. A file that others may read is used, with a warning in the log.

    It is not refused, since container platforms mount secrets readable by all inside.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            pem = file.read()
    except OSError as error:
        raise UnusableKey(f"The record key {path} cannot be read: {error.strerror}.") from error
    try:
        key = load_pem_private_key(pem, password=None)
    except TypeError as error:
        raise UnusableKey(f"The record key {path} is protected by a passphrase.") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnusableKey(f"The record key {path} is not a private key in PEM form.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UnusableKey(f"The record key {path} is not an Ed25519 key.")
    if mode & 0o077:
        logger.warning("The record key can be read by others; its mode should be 600.")
    return key


def load_or_create_key(path: Path) -> Ed25519PrivateKey:
    """Read the key, or make it on first use.

    Many processes may start at once: all get the same key. The file appears under its name only
    when it is complete and on disk, readable by its owner alone; one that exists is never touched.
    """
    try:
        if not path.exists():
            _create(path)
    except OSError as error:
        raise UnusableKey(f"The record key {path} cannot be made: {error.strerror}.") from error
    return load_key(path)


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes of the public key, as in RFC 8032."""
    return key.public_key().public_bytes_raw()


def _create(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp opens with O_EXCL and mode 600.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        # Unlike a rename, a link never replaces: the first process wins, the others read its key.
        os.link(name, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(name)
