"""The navigation of a letter's desk: what each role is offered, and on which pages."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from campaign.letters.models import Letter, LetterState
from campaign.organizers.models import Role
from signatures.models import ReportCase
from signatures.overview import rooms
from signatures.overview.rooms import Room
from tests.signatures.factories import (
    BRIGID,
    PASSWORD,
    draft_letter,
    listed,
    make_organizer,
    make_team,
    open_letter,
)
from tests.signatures.views.regimes import addresses_in

pytestmark = pytest.mark.django_db

ROOMS = [room for group in rooms.GROUPS for room in group.rooms]


def browser(letter: Letter, role: Role) -> Client:
    """Who has just shown that it is they, as some rooms ask for."""
    client = Client()
    email = f"{role.value}@open-stage.example"
    client.force_login(make_organizer(team=letter.team, email=email, role=role))
    # Some rooms open to those alone who have just shown once more who they are.
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def under_embargo() -> Letter:
    letter = open_letter()
    letter.embargo_until = timezone.now() + timedelta(hours=1)
    letter.save()
    return letter


def closed() -> Letter:
    letter = open_letter()
    letter.state, letter.closed_at = LetterState.CLOSED, timezone.now()
    letter.save()
    return letter


LETTERS = {
    "draft": draft_letter,
    "open": open_letter,
    "under embargo": under_embargo,
    "closed": closed,
}


def offered(html: str) -> dict[str, str]:
    """The address of each door, with what is said of whether one is there."""
    navigation = html.partition('<nav class="rooms"')[2].partition("</nav>")[0]
    found = re.findall(r'<a href="([^"]+)"(?: aria-current="(\w+)")?>', navigation)
    return dict(found)


@pytest.mark.parametrize(
    ("role", "state"),
    [*((Role.OWNER, state) for state in LETTERS), (Role.VIEWER, "draft"), (Role.VIEWER, "open")],
)
def test_every_door_opens_and_leads_to_the_same_doors(role: Role, state: str) -> None:
    letter = LETTERS[state]()
    client = browser(letter, role)
    first = client.get(reverse("desk_letter", args=[letter.slug])).content.decode()
    doors = list(offered(first))
    assert len(doors) >= 2
    for url in doors:
        response = client.get(url)
        shown = offered(response.content.decode())
        assert (url, response.status_code, list(shown)) == (url, 200, doors)
        assert [each for each, current in shown.items() if current == "page"] == [url]


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.url_name))
def test_a_room_is_offered_to_no_other_role_than_its_page_answers(room: Room) -> None:
    letter = open_letter()
    url = reverse(room.url_name, args=[letter.slug])
    answering = {
        role for role in Role if browser(letter, role).get(url).status_code not in (403, 404)
    }
    assert answering == set(room.roles)


def test_a_page_within_a_room_marks_the_room() -> None:
    letter = open_letter()
    client = browser(letter, Role.OWNER)
    html = client.get(reverse("desk_update_new", args=[letter.slug])).content.decode()
    marked = {url: current for url, current in offered(html).items() if current}
    assert marked == {reverse("desk_updates", args=[letter.slug]): "true"}


def test_other_pages_of_the_desk_have_no_rooms() -> None:
    letter = open_letter()
    client = browser(letter, Role.OWNER)
    pages = [reverse("desk"), reverse("desk_teams"), reverse("desk_letter_new")]
    assert [offered(client.get(url).content.decode()) for url in pages] == [{}, {}, {}]


def test_rooms_are_not_told_before_the_second_factor(settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    letter = open_letter()
    client = browser(letter, Role.OWNER)
    response = client.get(reverse("desk_letter", args=[letter.slug]))
    assert (response.status_code, offered(response.content.decode())) == (403, {})


def test_the_navigation_costs_three_queries() -> None:
    letter = open_letter()
    owner = make_organizer(team=letter.team, role=Role.OWNER)
    url = reverse("desk_watched", args=[letter.slug])
    with CaptureQueriesContext(connection) as queries:
        rooms.navigation(slug=letter.slug, organizer=owner, path=url, url_name="desk_watched")
    assert len(queries) == 3


def test_nobody_is_offered_the_rooms_of_another_team() -> None:
    letter = open_letter()
    other = make_team(slug="another")
    client = Client()
    client.force_login(make_organizer(team=other, email="else@another.example", role=Role.OWNER))
    response = client.get(reverse("desk_letter", args=[letter.slug]))
    assert (response.status_code, offered(response.content.decode())) == (404, {})


def test_a_door_says_how_many_wait_behind_it() -> None:
    letter = open_letter()
    [signature] = listed(letter, BRIGID)
    ReportCase.objects.create(letter=letter, signature=signature, opened_at=timezone.now())
    client = browser(letter, Role.OWNER)
    html = client.get(reverse("desk_letter", args=[letter.slug])).content.decode()
    said = re.findall(r'<span class="visually-hidden">(\d+ waits?)</span>', html)
    # Of all together, on the button, and of the one room.
    assert said == ["1 waits", "1 waits"]


# What the first page, the texts or the signatures lead to, and is no room of its own.
WITHOUT_A_ROOM = {
    "desk_archive",
    "desk_bring_back",
    "desk_choose_language",
    "desk_close",
    "desk_delete",
    "desk_look_up",
    "desk_revision",
    "desk_revision_discard",
}


def test_every_address_of_a_letters_desk_is_in_a_room() -> None:
    """Below the address of a room, or named by it: so that everybody there sees where they are."""
    below = "desk/letters/<slug:slug>/"
    found = {
        name: path
        for package in ("signatures.views.desk", "campaign.letters.views")
        for name, path in addresses_in(package)
        if path.startswith(below)
    }
    homes = [found[room.url_name] for room in ROOMS if room.url_name != "desk_letter"]
    further = {name for room in ROOMS for name in room.further}
    homeless = {
        name
        for name, path in found.items()
        if path != below and name not in further and not path.startswith(tuple(homes))
    }
    assert homeless == WITHOUT_A_ROOM
