"""How often which limit refused somebody, by day: without whom, and without a write to the
database, which an attack would turn into load.

Kept in Redis for thirty days, or, where there is none, for as long as the one process lives. What
Redis did not take is kept in the process and handed over with the next.
"""

from collections import Counter
from datetime import datetime, timedelta
from functools import cache
from threading import Lock

import structlog
from django.conf import settings
from django.utils import timezone
from redis import Redis
from redis.exceptions import RedisError

from campaign import counters

log = structlog.get_logger(__name__)
KEPT_DAYS = 30
# Uses that no limit counted, since Redis did not answer.
NOT_COUNTED = "NOT_COUNTED"

_owed: Counter[tuple[str, str]] = Counter()
_lock = Lock()


def count(name: str) -> None:
    """One refusal more, today."""
    counters.count(counters.limits_hit, name)
    _add(name)
    if settings.REDIS_URL:
        _hand_over()


def count_later(name: str) -> None:
    """The same while Redis does not answer: it is told when it does."""
    _add(name)


def by_day(*, now: datetime) -> dict[str, Counter[str]]:
    """For each name, how many on which day (`2026-11-30`, in UTC) of the last thirty.

    What other processes have not handed over is missing, and so is all else without Redis."""
    found: dict[str, Counter[str]] = {}
    days = [_day(now - timedelta(days=ago)) for ago in range(KEPT_DAYS)]
    with _lock:
        owed = dict(_owed)
    rows = [(day, name, number) for (day, name), number in owed.items() if day in days]
    for day, name, number in rows + _kept(days):
        found.setdefault(name, Counter())[day] += number
    return found


def forget() -> None:
    """As if the process had just begun."""
    with _lock:
        _owed.clear()
    _redis.cache_clear()


def _add(name: str) -> None:
    now = timezone.now()
    oldest = _day(now - timedelta(days=KEPT_DAYS))
    with _lock:
        _owed[_day(now), name] += 1
        for key in [key for key in _owed if key[0] < oldest]:
            del _owed[key]


def _hand_over() -> None:
    with _lock:
        owed = dict(_owed)
        _owed.clear()
    try:
        # Held meanwhile: of two threads that are the first, one has a client that nobody keeps, and
        # a client that nobody holds hangs up.
        client = _redis()
        with client.pipeline(transaction=True) as commands:
            for (day, name), number in owed.items():
                commands.hincrby(_key(day), name, number)
            for day in {day for day, _name in owed}:
                commands.expire(_key(day), timedelta(days=KEPT_DAYS + 1))
            commands.execute()
    except (RedisError, OSError) as error:
        counters.count(counters.redis_errors, "refusals")
        log.warning("refusals_not_handed_over", error=type(error).__name__)
        with _lock:
            _owed.update(owed)


def _kept(days: list[str]) -> list[tuple[str, str, int]]:
    if not settings.REDIS_URL:
        return []
    try:
        client = _redis()
        with client.pipeline(transaction=False) as commands:
            for day in days:
                commands.hgetall(_key(day))
            answers = commands.execute()
    except (RedisError, OSError) as error:
        counters.count(counters.redis_errors, "refusals")
        log.warning("refusals_not_read", error=type(error).__name__)
        return []
    return [
        (day, name.decode(), int(number))
        for day, answer in zip(days, answers, strict=True)
        for name, number in answer.items()
    ]


def _day(when: datetime) -> str:
    return f"{when:%Y-%m-%d}"


def _key(day: str) -> str:
    return f"limited:{day}"


@cache
def _redis() -> Redis:
    return Redis.from_url(settings.REDIS_URL, **settings.REDIS_PATIENCE_SECONDS)
