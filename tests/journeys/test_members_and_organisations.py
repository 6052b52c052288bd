"""Ilse brings a union's list, Noor is on it, and a guild says who signs for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer, Role
from signatures.models import Proof, Signature
from signatures.tasks import check_due_proofs, end_lost_memberships
from signatures.verification import placed_line
from signatures.verification.network import environment
from tests.journeys.page_checks import looks_right
from tests.journeys.personas import ILSE, ILSES_PASSWORD, NOOR, VLAD, typed_by
from tests.journeys.visitor import Visitor
from tests.journeys.workers import count_of, link_in, the_mail_to, the_workers_run
from tests.signatures.factories import (
    GUILD,
    Person,
    listed,
    load,
    make_organizer,
    someone,
)
from tests.signatures.verification.fake_internet import LocalWorld
from tests.signatures.views.visitors import link_url

UNION = "Union of Invented Musicians"
LIST = "Member no.;Last name;First name\n0010-482;Dálaigh Brandsma;Noor Ó\n0010-483;Sørli;Kasper\n"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalWorld]:
    local = LocalWorld(tmp_path)
    with local.running() as seen:
        monkeypatch.setattr(environment, "world", seen)
        yield local


@pytest.fixture
def ilse(letter: Letter) -> Visitor:
    make_organizer(team=letter.team, email=ILSE)
    visitor = Visitor().goes_to("/desk/")
    visitor.sends("Log in", login=ILSE, password=ILSES_PASSWORD)
    return visitor.goes_to(f"/desk/letters/{letter.slug}/").follows("Rosters")


def confirmed_by_ruth(letter: Letter) -> None:
    """What Ilse uploaded, by another organizer's hand."""
    email = "ruth@working-artists.example"
    if not Organizer.objects.filter(email=email).exists():
        make_organizer(team=letter.team, email=email, role=Role.VETTER)
    ruth = Visitor().goes_to("/desk/").sends("Log in", login=email, password=ILSES_PASSWORD)
    ruth.goes_to(f"/desk/letters/{letter.slug}/rosters/").follows(UNION)
    ruth.sends("Confirm this list")
    assert "Members can show it from now on." in ruth.text


def on_the_page_of(letter: Letter, who: Person) -> Visitor:
    visitor = Visitor().goes_to(f"/letters/{letter.slug}/")
    visitor.sends("Sign the letter", **typed_by(who))
    the_workers_run()
    visitor.goes_to(link_in(the_mail_to(who))).sends("Send my answer", answer="sign")
    the_workers_run()
    return visitor.follows("Show that it’s you")


def the_list(letter: Letter) -> str:
    return " ".join(Visitor().goes_to(f"/letters/{letter.slug}/signatories/").text.split())


def test_noor_is_a_member_until_the_union_has_her_no_longer(letter: Letter, ilse: Visitor) -> None:
    ilse.sends("Upload this roster", name=UNION, pasted=LIST)
    assert "2 members taken." in ilse.text
    confirmed_by_ruth(letter)
    noor = on_the_page_of(letter, NOOR)
    before = count_of(letter)
    noor.sends("Show that I am a member", number="10484")
    assert "We cannot find this name with this number" in noor.text
    noor.sends("Show that I am a member", number="10 482")
    assert "Readers see it." in noor.text
    assert f"member of {UNION}, by a list that the organizers uploaded, " in the_list(letter)
    levels = {"1": before["levels"]["1"] - 1, "4": before["levels"]["4"] + 1}
    assert count_of(letter)["levels"] == before["levels"] | levels

    ilse.follows(UNION)
    assert "Deleting it takes the membership of 1 signatory back." in ilse.text
    ilse.sends("Replace the lines", pasted="10483, Kasper Sørli")
    end_lost_memberships()
    assert UNION in the_list(letter)
    confirmed_by_ruth(letter)
    end_lost_memberships()
    assert UNION not in the_list(letter)
    assert count_of(letter)["levels"] == before["levels"]
    noor.goes_to(link_in(the_mail_to(NOOR))).follows("Show that it’s you")
    assert "No longer shown since" in noor.text


def test_vlad_gets_no_famous_name_by_a_membership_and_guesses_nothing(
    letter: Letter, ilse: Visitor
) -> None:
    ilse.sends("Upload this roster", name=UNION, pasted=LIST)
    confirmed_by_ruth(letter)
    vlad = on_the_page_of(letter, VLAD)
    for number in range(10_480, 10_486):
        vlad.sends("Show that I am a member", number=str(number))
        assert vlad.status == 422
    vlad.sends("Show that I am a member", number="10482", name=NOOR.details.name)
    assert vlad.status == 429
    assert UNION not in the_list(letter)

    # A real member who signs as somebody else: readers are told that it is another name.
    kasper = on_the_page_of(letter, someone(7))
    kasper.sends("Show that I am a member", number="10483", name="Kasper Sørli")
    assert f"member of {UNION} under another name, " in the_list(letter)
    assert "Sørli" not in the_list(letter)
    assert count_of(letter)["levels"]["4"] == 0
    # And the membership is used up, whoever else has number and name.
    other = on_the_page_of(letter, someone(8))
    other.sends("Show that I am a member", number="10483", name="Kasper Sørli")
    assert "Somebody has shown this membership on this letter already" in other.text


def test_a_guild_shows_its_domain_and_then_who_signs_for_it(
    letter: Letter, world: LocalWorld
) -> None:
    signature = Signature.objects.get(email=GUILD.email)
    before = count_of(letter)
    guild = Visitor().goes_to(link_url(signature)).follows("Show that it’s you")
    assert "For an organisation, a proof of its domain is what counts" in guild.text
    guild.sends("Save", name="Wilhelmina Achterberg", role="chair")
    assert "Not shown yet: show its website, domain or an address there first." in guild.text
    assert "Achterberg" not in the_list(letter)

    guild.sends("Show this domain", subject="lampwrights.example")
    token = Proof.objects.get().token
    world.says("_undersigned.lampwrights.example", "TXT", placed_line.LABEL + token)
    guild.sends("I have placed it: look now")
    check_due_proofs()
    the_workers_run()
    shown = the_list(letter)
    assert "controls lampwrights.example (a DNS record), " in shown
    assert "signed for it by Wilhelmina Achterberg, chair" in shown
    after = count_of(letter)
    assert (after["people"], after["organisations"]) == (
        before["people"],
        before["organisations"],
    )

    guild.goes_to(link_url(load(signature.pk))).follows("Withdraw my signature")
    guild.sends("Withdraw my signature", agree="on")
    assert "Achterberg" not in the_list(letter)


def test_a_list_is_uploaded_and_a_membership_shown_in_the_browser(
    letter: Letter, site: str, page: Page
) -> None:
    make_organizer(team=letter.team, email=ILSE)
    [signer] = listed(letter, someone(7))
    page.goto(f"{site}/desk/letters/{letter.slug}/rosters/")
    page.locator("[name=login]").fill(ILSE)
    page.locator("[name=password]").fill(ILSES_PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_label("Name of the union or society").fill(UNION)
    page.get_by_role("button", name="Upload this roster").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a file, or paste the lines.")
    looks_right(page)
    lines = LIST + "no number;Somebody\n7;Number 7, Signer\n"
    file = {"name": "union.csv", "mimeType": "text/csv", "buffer": lines.encode("utf-16")}
    page.get_by_label("A CSV, TSV or text file").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Upload this roster").click()
    expect(page.get_by_role("status")).to_contain_text("3 members taken.")
    expect(page.get_by_role("status")).to_contain_text("Line 4: the first column is no member")
    looks_right(page)
    page.get_by_role("link", name=UNION).click()
    looks_right(page)
    confirmed_by_ruth(letter)

    page.goto(site + link_url(signer, "proofs/"))
    page.get_by_label("Your member number").fill("007")
    page.get_by_role("button", name="Show that I am a member").click()
    expect(page.get_by_role("heading", name=f"Membership · {UNION}")).to_be_visible()
    looks_right(page)


def test_a_guild_tells_who_signs_in_arabic_on_a_phone(
    letter: Letter, site: str, phone: Page
) -> None:
    signature = Signature.objects.get(email=GUILD.email)
    phone.goto(f"{site}/ar{link_url(signature, 'proofs/')}")
    phone.locator("#authority_name").fill("ليلى الصبّاغ")
    phone.locator("form[action$='/authority/'] button").first.click()
    expect(phone.get_by_role("alert")).to_be_visible()
    looks_right(phone)
    phone.locator("#authority_role").fill("المديرة")
    phone.locator("form[action$='/authority/'] button").first.click()
    expect(phone.locator("#authority ~ p[role=status] bdi").first).to_have_text("ليلى الصبّاغ")
    looks_right(phone)
