"""A database that does not answer ends requests in time, and then at once; nothing else waits."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection

from campaign import database
from campaign.postgresql import base
from tests.conftest import SQLITE

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 0.5


@pytest.fixture(autouse=True)
def _as_in_a_web_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(database, "REQUEST_SECONDS", SECONDS)
    monkeypatch.setattr(base, "request_seconds", None)
    connection.close()
    database.end_requests_in_time()
    yield
    base.silence.is_over()
    monkeypatch.setattr(base, "request_seconds", None)
    connection.close()


@contextmanager
def stopped() -> Iterator[None]:
    """The server process behind our connection stands still."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid: int = cursor.fetchone()[0]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def ask(statement: str = "SELECT 1") -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()


def seconds_until_refused(statement: str = "SELECT 1") -> float:
    started = time.monotonic()
    with pytest.raises(OperationalError):
        ask(statement)
    return time.monotonic() - started


if not SQLITE:

    def test_a_silent_server_ends_the_request_and_the_next_ones_at_once() -> None:
        with stopped():
            assert SECONDS <= seconds_until_refused() < 5
            connection.close_if_unusable_or_obsolete()
            assert seconds_until_refused() < 0.3
        # One may try after a rest, and all is well.
        time.sleep(base.REST_SECONDS)
        assert ask() == (1,)
        assert ask() == (1,)

    def test_a_statement_that_takes_too_long_ends_too() -> None:
        assert SECONDS <= seconds_until_refused("SELECT pg_sleep(30)") < 5

    def test_what_says_how_long_it_takes_may_take_it_and_the_next_may_not() -> None:
        with database.consistent_read(seconds=3):
            ask("SELECT pg_sleep(1)")
        connection.close_if_unusable_or_obsolete()
        assert seconds_until_refused("SELECT pg_sleep(30)") < 3

    def test_workers_and_commands_wait(monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(base, "request_seconds", None)
        connection.close()
        ask("SELECT pg_sleep(1)")

    def test_only_one_tries_when_the_rest_is_over() -> None:
        base.silence.begins()
        assert base.silence.refuses()
        base.silence._until = time.monotonic() - 1
        assert [base.silence.refuses() for _each in range(3)] == [False, True, True]


def test_the_other_engine_has_nothing_to_wait_for() -> None:
    assert ask() == (1,)
