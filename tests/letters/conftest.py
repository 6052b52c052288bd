"""A recurring cast: Amira writes for a team, Björn reads there, Chidi belongs to another one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from campaign.letters import drafting, errors, publishing
from campaign.letters.models import Letter
from campaign.organizers.models import Membership, Organizer, Role, Team

NOW = datetime(2026, 10, 22, 9, 30, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def team(db: None) -> Team:
    return Team.objects.create(name="Guild of Letter Writers", slug="guild")


@pytest.fixture
def other_team(db: None) -> Team:
    return Team.objects.create(name="Another House", slug="another")


def member(team: Team, email: str, name: str, role: Role) -> Organizer:
    organizer = Organizer.objects.create_user(email, "a long enough password", name=name)
    Membership.objects.create(
        team=team, organizer=organizer, role=role, role_since=NOW - timedelta(days=30)
    )
    return organizer


@pytest.fixture
def amira(team: Team) -> Organizer:
    return member(team, "amira@letters.example", "Amira Lindqvist", Role.EDITOR)


@pytest.fixture
def bjorn(team: Team) -> Organizer:
    return member(team, "bjorn@letters.example", "Björn Achebe", Role.VIEWER)


@pytest.fixture
def chidi(other_team: Team) -> Organizer:
    return member(other_team, "chidi@another.example", "Chidi Novák", Role.OWNER)


@pytest.fixture
def desk(amira: Organizer) -> Client:
    """Amira's browser."""
    return browser_of(amira)


def browser_of(organizer: Organizer) -> Client:
    client = Client()
    client.force_login(organizer)
    return client


@pytest.fixture
def browser() -> Callable[[Organizer], Client]:
    return browser_of


@pytest.fixture
def begin(team: Team) -> Callable[..., Letter]:
    """Begins a letter; each part can be given another value."""

    def create(**given: Any) -> Letter:
        return drafting.create_letter(
            **{
                "team": team,
                "slug": None,
                "language": "en",
                "title": "Ask before you train",
                "addressee": "To those who build machines",
                "body": "We write.\n\nNobody asked.",
                "opens_at": None,
                "closes_at": None,
            }
            | given
        )

    return create


@pytest.fixture
def draft(begin: Callable[..., Letter]) -> Letter:
    return begin()


@pytest.fixture
def published(draft: Letter) -> Letter:
    publishing.publish(letter=draft, now=NOW)
    draft.refresh_from_db()
    return draft


@pytest.fixture
def at_once() -> Callable[..., list[str]]:
    """Calls in as many threads at the same moment; what each returned or raised, by name."""

    def call(function: Callable[[], object], times: int = 6) -> list[str]:
        start = Barrier(times)

        def one(_number: int) -> str:
            try:
                start.wait()
                function()
            except errors.LetterError as error:
                return type(error).__name__
            finally:
                connection.close()
            return "done"

        with ThreadPoolExecutor(times) as threads:
            return sorted(threads.map(one, range(times)))

    return call
