"""How fast mail to many may go: token buckets for all of it and for each mail domain.

Kept in Redis, so that all workers share them; without Redis in the one process that sends. They
fail open: a Redis that is gone must not stop mail.
"""

import time
from collections.abc import Sequence
from functools import cache
from threading import Lock

import structlog
from django.conf import settings
from redis import Redis
from redis.commands.core import Script
from redis.exceptions import RedisError

from campaign import counters, process_cache

log = structlog.get_logger(__name__)

# A bucket holds what a second brings, so that nothing comes in a burst after a quiet hour.
_TAKE = """
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local rate, wanted = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local tokens = math.min(rate, (tonumber(bucket[1]) or rate) + (now - (bucket[2] or now)) * rate)
local granted = math.min(math.floor(tokens), wanted)
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens - granted), 'at', tostring(now))
redis.call('PEXPIRE', KEYS[1], 10000)
return granted
"""


def granted(domains: Sequence[str]) -> list[bool]:
    """For one mail to each of these domains, in this order: whether it may go now. What is not used
    of one bucket, since the other is empty, goes back into it."""
    of_all, of_domain = settings.MAIL_PER_SECOND, settings.MAIL_PER_SECOND_TO_DOMAIN
    most = _take("", of_all, len(domains)) if of_all else len(domains)
    left: dict[str, int] = {}
    answer = []
    for domain in domains:
        if of_domain and most and domain not in left:
            left[domain] = _take(domain, of_domain, min(domains.count(domain), most))
        may_go = most > 0 and (not of_domain or left[domain] > 0)
        most -= may_go
        if of_domain and may_go:
            left[domain] -= 1
        answer.append(may_go)
    for domain, unused in [("", most if of_all else 0), *left.items()]:
        if unused:
            _take(domain, of_domain if domain else of_all, -unused)
    return answer


def _take(domain: str, rate: int, wanted: int) -> int:
    """How many of the wanted; a number below nought puts so many back."""
    if not settings.REDIS_URL:
        return _of_process.take(domain, rate, wanted)
    try:
        return int(_script()(keys=[f"mail-rate:{domain}"], args=[rate, wanted]))
    except (RedisError, OSError) as error:
        counters.count(counters.redis_errors, "mail_rates")
        log.warning("mail_rate_not_counted", error=type(error).__name__)
        return wanted


@cache
def _script() -> Script:
    client = Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=0.5)
    return client.register_script(_TAKE)


class _Buckets:
    """The same in one process."""

    def __init__(self) -> None:
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = Lock()

    def take(self, domain: str, rate: int, wanted: int) -> int:
        now = time.monotonic()
        with self._lock:
            tokens, at = self._buckets.get(domain, (float(rate), now))
            tokens = min(rate, tokens + (now - at) * rate)
            taken = min(int(tokens), wanted)
            self._buckets[domain] = (tokens - taken, now)
        return taken

    def forget(self) -> None:
        self._buckets.clear()


_of_process = _Buckets()
process_cache.register("mail rates", forget=_of_process.forget, seconds=None)
