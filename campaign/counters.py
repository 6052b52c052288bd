"""What happened since the counting began, for Prometheus: by all processes of this machine.

Labels are words of ours alone: no path, address, token, slug or name is ever one.

Each process writes into files of its own, in prometheus-client's way for several processes. They
stay when it ends, or what it counted would be gone; so that restarts leave no more and more of
them, a process takes the first place that nobody holds, and counts on in its files. Counting fails
open: a disk that takes nothing stops nobody, and holds the files at full length from the start, as
a page that is written to a full disk would end the process. A file that something else wrote over
is left out and told of; who takes its place next begins it anew.
"""

import fcntl
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

MAX_PLACES = 100
_FILE_BYTES = 1 << 20
_KINDS = ("counter", "histogram")
_Counted = TypeVar("_Counted", Counter, Histogram)


class _Place:
    """The number in the names of this process's files, held by a lock until it ends."""

    def __init__(self) -> None:
        self._process, self._lock, self._number = -1, -1, -1

    def __call__(self) -> int:
        if self._process < 0:
            # Asked while modules are loaded: nothing is counted yet, and there are no settings.
            self._process = 0
        # Asked for each count: a process that was forked needs a place of its own.
        elif self._process != os.getpid():
            self._take()
        return self._number

    def _take(self) -> None:
        if self._lock >= 0:
            # It stays the parent's.
            os.close(self._lock)
            self._lock = -1
        if not settings.configured:
            raise OSError("settings warn before they say where")
        folder().mkdir(mode=0o700, exist_ok=True)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder())
        for number in range(MAX_PLACES):
            # Held by another, or left by another user.
            with suppress(BlockingIOError, PermissionError):
                self._lock = self._locked(number)
                self._process, self._number = os.getpid(), number
                return
        raise OSError("no place to count in")

    def _locked(self, number: int) -> int:
        lock = os.open(folder() / f"{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for kind in _KINDS:
                path = folder() / f"{kind}_{number}.db"
                if not _is_readable(path):
                    path.unlink()
                with path.open("ab") as file:
                    os.posix_fallocate(file.fileno(), 0, _FILE_BYTES)
        except OSError:
            os.close(lock)
            raise
        return lock


values.ValueClass = values.MultiProcessValue(process_identifier=_Place())  # type: ignore[no-untyped-call]
_registry = CollectorRegistry()


def _counter(name: str, words: str, *labels: str) -> Counter:
    return Counter(f"undersigned_{name}", words, labels, registry=_registry)


requests = _counter(
    "requests",
    "Answers by the audience and name of the page, their status, and whether the page was kept.",
    *("audience", "view", "status", "kept"),
)
seconds = Histogram(
    "undersigned_request_seconds",
    "How long answers took that were not kept.",
    ["audience"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=_registry,
)
signatures = _counter("signatures", "Signatures by what happened: asked, confirmed, held.", "step")
limits_hit = _counter("limits_hit", "How often a limit refused somebody.", "limit")
limits_not_counted = _counter(
    "limits_not_counted", "Uses that passed uncounted, since Redis did not answer.", "limit"
)
mails = _counter(
    "mails", "E-mails by the table that owed them, and what became of them.", *("table", "outcome")
)
mails_returned = _counter(
    "mails_returned", "E-mails that came back or were complained about.", "outcome"
)
proof_checks = _counter(
    "proof_checks", "Looks at proofs, and what they found.", *("method", "outcome")
)
database_errors = _counter("database_errors", "Requests that the database did not answer.", "where")
log_lines = _counter("log_lines", "Warnings and errors in the log, by name.", *("level", "event"))


def count(counter: Counter, *labels: object, by: int = 1) -> None:
    with suppress(OSError):
        _of_labels(counter, labels).inc(by)


def observe(histogram: Histogram, *labels: object, value: float) -> None:
    with suppress(OSError):
        _of_labels(histogram, labels).observe(value)


@cache
def _of_labels(metric: _Counted, labels: tuple[object, ...]) -> _Counted:
    """Which costs the library four times as much as to count."""
    return metric.labels(*labels)


def names() -> set[str]:
    """As Prometheus has them, whether or not anything was counted."""
    return {
        sample for metric in _registry.collect() for sample in _samples(metric.name, metric.type)
    }


def _samples(name: str, kind: str) -> set[str]:
    return (
        {f"{name}_total"}
        if kind == "counter"
        else {f"{name}_{each}" for each in ("bucket", "count", "sum")}
    )


def written() -> bytes:
    """All that was counted on this machine, as Prometheus reads it."""
    told = CollectorRegistry()
    told.register(_Files())
    return generate_latest(told)


def unreadable() -> int:
    """How many files are left out: what they counted is missing."""
    return sum(not _is_readable(path) for path in _paths())


class _Files(Collector):
    """Those of all processes, added up. What it is about is known only by reading them."""

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterable[Metric]:
        readable = [str(path) for path in _paths() if _is_readable(path)]
        return MultiProcessCollector.merge(readable)  # type: ignore[no-untyped-call, no-any-return]


def _paths() -> list[Path]:
    return sorted(folder().glob("*.db"))


def _is_readable(path: Path) -> bool:
    """Also where nothing is yet. Whatever stands in a file that is none of ours. It begins with how
    much of it is used, of which the library trusts any sign."""
    try:
        with path.open("rb") as file:
            if int.from_bytes(file.read(4), sys.byteorder, signed=True) < 0:
                return False
        MultiProcessCollector.merge([str(path)])  # type: ignore[no-untyped-call]
    except FileNotFoundError:
        return True
    except Exception:
        return False
    return True


@cache
def folder() -> Path:
    """For as long as the process lives: what is open there stays open."""
    return Path(settings.DATA_DIR / "metrics")
