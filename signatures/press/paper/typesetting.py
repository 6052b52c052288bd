"""A PDF of what `content` told, made by a process of its own (`compiler.py`)."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from signatures.press.paper import typefaces

# Of the clock; the compiler's own limits are of computing time and memory.
MAX_COMPILING_SECONDS = 180
_HERE = Path(__file__).parent
_MAX_TOLD_CHARACTERS = 300


class NotTypeset(Exception):
    """With what the compiler said, which may quote what strangers wrote: never for a log."""


def pdf(told: Mapping[str, Any], *, template: str = "letter.typ") -> bytes:
    """The same bytes for the same words. Raises NotTypeset, and OSError without room for it."""
    with TemporaryDirectory(prefix="paper-") as folder:
        shutil.copyfile(_HERE / template, Path(folder, "letter.typ"))
        Path(folder, "data.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
        try:
            done = subprocess.run(  # noqa: S603 - our own script, and folders that we made
                [sys.executable, "-I", _HERE / "compiler.py", folder, *typefaces.folders()],
                capture_output=True,
                # Nothing of ours: no keys, no addresses of databases.
                env={},
                cwd=folder,
                timeout=MAX_COMPILING_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise NotTypeset("took too long") from error
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise NotTypeset(done.stderr.decode(errors="replace")[-_MAX_TOLD_CHARACTERS:])
    return done.stdout
