"""A letter that cannot be signed yet, or no longer, says so plainly and stays readable."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from campaign.letters.models import Letter, LetterState
from signatures.links import token_for
from signatures.models import Signature
from tests.journeys.personas import NOOR, typed_by
from tests.journeys.visitor import Visitor
from tests.journeys.workers import count_of, link_in, the_mail_to, the_workers_run
from tests.signatures import factories

pytestmark = pytest.mark.django_db


def test_noor_comes_before_it_opens_and_reads_when_she_can_sign() -> None:
    opens = timezone.now() + timedelta(days=2)
    letter = factories.open_letter(opens_at=opens)
    noor = Visitor().goes_to(f"/letters/{letter.slug}/")
    assert "Signing has not opened yet" in noor.text
    assert noor.page.forms == []
    answer = noor.client.post(f"/letters/{letter.slug}/sign/", typed_by(NOOR))
    assert answer.status_code == 409
    assert "Signing has not opened yet" in answer.content.decode()
    assert not Signature.objects.exists()

    with time_machine.travel(opens + timedelta(minutes=1)):
        noor.goes_to(f"/letters/{letter.slug}/").sends("Sign the letter", **typed_by(NOOR))
        assert "Check your inbox" in noor.text


def test_noor_has_the_form_open_when_the_letter_closes(letter: Letter) -> None:
    noor = Visitor().goes_to(f"/letters/{letter.slug}/")
    factories.close(letter)
    noor.sends("Sign the letter", **typed_by(NOOR))
    assert noor.status == 409
    assert "Signing is closed" in noor.text
    assert not Signature.objects.filter(email=NOOR.email).exists()


def test_noor_did_not_confirm_before_it_closed_and_is_told_that_it_does_not_count(
    letter: Letter,
) -> None:
    noor = Visitor().goes_to(f"/letters/{letter.slug}/")
    noor.sends("Sign the letter", **typed_by(NOOR))
    the_workers_run()
    link = link_in(the_mail_to(NOOR))
    confirm_page = Visitor().goes_to(link)
    factories.close(letter)
    counted = count_of(letter)
    confirm_page.sends("Send my answer", answer="sign")
    assert confirm_page.status == 409
    assert "This letter closed on" in confirm_page.text
    noor.goes_to(link)
    assert noor.status == 409
    assert "so it could not be counted" in noor.text
    assert count_of(letter) == counted


def test_the_closing_time_comes_and_everything_stays_readable_and_ones_own(
    letter: Letter,
) -> None:
    closes = timezone.now() + timedelta(hours=1)
    Letter.objects.filter(pk=letter.pk).update(closes_at=closes)
    [signature] = factories.listed(letter, NOOR)
    the_workers_run()
    counted = count_of(letter)

    with time_machine.travel(closes + timedelta(seconds=1)):
        closed = count_of(letter)
        letter.refresh_from_db()
        assert letter.state == LetterState.CLOSED
        assert closed["total"] == counted["total"]
        assert closed["size"] == counted["size"] + 1

        reader = Visitor().goes_to(f"/letters/{letter.slug}/")
        assert "Signing is closed" in reader.text
        assert "We ask to be named, and paid." in reader.text
        reader.follows("All signatories")
        assert NOOR.details.name in reader.text
        for page in ("signatories/?q=noor", "record/", "record/checkpoint", "text/1.en.md"):
            assert reader.goes_to(f"/letters/{letter.slug}/{page}").status == 200
        assert letter.slug in reader.goes_to("/").html

        noor = (
            Visitor()
            .goes_to(f"/s/{token_for(signature=signature)}/")
            .follows("Withdraw my signature")
        )
        noor.sends("Withdraw my signature", agree="on")
        assert count_of(letter)["total"] == counted["total"] - 1


def test_noor_finds_her_link_after_the_holidays_and_asks_for_a_fresh_one(letter: Letter) -> None:
    counted = count_of(letter)
    Visitor().goes_to(f"/letters/{letter.slug}/").sends("Sign the letter", **typed_by(NOOR))
    the_workers_run()
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        noor = Visitor().goes_to(link_in(the_mail_to(NOOR)))
        assert noor.status == 410
        assert "This link has expired" in noor.text
        noor.sends("Send me a fresh link")
        assert "We send a fresh link" in noor.text
        the_workers_run()
        noor.goes_to(link_in(the_mail_to(NOOR))).sends("Send my answer", answer="sign")
        assert count_of(letter)["total"] == counted["total"] + 1
