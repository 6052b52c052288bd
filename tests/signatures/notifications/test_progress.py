"""A dead mail server does not look like no interest."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaign.letters.models import Letter
from campaign.mail.models import MailServer
from campaign.organizers.models import Role
from signatures.models import Delivery, DeliveryState
from signatures.notifications.progress import Progress, of_letters
from tests.letters.conftest import browser_of, member
from tests.signatures.factories import BRIGID, SALMA, WIKTOR, listed, open_letter, pending, someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def desk(letter: Letter) -> Client:
    return browser_of(member(letter.team, "ines@letters.example", "Ines", Role.OWNER))


def test_who_must_still_act_is_counted_for_each_letter(letter: Letter) -> None:
    other = open_letter(slug="another-letter")
    for number in range(3):
        pending(letter, someone(number))
    listed(letter, BRIGID)
    pending(other, SALMA)
    Delivery.objects.filter(signature__letter=letter).update(state=DeliveryState.SENT)
    first = Delivery.objects.filter(signature__letter=letter).order_by("pk").first()
    assert first is not None
    Delivery.objects.filter(pk=first.pk).update(state=DeliveryState.FAILED)
    oldest = Delivery.objects.get(signature__letter=other).created_at

    assert of_letters([letter, other]) == {
        letter.pk: Progress(pending=3, refused=1),
        other.pk: Progress(pending=1, owed=1, oldest=oldest),
    }
    assert of_letters([]) == {}


def test_mail_for_later_does_not_wait_yet(letter: Letter) -> None:
    pending(letter)
    Delivery.objects.update(due_at=timezone.now() + timedelta(minutes=10))
    assert of_letters([letter])[letter.pk].owed == 0
    # After a refusal it does.
    Delivery.objects.update(attempts=1)
    assert of_letters([letter])[letter.pk].owed == 1


def test_it_asks_as_often_for_three_letters_as_for_one(
    letter: Letter, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    letters = [letter, open_letter(slug="a"), open_letter(slug="b")]
    for each in letters:
        pending(each)
    with django_assert_num_queries(4):
        of_letters(letters[:1])
    with django_assert_num_queries(4):
        of_letters(letters)


def test_the_desk_says_who_waits_and_what_became_of_the_mail(letter: Letter, desk: Client) -> None:
    pending(letter, BRIGID)
    pending(letter, SALMA)
    failed = pending(letter, WIKTOR)
    Delivery.objects.filter(signature=failed).update(state=DeliveryState.FAILED)
    page = desk.get(reverse("desk_letter", args=[letter.slug])).text
    assert "3 people have signed and not confirmed yet." in page
    assert "2 e-mails wait to be sent, the oldest since" in page
    assert "1 person cannot confirm: their address took no e-mail." in page
    assert "No e-mail goes out." not in page
    assert "3 to confirm" in desk.get(reverse("desk")).text


def test_the_desk_says_that_the_mail_server_refuses_us(letter: Letter, desk: Client) -> None:
    now = timezone.now()
    MailServer.objects.create(failures=10, failing_since=now, paused_until=now, reply="554 5.7.1")
    for path in (reverse("desk"), reverse("desk_letter", args=[letter.slug])):
        page = desk.get(path).text
        assert "No e-mail goes out." in page
        assert "554 5.7.1" in page
    assert "No e-mail" not in Client().get(reverse("letter", args=[letter.slug])).text
