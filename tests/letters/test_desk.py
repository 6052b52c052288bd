"""Who sees what at the desk, and the list of letters."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaign.letters import closing, publishing
from campaign.letters.models import Event, Letter, Text, Translation
from campaign.organizers.models import Membership, Organizer, Role, Team

READING = ("desk_letter", "desk_drafts")
WRITING = ("desk_details", "desk_publish", "desk_close", "desk_choose_language")
ACTING = ("desk_revision", "desk_revision_discard", "desk_publish", "desk_close")
ACTING_ON_A_LANGUAGE = ("desk_translation_remove", "desk_authoritative")


def everything(letter: Letter) -> list[object]:
    return [
        *Letter.objects.order_by("pk").values(),
        *Text.objects.order_by("pk").values(),
        *Translation.objects.order_by("pk").values(),
        Event.objects.count(),
    ]


@pytest.mark.parametrize("name", READING + WRITING)
def test_strangers_are_asked_to_log_in(client: Client, draft: Letter, name: str) -> None:
    path = reverse(name, args=[draft.slug])
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next={path}"


def test_a_lost_post_leads_to_the_desk_after_the_login(client: Client, draft: Letter) -> None:
    response = client.post(reverse("desk_revision", args=[draft.slug]))
    assert response["Location"] == "/accounts/login/?next=/desk/"
    assert client.post(reverse("desk_markdown")).status_code == 302


def test_other_teams_find_nothing(
    chidi: Organizer, browser: Callable[[Organizer], Client], draft: Letter
) -> None:
    client, before = browser(chidi), everything(draft)
    for name in READING + WRITING:
        assert client.get(reverse(name, args=[draft.slug])).status_code == 404, name
    for name in ACTING:
        assert client.post(reverse(name, args=[draft.slug])).status_code == 404, name
    for name in (*ACTING_ON_A_LANGUAGE, "desk_translation"):
        assert client.post(reverse(name, args=[draft.slug, "en"])).status_code == 404, name
    assert "Ask before" not in client.get(reverse("desk")).text
    assert everything(draft) == before


def test_viewers_read_and_change_nothing(
    bjorn: Organizer, browser: Callable[[Organizer], Client], draft: Letter
) -> None:
    client, before = browser(bjorn), everything(draft)
    page = client.get(reverse("desk_letter", args=[draft.slug]))
    assert page.status_code == 200
    assert "Ask before you train" in page.text
    assert "/publish/" not in page.text
    for name in WRITING:
        assert client.get(reverse(name, args=[draft.slug])).status_code == 404, name
    for name in ACTING:
        assert client.post(reverse(name, args=[draft.slug])).status_code == 404, name
    for name in (*ACTING_ON_A_LANGUAGE, "desk_translation"):
        assert client.post(reverse(name, args=[draft.slug, "en"])).status_code == 404, name
    assert client.get(reverse("desk_letter_new")).status_code == 404
    assert reverse("desk_letter_new") not in client.get(reverse("desk")).text
    assert everything(draft) == before


def test_nothing_happens_on_get(desk: Client, draft: Letter) -> None:
    before = everything(draft)
    for name in ("desk_revision", "desk_revision_discard"):
        assert desk.get(reverse(name, args=[draft.slug])).status_code == 303, name
    for name in ACTING_ON_A_LANGUAGE:
        assert desk.get(reverse(name, args=[draft.slug, "en"])).status_code == 303, name
    for name in ("desk_publish", "desk_close"):
        desk.get(reverse(name, args=[draft.slug]))
    assert everything(draft) == before


def test_other_sites_cannot_act(amira: Organizer, draft: Letter) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(amira)
    path = reverse("desk_authoritative", args=[draft.slug, "en"])
    assert client.post(path, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.post(path, headers={"origin": "https://evil.example"}).status_code == 403
    assert client.post(path, headers={"sec-fetch-site": "same-origin"}).status_code == 302


def test_the_list_tells_how_each_letter_stands(
    desk: Client, begin: Callable[..., Letter], other_team: Team, now: datetime
) -> None:
    begin(slug="draft", title="A draft of ours")
    for slug, times in {
        "open": {},
        "waiting": {"opens_at": now + timedelta(days=1)},
        "over": {"closes_at": now + timedelta(hours=1)},
        "closed": {},
    }.items():
        letter = begin(slug=slug, **times)
        publishing.publish(letter=letter, now=now)
    closing.close_letter(letter=Letter.objects.get(slug="closed"), now=now)
    begin(slug="theirs", title="Not of ours", team=other_team)
    with time_machine.travel(now + timedelta(hours=2), tick=False):
        rows = desk.get(reverse("desk")).context["rows"]
    assert [(row.letter.slug, row.standing["name"]) for row in rows] == [
        ("closed", "closed"),
        ("over", "closed"),
        ("waiting", "waiting"),
        ("open", "open"),
        ("draft", "draft"),
    ]


def test_nobody_keeps_a_copy_of_the_desk(desk: Client, draft: Letter) -> None:
    for path in (reverse("desk"), reverse("desk_letter", args=[draft.slug])):
        assert "no-store" in desk.get(path)["Cache-Control"]
        assert "private" in desk.get(path)["Cache-Control"]


@pytest.mark.parametrize("public", [False, True])
def test_the_list_asks_the_database_as_often_for_three_letters_as_for_one(
    desk: Client, begin: Callable[..., Letter], *, public: bool
) -> None:
    asked = []
    for _ in range(3):
        letter = begin()
        if public:
            publishing.publish(letter=letter, now=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            desk.get(reverse("desk"))
        asked.append(len(queries))
    assert asked == [asked[0]] * 3


@pytest.mark.parametrize(("prefix", "direction"), [("", "ltr"), ("/ar", "rtl")])
def test_the_desk_speaks_both_languages(desk: Client, prefix: str, direction: str) -> None:
    page = desk.get(f"{prefix}/desk/").text
    assert f'dir="{direction}"' in page
    assert 'href="/desk/"' in page
    assert 'href="/ar/desk/"' in page


def test_teams_are_told_apart_when_there_are_several(
    desk: Client, amira: Organizer, begin: Callable[..., Letter], other_team: Team
) -> None:
    begin()
    assert desk.get(reverse("desk")).context["several_teams"] is False
    Membership.objects.create(team=other_team, organizer=amira, role=Role.VIEWER)
    begin(team=other_team)
    page = desk.get(reverse("desk"))
    assert page.context["several_teams"] is True
    assert "Another House" in page.text


def test_an_empty_desk_says_what_to_do(
    desk: Client, bjorn: Organizer, browser: Callable[[Organizer], Client]
) -> None:
    assert "Write the first one" in desk.get(reverse("desk")).text
    assert "You will see those of your teams here" in browser(bjorn).get(reverse("desk")).text
