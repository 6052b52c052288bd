"""How mail fares by provider, and whose mail comes back: for vetters alone, without addresses."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from time_machine import TimeMachineFixture

from campaign.letters.models import Letter
from campaign.mail.return_tokens import MailRow
from campaign.mail.returned import Outcome, Returned, key_of
from campaign.organizers.models import Role
from signatures import signing
from signatures.models import Delivery, DeliveryState, ReturnedMail, Signature
from signatures.notifications import bounces, by_provider
from signatures.notifications.by_provider import Row, Told
from tests.signatures.factories import (
    BRIGID,
    WIKTOR,
    Person,
    confirmed,
    listed,
    make_organizer,
    make_team,
    open_letter,
    pending,
    person,
    sign,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def browser(letter: Letter, role: Role, email: str = "somebody@open-stage.example") -> Client:
    client = Client()
    client.force_login(make_organizer(team=letter.team, email=email, role=role))
    return client


def mail_page(letter: Letter) -> str:
    return reverse("desk_mail", args=[letter.slug])


def at(provider: str, number: int) -> Person:
    return person(f"Reader{number}@{provider}", f"Reader Number {number}")


def come_back(signature: Signature, outcome: Outcome = Outcome.HARD) -> None:
    delivery = Delivery.objects.filter(signature=signature).latest("pk")
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.SENT)
    row = MailRow("delivery", delivery.pk)
    told = Returned(
        source="test",
        outcome=outcome,
        row=row,
        reply="550 5.1.1",
        happened_at=timezone.now(),
        key=key_of(row, ReturnedMail.objects.count()),
    )
    bounces.store([told])
    bounces.process()


def counted(letter: Letter) -> list[list[Row]]:
    return [list(day.rows) for day in by_provider.counted(letter=letter, now=timezone.now())]


def test_mail_is_counted_by_day_and_provider(
    letter: Letter, time_machine: TimeMachineFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_provider, "MAX_NAMED", 2)
    other = open_letter(slug="another-letter")
    now = timezone.now().replace(hour=12)
    time_machine.move_to(now - timedelta(days=1), tick=False)
    confirmed(letter, at("large.example", 1))
    come_back(pending(letter, at("large.example", 2)))
    time_machine.move_to(now, tick=False)
    for number in (3, 4, 10):
        confirmed(letter, at("LARGE.example", number))
    pending(letter, at("small.example", 5))
    come_back(pending(letter, at("small.example", 6)))
    for number, provider in enumerate(("a.example", "b.example"), start=7):
        pending(letter, at(provider, number))
    confirmed(other, at("elsewhere.example", 9))
    assert counted(letter) == [
        [
            Row("large.example", asked=3, confirmed=3, returned=0),
            Row("small.example", asked=2, confirmed=0, returned=1),
            Row("", asked=2, confirmed=0, returned=0),
        ],
        [Row("large.example", asked=2, confirmed=1, returned=1)],
    ]
    time_machine.move_to(now + timedelta(days=by_provider.DAYS), tick=False)
    assert counted(letter) == []


def test_what_is_only_counted_is_told_in_all(letter: Letter) -> None:
    first, second = confirmed(letter, BRIGID), confirmed(letter, WIKTOR)
    elsewhere = confirmed(open_letter(slug="another-letter"), BRIGID)
    for signature, outcome in (
        (first, Outcome.SOFT),
        (first, Outcome.SOFT),
        (second, Outcome.SOFT),
        (second, Outcome.COMPLAINT),
        (elsewhere, Outcome.SOFT),
    ):
        come_back(signature, outcome)
    assert by_provider.told(letter=letter, now=timezone.now()) == Told(soft=2, complaints=1)
    text = browser(letter, Role.VETTER).get(mail_page(letter)).text
    assert "2 e-mails of this letter were refused for now" in text
    assert "1 reader called an e-mail of this letter spam" in text


def test_of_very_many_only_the_newest_are_counted(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "only the newest are counted"
    client = browser(letter, Role.OWNER)
    pending(letter, at("first.example", 1))
    pending(letter, at("second.example", 2))
    assert said not in client.get(mail_page(letter)).text
    monkeypatch.setattr(by_provider, "MAX_MAILS", 1)
    assert counted(letter) == [[Row("second.example", asked=1, confirmed=0, returned=0)]]
    assert said in client.get(mail_page(letter)).text


def test_what_was_taken_back_is_of_no_provider(letter: Letter) -> None:
    signing.discard(signed=sign(letter, BRIGID))
    pending(letter, WIKTOR)
    assert counted(letter) == [[Row("latarnia.example", asked=1, confirmed=0, returned=0)]]


def test_the_page_tells_providers_and_no_address(letter: Letter) -> None:
    come_back(confirmed(letter, BRIGID))
    text = browser(letter, Role.VETTER).get(mail_page(letter)).text
    assert "quayside.example" in text
    for secret in (BRIGID.email, "brigid@", BRIGID.details.name):
        assert secret not in text


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PRESS, Role.VIEWER, None])
def test_others_find_no_page(letter: Letter, role: Role | None) -> None:
    if role is None:
        client = Client()
        client.force_login(make_organizer(team=make_team(slug="others")))
    else:
        client = browser(letter, role)
        letter_page = client.get(reverse("desk_letter", args=[letter.slug])).text
        assert mail_page(letter) not in letter_page
    assert client.get(mail_page(letter)).status_code == 404


def test_as_many_queries_for_three_as_for_one(letter: Letter) -> None:
    client = browser(letter, Role.OWNER)
    found = []
    for numbers in ((1,), (2, 3)):
        for number in numbers:
            pending(letter, at(f"host{number}.example", number))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(mail_page(letter)).status_code == 200
        found.append(len(captured))
    assert found[0] == found[1]


def test_vetters_find_whose_mail_comes_back(letter: Letter) -> None:
    first, second = listed(letter, BRIGID, WIKTOR)
    pending(letter, at("waiting.example", 1))
    come_back(first)
    vetter, editor = (
        browser(letter, Role.VETTER),
        browser(letter, Role.EDITOR, "edda@open-stage.example"),
    )
    page = reverse("desk_signatures", args=[letter.slug]) + "?which=unreachable"
    text = vetter.get(page).text
    assert (first.name in text, second.name in text) == (True, False)
    assert 'value="unreachable"' not in editor.get(page).text
    said = "E-mail to this address came back on "
    for client, signature, is_told in (
        (vetter, first, True),
        (vetter, second, False),
        (editor, first, False),
    ):
        one = reverse("desk_signature", args=[letter.slug, signature.public_id])
        assert (said in client.get(one).text) is is_told
