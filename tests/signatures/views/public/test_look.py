"""A letter's own colour and picture, where readers see them and where nobody may yet."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from campaign.letters import look
from campaign.letters.models import HeadPicture, Letter
from tests.letters.test_pictures import picture
from tests.signatures.factories import close, open_letter

pytestmark = pytest.mark.django_db
SAID = {"en": "A long table with empty chairs", "ar": "طاولة طويلة وكراسٍ فارغة"}


@pytest.fixture
def letter() -> Letter:
    return open_letter(slug="work-that-is-ours")


def with_picture(letter: Letter, kind: str = "JPEG", **descriptions: str) -> HeadPicture:
    letter.refresh_from_db()
    look.put_picture(
        letter=letter,
        data=picture(kind, (1200, 600)),
        descriptions=descriptions or SAID,
        expected_revision=letter.look_revision,
    )
    letter.refresh_from_db()
    return HeadPicture.objects.get(letter=letter)


def shown(client: Client, path: str = "/letters/work-that-is-ours/") -> dict[str, str]:
    found = re.search(r'<figure class="head-picture">\s*<img (.*?)>', client.get(path).text)
    return dict(re.findall(r'([\w-]+)="(.*?)"', found[1])) if found else {}


def test_a_picture_stands_over_the_letter_and_is_told_in_its_language(
    client: Client, letter: Letter
) -> None:
    assert shown(client) == {}
    stored = with_picture(letter)
    url = f"/letters/work-that-is-ours/picture/{stored.sha256}.jpg"
    size = {"width": "1200", "height": "600"}
    assert shown(client) == size | {"src": url, "alt": SAID["en"]}
    page = client.get("/letters/work-that-is-ours/").text
    assert "The organizers’ picture. It is no part of the text that is signed." in page
    response = client.get(url)
    assert response.content == bytes(stored.content)
    assert {name: response[name] for name in ("Content-Type", "Content-Disposition")} == {
        "Content-Type": "image/jpeg",
        "Content-Disposition": f'inline; filename="work-that-is-ours-{stored.sha256[:8]}.jpg"',
    }
    assert "immutable" in response["Cache-Control"]
    again = client.get(url, headers={"if-none-match": response["ETag"]})
    assert (again.status_code, b"".join(again)) == (304, b"")


def test_readers_of_another_language_get_the_words_that_there_are(
    client: Client, letter: Letter
) -> None:
    with_picture(letter, ar=SAID["ar"])
    told = shown(client)
    assert (told["alt"], told["lang"]) == (SAID["ar"], "ar")


def test_no_picture_costs_no_query(letter: Letter) -> None:
    assert letter.look_revision == 1
    assert look.head_picture(letter=letter) is None


def test_what_is_no_longer_over_the_letter_is_nowhere(client: Client, letter: Letter) -> None:
    first = with_picture(letter)
    second = with_picture(letter, "PNG")
    old, new = (f"/letters/work-that-is-ours/picture/{each.sha256}" for each in (first, second))
    assert [client.get(each).status_code for each in (f"{old}.jpg", f"{new}.png")] == [404, 200]
    for path in (f"{new}.jpg", f"{new[:-1]}g.png", f"/letters/another/picture/{second.sha256}.png"):
        assert client.get(path).status_code == 404
    look.take_picture_away(letter=letter, expected_revision=letter.look_revision)
    assert client.get(f"{new}.png").status_code == 404
    assert shown(client) == {}


def test_under_embargo_and_after_a_takedown_there_is_none(client: Client, letter: Letter) -> None:
    stored = with_picture(letter)
    path = f"/letters/work-that-is-ours/picture/{stored.sha256}.jpg"
    mine = Letter.objects.filter(pk=letter.pk)
    mine.update(embargo_until=timezone.now() + timedelta(hours=1))
    assert client.get(path).status_code == 404
    mine.update(embargo_until=None)
    assert client.get(path).status_code == 200
    close(letter)
    mine.update(taken_down_at=timezone.now(), taken_down_because="A court said so.")
    assert client.get(path).status_code == 404


def test_a_style_sheet_is_of_legible_colours_alone(client: Client) -> None:
    response = client.get("/accents/a3261b.css")
    assert (response.status_code, response["Content-Type"]) == (200, "text/css")
    assert "--pen: #a3261b;" in response.text
    for path in ("/accents/ffd500.css", "/accents/A3261B.css", "/accents/a3261b", "/accents/x.css"):
        assert client.get(path).status_code == 404
