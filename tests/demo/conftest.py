"""The demo as it is served: its letter, and its own internet in the place of the real one."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from demo import internet, letters, newcomers, roster_seed, seeding
from demo.sites import Sites, the_sites
from signatures.verification.network import environment
from tests import kept_rows

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
    fewer = tuple(replace(each, signatures=FEWER[each.slug]) for each in letters.letters())
    monkeypatch.setattr(seeding, "letters", lambda: fewer)
    monkeypatch.setattr(roster_seed, "_TO_COME", 20)
    roster_seed.members_to_come.cache_clear()
    newcomers._crowd.cache_clear()


@dataclass
class _Seeded:
    rows: kept_rows.Rows
    files: Path


_kept: list[_Seeded] = []


@pytest.fixture
def seeded(
    fewer_people: None, transactional_db: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The demo as its first start leaves it: seeded once in a process, then put back."""
    data = django_settings.DATA_DIR
    if not _kept:
        seeding.seed()
        files = tmp_path_factory.mktemp("seeded") / "data"
        # What this process counts in is open, and not the demo's.
        shutil.copytree(data, files, ignore=shutil.ignore_patterns("metrics"))
        _kept.append(_Seeded(kept_rows.take(), files))
        return
    kept_rows.put_back(_kept[0].rows)
    shutil.copytree(_kept[0].files, data, dirs_exist_ok=True)
    the_sites.cache_clear()
