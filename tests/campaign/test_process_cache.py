"""What a process remembers: bounded, in one list, and forgotten by one call."""

from collections.abc import Iterator

import pytest

from campaign import process_cache, shared_pages, wake
from campaign.mail import rates  # noqa: F401
from campaign.process_cache import ProcessCache
from signatures.listing import facets  # noqa: F401
from signatures.moderation import precautions, room  # noqa: F401
from signatures.overview import numbers  # noqa: F401
from signatures.screening import watchlist
from signatures.views.public import base


@pytest.fixture(autouse=True)
def _own_list(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(process_cache, "_registered", dict(process_cache._registered))
        yield


def test_a_full_cache_drops_all_for_one_more() -> None:
    kept = ProcessCache[str, int]("a test's", max_entries=2, seconds=1)
    kept.keep("one", 1)
    kept.keep("two", 2)
    kept.keep("two", 3)
    assert kept == {"one": 1, "two": 3}
    kept.keep("three", 3)
    assert kept == {"three": 3}


def test_no_two_have_one_name() -> None:
    kept = ProcessCache[str, int]("a test's", max_entries=2, seconds=1)
    kept.keep("one", 1)
    with pytest.raises(ValueError, match="two caches of the name a test's"):
        ProcessCache[str, int]("a test's", max_entries=2, seconds=1)


def test_all_are_forgotten_by_one_call() -> None:
    assert {name: each.seconds for name, each in process_cache._registered.items()} == {
        "facets": None,
        "letters": 0,
        "limits": 24 * 3600,
        "mail rates": None,
        "names in queries": None,
        "numbers of letters": 60.0,
        "pages": 0,
        "precautions": 5.0,
        "room of networks": 60.0,
        "wakes": 1.0,
        "what operators set": 5.0,
        "what was limited": 30 * 24 * 3600,
        "watched names": 5.0,
    }
    wake._published.keep("task", 1.0)
    shared_pages._names_of_paths.keep("/", None)
    shared_pages._pages["/"] = (0.0, b"", 200, [], "", ("", ""))
    watchlist._kept[1] = None  # type: ignore[assignment]
    base._at_hand["letter"] = None  # type: ignore[assignment]
    process_cache.forget_all()
    caches = wake._published, shared_pages._names_of_paths, shared_pages._pages
    assert [len(each) for each in (*caches, watchlist._kept, base._at_hand)] == [0] * 5
