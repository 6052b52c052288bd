"""Doing things from many places at the same moment, as two tabs or fifty clicks would."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread
from time import monotonic, sleep
from typing import Any

from django.db import connection, transaction

# Of a busy machine.
_PATIENCE_SECONDS = 60


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each call returned or raised, in order. Each has a database connection of its own."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait(timeout=20)
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def while_uncommitted(first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """What both answer when `second` begins after `first` has written and before it commits."""
    answers: list[Any] = [None, None]

    def run() -> None:
        try:
            answers[1] = second()
        except Exception as error:
            answers[1] = error
        finally:
            connection.close()

    thread = Thread(target=run)
    with transaction.atomic():
        answers[0] = first()
        thread.start()
        until = monotonic() + _PATIENCE_SECONDS
        while thread.is_alive() and not _somebody_waits() and monotonic() < until:
            sleep(0.02)
    thread.join()
    return answers


def _somebody_waits() -> bool:
    """For a lock of the transaction that is open here."""
    if connection.vendor != "postgresql":
        # One writes at a time, and nobody can see who else would.
        sleep(0.2)
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
        )
        return bool(cursor.fetchone()[0])
