"""After an evening with paper: an organizer brings in the sheets, and who signed them answers."""

import pytest
from playwright.sync_api import Page, expect

from campaign.letters.models import Letter
from signatures.models import Signature, SigningInvitation, Suppression
from signatures.tasks import work_off_imports
from tests.journeys.page_checks import looks_right
from tests.journeys.personas import ILSE
from tests.journeys.workers import link_in, the_mail_to, the_workers_run
from tests.signatures.factories import PASSWORD, make_organizer, make_team

SHEETS = """Full name;E-Mail;Country;Job
Brigid O’Malloran;brigid@quay.example;Ireland;poet
Wiktor Zawada;wiktor@quay.example;Poland;Falconer
1.23E+10;nobody@quay.example;Ireland;poet
"""


@pytest.mark.django_db(transaction=True)
def test_sheets_become_signatures_of_those_who_say_yes(
    letter: Letter, site: str, page: Page
) -> None:
    make_organizer(team=make_team(slug=letter.team.slug), email=ILSE)
    page.goto(f"{site}/desk/letters/{letter.slug}/import/")
    page.locator("[name=login]").fill(ILSE)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    looks_right(page)
    page.get_by_label("A CSV or XLSX file").set_input_files(
        {"name": "sheets.csv", "mimeType": "text/csv", "buffer": SHEETS.encode("utf-16")}
    )
    page.get_by_label("On paper").check()
    page.get_by_role("textbox", name="Where").fill("Lantern Theatre, Cork")
    page.get_by_label("On which day").fill("2026-11-20")
    page.get_by_label("All of them signed").check()
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.get_by_role("heading", name="The file is being read")).to_be_visible()
    looks_right(page)
    work_off_imports()
    # The page hears of it by itself.
    ask = page.get_by_role("button", name="Ask these 2 people")
    expect(ask).to_be_visible()
    expect(page.locator("main")).to_contain_text("Row 4, column “Name”: A spreadsheet")
    looks_right(page)
    assert SigningInvitation.objects.count() == 0
    ask.click()
    work_off_imports()
    the_workers_run()
    # Loaded anew by itself, once all is done.
    expect(page.locator("[data-bulk-url]")).to_have_count(0)
    expect(page.locator("[data-figure=open]")).to_have_text("2")
    looks_right(page)
    page.goto(site + link_in(the_mail_to("brigid@quay.example")))
    looks_right(page)
    page.get_by_label("Show my name").check()
    page.get_by_role("button", name="Yes, I sign").click()
    expect(page.get_by_role("heading", name="This was answered: yes")).to_be_visible()
    looks_right(page)
    page.goto(site + link_in(the_mail_to("wiktor@quay.example")))
    page.get_by_label("I did not sign this letter").check()
    page.get_by_role("button", name="I did not sign this").click()
    expect(page.get_by_role("heading", name="you did not sign")).to_be_visible()
    looks_right(page)
    from_sheets = Signature.objects.filter(email__endswith="@quay.example")
    signed = from_sheets.values_list("email", "state", "country", "profession")
    assert list(signed) == [("brigid@quay.example", "confirmed", "IE", "poet")]
    assert [each.reason for each in Suppression.objects.all()] == ["denied"]
