import pytest

from campaign.letters import drafting
from campaign.letters.models import Letter
from campaign.organizers.access import (
    owned_by_teams_briefing,
    owned_by_teams_of,
    owned_by_teams_vetting,
    owned_by_teams_writing,
    teams_inviting,
    teams_of,
    teams_writing,
)
from campaign.organizers.models import Membership, Organizer, Role, Team

pytestmark = pytest.mark.django_db


def letter_of(team: Team) -> Letter:
    return drafting.create_letter(
        team=team,
        slug=team.slug,
        language="en",
        title="Title",
        addressee="Addressee",
        body="Body",
        opens_at=None,
        closes_at=None,
    )


@pytest.fixture
def organizer() -> Organizer:
    """In one team with each role; one more team has another member."""
    organizer = Organizer.objects.create_user("dana@letters.example")
    for role in Role:
        team = Team.objects.create(name=role.value, slug=role.value)
        Membership.objects.create(team=team, organizer=organizer, role=role)
        letter_of(team)
    other = Organizer.objects.create_user("emil@letters.example")
    team = Team.objects.create(name="Others", slug="others")
    Membership.objects.create(team=team, organizer=other, role=Role.OWNER)
    letter_of(team)
    return organizer


def test_members_see_what_their_teams_own(organizer: Organizer) -> None:
    seen = Letter.objects.filter(owned_by_teams_of(organizer=organizer)).order_by("slug")
    assert [letter.slug for letter in seen] == ["editor", "owner", "press", "vetter", "viewer"]


def test_owners_and_editors_change_what_their_teams_own(organizer: Organizer) -> None:
    changed = Letter.objects.filter(owned_by_teams_writing(organizer=organizer)).order_by("slug")
    assert [letter.slug for letter in changed] == ["editor", "owner"]


def test_owners_and_vetters_see_private_data_of_what_their_teams_own(organizer: Organizer) -> None:
    vetted = Letter.objects.filter(owned_by_teams_vetting(organizer=organizer)).order_by("slug")
    assert [letter.slug for letter in vetted] == ["owner", "vetter"]


def test_owners_editors_and_press_speak_to_the_press(organizer: Organizer) -> None:
    told = Letter.objects.filter(owned_by_teams_briefing(organizer=organizer)).order_by("slug")
    assert [letter.slug for letter in told] == ["editor", "owner", "press"]


def test_owners_run_teams_and_all_are_in_them(organizer: Organizer) -> None:
    assert [team.slug for team in teams_inviting(organizer=organizer)] == ["owner"]
    assert {team.slug for team in teams_of(organizer=organizer)} == set(Role.values)


def test_owners_and_editors_begin_letters(organizer: Organizer) -> None:
    assert [team.slug for team in teams_writing(organizer=organizer)] == ["editor", "owner"]


def test_a_site_operator_is_in_no_team_by_that(organizer: Organizer) -> None:
    operator = Organizer.objects.create_superuser("root@letters.example", "a long password")
    assert not Letter.objects.filter(owned_by_teams_of(organizer=operator)).exists()
    assert not teams_writing(organizer=operator).exists()
