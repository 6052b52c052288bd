"""Django's cache in Redis: what all web processes must know of a log-in.

allauth counts tries there, and marks codes of authenticator apps as used, so that none works in
two processes. Like our own limits it fails open: without Redis organizers still log in, and the
log says what was not counted.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from campaign import counters

log = structlog.get_logger(__name__)
T = TypeVar("T")


class SharedCache(RedisCache):
    def add(self, *args: Any, **kwargs: Any) -> bool:
        return _open(lambda: super(SharedCache, self).add(*args, **kwargs), True)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return _open(lambda: super(SharedCache, self).get(key, default, version), default)

    def set(self, *args: Any, **kwargs: Any) -> None:
        _open(lambda: super(SharedCache, self).set(*args, **kwargs), None)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return _open(lambda: super(SharedCache, self).delete(*args, **kwargs), False)


def _open(use: Callable[[], T], otherwise: T) -> T:
    try:
        return use()
    except (RedisError, OSError) as error:
        counters.count(counters.redis_errors, "cache")
        log.warning("cache_unreachable", error=type(error).__name__)
        return otherwise
