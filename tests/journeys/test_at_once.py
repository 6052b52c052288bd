"""The same thing done twice, in two tabs, or by fifty threads: it happens once."""

from functools import partial

import pytest

from campaign.letters.models import Event, EventKind, Letter
from signatures.models import Entry, Signature, SignatureState
from signatures.record.sequencer import sequence
from tests.concurrency import at_once
from tests.journeys.personas import NOOR, typed_by
from tests.journeys.visitor import Visitor
from tests.journeys.workers import count_of, link_in, mails_to, the_mail_to, the_workers_run
from tests.signatures.factories import confirmed, pending, someone
from tests.signatures.factories import sequence as write_all

FIFTY = 50


def noor_with_her_link(letter: Letter) -> Visitor:
    pending(letter, NOOR)
    the_workers_run()
    return Visitor().goes_to(link_in(the_mail_to(NOOR)))


def test_noor_double_clicks_on_sign_and_gets_one_mail(letter: Letter) -> None:
    noor = Visitor().goes_to(f"/letters/{letter.slug}/")
    twin = noor.in_another_tab()
    noor.sends("Sign the letter", **typed_by(NOOR))
    twin.sends("Sign the letter", **typed_by(NOOR))
    the_workers_run()
    assert len(mails_to(NOOR)) == 1
    assert Signature.objects.filter(email=NOOR.email).count() == 1


def test_noor_double_clicks_on_confirm_and_is_thanked_once_and_for_all(letter: Letter) -> None:
    before = count_of(letter)
    noor = noor_with_her_link(letter)
    twin = noor.in_another_tab()
    noor.sends("Send my answer", answer="sign")
    assert twin.sends("Send my answer", answer="sign").text == noor.text
    assert Event.objects.filter(kind=EventKind.SIGN).count() == 1
    assert count_of(letter)["total"] == before["total"] + 1


def test_noor_goes_back_after_withdrawing_and_her_old_confirm_button_does_nothing(
    letter: Letter,
) -> None:
    before = count_of(letter)
    noor = noor_with_her_link(letter)
    old_page = noor.in_another_tab()
    noor.sends("Send my answer", answer="sign")
    noor.goes_to(link_in(the_mail_to(NOOR))).follows("Withdraw my signature")
    noor.sends("Withdraw my signature", agree="on")
    old_page.sends("Send my answer", answer="sign")
    assert "Your signature is withdrawn" in old_page.text
    assert count_of(letter)["total"] == before["total"]


def test_noor_edits_in_two_tabs_and_the_older_one_is_told_to_look_again(letter: Letter) -> None:
    noor = noor_with_her_link(letter).sends("Send my answer", answer="sign")
    noor.goes_to(link_in(the_mail_to(NOOR)))
    other_tab = noor.in_another_tab()
    noor.sends("Save", credit="Low Water Trio")
    other_tab.sends("Save", credit="Low Water Duo")
    assert other_tab.status == 409
    assert "This was changed elsewhere meanwhile" in other_tab.text
    assert Signature.objects.get(email=NOOR.email).credit == "Low Water Trio"
    other_tab.sends("Save")
    assert Signature.objects.get(email=NOOR.email).credit == "Low Water Duo"


def test_somebody_signs_anew_while_noors_confirm_page_is_open_and_she_sees_what_it_became(
    letter: Letter,
) -> None:
    noor = noor_with_her_link(letter)
    Visitor().goes_to(f"/letters/{letter.slug}/").sends(
        "Sign the letter", **typed_by(NOOR) | {"name": "Noor the Second"}
    )
    noor.sends("Send my answer", answer="sign")
    assert noor.status == 409
    assert "The details were changed" in noor.text
    assert "Noor the Second" in noor.text
    assert Signature.objects.get(email=NOOR.email).state == SignatureState.PENDING


@pytest.mark.django_db(transaction=True)
def test_fifty_threads_with_one_link_make_one_signature_one_event_one_count(
    letter: Letter,
) -> None:
    before = count_of(letter)
    noor = noor_with_her_link(letter)
    tabs = [noor.in_another_tab() for _number in range(FIFTY)]
    at_once([partial(tab.sends, "Send my answer", answer="sign") for tab in tabs])
    assert {tab.status for tab in tabs} == {200}
    assert len({tab.text for tab in tabs}) == 1

    assert Signature.objects.filter(email=NOOR.email, state=SignatureState.CONFIRMED).count() == 1
    assert Event.objects.filter(kind=EventKind.SIGN).count() == 1
    after = count_of(letter)
    assert after["total"] == before["total"] + 1
    assert after["size"] == before["size"] + 1 == Entry.objects.filter(letter=letter).count()


@pytest.mark.django_db(transaction=True)
def test_eight_sequencers_at_once_write_each_event_once(letter: Letter) -> None:
    for number in range(40):
        confirmed(letter, someone(number))
    before = Entry.objects.count()
    written = sum(at_once([partial(sequence, letter_id=letter.pk)] * 8))
    assert written + write_all(letter) == 40
    assert Entry.objects.count() == before + 40
    assert count_of(letter)["total"] == 43
