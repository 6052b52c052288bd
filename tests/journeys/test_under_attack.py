"""Proof of work in Chromium: nothing to solve and nothing to press; and without JavaScript."""

from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Request, expect

from campaign.letters.models import Letter
from signatures import confirmation
from signatures.models import Signature
from signatures.moderation import attacks
from tests.journeys.page_checks import looks_right
from tests.journeys.personas import NOOR
from tests.journeys.test_in_the_browser import fills_the_form
from tests.signatures.factories import load


def test_noors_browser_computes_and_sends_by_itself(letter: Letter, site: str, phone: Page) -> None:
    attacks.defend(letter=letter, now=timezone.now())
    sent: list[str] = []

    def note(asked: Request) -> None:
        if asked.method == "POST":
            sent.append(asked.post_data or "")

    phone.on("request", note)
    # The page stands still until it is looked at.
    script = "**/proof-of-work*.js"
    phone.route(script, lambda route: route.fulfill(body="", content_type="text/javascript"))
    phone.goto(f"{site}/letters/{letter.slug}/")
    fills_the_form(phone, NOOR)
    phone.get_by_role("button", name="Sign the letter").click()
    expect(phone.get_by_text("Nothing that you typed is lost")).to_be_visible()
    looks_right(phone)
    phone.unroute(script)
    phone.get_by_role("button", name="Sign the letter").click()
    expect(phone.get_by_role("heading", name="Check your inbox")).to_be_visible()
    # By hand twice, and once by itself.
    assert ["work=ey" in data for data in sent] == [False, False, True]
    assert not Signature.objects.get(email=NOOR.email).without_work


def test_without_javascript_the_last_button_signs(
    letter: Letter, site: str, without_scripts: BrowserContext
) -> None:
    attacks.defend(letter=letter, now=timezone.now())
    page = without_scripts.new_page()
    page.goto(f"{site}/letters/{letter.slug}/")
    fills_the_form(page, NOOR)
    page.get_by_role("button", name="Sign the letter").click()
    expect(page.get_by_text("Nothing that you typed is lost")).to_be_visible()
    page.get_by_role("button", name="Sign, and let the organizers look first").click()
    expect(page.get_by_role("heading", name="Check your inbox")).to_be_visible()
    signature = load(Signature.objects.get(email=NOOR.email).pk)
    confirmation.confirm(signature=signature, expected_revision=signature.revision)
    assert load(signature.pk).state == "held"
