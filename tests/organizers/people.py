from datetime import UTC, datetime

from campaign.organizers.enrolment import verify_address
from campaign.organizers.models import Membership, Organizer, Role, Team

PASSWORD = "a long enough password"


def person(email: str, name: str, team: Team | None = None, role: Role = Role.OWNER) -> Organizer:
    organizer = Organizer.objects.create_user(email, PASSWORD, name=name)
    verify_address(organizer=organizer)
    if team:
        Membership.objects.create(
            team=team, organizer=organizer, role=role, role_since=datetime(2020, 1, 1, tzinfo=UTC)
        )
    return organizer
