"""Leaving the news, and denying, by an address that is known by its keyed hash alone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from time_machine import TimeMachineFixture

from campaign.letters.models import Letter
from signatures import denial, editing, erasure, links
from signatures.errors import LinkUnknown
from signatures.models import Delivery, DeliveryState, Signature, Suppression
from signatures.notifications import leaving
from signatures.notifications.deliveries import send_owed
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    SALMA,
    confirmed,
    load,
    open_letter,
    pending,
    sign,
)
from tests.signatures.notifications.conftest import MailServer, mail_server  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def hearing(letter: Letter) -> list[str]:
    return [each.email for each in leaving.hearing(letter_id=letter.pk)]


def test_a_token_leads_to_its_address_under_its_letter(letter: Letter) -> None:
    who = leaving.subscriber(signature=confirmed(letter))
    token = leaving.token_for(who)
    assert len(token) == leaving.TOKEN_LENGTH
    assert leaving.subscriber_behind(token) == who


def test_no_other_token_leads_anywhere(letter: Letter) -> None:
    signature = confirmed(letter)
    token = leaving.token_for(leaving.subscriber(signature=signature))
    swapped = "B" if token[5] == "A" else "A"
    for wrong in (
        "",
        "x",
        "é" * 75,
        token[:-1],
        token + "A",
        token[:5] + swapped + token[6:],
        links.token_for(signature=signature),
        "A" * leaving.TOKEN_LENGTH,
    ):
        with pytest.raises(LinkUnknown):
            leaving.subscriber_behind(wrong)


def test_only_who_confirmed_and_asked_for_news_hears_them(letter: Letter) -> None:
    confirmed(letter, BRIGID)
    confirmed(letter, SALMA)
    pending(letter, SALMA.but(consent_updates=True))
    assert hearing(letter) == [BRIGID.email]


def test_who_left_hears_no_more_of_this_letter(letter: Letter) -> None:
    other = open_letter(slug="another-letter")
    signature = confirmed(letter)
    confirmed(other)
    who = leaving.subscriber(signature=signature)
    for _twice in range(2):
        leaving.leave(who)
    assert (hearing(letter), hearing(other)) == ([], [BRIGID.email])
    assert (leaving.standing(who), leaving.hears(signature=signature)) == ({"letter"}, False)
    leaving.come_back(who)
    assert hearing(letter) == [BRIGID.email]


def test_who_left_all_hears_of_no_letter_here(letter: Letter) -> None:
    other = open_letter(slug="another-letter")
    who = leaving.subscriber(signature=confirmed(letter))
    confirmed(other)
    confirmed(other, SALMA.but(consent_updates=True))
    leaving.leave(who, everything=True)
    assert (hearing(letter), hearing(other)) == ([], [SALMA.email])
    assert leaving.standing(who) == {"all"}


def test_leaving_outlives_erasing_and_ends_with_a_new_consent(
    letter: Letter, time_machine: TimeMachineFixture
) -> None:
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    signature = confirmed(letter)
    who = leaving.subscriber(signature=signature)
    erasure.erase(signature=signature)
    leaving.leave(leaving.subscriber_behind(leaving.token_for(who)))
    assert leaving.standing(who) == {"letter"}
    time_machine.move_to(start + timedelta(minutes=1), tick=False)
    again = confirmed(letter)
    assert hearing(letter) == [BRIGID.email]
    # Any other change is no new consent.
    leaving.leave(who)
    time_machine.move_to(start + timedelta(minutes=2), tick=False)
    edited = BRIGID.but(country="FR").details
    assert editing.edit(signature=load(again.pk), expected_revision=again.revision, details=edited)
    assert hearing(letter) == []


@pytest.mark.django_db(transaction=True)
def test_leaving_many_times_at_once_is_one_suppression() -> None:
    who = leaving.subscriber(signature=confirmed(open_letter()))
    answers = at_once(
        [lambda: leaving.leave(who)] * 6 + [lambda: leaving.leave(who, everything=True)] * 6
    )
    assert answers == [None] * 12
    assert Suppression.objects.count() == 2


def test_after_a_denial_no_mail_of_the_letter_goes_there(
    letter: Letter,
    mail_server: MailServer,  # noqa: F811
) -> None:
    signature = pending(letter)
    who = leaving.subscriber(signature=signature)
    assert denial.deny(signature=signature)
    assert not denial.deny(signature=signature)
    sign(letter)
    sign(open_letter(slug="another-letter"))
    assert send_owed() == 2
    assert mail_server.recipients == [BRIGID.email]
    assert "another-letter" in str(mail_server.mails[0][1])
    leaving.allow(who)
    sign(letter)
    send_owed()
    assert mail_server.recipients == [BRIGID.email] * 2
    assert not Delivery.objects.exclude(state=DeliveryState.SENT).exists()


def test_what_is_confirmed_cannot_be_denied(letter: Letter) -> None:
    signature = confirmed(letter)
    assert not denial.deny(signature=signature)
    assert Signature.objects.get() == signature
    assert denial.denials(letter_id=letter.pk) == 0


def test_undoing_brings_back_what_was_left_last(letter: Letter) -> None:
    who = leaving.subscriber(signature=confirmed(letter))
    leaving.leave(who)
    leaving.leave(who, everything=True)

    leaving.come_back(who)
    assert leaving.standing(who) == {"letter"}
    leaving.come_back(who)
    assert leaving.standing(who) == set()


@pytest.mark.parametrize("everything", [False, True])
def test_who_has_a_link_that_was_passed_on_brings_nobody_back(
    letter: Letter, time_machine: TimeMachineFixture, everything: bool
) -> None:
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    who = leaving.subscriber(signature=confirmed(letter))
    leaving.leave(who, everything=everything)
    stands = leaving.standing(who)
    time_machine.move_to(start + leaving.UNDO_FOR + timedelta(seconds=1), tick=False)

    # Leaving once more begins no new hour.
    leaving.leave(who, everything=everything)
    assert not leaving.may_undo(who)
    leaving.come_back(who)

    assert leaving.standing(who) == stands
