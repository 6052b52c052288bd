"""Aino has a letter in mind and nothing here yet. An operator lets her in, and it is published."""

import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pytest_django import Settings

from campaign.letters.models import Letter
from campaign.organizers.enrolment import verify_address
from campaign.organizers.models import Organizer
from campaign.organizers.tasks import send_owed_account_mail
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.workers import link_in, the_mail_to
from tests.organizers.authenticator import code_of

pytestmark = pytest.mark.django_db
AINO = "aino@riverside.example"
PASSWORD = "nine lanterns on the quay"
OPERATOR, OPERATORS_PASSWORD = "root@letters.example", "four boats under a bridge"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
WORDS = {
    "en": ("Riverside Readers", "Keep the libraries open", "To the city", "We read on Sundays."),
    "ar": ("قراء النهر", "أبقوا المكتبات مفتوحة", "إلى المدينة", "نحن نقرأ يوم الجمعة."),
}


@pytest.fixture(autouse=True)
def _strict(settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    settings.OPERATOR_CONTACT = OPERATOR
    cache.clear()


def link_to(address: str, site: str) -> str:
    send_owed_account_mail()
    return site + link_in(the_mail_to(address))


def applies(page: Page, site: str, language: str) -> None:
    team, _title, addressee, body = WORDS[language]
    page.goto(site if language == "en" else f"{site}/ar/")
    page.locator("footer a[href$='/start/']").click()
    for name, typed in {
        "name": "Aino Castellane",
        "email": AINO,
        "team_name": team,
        "asks": f"{addressee}: {body}",
        "contact": "hello@riverside.example",
    }.items():
        page.locator(f"[name={name}]").fill(typed)
    page.locator("main form button").click()
    expect(page).to_have_url(re.compile("/start/sent/$"))
    page.goto(link_to(AINO, site))
    page.locator("main form button").click()


def approves(page: Page, site: str) -> None:
    page.goto(link_to(OPERATOR, site))
    page.locator("[name=login]").fill(OPERATOR)
    page.locator("[name=password]").fill(OPERATORS_PASSWORD)
    page.locator("form button[type=submit]").first.click()
    page.locator("[name=code]").fill(code_of(SECRET))
    page.locator("form button[type=submit]").first.click()
    page.locator("[name=approve]").click()
    expect(page.locator(".messagelist .success")).to_have_count(1)


def sets_up_the_account(page: Page, site: str) -> None:
    page.goto(link_to(AINO, site))
    page.locator("main form button").click()
    page.locator("[name=name]").fill("Aino Castellane")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    page.locator("a[href*='/totp/activate/']").click()
    if page.locator("[name=password]").count():
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form button").first.click()
    secret = re.search(r'value="([A-Z2-7]{32})"', page.content())
    assert secret is not None
    page.locator("[name=code]").fill(code_of(secret[1]))
    page.locator("main form button").first.click()


def writes_and_publishes(page: Page, site: str, language: str) -> None:
    _team, title, addressee, body = WORDS[language]
    page.goto(f"{site}/desk/" if language == "en" else f"{site}/ar/desk/")
    page.locator(".first-steps a").first.click()
    for name, typed in {"title": title, "addressee": addressee, "body": body}.items():
        page.locator(f"[name={name}]").fill(typed)
    page.locator("[name=language]").select_option(language)
    page.locator("main form button.btn:not([name=preview])").first.click()
    expect(page.locator(".first-steps .done")).to_have_count(1)
    page.locator(".first-steps a[href$='/publish/']").click()
    page.locator("main form button.btn").last.click()
    expect(page.locator(".first-steps")).to_have_count(0)


@pytest.mark.parametrize(("language", "screen"), [("en", DESKTOP), ("ar", PHONE)])
def test_from_the_front_page_to_a_published_letter(
    browser: Browser, site: str, language: str, screen: ViewportSize
) -> None:
    operator = Organizer.objects.create_superuser(OPERATOR, OPERATORS_PASSWORD)
    verify_address(organizer=operator)
    TOTP.activate(operator, SECRET)
    # Not `page`: that the second factor is missing is told by a 403, which the console has.
    with browser.new_page(viewport=screen) as mine, browser.new_page() as operators:
        applies(mine, site, language)
        approves(operators, site)
        sets_up_the_account(mine, site)
        writes_and_publishes(mine, site, language)
    letter = Letter.objects.get()
    assert (letter.state, letter.team.name) == ("published", WORDS[language][0])
