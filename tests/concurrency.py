"""Doing things from many places at the same moment, as two tabs or fifty clicks would."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread
from time import sleep
from typing import Any

from django.db import connection, transaction


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
        # Long enough for the other to run into the lock, or past it.
        sleep(0.2)
    thread.join()
    return answers
