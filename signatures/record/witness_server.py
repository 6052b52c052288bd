"""Being a witness (c2sp.org/tlog-witness): cosign what only grew, and nothing else.

For each log that it knows, a witness keeps the last checkpoint it cosigned. It cosigns a newer one
only with a proof that the old one is its beginning, and stores it before it answers. So two
readers who trust one witness were shown the same past.
"""

import fcntl
import hashlib
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signatures.record import atomic_file
from signatures.record.format.checkpoint import Checkpoint, MalformedCheckpoint, open_checkpoint
from signatures.record.format.cosignatures import cosign
from signatures.record.format.notes import (
    MAX_NOTE,
    MalformedNote,
    UnverifiedNote,
    Verifier,
    decode_base64,
)
from signatures.record.format.proofs import ProofRejected, verify_consistency

_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")
# By the specification.
_MAX_HASHES = 63
MAX_REQUEST = MAX_NOTE + 10_000
PLAIN = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: str
    content_type: str = PLAIN


class Witness:
    """`folder` holds what it has seen: one small file for each log. Safe for several threads and
    processes at once."""

    def __init__(
        self,
        *,
        folder: Path,
        name: str,
        private_key: Ed25519PrivateKey,
        logs: Iterable[Verifier],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder
        self._name = name
        self._key = private_key
        self._logs = {log.name: log for log in logs}
        self._now = now

    def add_checkpoint(self, request: bytes) -> Answer:
        """The answer to a POST of `add-checkpoint`."""
        try:
            old_size, proof, note = _read(request)
        except (MalformedNote, UnicodeDecodeError):
            return Answer(400, "this is no request to add a checkpoint\n")
        log = self._logs.get(note.partition("\n")[0])
        if log is None:
            return Answer(404, "this log is not known here\n")
        try:
            new = open_checkpoint(note=note, verifier=log)
        except UnverifiedNote:
            return Answer(403, "the checkpoint is not signed by the log's key\n")
        except (MalformedNote, MalformedCheckpoint):
            return Answer(400, "this is no checkpoint\n")
        if old_size > new.size:
            return Answer(400, "the old size is larger than the new one\n")
        with self._alone_with(log) as path:
            return self._cosign(path, log, old_size, proof, new, note)

    def last_seen(self, log: Verifier) -> Checkpoint | None:
        path = self._path(log)
        if not path.exists():
            return None
        return open_checkpoint(note=path.read_text("utf-8"), verifier=log)

    def _cosign(
        self,
        path: Path,
        log: Verifier,
        old_size: int,
        proof: list[bytes],
        new: Checkpoint,
        note: str,
    ) -> Answer:
        last = self.last_seen(log)
        seen = last.size if last else 0
        if old_size != seen:
            return Answer(409, f"{seen}\n", SIZE)
        if last and last.size == new.size and last.root != new.root:
            return Answer(409, f"{seen}\n", SIZE)
        try:
            if last:
                verify_consistency(
                    old_size=last.size,
                    old_root=last.root,
                    new_size=new.size,
                    new_root=new.root,
                    proof=proof,
                )
            elif proof:
                raise ProofRejected("from nothing there is nothing to prove")
        except ProofRejected:
            return Answer(422, "the proof does not show that the log only grew\n")
        atomic_file.replace(path=path, text=note)
        line = cosign(text=new.text, name=self._name, private_key=self._key, at=int(self._now()))
        return Answer(200, line)

    @contextmanager
    def _alone_with(self, log: Verifier) -> Iterator[Path]:
        path = self._path(log)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield path

    def _path(self, log: Verifier) -> Path:
        return self._folder / f"{hashlib.sha256(log.name.encode()).hexdigest()[:32]}.checkpoint"


def _read(request: bytes) -> tuple[int, list[bytes], str]:
    """`old N`, the hashes of the proof a line each, an empty line, and the signed checkpoint."""
    if len(request) > MAX_REQUEST:
        raise MalformedNote("too long")
    head, _blank, note = request.decode().partition("\n\n")
    first, *hashes = head.split("\n")
    match = _OLD.fullmatch(first)
    if match is None or len(hashes) > _MAX_HASHES or not note:
        raise MalformedNote("not a request")
    return int(match[1]), [decode_base64(each) for each in hashes], note
