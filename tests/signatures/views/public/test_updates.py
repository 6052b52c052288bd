"""News on the letter's pages: of their time, cleaned, and in the reader's language."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaign.letters.models import Letter, Update, UpdateState, UpdateWords
from campaign.letters.updates import Words
from signatures.models import UpdateDelivery
from signatures.press import public_updates
from tests.signatures.factories import listed, open_letter, publish_version, someone
from tests.signatures.notifications.updates import BOTH, draft, hearing, owed, sent_publicly
from tests.signatures.views.visitors import NAUGHTY, Page
from tests.test_versions_everywhere import COUNT

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
WILD = {
    "en": Words(
        "<script>alert(1)</script> & more",
        "<img src=x onerror=alert(1)>\n\n[here](javascript:alert(1)) *stress*",
    )
}


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def _url(letter: Letter, rest: str = "updates/", language: str = "") -> str:
    return f"{language}/letters/{letter.slug}/{rest}"


def _numbers(client: Client, letter: Letter) -> list[int]:
    found = re.findall(r"/updates/(\d+)/\"", client.get(_url(letter)).text)
    return [int(each) for each in found]


def test_what_is_public_and_begun_is_listed_newest_first(client: Client, letter: Letter) -> None:
    assert "No news so far." in client.get(_url(letter)).text
    assert _url(letter) not in client.get(_url(letter, "")).text.split("<main")[1]
    sent_publicly(letter)
    sent_publicly(letter, is_public=False)
    draft(letter, is_public=True)
    for state in (UpdateState.SENDING, UpdateState.PAUSED):
        Update.objects.filter(pk=sent_publicly(letter).pk).update(state=state)
    assert _numbers(client, letter) == [5, 4, 1]
    assert _url(letter) in client.get(_url(letter, "")).text.split("<main")[1]
    assert [client.get(_url(letter, f"updates/{each}/")).status_code for each in range(7)] == [
        *(404, 200, 404, 404, 200, 200, 404),
    ]


@pytest.mark.parametrize(("state", "stays"), [("sent", True), ("unknown", True), ("failed", False)])
def test_a_cancelled_one_stays_if_somebody_has_it(
    client: Client, letter: Letter, state: str, stays: bool
) -> None:
    hearing(letter, 1)
    owed(letter, is_public=True)
    UpdateDelivery.objects.update(state=state)
    Update.objects.update(state=UpdateState.CANCELLED)
    assert _numbers(client, letter) == [1] * stays


def test_it_is_read_in_the_language_of_the_page_or_another(client: Client, letter: Letter) -> None:
    sent_publicly(letter, words=BOTH)
    sent_publicly(letter)
    arabic = client.get(_url(letter, "updates/1/", "/ar")).text
    assert f'<h1 id="title" lang="ar" dir="rtl">{BOTH["ar"].subject}</h1>' in arabic
    fallback = client.get(_url(letter, "updates/2/", "/ar")).text
    assert '<h1 id="title" lang="en" dir="ltr">We were heard</h1>' in fallback
    assert '<div class="text" lang="en" dir="ltr"><p>The <em>committee</em>' in fallback


def test_what_was_typed_is_cleaned(client: Client, letter: Letter) -> None:
    sent_publicly(letter, words=WILD)
    for rest in ("updates/", "updates/1/", "updates.xml"):
        text = client.get(_url(letter, rest)).text
        assert (rest, "<script>alert" in text, "onerror=alert(1)>" in text) == (rest, False, False)
        assert (rest, "javascript:" in text) == (rest, False)
    assert "<em>stress</em>" in client.get(_url(letter, "updates/1/")).text


def test_news_is_of_its_time_and_counts_nobody(client: Client, letter: Letter) -> None:
    listed(letter, *(someone(place) for place in range(37)))
    sent_publicly(letter)
    publish_version(letter, title="The opposite", body="We ask for nothing.")
    page = client.get(_url(letter, "updates/1/")).text
    assert "For work that is ours" in page
    assert "version 1; version 2 stands now" in page
    assert "when version 1 of the letter stood" in client.get(_url(letter)).text
    for rest in ("updates/", "updates/1/", "updates.xml"):
        assert (rest, COUNT.findall(client.get(_url(letter, rest)).text)) == (rest, [])


def test_the_feed_has_each_with_its_words_and_language(client: Client, letter: Letter) -> None:
    sent_publicly(letter, words=BOTH)
    sent_publicly(letter)
    answer = client.get(_url(letter, "updates.xml", "/ar"))
    assert answer["Content-Type"] == "application/xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.content)
    entries = feed.findall(f"{ATOM}entry")
    language = "{http://www.w3.org/XML/1998/namespace}lang"
    assert [(each.findtext(f"{ATOM}title"), each.get(language)) for each in entries] == [
        ("We were heard", "en"),
        (BOTH["ar"].subject, "ar"),
    ]
    assert "<em>committee</em>" in (entries[0].findtext(f"{ATOM}summary") or "")
    links = [each.find(f"{ATOM}link") for each in entries]
    assert [link is not None and link.get("href") for link in links] == [
        f"http://127.0.0.1:8000/ar/letters/{letter.slug}/updates/{number}/" for number in (2, 1)
    ]
    assert f"/letters/{letter.slug}/updates.xml" in client.get(_url(letter, "")).text


def test_those_that_went_out_last_stand_first(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _each in range(3):
        sent_publicly(letter)
    late = Update.objects.get(number=1)
    Update.objects.filter(pk=late.pk).update(started_at=timezone.now() + timedelta(days=1))
    assert _numbers(client, letter) == [1, 3, 2]
    monkeypatch.setattr(public_updates, "PAGE_ROWS", 2)
    assert _numbers(client, letter) == [1, 3]
    rest = client.get(_url(letter), {"before": 3}).text
    assert re.findall(r"/updates/(\d+)/\"", rest) == ["2"]


def test_a_feed_is_xml_whatever_was_stored(client: Client, letter: Letter) -> None:
    sent_publicly(letter)
    UpdateWords.objects.update(subject="odd \ufffe and \uffff")
    feed = ElementTree.fromstring(client.get(_url(letter, "updates.xml")).content)
    assert feed.findtext(f"{ATOM}entry/{ATOM}title") == "odd  and "


def test_pages_follow_each_other(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_updates, "PAGE_ROWS", 2)
    for _each in range(3):
        sent_publicly(letter)
    assert _numbers(client, letter) == [3, 2]
    page = Page(client.get(_url(letter, "updates/?before=2")))
    assert [each for each in page.links if each.endswith("updates/1/")]
    assert not [each for each in page.links if each.endswith("updates/2/")]
    for typed in NAUGHTY.values():
        assert client.get(_url(letter), {"before": typed}).status_code == 200
    assert client.get(_url(letter, f"updates/{'9' * 30}/")).status_code == 404


def test_three_cost_what_one_costs(client: Client, letter: Letter) -> None:
    sent_publicly(letter)
    client.get(_url(letter))
    asked = []
    for _more in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(_url(letter))
        asked.append(len(queries))
        sent_publicly(letter)
        sent_publicly(letter)
    assert asked[0] == asked[1]
