from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest

from demo.arrivals import arrivals

START = datetime(2026, 10, 22, 9, 30, tzinfo=UTC)
PINNED = [
    datetime(2026, 10, 22, 15, 47, 15, 764256, tzinfo=UTC),
    datetime(2026, 10, 22, 22, 20, 29, 120025, tzinfo=UTC),
    datetime(2026, 10, 23, 9, 31, 5, 192658, tzinfo=UTC),
]


def test_moments_are_in_order_and_inside_the_days() -> None:
    moments = arrivals(count=10_500, seed=1, start=START)
    assert len(moments) == 10_500
    assert all(earlier <= later for earlier, later in pairwise(moments))
    assert moments[0] >= START
    assert moments[-1] < START + timedelta(days=5)


def test_the_same_seed_gives_the_same_moments_and_another_does_not() -> None:
    first = arrivals(count=100, seed=1, start=START)
    assert arrivals(count=100, seed=1, start=START) == first
    assert arrivals(count=100, seed=2, start=START) != first


def test_the_moments_are_pinned() -> None:
    assert arrivals(count=3, seed=7, start=START) == PINNED


def test_most_interest_is_at_the_start_and_nights_are_quiet() -> None:
    moments = arrivals(count=10_500, seed=3, start=START)
    hours = [0] * 120
    for moment in moments:
        hours[(moment - START) // timedelta(hours=1)] += 1
    days = [sum(hours[day * 24 : day * 24 + 24]) for day in range(5)]
    assert days == sorted(days, reverse=True)
    # Few know of it in the first hour; then word goes round.
    assert hours[0] * 4 < hours[2]
    assert hours.index(max(hours)) in (3, 4, 5)
    # 03:30 against 15:30 UTC on the third day
    assert hours[66] * 2 < hours[54]


@pytest.mark.parametrize("days", [0.001, 0.5, 2, 30])
def test_any_span_works(days: float) -> None:
    moments = arrivals(count=500, seed=1, start=START, days=days)
    assert moments[0] >= START
    assert moments[-1] < START + timedelta(days=days)


def test_the_first_milestones_are_hours_apart() -> None:
    moments = arrivals(count=10_500, seed=0, start=START)
    hundred, thousand = moments[99] - START, moments[999] - START
    assert timedelta(minutes=45) < hundred < timedelta(hours=2)
    assert timedelta(hours=1.5) < thousand - hundred < timedelta(hours=4)


def test_nobody_is_no_moment() -> None:
    assert arrivals(count=0, seed=1, start=START) == []


def test_the_world_sleeps_by_utc_whatever_the_zone_of_the_start() -> None:
    elsewhere = START.astimezone(timezone(timedelta(hours=11)))
    assert arrivals(count=50, seed=1, start=elsewhere) == arrivals(count=50, seed=1, start=START)
