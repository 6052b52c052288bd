from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache

from campaign.shared_cache import SharedCache
from tests import services


def cache_at(url: str) -> BaseCache:
    """As another process has it."""
    return SharedCache(url, {"OPTIONS": {"socket_connect_timeout": 0.25}})


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A Redis is there in any case: the tests on SQLite start one for this."""
    with services.redis() as address:
        yield address


def test_what_one_process_marks_another_knows(url: str) -> None:
    here, there = cache_at(url), cache_at(url)
    assert here.add("code", "used", 30) is True
    assert there.add("code", "used", 30) is False
    assert there.get("code") == "used"
    there.set("tries", [1, 2], 30)
    assert here.get("tries", []) == [1, 2]
    assert here.delete("code") is True
    assert there.get("code") is None


def test_without_redis_log_ins_go_on_and_the_log_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    gone = cache_at("redis://127.0.0.1:1/0")
    assert gone.add("code", "used", 30) is True
    assert gone.get("tries", []) == []
    gone.set("tries", [1], 30)
    assert gone.delete("code") is False
    assert caplog.text.count("cache_unreachable") == 4


def test_the_site_uses_it_where_there_is_redis() -> None:
    from django.conf import settings

    assert isinstance(caches["default"], SharedCache) is bool(settings.REDIS_URL)
