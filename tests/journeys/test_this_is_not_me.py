"""Somebody stands under a letter in another's name. She finds it, says so, shows that it is hers,
and gets a decision: in the browser from the name on the list to the answer."""

import pytest
from playwright.sync_api import Page, expect

from campaign.letters.models import Letter
from signatures.models import Signature, SignatureState
from signatures.verification.rosters import membership
from tests.journeys.page_checks import looks_right
from tests.journeys.personas import ILSE, NOOR, SALMA
from tests.journeys.visitor import said
from tests.journeys.workers import count_of, link_in, the_mail_to, the_workers_run
from tests.signatures.factories import PASSWORD, Person, listed, load, make_organizer
from tests.signatures.verification.rosters import uploads

UNION = "Union of Invented Artists"
NUMBER = "0042"


def _says_that_it_is_not_her(page: Page, site: str, fake: Signature, language: str) -> str:
    """The address that her mail leads to, once the report is with the organizers."""
    claimant = f"herself-{language}@elsewhere.example"

    def word(english: str) -> str:
        return said(language, english)

    page.goto(f"{site}/{language}/letters/{fake.letter.slug}/signatories/".replace("/en/", "/"))
    page.get_by_role("link", name=fake.name, exact=True).click()
    page.get_by_role("link", name=word("This isn’t me")).click()
    looks_right(page)
    page.get_by_role("button", name=word("Send the report")).click()
    expect(page.get_by_role("alert")).to_contain_text(word("Choose what is wrong."))
    page.get_by_label(word("This is my name, and I never signed")).check()
    page.get_by_label(word("Your own name")).fill(fake.name)
    page.get_by_label(word("Your e-mail address")).fill(claimant)
    page.get_by_role("button", name=word("Send the report")).click()
    expect(page.get_by_role("heading", name=word("Check your inbox"))).to_be_visible()
    the_workers_run()
    link = site + link_in(the_mail_to(claimant))
    page.goto(link)
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.get_by_label(word("I made this report, and want the organizers to look at it.")).check()
    page.get_by_role("button", name=word("Send the report")).click()
    heading = page.get_by_role("heading", name=word("Your report is with the organizers"))
    expect(heading).to_be_visible()
    looks_right(page)
    return link


@pytest.mark.parametrize(("language", "who"), [("en", NOOR), ("ar", SALMA)])
def test_somebody_impersonated_gets_a_decision(
    letter: Letter, site: str, page: Page, language: str, who: Person
) -> None:
    ilse = make_organizer(team=letter.team, email=ILSE)
    [fake] = listed(letter, who)
    line = membership.line_key(number=NUMBER, name=who.details.name)
    uploads.uploaded(letter=letter, name=UNION, organizer=ilse, lines=[line])
    before = count_of(letter)["total"]

    def word(english: str) -> str:
        return said(language, english)

    link = _says_that_it_is_not_her(page, site, fake, language)
    assert (load(fake.pk).state, count_of(letter)["total"]) == (SignatureState.CONFIRMED, before)
    page.get_by_label(word("Your member number")).fill("42")
    page.get_by_role("button", name=word("Show that I am a member")).click()
    shown = word(
        "You have shown that the name is yours, and the organizers see it with your report. The "
        "name is off the list until they answer, unless they had checked that signature before."
    )
    expect(page.locator(".said")).to_contain_text(shown)
    looks_right(page)
    assert (load(fake.pk).state, count_of(letter)["total"]) == (SignatureState.HELD, before - 1)

    page.goto(f"{site}/desk/letters/{letter.slug}/reports/")
    page.locator("[name=login]").fill(ILSE)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.get_by_role("link", name=who.details.name, exact=True).click()
    expect(page.locator(".matches")).to_contain_text(UNION)
    looks_right(page)
    page.locator("button[value=turn_away]").click()
    assert load(fake.pk).state == SignatureState.REJECTED

    the_workers_run()
    told = the_mail_to(f"herself-{language}@elsewhere.example").get_body(("plain",))
    assert told is not None
    assert word("removed from the list") in told.get_content()
    page.goto(link)
    answered = page.get_by_role("heading", name=word("Your report was answered"))
    expect(answered).to_be_visible()
    expect(page.locator(".lead")).to_contain_text(word("removed from the list"))
    looks_right(page)
    page.goto(f"{site}/{language}/letters/{letter.slug}/corrections/".replace("/en/", "/"))
    expect(page.locator(".reports")).to_contain_text(word("removed from the list"))
    looks_right(page)
