"""From a famous name that somebody signs with to what the organizers make of it, and the reader."""

import pytest
from playwright.sync_api import Page, expect

from campaign.letters.models import Letter
from campaign.organizers.models import Role
from signatures.models import Signature, SignatureState
from signatures.screening import watchlist
from tests.journeys.personas import ILSE, NOOR, VLAD, typed_by
from tests.journeys.visitor import Visitor
from tests.journeys.workers import count_of, link_in, the_mail_to, the_workers_run
from tests.signatures.factories import (
    PASSWORD,
    Person,
    confirmed,
    load,
    make_organizer,
    make_team,
    someone,
)

FAMOUS = "Noor Ó Dálaigh-Brandsma"


def _signs(who: Person, letter: Letter) -> Visitor:
    visitor = Visitor().goes_to(f"/letters/{letter.slug}/")
    visitor.sends("Sign the letter", **typed_by(who))
    the_workers_run()
    return visitor.goes_to(link_in(the_mail_to(who))).sends("Send my answer", answer="sign")


def _logs_in(email: str) -> Visitor:
    visitor = Visitor().goes_to("/desk/")
    return visitor.sends("Log in", login=email, password=PASSWORD)


def test_a_fake_in_a_famous_name_never_appears_and_the_real_one_does(letter: Letter) -> None:
    make_organizer(team=letter.team, email=ILSE)
    make_organizer(team=letter.team, email="ruth@working-artists.example", role=Role.VETTER)
    ilse, ruth = _logs_in(ILSE), _logs_in("ruth@working-artists.example")
    vetting = f"/desk/letters/{letter.slug}/vetting/"
    ilse.goes_to(f"/desk/letters/{letter.slug}/watched/")
    ilse.sends("Watch these names", names=f"{FAMOUS}\nSomebody Else")
    assert "2 names added." in ilse.text
    before = count_of(letter)

    fake = VLAD.but(name="Nооr Ó Dálaigh Brandsma")
    assert "being checked by the organizers" in _signs(fake, letter).text
    real = _signs(NOOR, letter)
    assert "being checked by the organizers" in real.text
    held = count_of(letter)
    assert (held["total"], held["held"]) == (before["total"], 2)
    everyone = Visitor().goes_to(f"/letters/{letter.slug}/signatories/")
    assert FAMOUS not in everyone.text

    ilse.goes_to(vetting).sends("Check the next one")
    assert fake.details.name in ilse.text
    ilse.sends("Reject", reason="Not her", message="Please write to us.")
    assert FAMOUS in ilse.text
    ilse.sends("Approve")
    assert "A second organizer must approve it, too." in ilse.text
    assert count_of(letter)["total"] == before["total"]

    ruth.goes_to(vetting).sends("Check the next one")
    ruth.sends("Approve as vetted: we know who this is", reason="Met her at the hall")
    after = count_of(letter)
    assert (after["total"], after["held"]) == (before["total"] + 1, 0)
    assert after["levels"]["3"] == 1
    assert FAMOUS in everyone.goes_to(f"/letters/{letter.slug}/signatories/").text
    assert "Your signature" in real.goes_to(link_in(the_mail_to(NOOR))).text
    assert "Withdraw my signature" in real.text

    again = VLAD.but(name="Nооr Ó Dálaigh Brandsma")
    other = Person(email="other@rubble.example", details=again.details)
    assert "being checked by the organizers" in _signs(other, letter).text
    assert count_of(letter)["total"] == after["total"]


@pytest.mark.django_db(transaction=True)
def test_the_queue_is_worked_through_by_keyboard(letter: Letter, site: str, page: Page) -> None:
    team = make_team(slug=letter.team.slug)
    make_organizer(team=team, email=ILSE)
    Letter.objects.filter(pk=letter.pk).update(vets_everyone=True)
    watchlist.forget()
    waiting = [confirmed(letter, someone(number)) for number in range(4)]

    def state(number: int) -> str:
        return load(waiting[number].pk).state

    page.goto(f"{site}/desk/letters/{letter.slug}/vetting/")
    page.locator("[name=login]").fill(ILSE)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text("Signer Number 0")
    name = page.locator(".appears-name")

    def press(key: str) -> None:
        # As a person does: not before the page names the keys, nor before they have read the name.
        expect(page.locator("[data-keys]")).to_be_visible()
        expect(page.locator("main[aria-busy='true'], main[data-unread]")).to_have_count(0)
        page.keyboard.press(key)

    press("j")
    expect(name).to_have_text("Signer Number 0")
    press("a")
    expect(name).to_have_text("Signer Number 1")
    press("u")
    expect(name).to_have_text("Signer Number 0")
    press("j")
    expect(name).to_have_text("Signer Number 1")
    press("k")
    expect(name).to_have_text("Signer Number 0")
    press("a")
    expect(name).to_have_text("Signer Number 1")
    press("h")
    expect(name).to_have_text("Signer Number 2")
    press("r")
    reason = page.locator("#id_reason")
    expect(reason).to_be_focused()
    # While somebody types, keys are letters.
    page.keyboard.type("a hoax, surely")
    page.keyboard.press("Enter")
    expect(name).to_have_text("Signer Number 3")
    assert [state(number) for number in range(4)] == ["confirmed", "held", "rejected", "held"]

    page.goto(f"{site}/desk/letters/{letter.slug}/vetting/")
    page.get_by_role("button", name="Choose all on this page").click()
    page.get_by_role("button", name="Approve the chosen…").click()
    expect(page.locator("main")).to_contain_text("shown and counted")
    page.get_by_role("button", name="Approve them").click()
    expect(page.locator("main")).to_contain_text("1 approved.")
    assert Signature.objects.filter(state=SignatureState.HELD).count() == 1
