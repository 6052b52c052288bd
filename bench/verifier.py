"""Checking a record of a hundred thousand signatures with the file that strangers download."""

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from bench import letters
from bench.results import Result
from bench.site import Site
from signatures.press.record_export import export
from signatures.record import tally
from signatures.record.verifier import verify

SIGNATURES = int(os.environ.get("BENCH_VERIFIER", "100000"))
ROUNDS = 3
_SECONDS, _BYTES = 5, 400


def run(_site: Site) -> list[Result]:
    letter = letters.published_letter()
    letters.signed(letter, SIGNATURES)
    checkpoint = tally.latest(letter_id=letter.pk)
    assert checkpoint is not None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.ndjson"
        begun = time.perf_counter()
        with path.open("wb") as file:
            file.writelines(export(letter=letter, checkpoint=checkpoint))
        exporting = time.perf_counter() - begun
        size = path.stat().st_size / SIGNATURES
        seconds, broken = [], []
        for _round in range(ROUNDS):
            begun = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-I", verify.__file__, str(path)], capture_output=True, check=False
            )
            seconds.append(time.perf_counter() - begun)
            if done.returncode:
                broken.append(f"the verifier ended with {done.returncode}")
        hashing = _hashing(path)
    if size > _BYTES:
        broken.append(f"{size:.0f} bytes a signature, not {_BYTES}")
    return [
        Result(
            work="verifier",
            value=median(seconds),
            unit="s",
            target=_SECONDS * SIGNATURES / 100_000,
            yardstick=hashing,
            less_is_better=True,
            broken=tuple(dict.fromkeys(broken)),
            notes=(
                f"{SIGNATURES:,} signatures, {size:.0f} bytes each; exported in {exporting:.1f} s "
                "(yardstick: SHA-256 of each line, three times)",
            ),
        )
    ]


def _hashing(path: Path) -> float:
    """What no verifier can save: each leaf, a node above it, and a commitment."""
    begun = time.perf_counter()
    with path.open("rb") as file:
        for line in file:
            for _time in range(3):
                hashlib.sha256(line).digest()
    return time.perf_counter() - begun
