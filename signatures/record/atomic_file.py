"""A small file that is either as it was or as it shall be, whatever happens meanwhile."""

import os
from pathlib import Path
from threading import get_ident


def replace(*, path: Path, text: str) -> None:
    """Safe for several processes and threads at once: one of them is the last."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{get_ident()}")
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            # Else a power cut could leave an empty file under the final name.
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        # A full disk must not be filled by what was begun.
        draft.unlink(missing_ok=True)
        raise
