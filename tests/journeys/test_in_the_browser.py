"""The whole path in Chromium: Noor on her phone, Salma in Arabic, and whoever allows no scripts."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from campaign.letters.models import Letter
from signatures.models import Kind, Profession, Signature
from tests.journeys.page_checks import looks_right
from tests.journeys.personas import NOOR, SALMA
from tests.journeys.visitor import said
from tests.journeys.workers import count_of, link_in, the_mail_to, the_workers_run
from tests.signatures.factories import Person, person


def fills_the_form(page: Page, who: Person) -> None:
    language, details = who.language, who.details
    page.get_by_label(said(language, "Your name, as it should appear")).fill(details.name)
    page.get_by_label(said(language, "E-mail"), exact=True).fill(who.email)
    page.get_by_label(said(language, "Profession"), exact=True).select_option(
        str(details.profession)
    )
    page.get_by_label(said(language, "Country"), exact=True).select_option(details.country)
    page.locator("input[name=consent_publish][value=on]").check()


def test_noor_signs_on_her_phone_from_the_letter_to_the_list_and_back(
    letter: Letter, site: str, phone: Page
) -> None:
    before = count_of(letter)
    phone.goto(f"{site}/")
    looks_right(phone)
    phone.get_by_role("link", name="For work that is ours").click()
    looks_right(phone)

    phone.locator(".jump").get_by_role("link", name="Sign the letter").click()
    fills_the_form(phone, NOOR)
    phone.get_by_role("button", name="Sign the letter").click()
    expect(phone.get_by_role("heading", name="Check your inbox")).to_be_visible()
    looks_right(phone)

    the_workers_run()
    phone.goto(site + link_in(the_mail_to(NOOR)))
    expect(phone.get_by_text(NOOR.details.name)).to_be_visible()
    looks_right(phone)
    assert count_of(letter) == before
    phone.get_by_label("Yes, I sign").check()
    phone.get_by_role("button", name="Send my answer").click()

    expect(phone.get_by_text("Your own number appears here in a few seconds")).to_be_visible()
    looks_right(phone)
    assert count_of(letter)["total"] == before["total"] + 1
    # The page finds out by itself, while she looks at it.
    expect(phone.locator(".figure")).to_have_text("4")

    phone.get_by_role("link", name="See the list of signatories").click()
    phone.get_by_role("searchbox").fill("dalaigh")
    phone.get_by_role("button", name="Find").click()
    expect(phone.locator(".who-name")).to_have_text([NOOR.details.name])
    looks_right(phone)

    phone.goto(site + link_in(the_mail_to(NOOR)))
    phone.get_by_text("Change how you appear", exact=True).click()
    looks_right(phone)
    phone.get_by_label("Known for").fill("Low Water Trio")
    phone.get_by_role("button", name="Save").click()
    expect(phone.get_by_role("status")).to_contain_text("Saved.")
    phone.get_by_role("link", name="Withdraw my signature").click()
    looks_right(phone)
    phone.get_by_label("I want to withdraw my signature.").check()
    phone.get_by_role("button", name="Withdraw my signature").click()
    expect(phone.get_by_role("heading", name="Your signature is withdrawn")).to_be_visible()
    looks_right(phone)
    assert count_of(letter)["total"] == before["total"]


def test_salma_signs_at_her_desk_in_arabic_from_right_to_left(
    letter: Letter, site: str, page: Page
) -> None:
    before = count_of(letter)

    def word(english: str) -> str:
        return said("ar", english)

    page.goto(f"{site}/letters/{letter.slug}/")
    page.get_by_role("link", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    looks_right(page)
    form, count = page.locator("#sign").bounding_box(), page.locator(".count").bounding_box()
    assert form is not None
    assert count is not None
    assert count["x"] + count["width"] <= form["x"]

    fills_the_form(page, SALMA)
    page.get_by_role("button", name=word("Sign the letter")).click()
    expect(page.get_by_role("heading", name=word("Check your inbox"))).to_be_visible()
    expect(page.locator("bdi[dir=ltr]")).to_have_text(SALMA.email)
    looks_right(page)

    the_workers_run()
    page.goto(site + link_in(the_mail_to(SALMA)))
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    looks_right(page)
    page.get_by_label(word("Yes, I sign")).check()
    page.get_by_role("button", name=word("Send my answer")).click()
    page.wait_for_url("**/thanks/")
    looks_right(page)
    assert count_of(letter)["total"] == before["total"] + 1
    expect(page.locator(".figure")).to_have_text("٤")

    page.get_by_role("link", name=word("See the list of signatories")).click()
    page.get_by_role("searchbox").fill("الحبار")
    page.get_by_role("button", name=word("Find")).click()
    expect(page.locator(".who-name")).to_have_text([SALMA.details.name])
    looks_right(page)
    for address in ("numbers/", f"letters/{letter.slug}/record/", ""):
        page.goto(f"{site}/ar/{address}")
        looks_right(page)


def test_a_guild_is_asked_for_no_profession_once_it_says_that_it_is_one(
    letter: Letter, site: str, phone: Page
) -> None:
    guild = person("post@tinsmiths.example", "Tinsmiths’ Circle", kind=Kind.ORGANISATION)
    phone.goto(f"{site}/letters/{letter.slug}/")
    phone.get_by_text("or sign for an organisation").click()
    box, profession = phone.locator("[name=kind]"), phone.locator("#sign [name=profession]")
    expect(box).to_have_accessible_description(re.compile("Organisations leave the profession out"))
    box.check()
    expect(profession).to_be_hidden()
    looks_right(phone)
    box.uncheck()
    expect(profession).to_be_visible()
    # Chosen before the box was ticked: it goes without saying.
    fills_the_form(phone, guild.but(profession=Profession.POET))
    box.check()
    phone.get_by_role("button", name="Sign the letter").click()
    expect(phone.get_by_role("heading", name="Check your inbox")).to_be_visible()
    signed = Signature.objects.get(email=guild.email)
    assert (signed.kind, signed.profession) == (Kind.ORGANISATION, "")


def test_noor_allows_no_scripts_and_misses_nothing_that_she_needs(
    letter: Letter, site: str, without_scripts: BrowserContext
) -> None:
    before = count_of(letter)
    page = without_scripts.new_page()
    page.goto(f"{site}/letters/{letter.slug}/")
    page.get_by_role("button", name="Sign the letter").click()
    expect(page.get_by_role("alert")).to_contain_text("Please check the following")
    page.get_by_role("alert").get_by_role("link", name="profession").click()
    assert page.url.endswith("#id_profession")

    page.get_by_text("Say what you are known for").click()
    page.get_by_label("Known for").fill("Low Water Quartet")
    fills_the_form(page, NOOR)
    page.get_by_role("button", name="Sign the letter").click()
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_role("status")).to_contain_text("Asked for once more")
    the_workers_run()
    page.goto(site + link_in(the_mail_to(NOOR)))
    page.get_by_label("Yes, I sign").check()
    page.get_by_role("button", name="Send my answer").click()
    # Chromium with scripts turned off from outside keeps even <noscript> to itself.
    assert "Reload this page in a moment" in page.content()
    assert count_of(letter)["total"] == before["total"] + 1
    page.reload()
    expect(page.locator(".figure")).to_have_text("4")

    page.get_by_role("link", name="Open your own page").click()
    page.get_by_text("Change how you appear", exact=True).click()
    page.get_by_label("Known for").fill("Low Water Trio")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    page.get_by_role("link", name="Withdraw my signature").click()
    page.get_by_label("I want to withdraw my signature.").check()
    page.get_by_role("button", name="Withdraw my signature").click()
    expect(page.get_by_role("heading", name="Your signature is withdrawn")).to_be_visible()
    assert count_of(letter)["total"] == before["total"]
