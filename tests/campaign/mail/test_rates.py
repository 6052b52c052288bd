import time

import pytest
from pytest_django import Settings

from campaign.mail import rates

GONE = "redis://127.0.0.1:1/0"


@pytest.fixture(params=["redis", "one process"], autouse=True)
def _engine(request: pytest.FixtureRequest, settings: Settings) -> None:
    if request.param == "one process":
        settings.REDIS_URL = ""
    rates._script.cache_clear()


def test_without_a_rate_all_may_go() -> None:
    assert rates.granted(["a.example"] * 3) == [True] * 3


def test_a_second_brings_so_many(settings: Settings) -> None:
    settings.MAIL_PER_SECOND = 10

    assert sum(rates.granted(["a.example"] * 25)) == 10
    assert sum(rates.granted(["a.example"] * 25)) <= 5

    time.sleep(0.3)
    assert 1 <= sum(rates.granted(["a.example"] * 25)) <= 10


def test_each_domain_has_its_own(settings: Settings) -> None:
    settings.MAIL_PER_SECOND_TO_DOMAIN = 2

    granted = rates.granted(["a.example", "a.example", "b.example", "a.example"])

    assert granted == [True, True, True, False]


def test_both_hold(settings: Settings) -> None:
    settings.MAIL_PER_SECOND, settings.MAIL_PER_SECOND_TO_DOMAIN = 3, 2

    granted = rates.granted(["a.example"] * 3 + ["b.example"] * 3)

    assert granted == [True, True, False, True, False, False]


def test_nothing_stops_when_redis_is_gone(settings: Settings) -> None:
    settings.MAIL_PER_SECOND, settings.REDIS_URL = 1, GONE
    rates._script.cache_clear()

    assert rates.granted(["a.example"] * 3) == [True] * 3
    rates._script.cache_clear()


def test_what_one_limit_refuses_costs_nothing_of_the_other(settings: Settings) -> None:
    settings.MAIL_PER_SECOND, settings.MAIL_PER_SECOND_TO_DOMAIN = 4, 3

    assert rates.granted(["a.example"] * 4) == [True] * 3 + [False]
    # The one that the domain did not use is there for another.
    assert rates.granted(["b.example"] * 3) == [True, False, False]
    settings.MAIL_PER_SECOND = 0
    # And of this domain two are left.
    assert rates.granted(["b.example"] * 3) == [True, True, False]
