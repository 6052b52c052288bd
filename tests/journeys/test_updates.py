"""Ilse writes news in two languages, a second organizer approves them, and who has had enough
leaves by the link in the mail."""

import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures import tasks
from signatures.notifications import releasing
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.page_checks import looks_right
from tests.journeys.personas import NOOR, SALMA
from tests.journeys.workers import mails_to, the_mail_to
from tests.signatures.factories import Person, confirmed, make_organizer, sequence

pytestmark = pytest.mark.django_db(transaction=True)

SUBJECTS = {"en": "We were heard", "ar": "سُمع صوتنا"}
BODIES = {"en": "The committee meets on **Friday**.", "ar": "تجتمع اللجنة يوم **الجمعة**."}


def _log_in(context: BrowserContext, site: str, who: Organizer) -> None:
    client = Client()
    client.force_login(who)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])


def _asks_for_news(letter: Letter, who: Person) -> None:
    details = replace(who.details, consent_updates=True)
    confirmed(letter, replace(who, details=details))
    sequence(letter)


def test_news_in_two_languages_from_the_desk_to_the_mailboxes_and_out_again(
    page: Page, site: str, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releasing, "MAX_RECIPIENTS_ALONE", 1)
    for who in (NOOR, SALMA):
        _asks_for_news(letter, who)
    ilse = make_organizer(team=letter.team, email="ilse@working-artists.example")
    ruth = make_organizer(team=letter.team, email="ruth@working-artists.example")
    updates = f"{site}/desk/letters/{letter.slug}/updates/"

    _log_in(page.context, site, ilse)
    page.goto(f"{updates}new/")
    for language in ("en", "ar"):
        page.fill(f"[name=subject_{language}]", SUBJECTS[language])
        page.fill(f"[name=body_{language}]", BODIES[language])
        expect(page.locator(f"#preview-text-{language} strong")).to_be_visible()
    looks_right(page)
    page.check("[name=is_public]")
    page.click("text=Save the update")
    expect(page.locator("h1")).to_have_text(SUBJECTS["en"])
    looks_right(page)

    # What is not saved is not sent, and not lost.
    page.fill("[name=subject_en]", "Half an idea")
    page.click("text=Send a test to myself")
    expect(page.get_by_text("Save it first")).to_be_visible()
    expect(page.locator("[name=subject_en]")).to_have_value("Half an idea")
    page.fill("[name=subject_en]", SUBJECTS["en"])
    page.click("text=Send a test to myself")
    expect(page.get_by_text("A test is on its way")).to_be_visible()
    tasks.send_updates()
    tests = mails_to(ilse.email)
    assert sorted(each.split(": ", 1)[1] for each in tests) == sorted(SUBJECTS.values())
    page.click("text=Release it for approval")
    expect(page.locator("h1")).to_have_text("Release this update for approval?")
    looks_right(page)
    page.click("text=Yes, release it")
    expect(page.get_by_text("Released. A second organizer")).to_be_visible()
    tasks.fan_out_updates()
    tasks.send_updates()
    assert (mails_to(NOOR), mails_to(SALMA)) == ([], [])

    _log_in(page.context, site, ruth)
    page.set_viewport_size(PHONE)
    page.goto(f"{updates}1/")
    looks_right(page)
    page.click("text=Approve and send it")
    expect(page.get_by_text("2 people get it")).to_be_visible()
    looks_right(page)
    page.click("text=Yes, send it")
    expect(page.get_by_text("Released. It goes out in a moment.")).to_be_visible()
    tasks.fan_out_updates()
    expect(page.locator("[data-figure=total]")).to_have_text("2")
    expect(page.locator("[data-figure=sent]")).to_have_text("0")
    tasks.send_updates()
    expect(page.locator("[data-segment=sent]")).to_have_attribute("width", "1000")
    # The page is loaded once more when all is done, and asks no longer.
    expect(page.locator(".chip")).to_have_text("Sent")
    expect(page.locator("[data-progress-url]")).to_have_count(0)
    looks_right(page)
    page.goto(updates)
    looks_right(page)

    assert (mails_to(NOOR), mails_to(SALMA)) == ([SUBJECTS["en"]], [SUBJECTS["ar"]])
    page.context.clear_cookies()
    page.goto(f"{site}/ar/letters/{letter.slug}/updates/1/")
    expect(page.locator("h1")).to_have_text(SUBJECTS["ar"])
    looks_right(page)
    page.set_viewport_size(DESKTOP)
    page.goto(f"{site}/letters/{letter.slug}/")
    page.click("text=News from the organizers")
    looks_right(page)

    link = re.search(r"<(http[^>]+)>", str(the_mail_to(NOOR)["List-Unsubscribe"]))
    assert link is not None
    page.goto(site + urlsplit(link[1]).path)
    page.locator("main form button").first.click()
    expect(page.get_by_text("You get no more news of this letter")).to_be_visible()
