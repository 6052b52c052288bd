"""Signing, from the form under the letter to the list and back, in every way that people do it."""

import pytest
from django.core import mail

from campaign.letters.models import Letter
from signatures.models import Signature, SignatureState
from tests.journeys.personas import NOOR, SALMA, VLAD, typed_by
from tests.journeys.visitor import Visitor, said
from tests.journeys.workers import (
    code_in,
    count_of,
    link_in,
    mails_to,
    nothing_waits,
    the_mail_to,
    the_workers_run,
)
from tests.signatures.factories import MEI, Person

HOME = {NOOR: "", SALMA: "/ar"}


@pytest.mark.parametrize("signer", [NOOR, SALMA], ids=["Noor", "Salma"])
def test_signs_confirms_is_found_edits_and_withdraws_and_each_step_counts_exactly(
    letter: Letter, signer: Person
) -> None:
    language, home = signer.language, HOME[signer]
    before = count_of(letter)

    visitor = Visitor().goes_to(f"{home}/letters/{letter.slug}/")
    assert visitor.page.root["lang"] == language
    assert visitor.page.root["dir"] == ("rtl" if language == "ar" else "ltr")
    visitor.sends(said(language, "Sign the letter"), **typed_by(signer))
    assert said(language, "Check your inbox") in visitor.text
    assert signer.email in visitor.text
    assert count_of(letter) == before

    [message] = mail.outbox
    assert message.to == [signer.email]
    assert the_mail_to(signer)["Content-Language"] == language
    link = link_in(the_mail_to(signer))
    assert link.startswith(f"{home}/s/")

    for _curiosity in range(3):
        visitor.goes_to(link)
        assert said(language, "Is this your signature?") in visitor.text
        assert signer.details.name in visitor.text
    assert count_of(letter) == before

    visitor.sends(said(language, "Send my answer"), answer="sign")
    assert signer.details.name in visitor.text
    waiting = "Your signature is confirmed. Your own number appears here in a few seconds."
    assert said(language, waiting) in visitor.text
    after = count_of(letter)
    assert after["total"] == before["total"] + 1
    assert after["people"] == before["people"] + 1
    assert after["size"] == before["size"] + 1
    visitor.goes_to(visitor.path)
    assert said(language, waiting) not in visitor.text
    assert said(language, "Your signature’s number") in visitor.text

    visitor.follows(said(language, "See the list of signatories"))
    visitor.sends(said(language, "Find"), q=signer.details.name.split()[-1].upper())
    [_head, row] = visitor.page.rows
    assert signer.details.name in row

    visitor.goes_to(link)
    assert said(language, "Your signature") in visitor.text
    visitor.sends(said(language, "Save"), credit="Another Work")
    assert said(language, "Saved. This is how you appear now.") in visitor.text
    visitor.goes_to(f"{home}/letters/{letter.slug}/signatories/")
    assert "Another Work" in visitor.page.rows[1]
    edited = count_of(letter)
    assert edited["total"] == after["total"]
    assert edited["size"] == after["size"] + 1

    visitor.goes_to(link).follows(said(language, "Withdraw my signature"))
    visitor.sends(said(language, "Withdraw my signature"), agree="on")
    assert said(language, "Your signature is withdrawn") in visitor.text
    visitor.goes_to(f"{home}/letters/{letter.slug}/signatories/")
    assert signer.details.name not in visitor.text
    withdrawn = count_of(letter)
    assert withdrawn["total"] == before["total"]
    assert withdrawn["people"] == before["people"]
    assert withdrawn["size"] == edited["size"] + 1
    assert nothing_waits()


def noor_waits_for_mail(letter: Letter) -> Visitor:
    noor = Visitor().goes_to(f"/letters/{letter.slug}/")
    noor.sends("Sign the letter", **typed_by(NOOR))
    the_workers_run()
    return noor


def noor_has_signed(letter: Letter) -> str:
    """Her link."""
    noor_waits_for_mail(letter)
    link = link_in(the_mail_to(NOOR))
    Visitor().goes_to(link).sends("Send my answer", answer="sign")
    the_workers_run()
    return link


def test_noor_types_the_code_because_her_mail_is_on_another_machine(letter: Letter) -> None:
    before = count_of(letter)
    noor = noor_waits_for_mail(letter)
    code = code_in(the_mail_to(NOOR))
    noor.sends("Confirm my signature", code=f"{code[:3]} {code[3:]}")
    assert "Thank you, Noor" in noor.text
    assert count_of(letter)["total"] == before["total"] + 1


def test_salma_types_the_code_in_arabic_digits(letter: Letter) -> None:
    before = count_of(letter)
    salma = Visitor().goes_to(f"/ar/letters/{letter.slug}/")
    salma.sends(said("ar", "Sign the letter"), **typed_by(SALMA))
    the_workers_run()
    code = code_in(the_mail_to(SALMA)).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    salma.sends(said("ar", "Confirm my signature"), code=code)
    assert SALMA.details.name in salma.text
    assert count_of(letter)["total"] == before["total"] + 1


def test_vlad_guesses_five_codes_and_then_not_even_the_right_one_helps_him(letter: Letter) -> None:
    before = count_of(letter)
    noor = noor_waits_for_mail(letter)
    vlad, code = noor.in_another_tab(), code_in(the_mail_to(NOOR))
    for guess in range(5):
        vlad.sends("Confirm my signature", code=f"{(int(code) + 1 + guess) % 10**6:06d}")
        assert vlad.status == 422
        assert "This is not the code" in vlad.text
    vlad.sends("Confirm my signature", code=code)
    assert vlad.status == 422
    assert count_of(letter) == before
    # The owner of the mailbox is not locked out by that.
    noor.goes_to(link_in(the_mail_to(NOOR))).sends("Send my answer", answer="sign")
    assert count_of(letter)["total"] == before["total"] + 1


def test_noor_corrects_her_mistyped_address_and_the_wrong_one_can_do_nothing(
    letter: Letter,
) -> None:
    before = count_of(letter)
    noor = Visitor().goes_to(f"/letters/{letter.slug}/")
    noor.sends("Sign the letter", **typed_by(NOOR) | {"email": "noor@viloa.example"})
    the_workers_run()
    to_a_stranger = the_mail_to("noor@viloa.example")

    noor.sends("Send to this address instead", email=NOOR.email)
    assert NOOR.email in noor.text
    the_workers_run()
    stranger = Visitor().goes_to(link_in(to_a_stranger))
    assert stranger.status == 404
    assert NOOR.details.name not in stranger.text

    noor.sends("Confirm my signature", code=code_in(the_mail_to(NOOR)))
    assert count_of(letter)["total"] == before["total"] + 1
    assert Signature.objects.filter(name=NOOR.details.name).count() == 1


def test_noor_asks_for_the_mail_again_and_both_links_are_hers(letter: Letter) -> None:
    before = count_of(letter)
    noor = noor_waits_for_mail(letter)
    first = link_in(the_mail_to(NOOR))
    noor.sends("Send it again")
    assert "Asked for once more" in noor.text
    the_workers_run()
    assert len(mails_to(NOOR)) == 2
    noor.goes_to(first).sends("Send my answer", answer="sign")
    noor.goes_to(link_in(the_mail_to(NOOR)))
    assert "Your signature" in noor.text
    assert count_of(letter)["total"] == before["total"] + 1


def test_whoever_types_a_known_address_learns_nothing_and_its_owner_gets_another_mail(
    letter: Letter,
) -> None:
    noor_has_signed(letter)
    counted = count_of(letter)

    vlad = Visitor().goes_to(f"/letters/{letter.slug}/")
    vlad.sends("Sign the letter", **typed_by(VLAD) | {"email": NOOR.email})
    newcomer = Visitor().goes_to(f"/letters/{letter.slug}/")
    newcomer.sends("Sign the letter", **typed_by(VLAD))
    assert vlad.status == newcomer.status == 200
    assert vlad.text.replace(NOOR.email, "") == newcomer.text.replace(VLAD.email, "")

    the_workers_run()
    assert [subject.split(":")[0] for subject in mails_to(NOOR)] == [
        "Confirm your signature",
        "You have signed already",
    ]
    assert VLAD.details.name not in the_mail_to(NOOR).as_string()
    noor = Visitor().goes_to(link_in(the_mail_to(NOOR)))
    assert NOOR.details.name in noor.text
    assert VLAD.details.name not in noor.text
    assert count_of(letter) == counted


def test_noor_withdraws_and_signs_again_with_a_new_number(letter: Letter) -> None:
    before = count_of(letter)
    link = noor_has_signed(letter)
    number = Signature.objects.get(email=NOOR.email).number
    Visitor().goes_to(link).follows("Withdraw my signature").sends(
        "Withdraw my signature", agree="on"
    )
    noor = Visitor().goes_to(link)
    assert "Your signature is withdrawn" in noor.text
    again = noor_has_signed(letter)
    noor.goes_to(again)
    assert "Your signature" in noor.text
    assert count_of(letter)["total"] == before["total"] + 1
    signature = Signature.objects.get(email=NOOR.email)
    assert number is not None
    assert signature.number == number + 1


def test_noor_signs_without_being_shown_and_is_counted_nowhere_named(letter: Letter) -> None:
    before = count_of(letter)
    typed = typed_by(NOOR) | {"consent_publish": "off"}
    noor = Visitor().goes_to(f"/letters/{letter.slug}/").sends("Sign the letter", **typed)
    the_workers_run()
    noor.goes_to(link_in(the_mail_to(NOOR)))
    noor.sends("Send my answer", answer="sign")
    counted = count_of(letter)
    assert counted["total"] == before["total"] + 1
    assert counted["anonymous"] == before["anonymous"] + 1
    for page in ("", "signatories/", "signatories/?q=Noor", "record/", "count"):
        response = noor.client.get(f"/letters/{letter.slug}/{page}")
        assert NOOR.details.name not in response.content.decode()


@pytest.mark.parametrize(
    "name", ["", "Vlad\u202eluinescu", "\u200b\u200b", "👨‍👩‍👧", "V" * 3000, "Vl\x00ad"]
)
def test_what_vlad_writes_as_a_name_is_refused_with_a_sentence_and_nothing_typed_is_lost(
    letter: Letter, name: str
) -> None:
    before = count_of(letter)
    vlad = Visitor().goes_to(f"/letters/{letter.slug}/")
    vlad.sends("Sign the letter", **typed_by(VLAD) | {"name": name, "credit": "Rubble"})
    assert vlad.status == 422
    assert "Please check the following" in vlad.text
    [form] = [form for form in vlad.page.forms if "Sign the letter" in form.buttons]
    assert form.fields["credit"] == "Rubble"
    assert form.fields["email"] == VLAD.email
    assert form.fields["consent_publish"] == "on"
    vlad.sends("Sign the letter", name="Vlad")
    assert "Check your inbox" in vlad.text
    assert count_of(letter) == before


def test_vlad_finds_nothing_behind_links_that_he_makes_up(letter: Letter) -> None:
    link = noor_has_signed(letter)
    vlad = Visitor()
    token = link.split("/")[2]
    other = "-" if token[10] != "-" else "_"
    altered = [token[:-1], token + "A", token.swapcase(), "A" * 32, token[:10] + other + token[11:]]
    for attempt in altered:
        vlad.goes_to(f"/s/{attempt}/")
        assert vlad.status == 404
        assert "We do not know this link" in vlad.text
        for act in ("", "edit/", "withdraw/", "resend/"):
            assert vlad.client.post(f"/s/{attempt}/{act}").status_code == 404
    [signature] = Signature.objects.filter(email=NOOR.email)
    assert signature.state == SignatureState.CONFIRMED


def test_vlads_own_site_cannot_sign_for_its_visitors(letter: Letter) -> None:
    answer = Visitor().client.post(
        f"/letters/{letter.slug}/sign/",
        typed_by(NOOR),
        headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://rubble.example"},
    )
    assert answer.status_code == 403
    assert not Signature.objects.filter(email=NOOR.email).exists()


def test_a_different_spelling_of_an_address_does_not_make_a_second_signature(
    letter: Letter,
) -> None:
    counted = count_of(letter)
    mei = Visitor().goes_to(f"/letters/{letter.slug}/")
    mei.sends("Sign the letter", **typed_by(MEI) | {"email": MEI.email.upper()})
    the_workers_run()
    assert [subject.split(":")[0] for subject in mails_to(MEI)] == ["You have signed already"]
    assert count_of(letter) == counted
