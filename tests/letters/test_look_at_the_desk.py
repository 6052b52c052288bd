"""How a letter's page looks: who chooses it, and where it shows."""

import re
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from campaign.letters import errors, look
from campaign.letters.models import Letter
from campaign.organizers.models import AuditEntry, Organizer

Browser = Callable[[Organizer], Client]


def choose(desk: Client, letter: Letter, accent: str = "", **more: str) -> tuple[int, str]:
    """The status, and the page that comes of it."""
    fields = {"seen": str(letter.look_revision), "accent": accent} | more
    if accent:
        fields.setdefault("has_own", "on")
    response = desk.post(reverse("desk_look", args=[letter.slug]), fields, follow=True)
    status = response.redirect_chain[0][1] if response.redirect_chain else response.status_code
    letter.refresh_from_db()
    return status, response.text


def links(client: Client, letter: Letter) -> list[str]:
    return re.findall(r"/accents/\w+\.css", client.get(f"/letters/{letter.slug}/").text)


def test_a_colour_is_on_the_letters_page_and_not_on_the_desk(
    desk: Client, client: Client, published: Letter
) -> None:
    assert links(client, published) == []
    status, page = choose(desk, published, "#A3261B")
    assert (status, published.accent, published.look_revision) == (303, "#a3261b", 2)
    assert "/accents/" not in page
    assert links(client, published) == ["/accents/a3261b.css"]
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.subject, entry.detail) == (
        "accent",
        f"letter {published.slug}",
        "#a3261b",
    )


def test_the_sites_own_colour_comes_back(desk: Client, client: Client, published: Letter) -> None:
    choose(desk, published, "#a3261b")
    assert choose(desk, published, "#a3261b", has_own="")[0] == 303
    assert (published.accent, links(client, published)) == ("", [])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("#ffd500", "On the page, #ffd500 has a contrast of 1.3 to 1, and text needs 4.5."),
        ("#fbfaf6", "The nearest that has it is #"),
        ("red", "Choose a colour, such as #1f3f93."),
        ("", "Choose a colour, such as #1f3f93."),
        ("#12345", "Choose a colour, such as #1f3f93."),
        ("#12345g", "Choose a colour, such as #1f3f93."),
        ("#1234567", "Choose a colour, such as #1f3f93."),
        ("#۱۲۳۴۵۶", "Choose a colour, such as #1f3f93."),
        ("}*{x:y", "Choose a colour, such as #1f3f93."),
    ],
)
def test_what_cannot_be_read_is_refused_beside_the_field(
    desk: Client, draft: Letter, typed: str, said: str
) -> None:
    status, page = choose(desk, draft, typed, has_own="on")
    assert (status, said in page, draft.accent) == (422, True, "")


def test_of_two_who_choose_the_second_looks_again(desk: Client, draft: Letter) -> None:
    stale = {"seen": str(draft.look_revision)}
    choose(desk, draft, "#a3261b")
    status, page = choose(desk, draft, "#1f5f3f", **stale)
    assert (status, draft.accent) == (409, "#a3261b")
    assert "Somebody changed the look meanwhile." in page
    assert 'value="#1f5f3f"' in page
    assert choose(desk, draft, "#1f5f3f")[0] == 303


def test_of_many_at_once_one_is_saved(
    draft: Letter, at_once: Callable[..., list[str]], transactional_db: None
) -> None:
    def save() -> None:
        look.choose_accent(letter=draft, accent="#a3261b", expected_revision=1)

    assert at_once(save) == ["LookChanged"] * 5 + ["done"]


def test_only_who_writes_the_letter_chooses(
    browser: Browser, draft: Letter, bjorn: Organizer, chidi: Organizer
) -> None:
    for who in (bjorn, chidi):
        assert choose(browser(who), draft, "#a3261b")[0] == 404
    assert draft.accent == ""


def test_no_other_text_is_ever_stored(draft: Letter) -> None:
    for wrong in ("#A3261B", "a3261b", "#a3261", "red", "#a3261\n"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Letter.objects.filter(pk=draft.pk).update(accent=wrong)


def test_a_revision_that_is_gone_changes_nothing(draft: Letter) -> None:
    with pytest.raises(errors.LookChanged):
        look.choose_accent(letter=draft, accent="", expected_revision=7)


def test_a_style_sheet_is_of_legible_colours_alone(client: Client, db: None) -> None:
    response = client.get("/accents/a3261b.css")
    assert (response.status_code, response["Content-Type"]) == (200, "text/css")
    assert "--pen: #a3261b;" in response.text
    for path in ("/accents/ffd500.css", "/accents/A3261B.css", "/accents/a3261b", "/accents/x.css"):
        assert client.get(path).status_code == 404


def test_the_preview_shows_it_before_anybody_else(
    desk: Client, draft: Letter, client: Client
) -> None:
    choose(desk, draft, "#a3261b")
    page = desk.get(reverse("desk_preview", args=[draft.slug])).text
    assert "/accents/a3261b.css" in page
    assert client.get(f"/letters/{draft.slug}/").status_code == 404
