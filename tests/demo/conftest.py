"""The demo as it is served: its letter, and its own internet in the place of the real one."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.conf import settings as django_settings

from demo import internet, newcomers, seeding, society, statement
from demo.sites import Sites, the_sites
from signatures.verification.network import environment

FEWER = {
    "ask-before-you-train": 320,
    "names-on-covers": 120,
    "port-library": 30,
    "ferry-lane-music-school": 20,
}


@pytest.fixture
def sites() -> Iterator[Sites]:
    """Empty, as before the demo's first start."""
    path = django_settings.DATA_DIR / "invented-sites.jsonl"
    path.unlink(missing_ok=True)
    the_sites.cache_clear()
    yield the_sites()
    path.unlink(missing_ok=True)
    the_sites.cache_clear()


@pytest.fixture
def invented(sites: Sites, monkeypatch: pytest.MonkeyPatch) -> Iterator[internet.Internet]:
    monkeypatch.setattr(environment, "world", environment.world)
    installed = internet.install()
    yield installed
    installed.close()


@pytest.fixture
def fewer_people(sites: Sites, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same letters with fewer people; all 10,500 come in test_demo_command."""
    fewer = tuple(replace(each, signatures=FEWER[each.slug]) for each in statement.letters())
    monkeypatch.setattr(seeding, "letters", lambda: fewer)
    monkeypatch.setattr(society, "_TO_COME", 20)
    society.members_to_come.cache_clear()
    newcomers._crowd.cache_clear()
