"""The site as in production, on throwaway servers: PostgreSQL with durable commits, and Redis."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from tests import services

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
WORKERS = 2
# Half of a signature is waiting for its commit, which others can share.
THREADS = 4
_OUTSIDE = ("DEMO", "LOG_LEVEL", "MAIL_FROM", "ALLOWED_HOSTS", "SHARED_PAGE_SECONDS")


@dataclass(frozen=True, slots=True)
class Site:
    port: int
    data: Path
    database_url: str

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True, slots=True)
class Server:
    """A process of ours that listens; `children` do the work."""

    process: "subprocess.Popen[bytes]"
    first_answer: float

    @property
    def children(self) -> list[int]:
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in listed.read_text().split()]


@contextmanager
def site(*, archives: bool = False) -> Iterator[Site]:
    """Servers are up, schema and static files are there, Django is set up in this process. With
    `archives`, PostgreSQL keeps its write-ahead log."""
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="undersigned-bench-")))
        port = free_port()
        for name in _OUTSIDE:
            os.environ.pop(name, None)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "campaign.settings",
            "ENV_FILE": os.devnull,
            "SECRET_KEY": secrets.token_urlsafe(48),
            "SITE_URL": f"http://127.0.0.1:{port}",
            "DATA_DIR": str(data),
            "RECORD_KEY_FILE": str(data / "record-key.pem"),
            "TRUSTED_PROXIES": "127.0.0.1/32",
            "EMAIL_URL": "memory:",
            "LOG_LEVEL": "ERROR",
            "DATABASE_URL": stack.enter_context(services.postgres(durable=True, archives=archives)),
            "REDIS_URL": stack.enter_context(services.redis()),
        }
        _set_up(data)
        yield Site(port, data, os.environ["DATABASE_URL"])


@contextmanager
def serving(
    site: Site, *, workers: int = WORKERS, threads: int = THREADS, app: str = "campaign.wsgi"
) -> Iterator[Server]:
    """Granian as it is deployed."""
    command = [
        *(PROGRAMS / "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
        *("--port", site.port, "--workers", workers, "--blocking-threads", threads),
        "--respawn-failed-workers",
        *("--log-level", "warning", f"{app}:application"),
    ]
    begun = time.perf_counter()
    with running(command) as process:
        wait_for_answer(site.port, process=process)
        yield Server(process, time.perf_counter() - begun)


@contextmanager
def sequencing() -> Iterator[None]:
    """Celery's worker and beat, as they are deployed."""
    celery = [PROGRAMS / "celery", "-A", "campaign.celery"]
    with (
        running([*celery, "worker", "--concurrency", 2, "--loglevel", "error"], quiet=True),
        running([*celery, "beat", "--loglevel", "error"], quiet=True),
    ):
        yield


@contextmanager
def running(
    command: list[object], *, quiet: bool = False, environment: dict[str, str] | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """A process of ours; ended by its id, and waited for."""
    process = subprocess.Popen(
        [str(word) for word in command],
        cwd=ROOT,
        stdout=subprocess.DEVNULL if quiet else None,
        stderr=subprocess.DEVNULL if quiet else None,
        env=environment,
        process_group=0,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for_answer(
    port: int, *, process: "subprocess.Popen[bytes]", path: str = "/healthz", seconds: float = 60
) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            if fetch(port, path)[0] == 200:
                return
        except OSError:
            time.sleep(0.01)
    raise RuntimeError("the server did not answer")


def fetch(port: int, path: str) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Accept": "text/html"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _set_up(data: Path) -> None:
    import django

    from signatures.record.keys import load_or_create_key

    load_or_create_key(data / "record-key.pem")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
