"""How a file waits in the database until its people are asked: compressed, and sealed."""

import json
import zlib
from collections.abc import Iterable

from cryptography.fernet import InvalidToken
from django.utils.translation import gettext as _

from campaign.keyed_hash import SealPurpose, cipher
from signatures.errors import SheetUnreadable
from signatures.sheets.rows import Row


def seal(raw: bytes) -> bytes:
    return cipher(SealPurpose.IMPORT).encrypt(zlib.compress(raw))


def unseal(sealed: bytes | memoryview) -> bytes:
    """Raises SheetUnreadable once the site's key was replaced and the earlier one is gone."""
    try:
        return zlib.decompress(cipher(SealPurpose.IMPORT).decrypt(bytes(sealed)))
    except InvalidToken:
        raise SheetUnreadable(_("Please choose the file once more.")) from None


def seal_rows(rows: Iterable[Row]) -> bytes:
    told = [[row.number, row.cells] for row in rows]
    return seal(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode())


def unseal_rows(sealed: bytes | memoryview) -> list[Row]:
    return [Row(number, cells) for number, cells in json.loads(unseal(sealed))]
