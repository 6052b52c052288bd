"""Passphrases that nobody has to invent, and files that they alone open.

More than a hundred bits by chance: what people choose can be guessed, and is used elsewhere. One
is written into the form, comes back with it, and is kept nowhere.
"""

import re
import secrets

import pyrage

# Without what is taken for another one when it is read aloud or copied by hand.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_LETTERS = 5, 5
LENGTH = _GROUPS * (_GROUP_LETTERS + 1) - 1
_GROUP = f"[{_LETTERS}]{{{_GROUP_LETTERS}}}"
_FORM = re.compile(f"(?:{_GROUP}-){{{_GROUPS - 1}}}{_GROUP}")


def fresh() -> str:
    """As `k7m4p-x2qrt-…`."""
    return "-".join(
        "".join(secrets.choice(_LETTERS) for _letter in range(_GROUP_LETTERS))
        for _group in range(_GROUPS)
    )


def is_one(typed: str) -> bool:
    return bool(_FORM.fullmatch(typed))


def seal(content: bytes, *, passphrase: str) -> bytes:
    """In age's format (age-encryption.org/v1), which other programs open. It takes a second, and
    128 MB, by intention: so does each guess."""
    sealed: bytes = pyrage.passphrase.encrypt(content, passphrase)
    return sealed
