from dataclasses import replace
from datetime import UTC, datetime

from campaign.organizers import applications
from campaign.organizers.applications import Words
from campaign.organizers.enrolment import verify_address
from campaign.organizers.models import Application, Membership, Organizer, Role, Team

PASSWORD = "a long enough password"
AINO = "aino@riverside.example"
WORDS = Words(
    name="Aino Castellane",
    email=AINO,
    team_name="Riverside Readers",
    website="https://riverside.example",
    asks="We ask the city to keep its libraries open on Sundays.",
    contact="hello@riverside.example",
)


def person(email: str, name: str, team: Team | None = None, role: Role = Role.OWNER) -> Organizer:
    organizer = Organizer.objects.create_user(email, PASSWORD, name=name)
    verify_address(organizer=organizer)
    if team:
        Membership.objects.create(
            team=team, organizer=organizer, role=role, role_since=datetime(2020, 1, 1, tzinfo=UTC)
        )
    return organizer


def applied(now: datetime, **words: str) -> Application:
    """Whose address is not confirmed yet."""
    applications.ask(words=replace(WORDS, **words), language="en", now=now)
    return Application.objects.latest("pk")
