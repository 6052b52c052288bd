"""requirements/locks.py: a lock that needs nothing from outside itself."""

from packaging.requirements import Requirement

from requirements import locks

ASKS = {
    "site": ["measure[files]>=7", 'windows-only>=1 ; sys_platform == "win32"'],
    "measure": ['reads_toml>=2 ; extra == "files"', 'draws>=1 ; extra == "pictures"'],
    "reads-toml": [],
}


def _problems(lock: str) -> list[str]:
    return locks.problems(
        roots=[Requirement("site")], pins=locks.pins(lock), requirements_of=ASKS.__getitem__
    )


def test_lock_without_a_pin_that_an_extra_asks_for_is_reported() -> None:
    lock = "site==1.0 \\\nmeasure==7.1 \\\n"
    asked = 'measure asks for reads_toml>=2; extra == "files"'
    assert _problems(lock) == [
        f"{asked} on {python}, pinned is nothing" for python in locks.PYTHONS
    ]


def test_lock_with_every_pin_is_closed() -> None:
    assert _problems("site==1.0 \\\nmeasure==7.1 \\\nreads-toml==2.0 \\\n") == []


def test_pin_older_than_what_is_asked_for_is_reported() -> None:
    lock = "site==1.0 \\\nmeasure==6.9 \\\n"
    assert _problems(lock) == [
        "nothing asks for measure",
        *(
            f"site asks for measure[files]>=7 on {python}, pinned is measure==6.9"
            for python in locks.PYTHONS
        ),
    ]


def test_pin_for_some_pythons_only_is_reported_for_the_others() -> None:
    lock = "site==1.0 \\\nmeasure==7.1 \\\nreads-toml==2.0 ; python_version < '3.13' \\\n"
    asked = 'measure asks for reads_toml>=2; extra == "files"'
    assert _problems(lock) == [f"{asked} on 3.13, pinned is nothing"]


def test_pin_that_nothing_asks_for_is_reported() -> None:
    lock = "site==1.0 \\\nmeasure==7.1 \\\nreads-toml==2.0 \\\ndraws==1.0 \\\n"
    assert _problems(lock) == ["nothing asks for draws"]


def test_locks_of_this_project_are_closed() -> None:
    for name in locks.LOCKS:
        lock = (locks.FOLDER / f"{name}.txt").read_text()
        roots = locks.roots(locks.FOLDER / f"{name}.in")
        assert locks.problems(roots=roots, pins=locks.pins(lock)) == []
