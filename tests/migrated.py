"""A migrated database, kept between runs: the migrations take longer than most tests.

The first test process of a set of migrations runs them and keeps what they made, as SQL in
var/tests/; every other one starts from that. Without PostgreSQL's pg_dump each runs them itself.
"""

import fcntl
import hashlib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.db import connection

from tests import services

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "tests"
# Django's own and other packages' migrations change with the locked versions alone.
LOCK = ROOT / "requirements" / "runtime.txt"


@contextmanager
def alone() -> Iterator[None]:
    """One process at a time: the others find what it kept."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def begin_from_kept(test_settings: dict[str, Any]) -> None:
    """Let Django copy the kept database instead of running migrations, where there is one."""
    if not _kept().exists():
        return
    template = f"migrated_{connection.settings_dict['NAME']}"
    with _server(autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{template}"')
        server.execute(f'CREATE DATABASE "{template}"')
    with _server(dbname=template) as server:
        server.execute(_kept().read_bytes())
    test_settings.update(TEMPLATE=template, MIGRATE=False)


def keep() -> None:
    """Keep the test database as it is now, before any test has touched it."""
    pg_dump = services.postgres_installations()[0] / "pg_dump"
    if _kept().exists() or not pg_dump.exists():
        return
    told = connection.settings_dict
    written = subprocess.run(
        [pg_dump, "--inserts", "--no-owner", "-h", told["HOST"], "-U", told["USER"], told["NAME"]],
        capture_output=True,
        check=False,
    )
    if written.returncode:
        return
    for outdated in KEPT.glob("*.sql"):
        outdated.unlink()
    # Lines that begin with a backslash are for psql alone.
    lines = written.stdout.splitlines(keepends=True)
    fresh = _kept().with_suffix(".new")
    fresh.write_bytes(b"".join(line for line in lines if not line.startswith(b"\\")))
    fresh.replace(_kept())


def end_other_sessions() -> None:
    """A thread of some test may still hold a connection, and would keep the database there."""
    name = connection.settings_dict["NAME"]
    with _server(autocommit=True) as server:
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )


def _kept() -> Path:
    digest = hashlib.sha256(LOCK.read_bytes())
    for app in apps.get_app_configs():
        folder = Path(app.path)
        if folder.is_relative_to(ROOT):
            for path in sorted((folder / "migrations").glob("*.py")):
                digest.update(path.name.encode() + path.read_bytes())
    # What the migrations call.
    digest.update((ROOT / "campaign" / "database.py").read_bytes())
    return KEPT / f"{digest.hexdigest()[:32]}.sql"


def _server(**choices: Any) -> psycopg.Connection[Any]:
    told = connection.settings_dict
    choices = {"dbname": "postgres", "host": told["HOST"], "user": told["USER"], **choices}
    return psycopg.connect(**choices)
