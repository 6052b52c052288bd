"""Somebody who wants to see what is kept about them, and then wants none of it kept."""

import io
import json
import re
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from campaign.letters.models import Letter
from signatures.models import Signature
from signatures.record.verifier import verify
from tests.journeys.personas import NOOR, SALMA, VLAD, typed_by
from tests.journeys.visitor import Visitor
from tests.journeys.workers import count_of, link_in, mails_to, the_mail_to, the_workers_run
from tests.signatures.factories import Person, confirmed
from tests.signatures.views.visitors import link_url


def _signs(who: Person, letter: Letter) -> Visitor:
    visitor = Visitor().goes_to(f"/letters/{letter.slug}/")
    visitor.sends("Sign the letter", **typed_by(who))
    the_workers_run()
    visitor.goes_to(link_in(the_mail_to(who))).sends("Send my answer", answer="sign")
    the_workers_run()
    return visitor


def _verified(letter: Letter) -> dict[str, object]:
    """As a reporter does it who kept nothing but the file."""
    response = Client().get(f"/letters/{letter.slug}/record/export")
    whole = io.BytesIO(b"".join(response.streaming_content))  # type: ignore[attr-defined]
    report = verify.check(verify.lines_of(io.BufferedReader(whole))).report()
    assert [each["check"] for each in report["checks"] if each["problems"]] == []
    facts: dict[str, object] = report["facts"]
    return facts


def test_a_signer_reads_all_that_is_kept_and_erases_it(letter: Letter) -> None:
    noor = _signs(NOOR, letter)
    before = count_of(letter)
    noor.goes_to(link_in(the_mail_to(NOOR)))
    file = noor.client.get(noor.page.links["Download my data"])
    assert json.loads(file.content)["signature"]["credit"] == NOOR.details.credit

    noor.follows("Erase everything about me")
    assert "None of this can be undone" in noor.text
    noor.sends("Send me the link", agree="on")
    assert "We have sent you an e-mail" in noor.text
    the_workers_run()
    noor.goes_to(link_in(the_mail_to(NOOR)))
    other_tab = noor.in_another_tab()
    noor.sends("Erase everything about me", agree="on")
    assert "Everything about you is erased" in noor.text
    assert NOOR.details.name not in noor.text

    after = count_of(letter)
    assert (after["total"], after["held"]) == (before["total"] - 1, before["held"])
    reader = Visitor().goes_to(f"/letters/{letter.slug}/signatories/")
    assert NOOR.details.name not in reader.text
    told = reader.goes_to(f"/letters/{letter.slug}/corrections/").text
    assert "Signature 4 was erased at the signer’s wish." in told
    assert NOOR.details.name not in told
    facts = _verified(letter)
    assert (facts["erased"], facts["total"]) == (1, after["total"])

    # The same button in the other tab, and the link in the e-mail.
    assert other_tab.sends("Erase everything about me", agree="on").status == 404
    assert "We do not know this link" in other_tab.text
    assert noor.goes_to(link_in(the_mail_to(NOOR))).status == 404
    assert len(mails_to(NOOR)) == 2

    _signs(NOOR, letter)
    assert count_of(letter)["total"] == before["total"]
    assert Signature.objects.get(name=NOOR.details.name).number == 5
    facts = _verified(letter)
    assert (facts["erased"], facts["total"]) == (1, before["total"])


def test_whose_address_a_stranger_typed_erases_it_without_confirming(letter: Letter) -> None:
    before = count_of(letter)
    stranger = Visitor().goes_to(f"/letters/{letter.slug}/")
    stranger.sends("Sign the letter", **typed_by(VLAD) | {"email": SALMA.email})
    the_workers_run()
    salma = Visitor().goes_to(link_in(the_mail_to(SALMA)))
    salma.follows("Erase everything about me").sends("Send me the link", agree="on")
    the_workers_run()
    salma.goes_to(link_in(the_mail_to(SALMA))).sends("Erase everything about me", agree="on")
    assert "Everything about you is erased" in salma.text
    assert not Signature.objects.filter(email=SALMA.email).exists()
    assert count_of(letter) == before


@pytest.mark.django_db(transaction=True)
def test_on_a_phone_the_file_is_saved_and_the_page_says_goodbye(
    letter: Letter, site: str, phone: Page, tmp_path: Path
) -> None:
    signature = confirmed(letter, NOOR)
    the_workers_run()
    phone.goto(f"{site}{link_url(signature)}")
    with phone.expect_download() as downloading:
        phone.get_by_role("link", name="Download my data").click()
    saved = tmp_path / "mine.json"
    downloading.value.save_as(saved)
    assert downloading.value.suggested_filename == f"undersigned-{letter.slug}.json"
    assert json.loads(saved.read_text())["signature"]["e_mail"] == NOOR.email
    phone.get_by_role("link", name="Erase everything about me").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Erase everything about you?")
    phone.get_by_role("link", name="Keep my data").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your signature")
    phone.get_by_role("link", name="Erase everything about me").click()
    phone.get_by_label("I want the link that erases everything about me.").check()
    phone.get_by_role("button", name="Send me the link").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("We have sent you an e-mail")
    the_workers_run()
    phone.goto(f"{site}{link_in(the_mail_to(NOOR))}")
    phone.get_by_label("I want everything about me to be erased for good.").check()
    phone.get_by_role("button", name="Erase everything about me").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Everything about you is erased")
    assert not Signature.objects.filter(pk=signature.pk).exists()
    phone.get_by_role("link", name="Back to the letter").click()
    expect(phone).to_have_url(re.compile(f"/letters/{letter.slug}/$"))
