"""Names that leave the list by the organizers' decision, come back, or are named before all."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect

from campaign.letters.models import Letter
from signatures.models import Signature
from signatures.moderation import attestation, pinning
from tests.journeys.personas import ILSE, NOOR, VLAD, typed_by
from tests.journeys.visitor import Visitor
from tests.journeys.workers import count_of, link_in, mails_to, the_mail_to, the_workers_run
from tests.signatures.factories import PASSWORD, Person, load, make_organizer


def _signs(who: Person, letter: Letter) -> Visitor:
    visitor = Visitor().goes_to(f"/letters/{letter.slug}/")
    visitor.sends("Sign the letter", **typed_by(who))
    the_workers_run()
    visitor.goes_to(link_in(the_mail_to(who))).sends("Send my answer", answer="sign")
    the_workers_run()
    return visitor


def _ilse_at_her_desk(letter: Letter) -> Visitor:
    return (
        Visitor()
        .goes_to(f"/desk/letters/{letter.slug}/signatures/")
        .sends("Log in", login=ILSE, password=PASSWORD)
    )


def test_a_name_is_taken_off_told_why_and_put_back(letter: Letter) -> None:
    make_organizer(team=letter.team, email=ILSE)
    vlad = _signs(VLAD, letter)
    before = count_of(letter)
    reader = Visitor().goes_to(f"/letters/{letter.slug}/signatories/")
    assert VLAD.details.name in reader.text

    desk = _ilse_at_her_desk(letter).follows(VLAD.details.name)
    desk.sends("Remove it", because="not_a_name", note="nobody answers at that address")
    assert "Taken off the list." in desk.text
    assert count_of(letter)["total"] == before["total"] - 1
    assert VLAD.details.name not in reader.goes_to(reader.path).text
    assert mails_to(VLAD)[1:] == []

    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=True):
        the_workers_run()
        told = the_mail_to(VLAD)
        assert str(told["Subject"]).startswith("About your signature")
        vlad.goes_to(link_in(told))
        assert "not the name of a person or organisation" in vlad.text
        assert "nobody answers" not in vlad.text

        again = Visitor().goes_to(f"/letters/{letter.slug}/")
        again.sends("Sign the letter", **typed_by(VLAD))
        the_workers_run()
        assert "Check your inbox" in again.text
        answer = the_mail_to(VLAD).get_body(("plain",))
        assert answer is not None
        assert "Signing again does not change this" in answer.get_content()
        assert count_of(letter)["total"] == before["total"] - 1

        desk.sends("Put it back on the list", because="mistake")
        assert "Back on the list" in desk.text
        assert count_of(letter) | {"size": 0, "root": "", "as_of": ""} == before | {
            "size": 0,
            "root": "",
            "as_of": "",
        }
        assert VLAD.details.name in reader.goes_to(reader.path).text
        assert str(the_mail_to(VLAD)["Subject"]).startswith("Your signature is back")
        assert "Withdraw my signature" in vlad.goes_to(vlad.path).text


def test_a_name_is_held_by_hand_until_somebody_has_looked(letter: Letter) -> None:
    make_organizer(team=letter.team, email=ILSE)
    noor = _signs(NOOR, letter)
    before = count_of(letter)
    desk = _ilse_at_her_desk(letter).sends("Find", q="dalaigh").follows(NOOR.details.name)
    desk.sends("Hold it", note="a caller says it was not her")
    assert "held by an organizer" in desk.text
    held = count_of(letter)
    assert (held["total"], held["held"]) == (before["total"] - 1, 1)
    assert "being checked by the organizers" in noor.goes_to(link_in(the_mail_to(NOOR))).text
    desk.sends("Approve", reason="she called back")
    after = count_of(letter)
    assert (after["total"], after["held"]) == (before["total"], 0)
    assert NOOR.details.name in Visitor().goes_to(f"/letters/{letter.slug}/signatories/").text


def test_readers_learn_how_it_ended_with_a_name_that_was_held(letter: Letter) -> None:
    make_organizer(team=letter.team, email=ILSE)
    _signs(NOOR, letter)
    desk = _ilse_at_her_desk(letter).sends("Find", q="dalaigh").follows(NOOR.details.name)
    desk.sends("Hold it", note="a caller says it was not her")
    before = count_of(letter)
    desk.sends("Reject", reason="it was not her")
    assert count_of(letter)["total"] == before["total"]
    reader = Visitor().goes_to(f"/letters/{letter.slug}/corrections/")
    left = "was taken out by the organizers: being checked by the organizers."
    ended = "stays off the list: not confirmed by the organizers."
    assert 0 < reader.text.index(ended) < reader.text.index(left)
    assert NOOR.details.name not in reader.text


def test_whose_name_was_misused_withdraws_and_says_so_in_public(letter: Letter) -> None:
    noor = _signs(NOOR, letter).goes_to(link_in(the_mail_to(NOOR)))
    noor.follows("Withdraw my signature").sends("Withdraw my signature", agree="on", named="on")
    assert "Your signature is withdrawn" in noor.text
    the_workers_run()
    told = Visitor().goes_to(f"/letters/{letter.slug}/corrections/").text
    assert NOOR.details.name in told


@pytest.mark.django_db(transaction=True)
def test_names_are_dragged_and_moved_by_keys_into_their_order(
    letter: Letter, site: str, page: Page
) -> None:
    organizer = make_organizer(team=letter.team, email=ILSE)
    for each in Signature.objects.filter(letter=letter).order_by("number"):
        attestation.vet(
            signature=each, organizer=organizer, expected_revision=each.revision, evidence="known"
        )
        pinning.pin(
            signature=load(each.pk), organizer=organizer, expected_revision=load(each.pk).revision
        )
    page.goto(f"{site}/desk/letters/{letter.slug}/notables/")
    page.locator("[name=login]").fill(ILSE)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    names = page.locator(".sortable .title")
    wiktor, mei, guild = "Wiktor Żółcik", "梅若溪", "Guild of Lampwrights"
    expect(names).to_have_text([wiktor, mei, guild])

    def saved(*order: str) -> None:
        expect(names).to_have_text(order)
        expect(page.locator("[data-said]")).to_have_text("The order is saved.")
        assert [row.signature.name for row in pinning.pinned(letter=letter)] == list(order)

    page.get_by_role("button", name=f"Move {wiktor}").focus()
    page.keyboard.press("ArrowDown")
    saved(mei, wiktor, guild)
    expect(page.get_by_role("button", name=f"Move {wiktor}")).to_be_focused()
    page.get_by_role("button", name=f"{guild} up").click()
    saved(mei, guild, wiktor)

    grip = page.get_by_role("button", name=f"Move {wiktor}").bounding_box()
    top = page.locator(".sortable > li").first.bounding_box()
    assert grip
    assert top
    page.mouse.move(grip["x"] + 8, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(grip["x"] + 8, top["y"] + 4, steps=8)
    page.mouse.up()
    saved(wiktor, mei, guild)
    expect(page.locator(".sortable input").first).to_have_value("1")

    page.get_by_label(f"Place of {guild}").fill("1")
    page.keyboard.press("Enter")
    expect(names).to_have_text([guild, wiktor, mei])

    page.goto(f"{site}/letters/{letter.slug}/")
    expect(page.locator(".notables bdi").first).to_have_text(re.compile(guild))


def test_whoever_withdraws_is_quoted_no_longer(letter: Letter) -> None:
    ilse = make_organizer(team=letter.team, email=ILSE)
    noor = _signs(NOOR, letter)
    number = str(Signature.objects.values_list("number", flat=True).get(email=NOOR.email))
    press = Visitor().goes_to(f"/letters/{letter.slug}/press/")
    assert "Paper forgets nobody." not in press.text

    desk = Visitor().goes_to(f"/desk/letters/{letter.slug}/press/?language=en")
    desk.sends("Log in", login=ilse.email, password=PASSWORD)
    desk.goes_to(f"/desk/letters/{letter.slug}/press/quotes/?language=en")
    quote = {"words": "Paper forgets nobody.", "speaker": NOOR.details.name, "about": "poet"}
    desk.sends("Save", **quote, number="9999")
    assert "Nobody stands on the list with the number 9,999 now." in desk.text
    desk.sends("Save", **quote, number=number)
    assert "The quote is saved." in desk.text
    press.goes_to(press.path)
    assert "Paper forgets nobody." in press.text
    press.follows(NOOR.details.name)
    assert f"/letters/{letter.slug}/signatories/{number}/" in press.path

    noor.goes_to(link_in(the_mail_to(NOOR))).follows("Withdraw my signature")
    noor.sends("Withdraw my signature", agree="on")
    press.goes_to(f"/letters/{letter.slug}/press/")
    assert "Paper forgets nobody." not in press.text
    assert NOOR.details.name not in press.text
    desk.goes_to(f"/desk/letters/{letter.slug}/press/?language=en")
    assert "Not shown: who says this is not on the list now." in desk.text
