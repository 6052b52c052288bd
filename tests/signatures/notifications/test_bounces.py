"""What a mail that comes back does, from whichever side it is told."""

from datetime import timedelta
from email import message_from_bytes

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from structlog.testing import capture_logs
from time_machine import TimeMachineFixture

from campaign.letters.models import Letter
from campaign.mail.return_tokens import MailRow, row_written_to
from campaign.mail.returned import Outcome, Returned, key_of
from campaign.organizers import invitations
from campaign.organizers.models import Invitation, Role
from signatures import erasure, signing, tasks, withdrawal
from signatures.models import (
    Delivery,
    DeliveryState,
    Message,
    ReturnedMail,
    Signature,
    Suppression,
    SuppressionReason,
    UpdateDelivery,
)
from signatures.notifications import bounces, leaving, update_sending
from signatures.notifications.deliveries import send_owed
from tests.signatures.factories import BRIGID, confirmed, load, make_organizer, open_letter, pending
from tests.signatures.notifications.conftest import MailServer
from tests.signatures.notifications.updates import hearing, owed, states
from tests.signatures.views.visitors import Page, letter_url, link_url, send

pytestmark = pytest.mark.django_db

NO_SUCH_USER = "550 5.1.1 <brigid@quayside.example> user unknown"


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def told(
    row: MailRow,
    outcome: Outcome = Outcome.HARD,
    *,
    key: object = "1",
    ago: timedelta = timedelta(),
) -> Returned:
    return Returned(
        source="test",
        outcome=outcome,
        row=row,
        reply="550 5.1.1",
        happened_at=timezone.now() - ago,
        key=key_of(key),
    )


def suppressed(signature: Signature) -> list[str]:
    found = Suppression.objects.filter(address_key=signature.email_key, letter=None)
    return sorted(found.values_list("reason", flat=True))


@pytest.mark.parametrize(
    ("answer", "reasons"),
    [
        (NO_SUCH_USER, ["bounced"]),
        ("550 no such user", ["bounced"]),
        ("552 5.2.2 over quota", []),
        ("450 4.2.1 later", []),
        ("554 5.7.1 relaying denied", []),
    ],
)
def test_a_refusal_while_sending_is_the_same_as_a_bounce(
    letter: Letter,
    mail_server: MailServer,
    answer: str,
    reasons: list[str],
) -> None:
    signature = confirmed(letter)
    Delivery.objects.all().delete()
    signing.send_again(signature_id=signature.pk)
    mail_server.answers[BRIGID.email] = answer
    send_owed()
    assert suppressed(signature) == reasons


def test_whoever_has_not_confirmed_is_kept_from_nothing(
    letter: Letter,
    mail_server: MailServer,
) -> None:
    signature = pending(letter)
    mail_server.answers[BRIGID.email] = NO_SUCH_USER
    send_owed()
    [delivery] = Delivery.objects.all()
    assert (delivery.state, delivery.reply) == (DeliveryState.FAILED, "550 5.1.1")
    assert suppressed(signature) == []
    assert load(signature.pk).state == "pending"


def test_the_waiting_page_says_why_and_takes_another_address(
    client: Client,
    letter: Letter,
    mail_server: MailServer,
) -> None:
    mail_server.answers[BRIGID.email] = NO_SUCH_USER
    url = send(client, letter)["Location"]
    assert Page(client.get(url)).alerts == []
    send_owed()
    page = Page(client.get(url))
    assert page.alerts == [
        "Our e-mail did not arrive. The mail server of this address refused it: there is no such "
        "mailbox. Below you can correct the address; nothing else that you typed is lost."
    ]
    assert ("details", {"class": "more", "open": None}) in page.attributes
    other = client.post(f"{url}correct/", {"email": "brigid@harbour.example"})["Location"]
    send_owed()
    assert Page(client.get(other)).alerts == []
    assert mail_server.recipients == ["brigid@harbour.example"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("550 5.1.2 bad host", "No mail server takes e-mail for what stands behind the @"),
        ("552 5.2.2 over quota", "The mailbox of this address is full."),
        ("550 mailbox unavailable", "The mail server of this address refused it (550)."),
    ],
)
def test_the_waiting_page_tells_refusals_apart(
    client: Client,
    letter: Letter,
    mail_server: MailServer,
    answer: str,
    words: str,
) -> None:
    mail_server.answers[BRIGID.email] = answer
    url = send(client, letter)["Location"]
    send_owed()
    [alert] = Page(client.get(url)).alerts
    assert words in alert


def test_the_waiting_page_tells_nobody_who_has_signed(
    client: Client,
    letter: Letter,
    mail_server: MailServer,
    time_machine: TimeMachineFixture,
) -> None:
    """Of an address that has confirmed, and whose mail came back before, it tells as much as of
    any other: what became of the mail that this visitor has asked for."""
    confirmed(letter)
    mail_server.answers[BRIGID.email] = NO_SUCH_USER
    send_owed()
    time_machine.move_to(timezone.now() + timedelta(days=2))
    url = send(client, letter)["Location"]
    assert Page(client.get(url)).alerts == []
    send_owed()
    [alert] = Page(client.get(url)).alerts
    assert "there is no such mailbox" in alert


def test_asking_again_waits_for_the_new_mail(
    client: Client,
    letter: Letter,
    mail_server: MailServer,
) -> None:
    mail_server.answers[BRIGID.email] = NO_SUCH_USER
    url = send(client, letter)["Location"]
    send_owed()
    client.post(f"{url}resend/")
    assert Page(client.get(url)).alerts == []
    mail_server.answers.clear()
    send_owed()
    assert Page(client.get(url)).alerts == []


def test_an_event_that_cannot_be_acted_upon_holds_up_no_other(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    signature = confirmed(letter)
    delivery = Delivery.objects.get(signature=signature)
    Delivery.objects.update(state=DeliveryState.SENT)
    bounces.store([told(MailRow("unknown", 1), key="a"), told(MailRow("delivery", delivery.pk))])
    with capture_logs() as logs:
        last = bounces.process()
    assert [line["event"] for line in logs] == ["returned_mail_not_processed"]
    assert suppressed(signature) == ["bounced"]
    assert ReturnedMail.objects.filter(processed_at=None).count() == 1
    assert bounces.process(after=last) == 0


def test_many_that_cannot_be_acted_upon_hold_up_none_behind_them(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounces, "BATCH_ROWS", 2)
    signature = confirmed(letter)
    Delivery.objects.update(state=DeliveryState.SENT)
    bounces.store(told(MailRow("unknown", 1), key=f"{number}") for number in range(5))
    bounces.store([told(MailRow("delivery", Delivery.objects.get().pk), key="last")])
    tasks.process_returned_mail()
    assert suppressed(signature) == ["bounced"]


def test_what_is_told_before_we_wrote_that_it_was_sent_waits(letter: Letter) -> None:
    pending(letter)
    [delivery] = Delivery.objects.all()
    Delivery.objects.update(state=DeliveryState.CLAIMED)
    bounces.store([told(MailRow("delivery", delivery.pk))])
    tasks.process_returned_mail()
    assert ReturnedMail.objects.get().processed_at is None
    Delivery.objects.update(state=DeliveryState.SENT)
    tasks.process_returned_mail()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reply) == (DeliveryState.FAILED, "550 5.1.1")


def test_a_signer_whose_mailbox_works_again_says_so(client: Client, letter: Letter) -> None:
    [reader] = hearing(letter, 1)
    signature = Signature.objects.get(email=reader.email)
    bounces.store([told(MailRow("delivery", Delivery.objects.get().pk))])
    bounces.process()
    who = leaving.subscriber(signature=signature)
    assert leaving.standing(who) == {"bounced"}
    own = client.get(link_url(signature)).content.decode()
    assert "but e-mail to your address came back on" in own
    leave = f"/u/{leaving.token_for(who)}/"
    assert (
        "E-mail to your address came back, so no news goes there."
        in client.get(leave).content.decode()
    )
    client.post(leave, {"do": "back"})
    assert [each.pk for each in leaving.hearing(letter_id=letter.pk)] == [signature.pk]
    assert "came back" not in client.get(link_url(signature)).content.decode()


def test_a_worker_that_dies_leaves_it_to_the_sweep(
    letter: Letter, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    signature = confirmed(letter)
    delivery = Delivery.objects.get(signature=signature)
    bounces.store([told(MailRow("delivery", delivery.pk))])
    bounces.store([told(MailRow("delivery", delivery.pk))])
    assert ReturnedMail.objects.count() == 1
    ReturnedMail.objects.update(processed_at=None)
    assert (bounces.process() > 0, bounces.process()) == (True, 0)
    ReturnedMail.objects.update(processed_at=None)
    bounces.process()
    assert suppressed(signature) == ["bounced"]


def test_suppressions_outlive_withdrawing_and_erasing(letter: Letter) -> None:
    signature = confirmed(letter)
    delivery = Delivery.objects.get(signature=signature)
    row = MailRow("delivery", delivery.pk)
    bounces.store([told(row), told(row, Outcome.COMPLAINT, key="2")])
    bounces.process()
    withdrawal.withdraw(signature=load(signature.pk))
    erasure.erase(signature=load(signature.pk))
    assert suppressed(signature) == ["bounced", "complained"]
    again = confirmed(letter)
    assert [each.pk for each in leaving.hearing(letter_id=letter.pk)] == [again.pk]


def test_the_latest_time_counts(letter: Letter) -> None:
    signature = confirmed(letter)
    row = MailRow("delivery", Delivery.objects.get(signature=signature).pk)
    late = told(row, Outcome.COMPLAINT, key="late")
    early = told(row, Outcome.COMPLAINT, key="early", ago=timedelta(days=1))
    bounces.store([late, early])
    bounces.process()
    assert Suppression.objects.get().since == late.happened_at


def test_a_code_for_a_work_address_says_nothing_of_the_signers_own(letter: Letter) -> None:
    signature = confirmed(letter)
    delivery = Delivery.objects.get(signature=signature)
    Delivery.objects.update(state=DeliveryState.SENT, message=Message.WORK_EMAIL)
    bounces.store([told(MailRow("delivery", delivery.pk))])
    bounces.process()
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.FAILED
    assert suppressed(signature) == []


def test_a_team_sees_an_invitation_that_came_back(letter: Letter) -> None:
    owner = make_organizer(team=letter.team)
    invitations.invite(
        team=letter.team,
        email="ruth@open-stage.example",
        role=Role.EDITOR,
        by=owner,
        language="en",
        now=timezone.now(),
    )
    invitation = Invitation.objects.get()
    row = MailRow("invitation", invitation.pk)
    bounces.store([told(row, key="not sent yet")])
    bounces.process()
    invitation.refresh_from_db()
    assert invitation.refused_at is None
    Invitation.objects.update(sent_at=timezone.now())
    bounces.store([told(row, Outcome.COMPLAINT, key="spam"), told(row, key="later")])
    bounces.process()
    invitation.refresh_from_db()
    assert (invitation.sent_at, invitation.reply) == (None, "550 5.1.1")
    assert invitation.refused_at is not None


def test_what_was_told_is_forgotten_after_a_month(
    letter: Letter, time_machine: TimeMachineFixture
) -> None:
    signature = confirmed(letter)
    bounces.store([told(MailRow("delivery", Delivery.objects.get().pk))])
    bounces.process()
    assert bounces.forget_old() == 0
    time_machine.move_to(timezone.now() + timedelta(days=31))
    assert bounces.forget_old() == 1
    assert suppressed(signature) == [SuppressionReason.BOUNCED]


def test_no_address_is_kept_or_logged(
    client: Client,
    letter: Letter,
    mail_server: MailServer,
) -> None:
    mail_server.answers[BRIGID.email] = NO_SUCH_USER
    with capture_logs() as logs:
        url = send(client, letter)["Location"]
        send_owed()
        signature = confirmed(letter)
        signing.send_again(signature_id=signature.pk)
        send_owed()
        delivery = Delivery.objects.latest("pk")
        bounces.store([told(MailRow("delivery", delivery.pk))])
        bounces.process()
    assert suppressed(signature) == ["bounced"]
    kept = [*ReturnedMail.objects.values(), *Suppression.objects.values("reason", "since")]
    for text in (str(kept), str(logs), client.get(letter_url(letter)).content.decode()):
        for secret in (BRIGID.email, "brigid@", "quayside"):
            assert secret not in text
    # On the page of whoever typed it, as before.
    assert BRIGID.email.encode() in client.get(url).content


def test_an_update_that_comes_back_ends_the_news_of_that_address(
    letter: Letter, settings: Settings
) -> None:
    settings.BOUNCE_ADDRESS = "bounces@letters.example"
    people = hearing(letter, 3)
    update = owed(letter)
    Delivery.objects.all().delete()
    update_sending.send_until_done(batches=5)
    rows = {
        row.signature.email: row
        for row in UpdateDelivery.objects.filter(update=update).select_related("signature")
        if row.signature
    }
    assert {message.to[0]: row_written_to(message.from_email) for message in mail.outbox} == {
        email: MailRow("update", row.pk) for email, row in rows.items()
    }
    raw = mail.outbox[0].message().as_bytes()
    assert message_from_bytes(raw)["From"] == settings.DEFAULT_FROM_EMAIL
    bounces.store(
        [
            told(MailRow("update", rows[people[0].email].pk), key="hard"),
            told(MailRow("update", rows[people[1].email].pk), Outcome.COMPLAINT, key="spam"),
            told(MailRow("update", 10**9), key="nobody"),
        ]
    )
    bounces.process()
    assert sorted(states(update)) == ["failed", "sent", "sent"]
    rows[people[0].email].refresh_from_db()
    assert rows[people[0].email].state == "failed"
    remaining = [each.email for each in leaving.hearing(letter_id=letter.pk)]
    assert remaining == [people[2].email]


def test_an_update_that_is_refused_while_sending_ends_the_news_too(
    letter: Letter, mail_server: MailServer
) -> None:
    people = hearing(letter, 2)
    update = owed(letter)
    mail_server.answers[people[0].email] = NO_SUCH_USER
    update_sending.send_until_done(batches=5)
    assert sorted(states(update)) == ["failed", "sent"]
    remaining = [each.email for each in leaving.hearing(letter_id=letter.pk)]
    assert remaining == [people[1].email]


def test_an_update_to_somebody_who_was_erased_leads_to_nobody(letter: Letter) -> None:
    [reader] = hearing(letter, 1)
    update = owed(letter)
    update_sending.send_until_done(batches=5)
    erasure.erase(signature=load(Signature.objects.get(email=reader.email).pk))
    row = MailRow("update", UpdateDelivery.objects.get(update=update).pk)
    bounces.store([told(row, key="hard"), told(row, Outcome.COMPLAINT, key="spam")])
    bounces.process()
    assert states(update) == ["failed"]
    assert Suppression.objects.count() == 0
