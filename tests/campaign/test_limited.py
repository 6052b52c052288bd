"""What was limited is counted by limit and day, also what was not while Redis was gone."""

import gc
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from redis import Redis
from redis.client import Pipeline

from campaign import limited, limits
from campaign.limits import Limit
from campaign.organizers.views.limited import WORDS
from tests.signatures.factories import make_organizer, make_team

LIMIT = Limit.WRONG_MEMBERSHIPS_OF_NAME
GONE = "redis://127.0.0.1:9/0"


@pytest.fixture(autouse=True)
def _read_anew() -> Iterator[None]:
    yield
    limits._limiter.cache_clear()
    limited.forget()


def _counted() -> dict[str, int]:
    by_day = limited.by_day(now=timezone.now())
    return {name: days.total() for name, days in by_day.items()}


def _refuse(times: int) -> None:
    while limits.hit(LIMIT, b"somebody"):
        pass
    for _time in range(times - 2):
        limits.hit(LIMIT, b"somebody")
    limits.peek(LIMIT, b"somebody")


@pytest.mark.parametrize("url", [None, ""])
def test_each_refusal_is_counted_and_no_use(settings: Settings, url: str | None) -> None:
    if url is not None:
        settings.REDIS_URL = url
        limits._limiter.cache_clear()
    limits.hit(LIMIT, b"another")
    _refuse(3)
    assert limits.use(LIMIT, b"somebody") is not None
    assert _counted() == {LIMIT.name: 4}
    together = limits.ConcurrencyLimit(limits.LARGE_AT_ONCE, together=1, each=1)
    assert [together.enter(b"one"), together.enter(b"two")] == [True, False]
    assert _counted() == {LIMIT.name: 4, limits.LARGE_AT_ONCE: 1}


@pytest.mark.parametrize("url", [None, ""])
def test_days_are_kept_apart_and_forgotten_after_thirty(
    settings: Settings, url: str | None
) -> None:
    if url is not None:
        settings.REDIS_URL = url
    begin = timezone.now().replace(hour=12)
    for ago in (31, 29, 1, 0):
        with time_machine.travel(begin - timedelta(days=ago), tick=False):
            limited.count("A")
    with time_machine.travel(begin, tick=False):
        [days] = limited.by_day(now=timezone.now()).values()
    assert sorted(days) == [f"{begin - timedelta(days=ago):%Y-%m-%d}" for ago in (29, 1, 0)]
    assert days.total() == 3


def test_what_redis_did_not_take_is_handed_over_with_the_next(settings: Settings) -> None:
    working = settings.REDIS_URL
    settings.REDIS_URL = GONE
    limits._limiter.cache_clear()
    assert [limits.hit(LIMIT, b"somebody") for _use in range(2)] == [True, True]
    limited.count("A")
    assert _counted() == {limited.NOT_COUNTED: 2, "A": 1}
    settings.REDIS_URL = working
    limited._redis.cache_clear()
    limited.count("A")
    assert dict(limited._owed) == {}
    assert _counted() == {limited.NOT_COUNTED: 2, "A": 2}


def test_every_limit_has_its_words() -> None:
    assert set(WORDS) == {each.name for each in Limit} | {limits.LARGE_AT_ONCE}


@pytest.mark.django_db
def test_organizers_read_the_table(client: Client) -> None:
    client.force_login(make_organizer(team=make_team()))
    assert "Nobody was refused" in client.get("/desk/limits/").content.decode()
    _refuse(3)
    limited.count_later(limited.NOT_COUNTED)
    page = client.get("/desk/limits/").content.decode()
    assert ["Wrong memberships, of one name" in page, "1 use was not counted" in page] == [
        True,
        True,
    ]


def test_a_client_that_nobody_keeps_is_held_until_it_is_done(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """As that of the slower one of two threads that are the first."""
    happened: list[str] = []

    class Short(Redis):
        def close(self) -> None:
            happened.append("closed")
            super().close()

    def execute(commands: Pipeline) -> object:
        gc.collect()
        happened.append("executed")
        return run(commands)

    run = Pipeline.execute
    with monkeypatch.context() as patched:
        patched.setattr(Pipeline, "execute", execute)
        patched.setattr(limited, "_redis", lambda: Short.from_url(settings.REDIS_URL))
        limited.count(LIMIT.name)
        gc.collect()
    assert happened == ["executed", "closed"]
