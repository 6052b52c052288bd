"""How a letter's page looks: who chooses it, and where it shows."""

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from campaign.letters import errors, look
from campaign.letters.models import HeadPicture, Letter
from campaign.organizers.models import AuditEntry, Organizer
from tests.letters.test_pictures import picture

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


def test_the_preview_shows_it_before_anybody_else(
    desk: Client, draft: Letter, client: Client
) -> None:
    choose(desk, draft, "#a3261b")
    page = desk.get(reverse("desk_preview", args=[draft.slug])).text
    assert "/accents/a3261b.css" in page
    assert client.get(f"/letters/{draft.slug}/").status_code == 404


def send(desk: Client, letter: Letter, **fields: object) -> tuple[int, str]:
    """A picture to the desk: the status, and the page that comes of it."""
    given = {"seen": str(letter.look_revision), "description_en": "A long table"} | fields
    response = desk.post(reverse("desk_look_picture", args=[letter.slug]), given, follow=True)
    status = response.redirect_chain[0][1] if response.redirect_chain else response.status_code
    letter.refresh_from_db()
    return status, response.text


def file(kind: str = "JPEG", size: tuple[int, int] = (1200, 600)) -> SimpleUploadedFile:
    return SimpleUploadedFile("table", picture(kind, size))


def test_a_picture_is_put_described_changed_and_taken_out(desk: Client, draft: Letter) -> None:
    assert send(desk, draft, file=file())[0] == 303
    first = HeadPicture.objects.get()
    assert (first.descriptions, first.width, first.height) == ({"en": "A long table"}, 1200, 600)
    # Without another file it stays, and only its words change.
    assert send(desk, draft, description_en="A table")[0] == 303
    again = HeadPicture.objects.get()
    assert (again.descriptions, again.sha256) == ({"en": "A table"}, first.sha256)
    seen = desk.get(reverse("desk_look_picture_file", args=[draft.slug]))
    assert seen.content == bytes(first.content)
    away = reverse("desk_look_picture_remove", args=[draft.slug])
    assert desk.post(away, {"seen": "1"}).status_code == 303
    assert HeadPicture.objects.count() == 1
    for _press in range(2):
        assert desk.post(away, {"seen": str(draft.look_revision)}).status_code == 303
        assert HeadPicture.objects.count() == 0
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["head_picture", "head_picture", "head_picture_remove"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Choose a picture on your device."),
        ({"file": file(), "description_en": ""}, "Say what the picture shows."),
        ({"file": file(), "description_en": "\u2063"}, "Say what the picture shows."),
        ({"file": file(size=(600, 1200))}, "half as wide again as it is high."),
        ({"file": file(size=(790, 300))}, "at least 800 pixels wide"),
        ({"file": SimpleUploadedFile("a.svg", b"<svg xmlns='x'/>")}, "This is no JPEG, PNG or"),
        ({"file": SimpleUploadedFile("a", b"\0" * 9_000_000)}, "The file is too large: 8 MB"),
    ],
)
def test_a_picture_that_cannot_stand_there_is_refused(
    desk: Client, draft: Letter, fields: dict[str, object], said: str
) -> None:
    for each in fields.values():
        if isinstance(each, SimpleUploadedFile):
            each.seek(0)
    status, page = send(desk, draft, **fields)
    assert (status, said in page, HeadPicture.objects.count()) == (422, True, 0)


def test_of_two_pictures_the_second_is_not_put_unseen(desk: Client, draft: Letter) -> None:
    stale = str(draft.look_revision)
    send(desk, draft, file=file())
    status, page = send(desk, draft, file=file("PNG"), seen=stale, description_en="Another")
    assert (status, "Somebody changed the look meanwhile." in page) == (409, True)
    assert 'value="Another"' in page
    assert HeadPicture.objects.get().content_type == "image/jpeg"


def test_only_the_letters_writers_put_a_picture_and_its_team_sees_it(
    browser: Browser, desk: Client, draft: Letter, bjorn: Organizer, chidi: Organizer
) -> None:
    send(desk, draft, file=file())
    away = reverse("desk_look_picture_remove", args=[draft.slug])
    seen = reverse("desk_look_picture_file", args=[draft.slug])
    for who, status in ((bjorn, 200), (chidi, 404)):
        assert send(browser(who), draft, file=file())[0] == 404
        assert browser(who).post(away, {"seen": str(draft.look_revision)}).status_code == 404
        assert browser(who).get(seen).status_code == status
    assert HeadPicture.objects.count() == 1


def test_the_preview_shows_the_picture_of_a_draft(desk: Client, draft: Letter) -> None:
    send(desk, draft, file=file())
    page = desk.get(reverse("desk_preview", args=[draft.slug])).text
    assert f'src="{reverse("desk_look_picture_file", args=[draft.slug])}"' in page
