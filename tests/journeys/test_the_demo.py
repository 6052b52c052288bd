"""Piet tries the demo: every button, and then his own name on an invented site."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from demo import internet, letters, newcomers, roster_seed, seeding, verification_demo
from demo.sites import the_sites
from signatures.models import Signature
from signatures.tasks import check_due_proofs
from signatures.verification.network import environment
from tests.journeys.conftest import PHONE
from tests.journeys.page_checks import looks_right
from tests.journeys.personas import NOOR, typed_by
from tests.journeys.visitor import Visitor
from tests.journeys.workers import count_of, link_in, the_mail_to, the_workers_run
from tests.signatures.factories import listed, open_letter, someone

HOST = "noor-viola.example"


@pytest.fixture(autouse=True)
def _the_demo(monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[None]:
    """A few people under its letters, and its own internet."""
    fewer = tuple(replace(each, signatures=60) for each in letters.letters())
    monkeypatch.setattr(seeding, "letters", lambda: fewer)
    monkeypatch.setattr(roster_seed, "_TO_COME", 5)
    monkeypatch.setattr(environment, "world", environment.world)
    for kept in (roster_seed.members_to_come, newcomers._crowd, the_sites):
        kept.cache_clear()
    seeding.seed()
    installed = internet.install()
    yield
    installed.close()
    roster_seed.members_to_come.cache_clear()


@pytest.mark.django_db(transaction=True)
def test_piet_presses_every_button_on_his_phone(page: Page, site: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/letters/ask-before-you-train/")
    page.get_by_role("link", name="Try every way to verify").click()
    looks_right(page)
    for way in verification_demo.ALL:
        page.goto(f"{site}/demo/proofs/")
        page.get_by_role("button", name=str(way.button)).click()
        if way.slug == "account":
            page.get_by_role("button", name="Sign in at").click()
            page.wait_for_url("**/accounts/dummy/authenticate/**")
            continue
        expect(page.get_by_role("heading", level=1)).to_have_text(str(way.title))
        expect(page.get_by_role("status")).to_contain_text(str(way.done)[:20])
        looks_right(page)
    page.get_by_role("link", name="Their own page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your signature")


@pytest.mark.django_db(transaction=True)
def test_piet_reads_it_in_arabic(page: Page, site: str) -> None:
    page.goto(f"{site}/ar/demo/proofs/")
    looks_right(page)
    page.locator('form[action$="/proofs/vetting/"] button').click()
    page.wait_for_url("**/ar/demo/proofs/vetting/*/")
    looks_right(page)
    assert Signature.objects.order_by("-pk")[0].translation.language == "ar"


@pytest.mark.django_db(transaction=True)
def test_noor_signs_by_hand_and_places_her_line_on_an_invented_site() -> None:
    noor = Visitor().goes_to("/letters/ask-before-you-train/")
    noor.sends("Sign the letter", **typed_by(NOOR))
    the_workers_run()
    noor.goes_to(link_in(the_mail_to(NOOR))).sends("Send my answer", answer="sign")
    noor.follows("Show that it’s you").sends("Show this site", subject=HOST)
    start = noor.text.index('<a rel="me"')
    line = noor.text[start : noor.text.index("</a>", start) + 4]
    noor.in_another_tab().goes_to("/demo/proofs/").sends(
        "Place it", host=HOST, line=line, method="website"
    )
    noor.sends("I have placed it: look now")
    check_due_proofs()
    noor.follows("See what we found")
    assert "Readers see it." in noor.text
    signature = Signature.objects.order_by("-pk")[0]
    assert (signature.name, signature.level) == (NOOR.details.name, 2)


@pytest.mark.django_db(transaction=True)
def test_other_letters_on_the_machine_are_left_alone() -> None:
    letter = open_letter()
    listed(letter, someone(1))
    before = count_of(letter)
    for _press in range(2):
        Visitor().goes_to("/demo/proofs/").sends("Show a membership")
    assert count_of(letter) == before
