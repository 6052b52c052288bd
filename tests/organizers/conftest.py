"""A team with somebody in each role, and somebody who is in another one."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from campaign.organizers.models import Invitation, Membership, Organizer, Role, Team
from tests.organizers.people import person

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def guild(db: None) -> Team:
    return Team.objects.create(name="Guild of Letter Writers", slug="guild")


@pytest.fixture
def cast(guild: Team) -> dict[Role, Organizer]:
    names = {
        Role.OWNER: "Oriane Bakker",
        Role.EDITOR: "Emeka Lund",
        Role.VETTER: "Vesna Duarte",
        Role.PRESS: "Pilar Osei",
        Role.VIEWER: "Vikram Holt",
    }
    return {
        role: person(f"{role.value}@guild.example", name, guild, role)
        for role, name in names.items()
    }


@pytest.fixture
def owner(cast: dict[Role, Organizer]) -> Organizer:
    return cast[Role.OWNER]


@pytest.fixture
def stranger(db: None) -> Organizer:
    """Owns another team."""
    return person(
        "sunniva@another.example",
        "Sunniva Cole",
        Team.objects.create(name="Another House", slug="another"),
    )


@pytest.fixture
def browser() -> Callable[[Organizer], Client]:
    def open_for(organizer: Organizer) -> Client:
        client = Client()
        client.force_login(organizer)
        return client

    return open_for


@pytest.fixture
def role_of(guild: Team) -> Callable[[Organizer], str | None]:
    def find(organizer: Organizer) -> str | None:
        found = Membership.objects.filter(team=guild, organizer=organizer)
        return found.values_list("role", flat=True).first()

    return find


@pytest.fixture
def invited(guild: Team, owner: Organizer) -> Callable[..., Invitation]:
    """A row as `invite` makes it, at any time."""

    def make(
        email: str = "nadia@elsewhere.example",
        role: Role = Role.VETTER,
        at: datetime = NOW,
        by: Organizer | None = None,
    ) -> Invitation:
        return Invitation.objects.create(
            team=guild,
            email=email,
            role=role,
            invited_by=by or owner,
            created_at=at,
            due_at=at,
        )

    return make
