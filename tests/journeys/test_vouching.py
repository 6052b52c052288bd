"""Noor has no site of her own, but two colleagues whom the organizers know; Vlad has neither."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django import Settings

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures.models import Evidence, Proof, Signature
from signatures.moderation import attestation
from signatures.tasks import check_due_proofs, look_up_evidence, settle_vouched
from signatures.verification.network import environment
from tests.journeys.personas import ILSE, NOOR, SALMA, VLAD, typed_by
from tests.journeys.visitor import Visitor
from tests.journeys.workers import count_of, link_in, the_mail_to, the_workers_run
from tests.signatures.factories import Person, make_organizer, person
from tests.signatures.verification.fake_internet import LocalWorld

TEUN = person("teun@cello.example", "Teun Haverkamp-Brouwer", country="NL")
READERS_SEE = "vouched for by two signatories, "


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalWorld]:
    local = LocalWorld(tmp_path)
    with local.running() as seen:
        monkeypatch.setattr(environment, "world", seen)
        yield local


def signed(letter: Letter, who: Person) -> Visitor:
    """On the page where their signature was confirmed."""
    visitor = Visitor().goes_to(f"/letters/{letter.slug}/")
    visitor.sends("Sign the letter", **typed_by(who))
    the_workers_run()
    visitor.goes_to(link_in(the_mail_to(who))).sends("Send my answer", answer="sign")
    the_workers_run()
    return visitor


def own_page(visitor: Visitor, who: Person) -> Visitor:
    return visitor.goes_to(link_in(the_mail_to(who)))


def signature_of(who: Person) -> Signature:
    return Signature.objects.get(email=who.email)


def known_to_the_organizers(who: Person) -> None:
    signature = signature_of(who)
    organizer = ilse_at(signature.letter)
    attestation.vet(
        signature=signature,
        organizer=organizer,
        expected_revision=signature.revision,
        evidence="met at the hall",
    )


def ilse_at(letter: Letter) -> Organizer:
    """Who runs this letter."""
    found = Organizer.objects.filter(email=ILSE).first()
    return found or make_organizer(team=letter.team, email=ILSE)


def code_on(visitor: Visitor) -> str:
    found = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", visitor.text)
    assert found is not None
    return found[0]


def the_list(letter: Letter) -> str:
    return " ".join(Visitor().goes_to(f"/letters/{letter.slug}/signatories/").text.split())


def test_two_who_know_noor_vouch_for_her_and_one_thinks_better_of_it(letter: Letter) -> None:
    noor = signed(letter, NOOR).follows("Show that it’s you")
    code = code_on(noor)
    vouchers = []
    for who, relation in ((SALMA, "read with her in Tyre"), (TEUN, "the cello of our quartet")):
        visitor = signed(letter, who)
        known_to_the_organizers(who)
        own_page(visitor, who)
        visitor.follows("Vouch for somebody").sends("See whose code it is", code=code.lower())
        assert NOOR.details.name in visitor.text
        assert READERS_SEE not in the_list(letter)
        visitor.sends("I vouch for them", relation=relation)
        vouchers.append(visitor)
    before = count_of(letter)
    assert READERS_SEE in the_list(letter)
    assert before["levels"]["2"] == 1
    for hidden in ("Tyre", "quartet"):
        assert hidden not in the_list(letter)

    noor.follows("Your signature").follows("Show that it’s you")
    assert "the cello of our quartet" in noor.text
    assert "Readers see it." in noor.text

    # Noor does not know any Salma.
    noor.sends(f"Refuse: {SALMA.details.name}")
    the_workers_run()
    assert READERS_SEE not in the_list(letter)
    assert count_of(letter)["levels"]["2"] == 0
    # It was a mistake, and Salma has the code still.
    vouchers[0].sends("See whose code it is", code=code)
    vouchers[0].sends("I vouch for them", relation="read with her in Tyre")
    assert READERS_SEE in the_list(letter)

    teun = own_page(vouchers[1], TEUN)
    teun.follows("Withdraw my signature").sends("Withdraw my signature", agree="on")
    settle_vouched()
    assert READERS_SEE not in the_list(letter)
    assert count_of(letter)["levels"]["2"] == 0


def test_vlad_finds_nobody_by_guessing_and_nobody_vouches_for_him(letter: Letter) -> None:
    vlad = signed(letter, VLAD)
    assert "Vouch for somebody" not in vlad.text
    token = link_in(the_mail_to(VLAD))
    vlad.goes_to(f"{token}vouch/")
    assert "Only people whom the organizers have vetted" in vlad.text

    known_to_the_organizers(VLAD)
    vlad.goes_to(f"{token}vouch/")
    own = code_on(vlad.in_another_tab().goes_to(f"{token}proofs/"))
    vlad.sends("See whose code it is", code=own)
    assert vlad.status == 422
    for number in range(59):
        vlad.sends("See whose code it is", code=f"{number:012d}")
        assert vlad.status == 422
    vlad.sends("See whose code it is", code="0" * 12)
    assert vlad.status == 429


def test_noor_points_at_a_record_and_ilse_reads_that_its_website_is_hers(
    letter: Letter, world: LocalWorld, settings: Settings
) -> None:
    settings.LOOK_UP_PUBLIC_RECORDS = True
    noor = signed(letter, NOOR).follows("Show that it’s you")
    noor.sends("Add this entry", link="https://openlibrary.org/works/OL7W")
    assert noor.status == 422
    noor.sends("Add this entry", link="https://openlibrary.org/authors/OL7A/Noor")
    record = {
        "type": {"key": "/type/author"},
        "name": "Noor Brandsma",
        "links": [{"title": "Official site", "url": "https://www.noor-viola.example/"}],
    }
    world.site("openlibrary.org").pages["/authors/OL7A.json"] = (
        "application/json",
        json.dumps(record),
    )
    look_up_evidence()
    assert "Official" not in the_list(letter)
    assert "Noor Brandsma there." in _desk_page(letter)
    assert "which the signer has not shown to control" in _desk_page(letter)

    noor.follows("Your signature").follows("Show that it’s you")
    noor.sends("Show this site", subject="noor-viola.example")
    world.site("noor-viola.example").shows(Proof.objects.get().token)
    noor.sends("I have placed it: look now")
    check_due_proofs()
    assert "noor-viola.example is one that the signer has shown to control" in _desk_page(letter)

    noor.follows("Show that it’s you")
    noor.sends("Remove: Open Library")
    assert not Evidence.objects.exists()


def test_on_a_phone_teun_types_the_code_that_noor_reads_to_him(
    letter: Letter, site: str, phone: Page
) -> None:
    noor = signed(letter, NOOR).follows("Show that it’s you")
    signed(letter, TEUN)
    known_to_the_organizers(TEUN)
    phone.goto(site + link_in(the_mail_to(TEUN)))
    phone.get_by_role("link", name="Vouch for somebody").click()
    phone.get_by_label("Their code").fill("nonsense")
    phone.get_by_role("button", name="See whose code it is").click()
    expect(phone.locator("[data-error-summary]")).to_be_focused()
    phone.get_by_label("Their code").fill(code_on(noor).replace("-", " ").lower())
    phone.get_by_role("button", name="See whose code it is").click()
    expect(phone.get_by_text(NOOR.details.name)).to_be_visible()
    phone.get_by_label("How you know each other").fill("the cello of our quartet")
    phone.get_by_role("button", name="I vouch for them").click()
    expect(phone.get_by_role("heading", name="You vouch for")).to_be_visible()
    phone.get_by_role("button", name="Take it back").click()
    expect(phone.get_by_role("heading", name="You vouch for")).to_have_count(0)


def _desk_page(letter: Letter) -> str:
    organizer = Client()
    organizer.force_login(ilse_at(letter))
    visitor = Visitor()
    visitor.client = organizer
    public_id = signature_of(NOOR).public_id
    visitor.goes_to(f"/desk/letters/{letter.slug}/signatures/{public_id}/")
    assert visitor.status == 200
    return " ".join(visitor.text.split())
