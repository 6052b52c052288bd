"""Open letters, one letter, its text as bytes, what the numbers mean; and how all may be kept."""

import hashlib
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from campaign import shared_pages
from campaign.letters import closing, drafting, publishing
from campaign.letters.models import Letter, PressKit
from campaign.letters.texts import current_text, draft_text, main_translation
from signatures.models import Signature
from signatures.views.public import base
from tests.signatures.factories import (
    ARABIC,
    BRIGID,
    ENGLISH,
    GUILD,
    MEI,
    QUIET,
    SALMA,
    WIKTOR,
    close,
    confirmed,
    draft_letter,
    listed,
    make_organizer,
    make_team,
    open_letter,
    pending,
    sequence,
    translation_of,
)
from tests.signatures.views.visitors import NAUGHTY, Page, letter_url, link_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def queries_of(client: Client, url: str) -> int:
    shared_pages.forget()
    base._at_hand.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


# --- home ---------------------------------------------------------------------------------------


def test_home_lists_public_letters_newest_first(client: Client) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=2), tick=True):
        older = open_letter(slug="older")
    listed(older, BRIGID, QUIET)
    close(older)
    open_letter(slug="newer")
    draft_letter(slug="draft-of-tomorrow")
    page = Page(client.get("/"))
    letters = [link for link in page.links if link.startswith("/letters/")]
    assert letters == ["/letters/newer/", "/letters/older/"]
    assert "signing is closed" in page.text
    assert "draft-of-tomorrow" not in page.text


def test_home_shows_each_title_in_the_language_of_the_page(client: Client, letter: Letter) -> None:
    page = Page(client.get("/ar/"))
    assert ARABIC["title"] in page.headings
    assert ENGLISH["title"] not in page.text
    assert ENGLISH["title"] in Page(client.get("/")).headings
    assert ("h2", {"lang": "ar", "dir": "rtl"}) in page.attributes


def test_an_empty_home_says_so(client: Client) -> None:
    assert "No letter has been published here yet." in Page(client.get("/")).text


def test_home_asks_as_much_for_three_letters_as_for_one(client: Client) -> None:
    listed(open_letter(slug="letter-1"), BRIGID)
    before = queries_of(client, "/")
    for number in (2, 3):
        listed(open_letter(slug=f"letter-{number}"), BRIGID, SALMA, GUILD)
    assert queries_of(client, "/") == before == 4


# --- the letter ---------------------------------------------------------------------------------


def test_the_letter_page_has_everything_in_its_order(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID, GUILD, QUIET)
    response = client.get(letter_url(letter))
    page = Page(response)
    assert response.status_code == 200
    assert page.headings == [ENGLISH["title"], "Put your name to it", "Signed by"]
    assert ENGLISH["addressee"] in page.text
    assert "<strong>asked</strong>" in response.content.decode()
    text = " ".join(page.text.split())
    order = [ENGLISH["title"], ENGLISH["addressee"], "We ask to be asked", "Sign the letter"]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)
    assert "Guild of Lampwrights" in text
    assert "Brigid O’Malloran" in text
    assert QUIET.details.name not in text
    assert str(page.values["text"]) == translation_of(letter).sha256
    assert letter_url(letter, "signatories/") in page.links
    assert letter_url(letter, "record/") in page.links
    assert "/numbers/" in page.links


def test_the_form_needs_four_fields_and_ticks_nothing(client: Client, letter: Letter) -> None:
    page = Page(client.get(letter_url(letter)))
    boxes = ("kind", "consent_publish", "consent_updates")
    assert [page.values[box] for box in boxes] == [False, "", False]
    assert " ".join(page.text.split()).count("(optional)") == 2


def test_names_are_isolated_from_the_direction_around_them(client: Client, letter: Letter) -> None:
    listed(letter, SALMA, BRIGID)
    content = client.get(letter_url(letter)).content.decode()
    assert '<bdi translate="no">سلمى الزيتوني</bdi>' in content
    assert '<bdi translate="no">Brigid O’Malloran</bdi>' in content


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "&lt;b&gt; \"'"])
def test_what_is_shown_is_escaped_whatever_the_database_holds(
    client: Client, letter: Letter, name: str
) -> None:
    [signature] = listed(letter, BRIGID)
    Signature.objects.filter(pk=signature.pk).update(name=name, credit=name, affiliation=name)
    for url in ("", "signatories/"):
        content = client.get(letter_url(letter, url)).content.decode()
        assert name not in content
        assert name in " ".join(Page(client.get(letter_url(letter, url))).text.split())
    for url in ("", "thanks/", "withdraw/"):
        assert name not in client.get(link_url(signature, url)).content.decode()


def test_the_letter_asks_as_much_for_three_signatures_as_for_one(
    client: Client, letter: Letter
) -> None:
    listed(letter, BRIGID)
    before = queries_of(client, letter_url(letter))
    listed(letter, SALMA, GUILD)
    assert queries_of(client, letter_url(letter)) == before == 9


def test_what_is_kept_of_the_letter_page_follows_letter_text_and_language(
    client: Client, letter: Letter
) -> None:
    def shown(url: str) -> Page:
        shared_pages.forget()
        base._at_hand.clear()
        return Page(client.get(url))

    before, arabic = shown(letter_url(letter)), shown(f"/ar{letter_url(letter)}")
    other = shown(letter_url(open_letter(slug="another")))
    assert "Signing closes on" not in before.text
    assert "Sign the letter" in before.text
    assert "Sign the letter" not in arabic.text
    assert letter_url(letter, "press/") in before.links
    assert letter_url(letter, "press/") not in other.links
    Letter.objects.filter(pk=letter.pk).update(closes_at=timezone.now() + timedelta(days=3))
    assert "Signing closes on" in shown(letter_url(letter)).text
    sent = {"name": "Bridget", "text": translation_of(letter).sha256}
    wrong = Page(client.post(letter_url(letter, "sign/"), sent))
    assert wrong.values["name"] == "Bridget"
    assert shown(letter_url(letter)).values["name"] != "Bridget"
    title = "Asked first, and answered"
    drafting.save_translation(
        text=drafting.start_revision(letter=letter), **{**ENGLISH, "language": "en", "title": title}
    )
    publishing.publish(letter=letter, now=timezone.now())
    after = shown(letter_url(letter))
    stands = main_translation(current_text(letter=letter))
    assert stands is not None
    assert after.values["text"] == stands.sha256 != before.values["text"]
    assert ("meta", {"property": "og:title", "content": title}) in after.attributes


def test_what_stands_is_asked_for_once_in_a_while(
    client: Client,
    letter: Letter,
    settings: Settings,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    settings.SHARED_PAGE_SECONDS = 60
    base._at_hand.clear()
    try:
        base.public_letter(letter.slug)
        with django_assert_num_queries(0):
            assert base.public_letter(letter.slug)[0] == letter
    finally:
        base._at_hand.clear()


def test_a_crowd_of_letters_does_not_fill_the_memory(letter: Letter, settings: Settings) -> None:
    settings.SHARED_PAGE_SECONDS = 60
    base._at_hand.clear()
    try:
        kept = base.public_letter(letter.slug)
        base._at_hand.update({str(number): (0.0, *kept) for number in range(1001)})
        base._at_hand.pop(letter.slug)
        base.public_letter(letter.slug)
        assert list(base._at_hand) == [letter.slug]
    finally:
        base._at_hand.clear()


def test_a_closed_letter_stays_readable(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID)
    close(letter)
    response = client.get(letter_url(letter))
    page = Page(response)
    assert response.status_code == 200
    assert page.headings == [ENGLISH["title"], "Signing is closed", "Signed by"]
    assert f"It closed on {timezone.now():%-d %B %Y}." in page.text
    assert page.values == {}


def test_a_letter_that_is_not_open_yet_says_when(client: Client) -> None:
    letter = open_letter(opens_at=timezone.now() + timedelta(days=3))
    page = Page(client.get(letter_url(letter)))
    assert page.headings == [ENGLISH["title"], "Signing has not opened yet"]
    assert page.values == {}


def test_a_letter_of_nobody_has_no_empty_parts(client: Client, letter: Letter) -> None:
    page = Page(client.get(letter_url(letter)))
    assert page.headings == [ENGLISH["title"], "Put your name to it"]


@pytest.mark.parametrize("rest", ["", "signatories/", "record/", "count", "record/checkpoint"])
def test_drafts_and_unknown_letters_are_not_there(client: Client, rest: str) -> None:
    draft = draft_letter()
    assert client.get(letter_url(draft, rest)).status_code == 404
    assert client.get(f"/letters/no-such-letter/{rest}").status_code == 404


# --- languages ----------------------------------------------------------------------------------


def test_each_language_has_its_own_address_and_direction(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID, *[MEI, SALMA, WIKTOR])
    english, arabic = (client.get(letter_url(letter, language=code)) for code in ("", "ar"))
    page = Page(english)
    assert (page.root["lang"], page.root["dir"]) == ("en", "ltr")
    assert ("div", {"lang": "en", "dir": "ltr"}) in page.attributes
    assert letter_url(letter, language="ar") in page.links
    page = Page(arabic)
    assert (page.root["lang"], page.root["dir"]) == ("ar", "rtl")
    assert ("div", {"lang": "ar", "dir": "rtl"}) in page.attributes
    assert page.headings[0] == ARABIC["title"]
    assert letter_url(letter) in page.links
    # The count, its date and the version, in the digits of the language.
    count = re.search(r'<p class="figure">([^<]*)</p>', arabic.content.decode())
    assert count
    assert count[1] == "٤"
    year = str(timezone.now().year).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert year in page.text
    assert str(timezone.now().year) not in page.text


def test_a_text_that_is_not_in_the_language_of_the_page_keeps_its_own(client: Client) -> None:
    letter = drafting.create_letter(
        team=make_team(),
        slug="only-english",
        language="en",
        opens_at=None,
        closes_at=None,
        **ENGLISH,
    )
    publishing.publish(letter=letter, now=timezone.now())
    page = Page(client.get(letter_url(letter, language="ar")))
    assert (page.root["lang"], page.root["dir"]) == ("ar", "rtl")
    assert ("div", {"lang": "en", "dir": "ltr"}) in page.attributes


def test_a_text_in_a_language_that_the_interface_lacks_has_english_around_it(
    client: Client,
) -> None:
    letter = draft_letter()
    text = draft_text(letter=letter)
    assert text is not None
    hebrew: dict[str, Any] = {"title": "כותרת", "addressee": "נמענים", "body": "גוף המכתב."}
    drafting.save_translation(text=text, language="he", **hebrew)
    publishing.publish(letter=letter, now=timezone.now())
    page = Page(client.get(letter_url(letter, language="he")))
    assert (page.root["lang"], page.root["dir"]) == ("en", "ltr")
    assert ("div", {"lang": "he", "dir": "rtl"}) in page.attributes
    assert page.headings[:2] == ["כותרת", "Put your name to it"]


@pytest.mark.parametrize("code", ["de", "xx", "en", "EN", "AR", "ar-eg", "zh"])
def test_a_letter_is_only_where_its_text_is(client: Client, letter: Letter, code: str) -> None:
    assert client.get(letter_url(letter, language=code)).status_code == 404


def test_only_the_path_chooses_the_language(letter: Letter) -> None:
    plain = Client().get(letter_url(letter)).content
    client = Client(headers={"Accept-Language": "ar"})
    client.cookies["django_language"] = "ar"
    assert client.get(letter_url(letter)).content == plain
    assert client.get(f"{letter_url(letter)}?language=ar").content == plain


# --- the text's bytes ---------------------------------------------------------------------------


def test_the_source_of_each_text_has_the_hash_that_the_page_shows(
    client: Client, letter: Letter
) -> None:
    for language in ("en", "ar"):
        response = client.get(letter_url(letter, f"text/1.{language}.md"))
        assert response.status_code == 200
        assert response["Content-Type"] == "text/markdown; charset=utf-8"
        assert response["Cache-Control"] == "public, max-age=86400, immutable"
        digest = hashlib.sha256(response.content).hexdigest()
        assert digest == translation_of(letter, language).sha256
        page = client.get(letter_url(letter, language="" if language == "en" else language))
        assert digest in page.content.decode()


@pytest.mark.parametrize("name", ["2.en", "1.de", "0.en", "1.EN", f"{10**30}.en", "1.%00", "1.é"])
def test_there_is_no_other_text(client: Client, letter: Letter, name: str) -> None:
    assert client.get(letter_url(letter, f"text/{name}.md")).status_code == 404


def test_a_text_being_written_is_not_told(client: Client, letter: Letter) -> None:
    drafting.start_revision(letter=letter)
    assert client.get(letter_url(letter, "text/2.en.md")).status_code == 404
    draft = draft_letter(slug="not-yet")
    assert client.get(letter_url(draft, "text/1.en.md")).status_code == 404


# --- preview ------------------------------------------------------------------------------------


def test_the_preview_is_the_page_with_a_form_that_cannot_be_sent(client: Client) -> None:
    letter = draft_letter()
    client.force_login(make_organizer(team=letter.team))
    url = f"/desk/letters/{letter.slug}/preview/"
    page = Page(client.get(url))
    assert page.headings[:2] == [ENGLISH["title"], "Put your name to it"]
    assert ("fieldset", {"disabled": None}) in page.attributes
    for language in ("ar", "de", "\x00"):
        response = client.get(url, {"language": language})
        expected = ARABIC if language == "ar" else ENGLISH
        assert Page(response).headings[0] == expected["title"]
        assert "no-store" in response["Cache-Control"]
        assert b'content="noindex"' in response.content


def test_the_preview_of_a_letter_that_opens_later_has_no_form_yet(client: Client) -> None:
    letter = draft_letter()
    Letter.objects.update(opens_at=timezone.now() + timedelta(days=1))
    client.force_login(make_organizer(team=letter.team))
    url = f"/desk/letters/{letter.slug}/preview/"
    page = Page(client.get(url))
    assert page.headings[:2] == [ENGLISH["title"], "Signing has not opened yet"]
    page = Page(client.get(url, {"open": "1"}))
    assert page.headings[:2] == [ENGLISH["title"], "Put your name to it"]
    assert ("fieldset", {"disabled": None}) in page.attributes


def test_the_preview_of_a_closed_letter_is_closed(client: Client) -> None:
    letter = open_letter()
    closing.close_letter(letter=letter, now=timezone.now())
    client.force_login(make_organizer(team=letter.team))
    page = Page(client.get(f"/desk/letters/{letter.slug}/preview/", {"open": "1"}))
    assert page.headings[:2] == [ENGLISH["title"], "Signing is closed"]


def test_the_press_page_of_a_draft_is_previewed_by_its_team_only(client: Client) -> None:
    letter = draft_letter()
    url = f"/desk/letters/{letter.slug}/press/preview/"
    assert client.get(url).status_code == 302
    organizer = make_organizer(team=letter.team)
    client.force_login(organizer)
    kit = {"language": "en", "facts": "Ten rooms are *closed*.", "contact_name": "Ada Lind"}
    PressKit.objects.create(letter=letter, **kit)
    for language in ("en", "ar", "\x00"):
        response = client.get(url, {"language": language})
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]
        assert b'content="noindex"' in response.content
        assert "Ten rooms are <em>closed</em>." in response.text
        assert "Ada Lind" in response.text
    assert client.get(f"/letters/{letter.slug}/press/").status_code == 404
    client.force_login(make_organizer(team=make_team(slug="b"), email="otto@another.example"))
    assert client.get(url).status_code == 404


def test_the_preview_is_for_the_team(client: Client) -> None:
    letter = draft_letter()
    url = f"/desk/letters/{letter.slug}/preview/"
    assert client.get(url).status_code == 302
    other = make_team(slug="another-team")
    client.force_login(make_organizer(team=other, email="otto@another.example"))
    assert client.get(url).status_code == 404
    assert client.get("/desk/letters/no-such-letter/preview/").status_code == 404


# --- how public pages may be kept ---------------------------------------------------------------


def public_urls(letter: Letter) -> list[str]:
    return [
        "/",
        "/ar/",
        "/numbers/",
        letter_url(letter),
        letter_url(letter, language="ar"),
        letter_url(letter, "signatories/"),
        letter_url(letter, "signatories/?q=brigid"),
        letter_url(letter, "record/"),
        letter_url(letter, "count"),
        letter_url(letter, "record/checkpoint"),
    ]


def test_public_pages_are_the_same_for_all_and_may_be_kept(letter: Letter) -> None:
    listed(letter, BRIGID)
    visitor, organizer = Client(), Client()
    organizer.force_login(make_organizer(team=letter.team))
    organizer.cookies["django_language"] = "ar"
    for url in public_urls(letter):
        response = visitor.get(url)
        assert response.status_code == 200
        assert response["Cache-Control"] == shared_pages.CACHE_CONTROL
        assert re.fullmatch(r'"[0-9a-f]{32}"', response["ETag"])
        assert not response.cookies
        assert "Vary" not in response
        shared_pages.forget()
        same = organizer.get(url, headers={"Accept-Language": "ar", "User-Agent": "other"})
        assert (same.content, same["ETag"]) == (response.content, response["ETag"])
        assert not same.cookies
        assert "Vary" not in same


def test_who_has_the_page_is_told_so(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID)
    for url in public_urls(letter):
        etag = client.get(url)["ETag"]
        for known in (etag, f'"other", W/{etag}'):
            response = client.get(url, headers={"If-None-Match": known})
            assert (response.status_code, b"".join(response)) == (304, b"")
            assert response["ETag"] == etag
            assert response["Cache-Control"] == shared_pages.CACHE_CONTROL
        head = client.head(url)
        assert (head.status_code, head.content, head["ETag"]) == (200, b"", etag)
        assert client.head(url, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("known", ['"other"', "", "W/", "\x00", "0" * 10_000])
def test_who_has_another_page_gets_this_one(client: Client, letter: Letter, known: str) -> None:
    url = letter_url(letter, "count")
    assert client.get(url, headers={"If-None-Match": known}).status_code == 200


def test_a_page_that_changed_has_another_etag(client: Client, letter: Letter) -> None:
    etag = client.get(letter_url(letter))["ETag"]
    confirmed(letter)
    sequence(letter)
    response = client.get(letter_url(letter), headers={"If-None-Match": etag})
    assert response.status_code == 200
    assert "Brigid O’Malloran" in response.content.decode()


def test_pages_carry_the_headers_that_keep_them_safe(client: Client, letter: Letter) -> None:
    for url in (*public_urls(letter)[:3], link_url(pending(letter)), "/nothing/"):
        response = client.get(url)
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response["X-Frame-Options"] == "DENY"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "same-origin"


# --- nonsense -----------------------------------------------------------------------------------

HEADERS = (
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Content-Type",
    "Cookie",
    "If-Modified-Since",
    "If-None-Match",
    "Origin",
    "Range",
    "Referer",
    "Sec-Fetch-Site",
    "User-Agent",
    "X-Forwarded-For",
    "X-Forwarded-Proto",
    "X-Forwarded-Host",
    "X-Requested-With",
)


@pytest.mark.parametrize("value", NAUGHTY.values(), ids=NAUGHTY)
def test_no_path_breaks_anything(client: Client, letter: Letter, value: str) -> None:
    odd = quote(value, safe="")
    for path in (
        f"/{odd}/",
        f"/ar/{odd}/",
        f"/letters/{odd}/",
        f"/letters/{odd}/signatories/",
        f"/letters/{odd}/count",
        f"/letters/{letter.slug}/{odd}",
        f"/letters/{letter.slug}/text/{odd}.en.md",
        f"/letters/{letter.slug}/text/1.{odd}.md",
        f"/letters/{letter.slug}/record/tile/{odd}",
        f"/letters/{letter.slug}/record/tile/0/{odd}",
        f"/{odd}/letters/{letter.slug}/",
        f"/desk/letters/{odd}/preview/",
        f"/demo/mail/{odd}/",
        f"/demo/mail/{odd}/html",
    ):
        assert client.get(path).status_code in (200, 301, 302, 404), path


@pytest.mark.parametrize("value", NAUGHTY.values(), ids=NAUGHTY)
def test_no_query_or_header_breaks_anything(client: Client, letter: Letter, value: str) -> None:
    odd = quote(value, safe="")
    sequence(letter)
    url = letter_url(letter, "count")
    plain = client.get(url).content
    assert client.get(f"{url}?{odd}={odd}&{odd}").content == plain
    strict = Client(enforce_csrf_checks=True)
    # What a server lets through: no line breaks, bytes as Latin-1.
    line = value.encode().decode("latin-1").replace("\r", "").replace("\n", "")
    assert client.get(url, headers=dict.fromkeys(HEADERS, line)).status_code == 200
    for name in ("Content-Type", "Cookie", "Origin", "Sec-Fetch-Site", "X-Forwarded-For"):
        answer = strict.post("/s/x/resend/", {"a": "b"}, headers={name: line})
        assert answer.status_code in (400, 403, 404), name


def test_a_foreign_host_is_refused(client: Client, letter: Letter) -> None:
    for host in ("elsewhere.example", "testserver\x00", "é", "[::1", ""):
        response = client.get("/numbers/", headers={"Host": host})
        assert response.status_code in (200, 400)
        assert host == "" or response.status_code == 400


def test_the_letter_says_from_which_team_it_is(client: Client, letter: Letter) -> None:
    letter.team.name = "Guild <of> Letter Writers"
    letter.team.save()
    page = client.get(letter_url(letter)).text
    assert "From <bdi>Guild &lt;of&gt; Letter Writers</bdi>" in page
