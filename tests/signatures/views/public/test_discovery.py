"""What search engines and link previews are told: robots, sitemap, and the head of a letter."""

import hashlib
import json
import re
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from campaign import languages, shared_pages
from campaign.letters import drafting, publishing
from campaign.letters.models import Letter
from campaign.letters.texts import draft_text
from signatures.press import linked_data
from signatures.press.handover import noting
from signatures.record import snapshots
from signatures.views.public import discovery
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    QUIET,
    close,
    draft_letter,
    listed,
    make_organizer,
    open_letter,
)
from tests.signatures.notifications.updates import draft, sent_publicly
from tests.signatures.press.handover.packages import noted
from tests.signatures.views.visitors import Page, letter_url

pytestmark = pytest.mark.django_db
SITE = settings.SITE_URL
OWN_PAGES = 7
NAMES = {
    "": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "xhtml": "http://www.w3.org/1999/xhtml",
}


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def pages_of(client: Client, url: str) -> dict[str, dict[str, str]]:
    """Each address that the sitemap names, with its addresses in other languages."""
    root = ElementTree.fromstring(client.get(url).content)
    return {
        each.findtext("loc", "", NAMES): {
            link.attrib["hreflang"]: link.attrib["href"]
            for link in each.findall("xhtml:link", NAMES)
        }
        for each in root.findall("url", NAMES)
    }


# --- robots.txt ---------------------------------------------------------------------------------


def test_robots_may_read_what_is_public_and_nothing_else(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    text = response.content.decode()
    robots = RobotFileParser()
    robots.parse(text.splitlines())
    for language in ("", "/ar", "/zh-hans"):
        may = {
            path: robots.can_fetch("Anybot", f"{SITE}{language}{path}")
            for path in ("/", "/letters/desk/", "/letters/a/signatories/", "/s/x/", "/desk/")
        }
        assert may == {
            "/": True,
            "/letters/desk/": True,
            "/letters/a/signatories/": True,
            "/s/x/": False,
            "/desk/": False,
        }
        assert f"Disallow: {language}/letters/*/inbox/\n" in text
        assert f"Disallow: {language}/accounts/\n" in text
    assert text.count("Disallow: ") == 1 + 8 * len(languages.NAMES)
    assert f"\nSitemap: {SITE}/sitemap.xml\n" in text


# --- security.txt -------------------------------------------------------------------------------


@time_machine.travel("2026-11-30T14:15:16Z", tick=False)
@pytest.mark.parametrize(
    ("contact", "told"),
    [
        ("office@letters.example", "mailto:office@letters.example"),
        ("https://letters.example/ask", "https://letters.example/ask"),
    ],
)
def test_security_txt_names_the_contact_and_runs_out_within_a_year(
    client: Client, settings: Settings, contact: str, told: str
) -> None:
    settings.OPERATOR_CONTACT = contact
    settings.SITE_URL = "https://letters.example"
    response = client.get("/.well-known/security.txt")
    assert (response["Content-Type"], response["Cache-Control"]) == (
        "text/plain; charset=utf-8",
        shared_pages.CACHE_CONTROL,
    )
    assert (not response.cookies, "Vary" in response) == (True, False)
    assert response.content.decode() == (
        f"Contact: {told}\n"
        "Expires: 2027-05-29T00:00:00Z\n"
        "Preferred-Languages: en, ar\n"
        "Canonical: https://letters.example/.well-known/security.txt\n"
    )


def test_security_txt_without_https_names_no_canonical_address(client: Client) -> None:
    assert b"Canonical" not in client.get("/.well-known/security.txt").content


@pytest.mark.parametrize("contact", ["", "http://letters.example/ask"])
def test_security_txt_without_a_contact_that_the_standard_allows_is_not_there(
    client: Client, settings: Settings, contact: str
) -> None:
    settings.OPERATOR_CONTACT = contact
    assert client.get("/.well-known/security.txt").status_code == 404


# --- the sitemap --------------------------------------------------------------------------------


def test_the_sitemap_names_every_public_letter_in_its_languages(
    client: Client, letter: Letter
) -> None:
    draft_letter(slug="not-yet")
    closed = open_letter(slug="over")
    close(closed)
    pages = pages_of(client, "/sitemap.xml")
    for each in (letter, closed):
        for part in ("", "press/", "signatories/", "snapshots/"):
            english, arabic = (f"{SITE}{letter_url(each, part, code)}" for code in ("", "ar"))
            both = {"en": english, "ar": arabic, "x-default": english}
            assert [pages[english], pages[arabic]] == [both, both]
    assert [url for url in pages if "not-yet" in url] == []
    assert {f"{SITE}/", f"{SITE}/ar/", f"{SITE}/numbers/", f"{SITE}/ar/how-we-verify/"} < set(pages)
    assert {f"{SITE}/verify/", f"{SITE}/ar/record/"} < set(pages)
    assert len(pages) == OWN_PAGES * 2 + 2 * 4 * 2
    for url in pages:
        assert client.get(url.removeprefix(SITE)).status_code == 200


def test_the_sitemap_names_public_updates_and_no_others(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "UPDATES_A_LETTER", 2)
    before = set(pages_of(client, "/sitemap.xml"))
    draft(letter)
    sent_publicly(letter, is_public=False)
    assert set(pages_of(client, "/sitemap.xml")) == before

    for _each in range(3):
        sent_publicly(letter)

    found = set(pages_of(client, "/sitemap.xml")) - before
    assert found == {
        f"{SITE}{letter_url(letter, part, code)}"
        for part in ("updates/", "updates/4/", "updates/5/")
        for code in ("", "ar")
    }
    for url in found:
        assert client.get(url.removeprefix(SITE)).status_code == 200


def test_the_sitemap_names_the_delivery_of_a_letter_that_was_delivered(
    client: Client, letter: Letter
) -> None:
    open_letter(slug="not-delivered")
    listed(letter, BRIGID)
    before = set(pages_of(client, "/sitemap.xml"))
    handover = noted(letter, make_organizer(team=letter.team))
    found = set(pages_of(client, "/sitemap.xml")) - before
    assert found == {f"{SITE}{letter_url(letter, 'delivery/', code)}" for code in ("", "ar")}
    noting.strike(
        handover=handover, expected_revision=1, reason="It was another", now=timezone.now()
    )
    assert set(pages_of(client, "/sitemap.xml")) == before


def test_without_letters_there_is_a_sitemap_still(client: Client) -> None:
    response = client.get("/sitemap.xml")
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    assert len(pages_of(client, "/sitemap.xml")) == OWN_PAGES * 2
    assert client.get("/sitemap-1.xml").status_code == 404


def test_too_many_letters_are_in_several_files(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "LETTERS_A_FILE", 2)
    slugs = ["a", "b", "c", "d", "e"]
    for slug in slugs:
        open_letter(slug=slug)
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    files = [each.text or "" for each in root.findall("sitemap/loc", NAMES)]
    assert files == [f"{SITE}/sitemap-{number}.xml" for number in (1, 2, 3)]
    told = [url for file in files[:2] for url in pages_of(client, file.removeprefix(SITE))]
    assert len(told) == len(set(told)) == OWN_PAGES * 2 + 4 * 4 * 2


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999", "-1", "x"])
def test_a_file_that_there_is_not(client: Client, letter: Letter, number: str) -> None:
    assert client.get("/sitemap-1.xml").status_code == 200
    assert client.get(f"/sitemap-{number}.xml").status_code == 404


def test_the_sitemap_costs_the_same_for_one_letter_and_for_three(
    client: Client, letter: Letter
) -> None:
    counted = []
    for slugs in ((), ("b", "c")):
        for slug in slugs:
            open_letter(slug=slug)
        with CaptureQueriesContext(connection) as queries:
            client.get("/sitemap.xml")
        counted.append(len(queries))
    assert counted == [6, 6]


# --- the head of a letter -----------------------------------------------------------------------


def head_of(client: Client, url: str) -> tuple[Page, dict[str, list[str]]]:
    """The page, and what its properties and links say."""
    page = Page(client.get(url))
    told: dict[str, list[str]] = {}
    for tag, named in page.attributes:
        if tag == "meta":
            name = named.get("property") or named.get("name") or ""
            told.setdefault(name, []).append(named.get("content") or "")
        if tag == "link":
            name = f"{named['rel']} {named.get('hreflang') or ''}".strip()
            told.setdefault(name, []).append(named.get("href") or "")
    return page, told


def data_of(client: Client, url: str) -> dict[str, object]:
    found = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', client.get(url).content.decode()
    )
    assert found is not None
    data: dict[str, object] = json.loads(found[1])
    return data


def test_a_preview_of_the_letter_shows_title_addressee_and_picture(
    client: Client, letter: Letter
) -> None:
    _page, told = head_of(client, letter_url(letter, "", "ar"))
    here, english = f"{SITE}{letter_url(letter, '', 'ar')}", f"{SITE}{letter_url(letter)}"
    expected = {
        "og:title": ["من أجل عملٍ هو لنا"],
        "og:description": ["إلى من يبنون بما صنعناه"],
        "og:url": [here],
        "og:locale": ["ar_AR"],
        "og:locale:alternate": ["en_GB"],
        "og:image": [f"{here}card.png"],
        "og:image:width": ["1200"],
        "og:image:height": ["630"],
        "twitter:card": ["summary_large_image"],
        "canonical": [here],
        "alternate en": [english],
        "alternate ar": [here],
        "alternate x-default": [english],
    }
    assert {name: told.get(name) for name in expected} == expected


def test_a_page_in_a_language_that_the_letter_is_not_in_names_the_text_that_it_shows(
    client: Client,
) -> None:
    letter = draft_letter()
    text = draft_text(letter=letter)
    assert text is not None
    drafting.remove_translation(translation=text.translations.get(language="ar"))
    publishing.publish(letter=letter, now=timezone.now())
    _page, told = head_of(client, letter_url(letter, "", "ar"))
    assert told["canonical"] == told["og:url"] == [f"{SITE}{letter_url(letter)}"]
    assert (told["og:locale"], "og:locale:alternate" in told) == (["en_GB"], False)


def test_pages_and_searches_of_the_list_name_the_list(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID)
    for query in ("", "?q=brigid", "?order=name"):
        _page, told = head_of(client, letter_url(letter, f"signatories/{query}"))
        assert told["canonical"] == [f"{SITE}{letter_url(letter, 'signatories/')}"]
        assert told["alternate ar"] == [f"{SITE}{letter_url(letter, 'signatories/', 'ar')}"]
        assert "Brigid" not in json.dumps(told)


@pytest.mark.parametrize(
    ("part", "title"),
    [
        ("press/", "For the press: “For work that is ours”"),
        ("signatories/", "Signatories of “For work that is ours”"),
        ("signatories/1/", "For work that is ours"),
        ("snapshots/", "Snapshots of “For work that is ours”"),
        ("snapshots/1/", "Snapshot 1 of “For work that is ours”"),
        ("corrections/", "Corrections to “For work that is ours”"),
        ("record/", "The record of “For work that is ours”"),
    ],
)
def test_each_page_of_a_letter_names_itself_whatever_was_asked(
    client: Client, letter: Letter, part: str, title: str
) -> None:
    listed(letter, BRIGID)
    snapshots.take(letter=letter)
    here, arabic = (f"{SITE}{letter_url(letter, part, code)}" for code in ("", "ar"))
    for query in ("", "?claim=1&q=x&after=0&before=9"):
        _page, told = head_of(client, letter_url(letter, part) + query)
        expected = {
            "canonical": [here],
            "og:url": [here],
            "og:title": [title],
            "og:image": [f"{SITE}{letter_url(letter, 'card.png')}"],
            "alternate en": [here],
            "alternate ar": [arabic],
            "alternate x-default": [here],
        }
        assert {name: told.get(name) for name in expected} == expected
        assert "Brigid" not in json.dumps(told)


def test_a_page_of_a_letter_with_a_hostile_title_stays_whole(client: Client) -> None:
    letter = draft_letter()
    text = draft_text(letter=letter)
    assert text is not None
    title = '"><script>alert(1)</script>'
    drafting.save_translation(text=text, language="en", title=title, addressee="x", body="y")
    publishing.publish(letter=letter, now=timezone.now())
    _page, told = head_of(client, letter_url(letter, "press/"))
    assert told["og:title"] == [f"For the press: “{title}”"]


def test_letter_and_press_page_name_all_feeds(client: Client, letter: Letter) -> None:
    for part in ("", "press/"):
        page = Page(client.get(letter_url(letter, part, "ar")))
        feeds = [
            named.get("href")
            for tag, named in page.attributes
            if tag == "link" and named.get("type") == "application/atom+xml"
        ]
        names = ("corrections.xml", "milestones.xml", "updates.xml")
        assert feeds == [f"{SITE}{letter_url(letter, name, 'ar')}" for name in names]


def test_machines_read_of_the_letter_what_people_do(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID, GUILD, QUIET)
    data = data_of(client, letter_url(letter))
    source = client.get(f"/letters/{letter.slug}/text/1.en.md").content
    assert letter.published_at is not None
    assert data == {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": f"{SITE}{letter_url(letter)}",
        "url": f"{SITE}{letter_url(letter)}",
        "genre": "open letter",
        "name": "For work that is ours",
        "audience": {"@type": "Audience", "name": "To those who build with what we made"},
        "inLanguage": "en",
        "datePublished": letter.published_at.isoformat(),
        "version": 1,
        "image": f"{SITE}{letter_url(letter, 'card.png')}",
        "encoding": {
            "@type": "MediaObject",
            "contentUrl": f"{SITE}/letters/{letter.slug}/text/1.en.md",
            "encodingFormat": "text/markdown",
            "sha256": hashlib.sha256(source).hexdigest(),
        },
        "workTranslation": [{"@id": f"{SITE}{letter_url(letter, '', 'ar')}", "inLanguage": "ar"}],
        "interactionStatistic": {
            "@type": "InteractionCounter",
            "interactionType": {"@type": "EndorseAction"},
            "userInteractionCount": 3,
        },
        "publisher": {"@type": "Organization", "name": "Undersigned", "url": SITE},
    }
    assert "translationOfWork" in data_of(client, letter_url(letter, "", "ar"))


def test_of_the_list_machines_read_its_length_and_no_name(client: Client, letter: Letter) -> None:
    before = data_of(client, letter_url(letter, "signatories/"))
    assert before["mainEntity"] == {"@type": "ItemList", "numberOfItems": 0}
    listed(letter, BRIGID, GUILD, QUIET)
    data = data_of(client, letter_url(letter, "signatories/"))
    assert data["mainEntity"] == {"@type": "ItemList", "numberOfItems": 2}
    assert not {"Brigid", "Guild", "Odalys"} & set(re.findall(r"\w+", json.dumps(data)))


def test_a_title_cannot_end_the_block_of_data(client: Client) -> None:
    title = "</script><script>alert(1)</script> & <!-- x"
    letter = draft_letter()
    text = draft_text(letter=letter)
    assert text is not None
    drafting.save_translation(text=text, language="en", title=title, addressee="x", body="y")
    publishing.publish(letter=letter, now=timezone.now())
    assert data_of(client, letter_url(letter))["name"] == title
    assert "<script>alert" not in client.get(letter_url(letter)).content.decode()


def test_each_language_has_a_locale() -> None:
    found = {code: linked_data.og_locale(code) for code in languages.NAMES}
    assert {
        code: name for code, name in found.items() if not re.match(r"^[a-z]{2}_[A-Z]{2}$", name)
    } == {}
    some = {code: found[code] for code in ("en", "ar", "de", "fa", "nb", "zh-hans", "zh-hant")}
    assert some == {
        "en": "en_GB",
        "ar": "ar_AR",
        "de": "de_DE",
        "fa": "fa_IR",
        "nb": "nb_NO",
        "zh-hans": "zh_CN",
        "zh-hant": "zh_TW",
    }
