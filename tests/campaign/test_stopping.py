import os
from collections.abc import Iterator

import pytest
from celery.signals import worker_shutting_down

from campaign import stopping
from campaign.celery import app


@pytest.fixture(autouse=True)
def cleared() -> Iterator[None]:
    stopping.forget()
    yield
    stopping.forget()


def test_a_worker_that_shuts_down_asks_its_work_to_stop() -> None:
    assert not stopping.is_asked()
    worker_shutting_down.send(sender=app)
    assert stopping.is_asked()


def test_the_children_of_the_worker_see_it() -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(reading, 1)
        os._exit(7 if stopping.is_asked() else 0)
    stopping.ask_to_stop()
    os.write(writing, b".")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    os.close(reading)
    os.close(writing)
