"""The pages of deeds about many: who sees them, what they show, and what is sent twice or odd."""

import json
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer, Role
from signatures.models import BulkDeed, Signature
from signatures.moderation.bulk import asking, working
from tests.signatures.factories import (
    BRIGID,
    MEI,
    WIKTOR,
    listed,
    load,
    make_organizer,
    make_team,
    open_letter,
    pending,
    person,
    sequence,
)

pytestmark = pytest.mark.django_db
GANG = [person(f"g{n}@rubble.example", f"Gang Member {n}") for n in range(1, 4)]


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def url(letter: Letter) -> str:
    return reverse("desk_bulk", args=[letter.slug])


@pytest.fixture
def vetter(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team, role=Role.VETTER)


@pytest.fixture
def desk(client: Client, vetter: Organizer) -> Client:
    client.force_login(vetter)
    return client


def counted(desk: Client, url: str, **query: Any) -> dict[str, Any]:
    """What the form of a counted query sends."""
    page = desk.get(url, {**query, "count": "1"})
    form = page.context["form"]
    return {**query, **{name: form[name].value() for name in ("counted", "boundary", "key")}}


def test_found_removed_watched_and_undone(desk: Client, url: str, letter: Letter) -> None:
    gang = listed(letter, *GANG)
    listed(letter, BRIGID)
    page = desk.get(url, {"domain": "Rubble.example", "count": "1"}).content.decode()
    assert "3 signatures fit" in page
    assert ("Gang Member 1" in page, "Brigid" in page, "g1@" in page) == (True, False, False)
    sent = counted(desk, url, domain="rubble.example")
    answer = desk.post(url, {**sent, "action": "remove", "because": "automated"})
    deed = BulkDeed.objects.get()
    there = reverse("desk_bulk_deed", args=[letter.slug, deed.pk])
    assert (answer.status_code, answer["Location"], deed.query) == (
        303,
        there,
        {"domain": "rubble.example"},
    )
    watched = reverse("desk_bulk_progress", args=[letter.slug, deed.pk])
    assert watched in desk.get(there).content.decode()
    told = json.loads(desk.get(watched).content)
    assert (told["moving"], told["total"], told["waiting"]) == (True, 3, 3)
    working.work_off()
    told = json.loads(desk.get(watched).content)
    assert (told["moving"], told["done"]) == (False, 3)
    sequence(letter)
    corrections = desk.get(reverse("corrections", args=[letter.slug])).content.decode()
    said = "3 signatures were taken out by the organizers: signed by a program, not by a person."
    assert unescape(corrections).count(said) == 1
    feed = desk.get(reverse("corrections_feed", args=[letter.slug])).content.decode()
    assert (said in feed, feed.count("<entry>")) == (True, 1)
    for _twice in range(2):
        assert desk.post(there, {"step": "undo"}).status_code == 303
    working.work_off()
    assert {load(each.pk).state for each in gang} == {"confirmed"}
    # The same page sent once more finds what it began.
    again = desk.post(url, {**sent, "action": "remove", "because": "automated"})
    assert (again["Location"], BulkDeed.objects.count()) == (there, 1)


def test_everybody_takes_two_and_is_told_so(
    desk: Client, url: str, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(letter, BRIGID, MEI)
    pending(letter, WIKTOR)
    monkeypatch.setattr(asking, "MAX_ALONE", 2)
    page = desk.get(url, {"count": "1"}).content.decode()
    assert "This is everybody: all 3 signatures of this letter" in page
    assert "A second organizer has to approve it" in page
    # Who has not confirmed is counted, and not shown.
    assert "Wiktor" not in page
    desk.post(url, {**counted(desk, url), "action": "hold"})
    deed = BulkDeed.objects.get()
    there = reverse("desk_bulk_deed", args=[letter.slug, deed.pk])
    assert (
        desk.post(there, {"step": "approve"}, follow=True)
        .content.decode()
        .count("another organizer has to approve it")
    )
    other = Client()
    other.force_login(
        make_organizer(team=letter.team, email="ruth@open-stage.example", role=Role.OWNER)
    )
    assert "Approve it" in other.get(there).content.decode()
    other.post(there, {"step": "approve"})
    deed.refresh_from_db()
    assert deed.state == "running"


@pytest.mark.parametrize("role", [*Role, None])
def test_only_who_may_vet_has_the_pages_and_only_of_their_letters(
    client: Client, url: str, letter: Letter, vetter: Organizer, role: Role | None
) -> None:
    listed(letter, BRIGID)
    of_this = Client()
    of_this.force_login(vetter)
    of_this.post(url, {**counted(of_this, url), "action": "hold"})
    deed = BulkDeed.objects.get()
    other = open_letter(team=make_team(slug="elsewhere"), slug="other-letter")
    team = letter.team if role else other.team
    client.force_login(
        make_organizer(team=team, email="someone@open-stage.example", role=role or Role.OWNER)
    )
    urls = [
        url,
        reverse("desk_bulk_deed", args=[letter.slug, deed.pk]),
        reverse("desk_bulk_progress", args=[letter.slug, deed.pk]),
    ]
    expected = 200 if role in Role.vetting() else 404
    assert [client.get(each).status_code for each in urls] == [expected] * 3
    elsewhere = reverse("desk_bulk_deed", args=[other.slug, deed.pk])
    assert (client.get(elsewhere).status_code, client.post(elsewhere).status_code) == (404, 404)
    if role not in Role.vetting():
        posted = [client.post(each, {"step": "cancel"}).status_code for each in urls[:2]]
        assert posted == [404, 404]
        deed.refresh_from_db()
        assert deed.state == "running"


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"domain": "nothing"}, 422),
        ({"domain": "\u202eexample.org"}, 422),
        ({"domain": "x" * 10_000}, 422),
        ({"network_of": "1e9"}, 422),
        ({"network_of": "9" * 19}, 422),
        ({"network_of": "7"}, 422),
        ({"since": "2026-12-02 10:00", "until": "2026-12-01 10:00"}, 422),
        ({"since": "9999-12-31 23:59"}, 422),
        ({"name": "!!!"}, 422),
        ({"name": "a\0b"}, 422),
        ({"credit": "*" * 10_240}, 422),
        ({"level": "7"}, 422),
        ({"country": "zz"}, 422),
        ({"version": "0"}, 422),
        ({"version": "99999999999999999999"}, 422),
        ({"state": "removed"}, 422),
        ({"name": "%_\\*", "credit": "%'\"--*", "affiliation": "\u202e*\u2066"}, 200),
        ({"name": "***", "credit": "*"}, 200),
        ({"domain": "@Rubble.EXAMPLE"}, 200),
    ],
)
def test_odd_queries_are_told_beside_the_field(
    desk: Client, url: str, letter: Letter, typed: dict[str, str], status: int
) -> None:
    listed(letter, GANG[0])
    assert desk.get(url, {**typed, "count": "1"}).status_code == status
    sent = {**typed, "counted": "9", "boundary": str(2**62), "key": "x", "action": "hold"}
    assert desk.post(url, sent).status_code == 422
    assert not BulkDeed.objects.exists()


def test_without_a_reason_or_an_action_nothing_is_begun(
    desk: Client, url: str, letter: Letter
) -> None:
    [gone] = listed(letter, BRIGID)
    sent = counted(desk, url)
    for typed in (
        {},
        {"action": "remove"},
        {"action": "remove", "because": "mistake"},
        {"action": "erase"},
        {"action": "hold", "note": "x" * 301},
    ):
        answer = desk.post(url, {**sent, **typed})
        assert (typed, answer.status_code) == (typed, 422)
    Signature.objects.filter(pk=gone.pk).update(level=3)
    answer = desk.post(url, {**sent, "action": "hold"}, follow=True)
    assert "no signature fits any more" in answer.content.decode()
    assert not BulkDeed.objects.exists()
