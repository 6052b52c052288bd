"""Under embargo a letter is like one that does not exist, at every public address; at the hour it
is there, and nothing has to run. One that was taken down says so at its own address, and nowhere.

The addresses are those that the leak tests visit, so a new one is walked here too.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from campaign.letters import press_kit, takedown
from campaign.letters.models import Letter
from signatures.moderation import attestation, pinning
from signatures.record import site_log, snapshots
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    listed,
    load,
    make_organizer,
    make_team,
    open_letter,
    sequence,
)
from tests.signatures.notifications.updates import sent_publicly
from tests.test_leaks import PUBLIC

pytestmark = pytest.mark.django_db

NOW = datetime(2032, 5, 4, 12, tzinfo=UTC)
HOUR = NOW + timedelta(hours=18)
# As long as the other, so that no length tells them apart.
SLUG, NOWHERE = "hush-until-dawn", "never-was-there"
# Of the letter's record: published in two languages, signed twice, vetted once.
SIZE = 5
# As one who has a page from before.
HELD = {"If-None-Match": "*"}
# Addresses of what is told with a delay of its own, or not under embargo: its leaf in the site's
# log, within half a minute of the hour, and audits, which cannot be announced before.
LATER = {"record_log_proof", "audit_json"}


def everything(letter: Letter) -> None:
    """All that a letter can have of its own."""
    vetter = make_organizer(team=letter.team, email=f"vetter@{letter.slug}.example")
    first, *_rest = listed(letter, BRIGID, GUILD)
    attestation.vet(
        signature=first, organizer=vetter, expected_revision=first.revision, evidence="met them"
    )
    pinning.pin(signature=load(first.pk), organizer=vetter, expected_revision=1)
    sequence(letter)
    snapshots.take(letter=letter)
    sent_publicly(letter)
    press_kit.add_quote(letter=letter, language="en", words="We wrote.", speaker="S.", about="")


@pytest.fixture
def beside() -> Letter:
    """Another letter, which is public: the site's own pages are about this one."""
    with time_machine.travel(NOW - timedelta(hours=2), tick=False):
        letter = open_letter(slug="beside", team=make_team(slug="others"))
        everything(letter)
        site_log.extend()
    return letter


def hidden() -> Letter:
    with time_machine.travel(NOW - timedelta(hours=1), tick=False):
        letter = open_letter(slug=SLUG)
        Letter.objects.filter(pk=letter.pk).update(embargo_until=HOUR)
        letter.refresh_from_db()
        everything(letter)
        site_log.extend()
    return letter


def addresses(slug: str, *, without: Iterable[str] = ()) -> list[str]:
    return [
        sample.format(slug=slug, size=SIZE)
        for name, several in PUBLIC.items()
        if name not in without
        for sample in several
    ]


def odd(slug: str) -> list[str]:
    """Spellings, languages that no letter is in, and what takes a form."""
    return [
        *(f"/{language}/letters/{slug}/" for language in ("fr", "zh-hant", "xx", "en")),
        *(f"/letters/{slug}{end}" for end in ("", "//", "/sign/", "/sign", "/inbox/x/", "/x")),
        *(f"/letters/{slug.upper()}/", f"/letters/{slug}%20/", f"/letters/{slug}/press/follow/"),
        *(f"/letters/{slug}/{of}" for of in ("versions/1-2/", "versions/2/", "updates/2/")),
        *(f"/letters/{slug}/record/proof/x", f"/letters/{slug}/record/export"),
        f"/letters/{slug}/press/images/{'0' * 64}.png",
        *(f"{language}/letters/{slug}/letter.pdf" for language in ("", "/ar")),
        f"/letters/{slug}/record/checkpoint?x=1",
        f"/api/v1/letters?after={slug}",
        f"/verify/?letter={slug}",
    ]


def answers(slug: str) -> dict[tuple[str, str], str]:
    """What anybody gets, with the letter's name taken out."""
    client = Client()
    # The form to log in has a token of its own each time.
    every = addresses(slug, without={"account_login"})
    asked = [("GET", url) for url in (*every, *odd(slug))]
    for method in ("HEAD", "OPTIONS", "POST", "DELETE"):
        asked += [(method, url) for url in odd(slug)]
    return {
        (method, _nameless(url, slug)): _nameless(
            told(client.generic(method, url, headers=HELD)), slug
        )
        for method, url in asked
    }


def told(response: Any) -> str:
    # What is left of a limit is the visitor's own.
    headers = sorted(f"{name}: {value}" for name, value in response.items() if name != "RateLimit")
    body = b"".join(response).decode(errors="replace")
    return "\n".join([str(response.status_code), *headers, str(response.cookies), body])


def _nameless(text: str, slug: str) -> str:
    return re.sub(re.escape(slug), "NAME", text, flags=re.IGNORECASE)


def test_under_embargo_a_letter_is_like_one_that_does_not_exist(beside: Letter) -> None:
    with time_machine.travel(NOW, tick=False):
        before = answers(NOWHERE)
        hidden()
        under = answers(SLUG)
    assert [key for key in before if before[key] != under.get(key)] == []


def test_at_the_hour_everything_is_there_and_nothing_had_to_run(beside: Letter) -> None:
    hidden()
    urls = [url for url in addresses(SLUG, without=LATER) if SLUG in url]
    client = Client()
    for moment, status in ((HOUR - timedelta(milliseconds=1), "404"), (HOUR, "200")):
        with time_machine.travel(moment, tick=False):
            ours = {url: told(client.get(url))[:3] for url in urls if url.startswith("/letters")}
            assert ours == dict.fromkeys(ours, status)
            shown = [SLUG in client.get(url).text for url in ("/", "/sitemap.xml")]
            assert shown == [status == "200"] * 2
    with time_machine.travel(HOUR, tick=False):
        assert {url: told(client.get(url))[:3] for url in urls} == dict.fromkeys(urls, "200")
        assert site_log.extend() == 1
        assert told(client.get(f"/letters/{SLUG}/record/log-proof"))[:3] == "200"
        assert SLUG in told(client.get("/record/tile/entries/000.p/2"))


def test_the_front_page_orders_letters_by_when_they_became_public(beside: Letter) -> None:
    """And tells that day, in the API too: the text was frozen before."""
    hidden()
    with time_machine.travel(HOUR - timedelta(hours=1), tick=False):
        open_letter(slug="between")
    with time_machine.travel(HOUR + timedelta(minutes=1), tick=False):
        told = Client().get("/api/v1/letters").json()["letters"]
        home = Client().get("/").text
        rest = Client().get(f"/api/v1/letters?after={SLUG}").json()["letters"]
    assert [each["slug"] for each in told] == [SLUG, "between", "beside"]
    assert told[0]["published_at"] == "2032-05-05T06:00:00Z"
    assert home.index(SLUG) < home.index("/letters/between/")
    assert [each["slug"] for each in rest] == ["between", "beside"]


def test_a_letter_that_was_taken_down_says_so_at_its_own_address_alone(beside: Letter) -> None:
    with time_machine.travel(NOW, tick=False):
        before = answers(NOWHERE)
        letter = hidden()
        Letter.objects.filter(pk=letter.pk).update(embargo_until=None)
        operator = make_organizer(team=make_team(slug="site"), email="root@site.example")
        takedown.take_down(letter=letter, operator=operator, because="A court.", now=NOW)
        sequence(letter)
        down = answers(SLUG)
        told = [Client().get(f"{home}/letters/{SLUG}/") for home in ("", "/ar")]
    own = [("GET", "/ar/letters/NAME/")]
    assert [key for key in before if before[key] != down.get(key)] == own
    assert [(each.status_code, each["Cache-Control"]) for each in told] == [(410, "no-store")] * 2
    assert all("A court." in each.text for each in told)
    assert not any(title in told[0].text for title in ("Ask before", BRIGID.details.name))
