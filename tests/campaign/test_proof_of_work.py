"""A solution is good for what it was asked for, in time, and once."""

import base64
import json
from datetime import datetime, timedelta
from typing import Any

import altcha
import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone
from pytest_django import Settings

from campaign import proof_of_work


@pytest.fixture(autouse=True)
def _little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof_of_work, "ROUNDS", 1)


def solved(challenge: str, /, **changes: Any) -> str:
    """As the browser answers."""
    given = json.loads(challenge)
    solution = altcha.solve_challenge(altcha.Challenge.from_dict(given))
    assert solution is not None
    answer = {"challenge": given, "solution": solution.to_dict()}
    for path, value in changes.items():
        place: Any = answer
        *above, name = path.split("__")
        for part in above:
            place = place[part]
        place[name] = value
    return base64.b64encode(json.dumps(answer).encode()).decode()


def _challenge(about: str = "letter 1", now: datetime | None = None) -> str:
    return proof_of_work.challenge(about=about, now=now or timezone.now())


def test_a_solution_is_good_once_however_it_is_written() -> None:
    answer = solved(_challenge())
    assert proof_of_work.is_solved(answer, about="letter 1")
    rewritten = base64.b64encode(base64.b64decode(answer) + b" \n").decode()
    again = [answer, rewritten, answer.rstrip("=") + "==", f" {answer}"]
    assert [proof_of_work.is_solved(each, about="letter 1") for each in again] == [False] * 4
    # Asked anew, anybody may.
    assert proof_of_work.is_solved(solved(_challenge()), about="letter 1")


def test_a_solution_is_good_for_what_it_was_asked_for_alone() -> None:
    answer = solved(_challenge("letter 1"))
    assert not proof_of_work.is_solved(answer, about="letter 11")
    # Nobody's failure uses it up.
    assert proof_of_work.is_solved(answer, about="letter 1")


def test_a_solution_is_good_in_time_alone() -> None:
    answers = [solved(_challenge()) for _time in range(2)]
    begin = timezone.now()
    with time_machine.travel(begin + proof_of_work.GOOD_FOR - timedelta(seconds=5), tick=False):
        assert proof_of_work.is_solved(answers[0], about="letter 1")
    with time_machine.travel(begin + proof_of_work.GOOD_FOR + timedelta(seconds=5), tick=False):
        assert not proof_of_work.is_solved(answers[1], about="letter 1")


@pytest.mark.parametrize(
    "forged",
    [
        {"challenge__parameters__keyPrefix": ""},
        {"challenge__parameters__cost": 0},
        {"challenge__parameters__data": {"about": "letter 2"}},
        {"challenge__parameters__expiresAt": 2**40},
        {"challenge__parameters__nonce": "00" * 16},
        {"challenge__signature": None},
        {"challenge__signature": ""},
        {"challenge__signature": 5},
        {"solution__counter": -1},
        {"solution__counter": "1"},
        {"solution__counter": 2**40},
        {"solution__derivedKey": "00" * 32},
        {"solution__derivedKey": None},
        {"challenge__parameters": []},
        {"challenge": None},
        {"solution": []},
    ],
)
def test_a_forged_solution_is_none(forged: dict[str, Any]) -> None:
    answer = solved(_challenge(), **forged)
    about = "letter 2" if "challenge__parameters__data" in forged else "letter 1"
    assert not proof_of_work.is_solved(answer, about=about)


@pytest.mark.parametrize(
    "nonsense", ["", "x", "e30=", "é", "\0", "W10=", "bnVsbA==", "/w==", "A" * 4001, "=" * 8]
)
def test_nonsense_is_no_solution(nonsense: str) -> None:
    assert not proof_of_work.is_solved(nonsense, about="letter 1")


def test_another_site_signs_no_challenge(settings: Settings) -> None:
    with_old, without = solved(_challenge()), solved(_challenge())
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert proof_of_work.is_solved(with_old, about="letter 1")
    settings.SECRET_KEY_FALLBACKS = []
    assert not proof_of_work.is_solved(without, about="letter 1")


def test_without_the_store_it_is_open(settings: Settings) -> None:
    answer = solved(_challenge())
    gone = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:9/0"}
    settings.CACHES = {**settings.CACHES, "default": gone}
    assert [proof_of_work.is_solved(answer, about="letter 1") for _time in range(2)] == [True, True]


def test_what_is_used_is_remembered_for_longer_than_it_is_good() -> None:
    answer = solved(_challenge())
    assert proof_of_work.is_solved(answer, about="letter 1")
    nonce = json.loads(base64.b64decode(answer))["challenge"]["parameters"]["nonce"]
    assert cache.get(f"proof-of-work:{nonce}") == 1
