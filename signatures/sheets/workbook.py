"""The rows of a workbook (XLSX), as another process reads them."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from signatures.errors import SheetUnreadable
from signatures.sheets import unpacking
from signatures.sheets.rows import UNSEEN, Row, trimmed

MOST_UNPACKED_BYTES = 96 * 1024 * 1024
_TIMEOUT_SECONDS = 2 * unpacking.MAX_CPU_SECONDS
_MAGIC = b"PK\x03\x04"
# What older spreadsheets save, and what has a password: a container of another kind.
_OLD_MAGIC = b"\xd0\xcf\x11\xe0"


def is_workbook(raw: bytes) -> bool:
    return raw.startswith((_MAGIC, _OLD_MAGIC))


def of_workbook(raw: bytes, *, most: int) -> Iterator[Row]:
    """The first of its rows that have something in them. Raises SheetUnreadable, with a
    sentence."""
    _check_size(raw)
    try:
        done = subprocess.run(  # noqa: S603 - our own script
            [sys.executable, "-I", str(Path(unpacking.__file__)), str(most)],
            input=raw,
            capture_output=True,
            check=True,
            env={},
            timeout=_TIMEOUT_SECONDS,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        raise SheetUnreadable(_unreadable()) from None
    for line in done.stdout.decode().split("\n"):
        if line:
            number, cells = json.loads(line)
            yield Row(number, trimmed([cell.strip(UNSEEN) for cell in cells]))


def _check_size(raw: bytes) -> None:
    """By what its parts say that they unpack to, which no reader goes beyond."""
    if raw.startswith(_OLD_MAGIC):
        raise SheetUnreadable(
            _("This is an older kind of workbook, or has a password. Save it as .xlsx or as CSV.")
        )
    try:
        parts = zipfile.ZipFile(io.BytesIO(raw)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise SheetUnreadable(_unreadable()) from None
    if sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise SheetUnreadable(
            _("The workbook is too large to be read. Save its first sheet as CSV.")
        )


def _unreadable() -> str:
    return _("The workbook cannot be read. Save its first sheet as CSV.")
