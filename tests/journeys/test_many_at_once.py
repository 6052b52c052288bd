"""After a raid: an organizer finds the fakes, removes them together, and takes it back."""

import pytest
from playwright.sync_api import Page, expect

from campaign.letters.models import Letter
from signatures.models import Signature
from signatures.tasks import work_off_bulk_deeds
from tests.journeys.page_checks import looks_right
from tests.journeys.personas import ILSE
from tests.journeys.workers import the_workers_run
from tests.signatures.factories import PASSWORD, listed, make_organizer, make_team, someone


@pytest.mark.django_db(transaction=True)
def test_fakes_are_found_removed_together_and_put_back(
    letter: Letter, site: str, page: Page
) -> None:
    make_organizer(team=make_team(slug=letter.team.slug), email=ILSE)
    listed(letter, *(someone(number) for number in range(4)))
    page.goto(f"{site}/desk/letters/{letter.slug}/bulk/")
    page.locator("[name=login]").fill(ILSE)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    looks_right(page)
    page.get_by_label("Mail domain").fill("crowd.example")
    page.get_by_role("button", name="Count them").click()
    expect(page.locator("main")).to_contain_text("4 signatures fit")
    looks_right(page)
    page.get_by_label("Take them off the list").check()
    page.get_by_label("signed by a program, not by a person").check()
    page.get_by_role("button", name="Do it to 4 signatures").click()
    expect(page.locator("[data-figure=waiting]")).to_have_text("4")
    looks_right(page)
    work_off_bulk_deeds()
    the_workers_run()
    # The page hears of it by itself.
    expect(page.get_by_role("button", name="Undo all of it")).to_be_visible()
    looks_right(page)
    page.goto(f"{site}/letters/{letter.slug}/corrections/")
    expect(page.locator(".corrections li")).to_have_count(1)
    page.goto(f"{site}/desk/letters/{letter.slug}/bulk/")
    page.get_by_role("link", name="Take 4 signatures off the list").click()
    page.get_by_role("button", name="Undo all of it").click()
    work_off_bulk_deeds()
    the_workers_run()
    expect(page.locator("[data-figure=undone]")).to_have_text("4")
    assert set(Signature.objects.values_list("state", flat=True)) == {"confirmed"}
