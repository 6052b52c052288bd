"""oEmbed: what other sites ask about an address that somebody pasted."""

from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from campaign.letters import drafting, publishing
from campaign.letters.models import Letter
from campaign.letters.texts import draft_text
from tests.signatures.factories import close, draft_letter, open_letter
from tests.signatures.views.visitors import NAUGHTY, Page, letter_url

pytestmark = pytest.mark.django_db
SITE = settings.SITE_URL


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def ask(client: Client, url: str, **more: str | int) -> Any:
    asked: dict[str, str | int] = {"url": url, **more}
    return client.get("/oembed", asked)


def test_a_letter_is_told_as_a_frame(client: Client, letter: Letter) -> None:
    response = ask(client, f"{SITE}{letter_url(letter)}")
    frame = (
        '<blockquote class="wp-embedded-content" lang="en" dir="ltr">'
        f'<a href="{SITE}{letter_url(letter)}">For work that is ours</a></blockquote>'
        f'<iframe class="wp-embedded-content" src="{SITE}{letter_url(letter, "embed/")}"'
        ' title="For work that is ours" width="600" height="200" loading="lazy"'
        ' style="border:0;max-width:100%"></iframe>'
    )
    assert response["Content-Type"] == "application/json"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response.json() == {
        "version": "1.0",
        "type": "rich",
        "title": "For work that is ours",
        "provider_name": "Undersigned",
        "provider_url": f"{SITE}/",
        "cache_age": 60,
        "html": frame,
        "width": 600,
        "height": 200,
        "thumbnail_url": f"{SITE}{letter_url(letter, 'card.png')}",
        "thumbnail_width": 1200,
        "thumbnail_height": 630,
    }


def test_as_xml_it_is_the_same(client: Client, letter: Letter) -> None:
    url = f"{SITE}{letter_url(letter, '', 'ar')}"
    response = ask(client, url, format="xml")
    assert response["Content-Type"] == "text/xml; charset=utf-8"
    told = {each.tag: each.text for each in ElementTree.fromstring(response.content)}
    assert told == {name: str(value) for name, value in ask(client, url).json().items()}
    assert told["title"] == "من أجل عملٍ هو لنا"


def test_the_letters_page_says_where_to_ask(client: Client, letter: Letter) -> None:
    page = Page(client.get(letter_url(letter, "", "ar")))
    found = {
        named["type"]: named["href"]
        for tag, named in page.attributes
        if tag == "link" and "oembed" in (named.get("type") or "")
    }
    assert list(found) == ["application/json+oembed", "text/xml+oembed"]
    for address in found.values():
        asked = urlsplit(address or "")
        [url] = parse_qs(asked.query)["url"]
        assert url == f"{SITE}{letter_url(letter, '', 'ar')}"
        assert client.get(f"{asked.path}?{asked.query}").status_code == 200


@pytest.mark.parametrize(
    ("most", "size", "thumbnail"),
    [
        ({"maxwidth": 320}, (320, 220), False),
        ({"maxwidth": 500, "maxheight": 150}, (500, 150), False),
        ({"maxwidth": 300, "maxheight": 180}, (300, 180), False),
        ({"maxwidth": 2000, "maxheight": 2000}, (600, 200), True),
        ({"maxheight": 100}, (600, 100), False),
    ],
)
def test_it_is_no_larger_than_asked(
    client: Client, letter: Letter, most: dict[str, int], size: tuple[int, int], thumbnail: bool
) -> None:
    told = ask(client, f"{SITE}{letter_url(letter)}", **most).json()
    assert ((told["width"], told["height"]), "thumbnail_url" in told) == (size, thumbnail)
    assert f'width="{size[0]}" height="{size[1]}"' in told["html"]


@pytest.mark.parametrize("end", ["?utm_source=x", "#sign", "?a=b#u-token"])
def test_what_follows_the_address_does_not_matter(client: Client, letter: Letter, end: str) -> None:
    assert ask(client, f"{SITE}{letter_url(letter)}{end}").status_code == 200


@pytest.mark.parametrize("language", ["", "ar"])
def test_the_last_slash_may_be_missing(client: Client, letter: Letter, language: str) -> None:
    whole = f"{SITE}{letter_url(letter, '', language)}"
    assert client.get(letter_url(letter, "", language)[:-1]).status_code == 301
    for url in (whole[:-1], f"{whole[:-1]}?utm_source=x"):
        assert ask(client, url).json() == ask(client, whole).json()


def test_the_scheme_may_be_the_other_one(client: Client, letter: Letter) -> None:
    assert ask(client, f"https://{settings.SITE_HOST}{letter_url(letter)}").status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        f"{SITE}",
        f"{SITE}/",
        f"{SITE}/numbers/",
        f"{SITE}/letters/nobody-wrote-this/",
        f"{SITE}/letters/work-that-is-ours//",
        f"{SITE}/letters/work-that-is-ours/count",
        f"{SITE}/letters/work-that-is-ours/signatories/",
        f"{SITE}/fi/letters/work-that-is-ours/",
        f"{SITE}/s/token/",
        f"{SITE}/desk/letters/work-that-is-ours/",
        "http://elsewhere.example/letters/work-that-is-ours/",
        "ftp://127.0.0.1:8000/letters/work-that-is-ours/",
        "//127.0.0.1:8000/letters/work-that-is-ours/",
        "/letters/work-that-is-ours/",
        "http://[::1/letters/work-that-is-ours/",
        *(value for value in NAUGHTY.values() if value.strip()),
    ],
)
@pytest.mark.usefixtures("letter")
def test_what_is_no_letter_here_is_not_found(client: Client, url: str) -> None:
    response = ask(client, url)
    assert (response.status_code, response["Content-Type"]) == (404, "text/plain; charset=utf-8")
    assert response.content == b"There is no letter at this address.\n"
    assert "ETag" not in response


def test_a_draft_is_not_found_and_a_closed_letter_is(client: Client) -> None:
    letter = draft_letter()
    assert ask(client, f"{SITE}{letter_url(letter)}").status_code == 404
    publishing.publish(letter=letter, now=timezone.now())
    letter.refresh_from_db()
    close(letter)
    assert ask(client, f"{SITE}{letter_url(letter)}").status_code == 200


@pytest.mark.parametrize("name", ["maxwidth", "maxheight"])
@pytest.mark.parametrize("value", ["0", "-1", "", "x", "1.5", "٣٠٠", "9" * 30])
def test_a_size_that_is_none_is_refused(
    client: Client, letter: Letter, name: str, value: str
) -> None:
    assert ask(client, f"{SITE}{letter_url(letter)}", **{name: value}).status_code == 400


def test_no_address_is_refused(client: Client) -> None:
    assert client.get("/oembed").status_code == 400
    assert client.get("/oembed?url=").status_code == 400


@pytest.mark.parametrize("value", ["yaml", "", "JSON", *NAUGHTY.values()])
def test_a_format_that_we_do_not_write(client: Client, letter: Letter, value: str) -> None:
    response = ask(client, f"{SITE}{letter_url(letter)}", format=value)
    assert response.status_code == 501


def test_nothing_can_be_sent(client: Client) -> None:
    assert client.post("/oembed", {"url": f"{SITE}/"}).status_code == 405


def test_a_title_is_text_in_every_form(client: Client) -> None:
    letter = draft_letter()
    text = draft_text(letter=letter)
    assert text is not None
    title = 'Ask "us" <b>& them</b></iframe>'
    drafting.save_translation(text=text, language="en", title=title, addressee="x", body="y")
    publishing.publish(letter=letter, now=timezone.now())
    told = ask(client, f"{SITE}{letter_url(letter)}").json()
    assert told["title"] == title
    assert 'title="Ask &quot;us&quot; &lt;b&gt;&amp; them&lt;/b&gt;&lt;/iframe&gt;"' in told["html"]
    xml = ask(client, f"{SITE}{letter_url(letter)}", format="xml").content
    assert ElementTree.fromstring(xml).findtext("title") == title
    page = Page(client.get(letter_url(letter, "elsewhere/")))
    assert page.by_id["frame"] == told["html"]
