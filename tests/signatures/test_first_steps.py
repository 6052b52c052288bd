"""The checklist from a new team to a published letter: each tick is a fact."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaign.letters import drafting, press_kit, publishing
from campaign.letters.models import Letter, Translation
from campaign.letters.texts import seal_of
from campaign.letters.together import approvals
from campaign.mail.doctor import results
from campaign.organizers.models import Organizer, Role, Team
from signatures import first_steps
from signatures.screening import watchlist
from tests.organizers.people import person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
def team() -> Team:
    return Team.objects.create(name="Riverside Readers", slug="riverside")


@pytest.fixture
def owner(team: Team) -> Organizer:
    return person("aino@riverside.example", "Aino", team)


@pytest.fixture
def letter(team: Team) -> Letter:
    return drafting.create_letter(
        team=team,
        slug="sundays",
        language="en",
        title="Open on Sundays",
        addressee="To the city",
        body="We read.",
        opens_at=None,
        closes_at=None,
    )


def ticks(letter: Letter, organizer: Organizer) -> list[bool | None]:
    """Text, contact, watched names, second organizer, mail, preview, agreement, publishing."""
    found = first_steps.of_letter(letter=letter, organizer=organizer, now=NOW)
    assert found is not None
    return [each.is_done for each in found.steps]


def test_a_new_team_has_everything_before_it(team: Team, owner: Organizer) -> None:
    found = first_steps.of_team(team=team, organizer=owner, now=NOW)
    assert (found.done, found.of) == (0, 7)
    assert [bool(each.url) for each in found.steps] == [
        True,
        False,
        False,
        True,
        True,
        False,
        False,
        False,
    ]


def test_each_step_is_ticked_by_what_is_there(letter: Letter, owner: Organizer) -> None:
    assert ticks(letter, owner) == [True, False, False, False, False, None, False, False]
    press_kit.save_kit(
        letter=letter,
        language="en",
        expected_seal=press_kit.seal_of(None),
        **dict.fromkeys(press_kit.FIELDS, "") | {"contact_email": "hello@riverside.example"},
    )
    watchlist.add(letter=letter, names=["Somebody Wellknown"], organizer=owner)
    assert ticks(letter, owner) == [True, True, True, False, False, None, False, False]
    person("vetter@riverside.example", "Vesna", letter.team, Role.VETTER)
    assert ticks(letter, owner)[3] is False
    person("editor@riverside.example", "Emeka", letter.team, Role.EDITOR)
    results.keep([], now=NOW)
    assert ticks(letter, owner) == [True, True, True, True, True, None, False, False]
    approvals.approve(
        letter=letter,
        organizer=owner,
        expected_seal=seal_of(Translation.objects.all()),
        now=timezone.now(),
    )
    assert ticks(letter, owner) == [True, True, True, True, True, None, True, False]


def test_it_is_for_those_who_write_and_ends_with_publishing(
    letter: Letter, owner: Organizer
) -> None:
    viewer = person("viewer@riverside.example", "Vikram", letter.team, Role.VIEWER)
    assert first_steps.of_letter(letter=letter, organizer=viewer, now=NOW) is None
    editor = person("editor@riverside.example", "Emeka", letter.team, Role.EDITOR)
    found = first_steps.of_letter(letter=letter, organizer=editor, now=NOW)
    assert found is not None
    # Watched names and the team are an owner's.
    assert [each.words for each in found.steps if not each.url] == [
        "List the names to watch",
        "Invite a second organizer",
    ]
    publishing.publish(letter=letter, now=NOW)
    letter.refresh_from_db()
    assert first_steps.of_letter(letter=letter, organizer=owner, now=NOW) is None


def test_every_link_opens(letter: Letter, owner: Organizer, client: Client) -> None:
    client.force_login(owner)
    both = (
        first_steps.of_team(team=letter.team, organizer=owner, now=NOW),
        first_steps.of_letter(letter=letter, organizer=owner, now=NOW),
    )
    urls = {each.url for found in both if found for each in found.steps if each.url}
    assert {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 200)


def test_the_desk_shows_it(owner: Organizer, client: Client) -> None:
    client.force_login(owner)
    assert "0 of 7 done" in client.get(reverse("desk")).text


def test_the_page_of_a_draft_shows_it(letter: Letter, owner: Organizer, client: Client) -> None:
    client.force_login(owner)
    assert "On the way to your letter" not in client.get(reverse("desk")).text
    page = reverse("desk_letter", args=[letter.slug])
    assert "1 of 7 done" in client.get(page).text
    publishing.publish(letter=letter, now=NOW)
    assert "On the way to your letter" not in client.get(page).text
