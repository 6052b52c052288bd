"""The frame, the picture and the code on other people's pages, and the page that gives them."""

import io
import re

import pytest
import segno
from django.conf import settings as site
from django.db import connection
from django.templatetags.static import static
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image
from pytest_django import Settings

from campaign import shared_pages
from campaign.letters.models import Letter
from signatures.press import card as cards
from signatures.views.public import base
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    SALMA,
    close,
    draft_letter,
    listed,
    open_letter,
)
from tests.signatures.views.visitors import NAUGHTY, Page, letter_url

pytestmark = pytest.mark.django_db
PARTS = ("embed/", "card.png", "qr.svg", "elsewhere/")


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def policy(response: object) -> dict[str, str]:
    raw: str = response["Content-Security-Policy"]  # type: ignore[index]
    return {part.split()[0]: " ".join(part.split()[1:]) for part in raw.split(";")}


# --- who may ask --------------------------------------------------------------------------------


@pytest.mark.parametrize("part", PARTS)
def test_a_draft_is_nowhere(client: Client, part: str) -> None:
    draft_letter()
    assert client.get(f"/letters/work-that-is-ours/{part}").status_code == 404
    assert client.get(f"/letters/nobody-wrote-this/{part}").status_code == 404


@pytest.mark.parametrize("part", PARTS)
def test_a_language_that_neither_text_nor_interface_has_is_no_page(
    client: Client, letter: Letter, part: str
) -> None:
    assert client.get(letter_url(letter, part, "fi")).status_code == 404


@pytest.mark.parametrize("part", PARTS)
def test_only_reading_is_possible(client: Client, letter: Letter, part: str) -> None:
    assert client.post(letter_url(letter, part)).status_code == 405
    assert client.head(letter_url(letter, part)).status_code == 200


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("naughty", NAUGHTY.values(), ids=NAUGHTY)
def test_whatever_is_asked_besides_changes_nothing(
    client: Client, letter: Letter, part: str, naughty: str
) -> None:
    plain = client.get(letter_url(letter, part))
    asked = client.get(letter_url(letter, part), {"theme": naughty, "size": naughty, "q": naughty})
    assert (asked.status_code, asked.content) == (200, plain.content)


@pytest.mark.parametrize("part", PARTS)
def test_it_costs_the_same_however_many_signed(client: Client, letter: Letter, part: str) -> None:
    listed(letter, BRIGID)
    counted = []
    for who in (SALMA, GUILD):
        base._at_hand.clear()
        shared_pages.forget()
        with CaptureQueriesContext(connection) as queries:
            client.get(letter_url(letter, part))
        counted.append(len(queries))
        listed(letter, who)
    assert counted[0] == counted[1] <= 4


# --- the frame ----------------------------------------------------------------------------------


def test_the_frame_tells_count_title_and_seal(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID, SALMA)
    page = Page(client.get(letter_url(letter, "embed/")))
    size = client.get(letter_url(letter, "count")).json()
    assert "2 people have signed, " in " ".join(page.text.split())
    assert f"record of {size['size']} lines {size['root'][:8]}…" in " ".join(page.text.split())
    assert page.links == [
        letter_url(letter),
        letter_url(letter),
        "/numbers/",
        letter_url(letter, "record/"),
    ]
    outward = [named for tag, named in page.attributes if tag == "a"]
    assert {(each["target"], each["rel"]) for each in outward} == {("_blank", "noopener")}
    assert {"form", "input", "button"} & {tag for tag, _named in page.attributes} == set()
    # For the sandbox of WordPress; no module, which such a frame is not given.
    [script] = [named for tag, named in page.attributes if tag == "script"]
    assert script == {"defer": None, "src": static("js/embed.js")}
    assert page.root == {"lang": "en", "dir": "ltr"}


def test_before_the_first_signature(client: Client, letter: Letter) -> None:
    assert "No signatures yet." in client.get(letter_url(letter, "embed/")).content.decode()


def test_after_it_closed_nobody_is_asked_to_sign(client: Client, letter: Letter) -> None:
    assert "Read it and sign" in Page(client.get(letter_url(letter, "embed/"))).text
    close(letter)
    base._at_hand.clear()
    text = Page(client.get(letter_url(letter, "embed/"))).text
    assert ("Read it and sign" in text, "Read the letter" in text) == (False, True)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_around_it_may_choose_light_or_dark(
    client: Client, letter: Letter, theme: str
) -> None:
    page = Page(client.get(letter_url(letter, f"embed/?theme={theme}", "ar")))
    assert page.root == {"lang": "ar", "dir": "rtl", "data-theme": theme}


def test_only_the_frame_may_be_framed(client: Client, letter: Letter) -> None:
    framed = client.get(letter_url(letter, "embed/"))
    assert "X-Frame-Options" not in framed
    assert policy(framed)["frame-ancestors"] == "*"
    assert policy(framed)["script-src"] == "'self'"
    for part in ("", "signatories/", "elsewhere/", "card.png", "qr.svg", "record/", "embed/x/"):
        response = client.get(letter_url(letter, part))
        assert (part, response["X-Frame-Options"]) == (part, "DENY")
        assert (part, policy(response)["frame-ancestors"]) == (part, "'none'")


def test_a_kept_frame_may_be_framed_too(letter: Letter, settings: Settings) -> None:
    base._at_hand.clear()
    settings.SHARED_PAGE_SECONDS = 60
    client = Client()
    answers = [client.get(letter_url(letter, "embed/")) for _time in range(2)]
    assert ["X-Frame-Options" in each for each in answers] == [False, False]
    assert [policy(each)["frame-ancestors"] for each in answers] == ["*", "*"]


# --- the picture --------------------------------------------------------------------------------


def test_the_picture_is_a_png_of_the_size_that_previews_want(
    client: Client, letter: Letter
) -> None:
    listed(letter, BRIGID)
    for language in ("", "ar"):
        response = client.get(letter_url(letter, "card.png", language))
        assert response["Content-Type"] == "image/png"
        picture = Image.open(io.BytesIO(response.content))
        assert (picture.size, picture.format) == ((cards.WIDTH, cards.HEIGHT), "PNG")


def test_the_picture_follows_the_count(client: Client, letter: Letter) -> None:
    before = client.get(letter_url(letter, "card.png"))
    assert client.get(letter_url(letter, "card.png")).content == before.content
    listed(letter, BRIGID)
    after = client.get(letter_url(letter, "card.png"), headers={"If-None-Match": before["ETag"]})
    assert (after.status_code, after["ETag"] == before["ETag"]) == (200, False)


# --- the code -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["", "ar"])
def test_the_code_leads_to_the_letter_in_its_language(
    client: Client, letter: Letter, language: str
) -> None:
    response = client.get(letter_url(letter, "qr.svg", language))
    assert response["Content-Type"] == "image/svg+xml"
    svg = response.content.decode()
    expected = segno.make(f"{site.SITE_URL}{letter_url(letter, '', language)}", error="m")
    modules = expected.symbol_size(border=4)[0]
    assert f'viewBox="0 0 {modules} {modules}"' in svg
    path = re.search(r'class="qrline"[^>]* d="([^"]+)"', svg)
    assert path is not None
    assert path[1] in expected.svg_inline(border=4)


# --- where to get them --------------------------------------------------------------------------


def test_the_page_gives_what_can_be_pasted(client: Client, letter: Letter) -> None:
    response = client.get(letter_url(letter, "elsewhere/", "ar"))
    page = Page(response)
    frame = (
        '<blockquote class="wp-embedded-content" lang="ar" dir="rtl">'
        f'<a href="{site.SITE_URL}{letter_url(letter, "", "ar")}">'
        "من أجل عملٍ هو لنا</a></blockquote>"
        '<iframe class="wp-embedded-content"'
        f' src="{site.SITE_URL}{letter_url(letter, "embed/", "ar")}"'
        ' title="من أجل عملٍ هو لنا" width="600" height="200" loading="lazy"'
        ' style="border:0;max-width:100%"></iframe>'
    )
    assert page.by_id["frame"] == frame
    [copied] = [named["data-copy"] for _tag, named in page.attributes if "data-copy" in named]
    assert copied == frame
    shown = [named["src"] for tag, named in page.attributes if tag in ("img", "iframe")]
    assert shown == [letter_url(letter, part, "ar") for part in ("embed/", "card.png", "qr.svg")]
    assert policy(response)["frame-src"] == "'self'"


def test_letter_and_press_page_lead_there(client: Client, letter: Letter) -> None:
    assert letter_url(letter, "elsewhere/") in Page(client.get(letter_url(letter))).links
    assert "frame" in Page(client.get(letter_url(letter, "press/"))).by_id
