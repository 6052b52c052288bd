"""What happened since the counting began, for Prometheus: by all processes of this machine.

Labels are words of ours alone: no path, address, token, slug or name is ever one.

Each process writes into files of its own, in prometheus-client's way for several processes. They
stay when it ends, or what it counted would be gone; so that restarts leave no more and more of
them, a process takes the first place that nobody holds, and counts on in its files. Counting fails
open: whatever becomes of a file or its disk stops nobody. A file that something else wrote over is
left out and told of; who takes its place next begins it anew.
"""

import fcntl
import os
import struct
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

MAX_PLACES = 100
# To look through all of them for each count would slow down every answer.
NO_PLACE_FOR_SECONDS = 60.0
_KINDS = ("counter", "histogram")
# How much of a file is used by nothing else: that number itself, and as much again.
_HEADER_BYTES = 8
_Counted = TypeVar("_Counted", Counter, Histogram)


class _Place:
    """The number in the names of this process's files, held by a lock until it ends."""

    def __init__(self) -> None:
        self._process, self._lock, self._number = -1, -1, -1
        self._tries_again_at = 0.0

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
        if time.monotonic() < self._tries_again_at:
            raise OSError("no place to count in, a moment ago")
        self._tries_again_at = time.monotonic() + NO_PLACE_FOR_SECONDS
        folder().mkdir(mode=0o700, exist_ok=True)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder())
        for number in range(MAX_PLACES):
            # Held by another, or left by another user.
            with suppress(BlockingIOError, PermissionError):
                self._lock = self._locked(number)
                self._process, self._number = os.getpid(), number
                self._tries_again_at = 0.0
                return
        raise OSError("no place to count in")

    def _locked(self, number: int) -> int:
        lock = os.open(folder() / f"{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for kind in _KINDS:
                path = folder() / f"{kind}_{number}.db"
                if _read(path) is None:
                    path.unlink()
        except OSError:
            os.close(lock)
            raise
        return lock


class _Written(MmapedDict):
    """A file that is written by calls: of one that is mapped, a page that somebody cut off, or for
    which a disk has no room, ends the process."""

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        self._calls = _Calls(filename)
        super().__init__(filename, read_mode)  # type: ignore[no-untyped-call]
        self._m.close()
        self._m = self._calls  # type: ignore[assignment]
        # It grows by being written.
        self._capacity = sys.maxsize

    def read_value(self, key: str) -> tuple[float, float]:
        if key not in self._positions:
            self._init_value(key)  # type: ignore[no-untyped-call]
        return self._calls.two_doubles(self._positions[key])


class _Calls:
    """What the library does with a mapped file."""

    def __init__(self, filename: str) -> None:
        # Not the library's own, to which everything is appended.
        self._file = os.open(filename, os.O_RDWR | os.O_CREAT, 0o600)
        if not os.fstat(self._file).st_size:
            os.pwrite(self._file, struct.pack("ii", _HEADER_BYTES, 0), 0)

    def __setitem__(self, place: slice, data: bytes) -> None:
        os.pwrite(self._file, data, place.start)

    def two_doubles(self, place: int) -> tuple[float, float]:
        value, timestamp = struct.unpack("dd", os.pread(self._file, 16, place))
        return value, timestamp

    def close(self) -> None:
        os.close(self._file)


values.MmapedDict = _Written  # type: ignore[attr-defined]
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
redis_errors = _counter("redis_errors", "Calls that Redis did not answer.", "where")
log_lines = _counter("log_lines", "Warnings and errors in the log, by name.", *("level", "event"))


def count(counter: Counter, *labels: object, by: int = 1) -> None:
    with suppress(Exception):
        _of_labels(counter, labels).inc(by)


def observe(histogram: Histogram, *labels: object, value: float) -> None:
    with suppress(Exception):
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
    return sum(each is None for each in _read_all())


class _Files(Collector):
    """Those of all processes, added up. What it is about is known only by reading them."""

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterable[Metric]:
        found: dict[str, Metric] = {}
        for metrics in _read_all():
            for name, metric in (metrics or {}).items():
                found.setdefault(name, Metric(name, metric.documentation, metric.type))
                found[name].samples += metric.samples
        return MultiProcessCollector._accumulate_metrics(found, True)  # type: ignore[no-untyped-call, no-any-return]


def _read_all() -> Iterator[dict[str, Metric] | None]:
    return map(_read, sorted(folder().glob("*.db")))


def _read(path: Path) -> dict[str, Metric] | None:
    """What stands in a file, read once; None where that is none of ours. It begins with how much of
    it is used, of which the library trusts any number."""
    try:
        with path.open("rb") as file:
            if int.from_bytes(file.read(4), sys.byteorder, signed=True) < _HEADER_BYTES:
                return None
        read: dict[str, Metric] = MultiProcessCollector._read_metrics([str(path)])  # type: ignore[no-untyped-call]
    except FileNotFoundError:
        return {}
    except Exception:
        return None
    return read


@cache
def folder() -> Path:
    """For as long as the process lives: what is open there stays open."""
    return Path(settings.DATA_DIR / "metrics")
