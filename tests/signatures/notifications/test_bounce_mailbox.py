"""The mailbox of bounces, by real IMAP and POP3: what is ours is acted upon and deleted, and nobody
who has no mail of ours can make anything happen."""

from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime

import pytest
from django.db import DatabaseError
from django.utils import timezone
from pytest_django import Settings
from structlog.testing import capture_logs

from campaign.letters.models import Letter
from campaign.mail.return_tokens import MailRow, token_for
from signatures import tasks
from signatures.models import (
    Delivery,
    DeliveryState,
    ReturnedMail,
    Suppression,
    SuppressionReason,
)
from signatures.notifications import bounce_mailbox, bounces
from signatures.notifications.deliveries import send_owed
from tests.campaign.mail import reports
from tests.signatures.factories import BRIGID, confirmed, load, open_letter, pending
from tests.signatures.notifications.fake_mailbox import FakeMailbox, serving

pytestmark = pytest.mark.django_db

NOBODYS = b"Subject: Hello\nTo: bounces@letters.example\n\nIs anybody there?\n.\n..\n"


@pytest.fixture(params=["imap", "pop3"])
def box(request: pytest.FixtureRequest, settings: Settings) -> Iterator[FakeMailbox]:
    box = FakeMailbox()
    settings.BOUNCE_ADDRESS = "bounces@letters.example"
    with serving(box, request.param) as mailbox:
        settings.BOUNCE_MAILBOX = mailbox
        yield box


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def delivery(letter: Letter) -> Delivery:
    """Sent to someone who has confirmed since."""
    signature = confirmed(letter)
    Delivery.objects.filter(signature=signature).update(state=DeliveryState.SENT)
    return Delivery.objects.get(signature=signature)


def now() -> str:
    """A moment later, since it has no parts of seconds; what is to come is taken for now."""
    return format_datetime(timezone.now() + timedelta(seconds=2))


def token_of(delivery: Delivery) -> str:
    return token_for(MailRow("delivery", delivery.pk))


def outcomes() -> list[tuple[str, str, int]]:
    return list(ReturnedMail.objects.order_by("pk").values_list("outcome", "reply", "row_id"))


def is_imap(settings: Settings) -> bool:
    return bool(settings.BOUNCE_MAILBOX.scheme == "imap")


def test_what_is_ours_is_stored_and_deleted_and_all_else_stays(
    box: FakeMailbox, delivery: Delivery, settings: Settings
) -> None:
    token = token_of(delivery)
    box.put(
        NOBODYS,
        reports.postfix(token=token, date=now()),
        reports.exchange(token),
        reports.gmail(token),
        reports.bare(token),
        reports.complaint(token=token),
        reports.postfix(token=token, action="delayed", status="4.4.1", diagnostic=""),
        reports.postfix(token=token, action="relayed", status="2.0.0", diagnostic=""),
    )
    assert bounce_mailbox.read_due() == {"understood": 7, "left": 1}
    assert box.messages == {1: NOBODYS}
    assert box.seen == ({1} if is_imap(settings) else set())
    assert sorted(outcomes()) == [
        ("complaint", "", delivery.pk),
        *[("hard", reply, delivery.pk) for reply in ("550 5.1.1",) * 3 + ("550 5.1.10",)],
        ("soft", "450 4.4.1", delivery.pk),
    ]
    again = bounce_mailbox.read_due()
    assert again == ({} if is_imap(settings) else {"left": 1})


def test_a_signer_whose_mail_comes_back_is_marked_and_hears_no_news(
    box: FakeMailbox, delivery: Delivery
) -> None:
    before = load(delivery.signature_id)
    box.put(reports.postfix(token=token_of(delivery), date=now()))
    tasks.read_bounce_mailbox()
    tasks.process_returned_mail()
    [row] = Suppression.objects.all()
    assert (bytes(row.address_key), row.reason, row.letter_id) == (
        *(bytes(before.email_key), SuppressionReason.BOUNCED),
        None,
    )
    after = load(before.pk)
    assert (after.state, after.level, after.revision) == (before.state, before.level, 1)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reply) == (DeliveryState.FAILED, "550 5.1.1")


def forged(delivery: Delivery) -> dict[str, bytes]:
    """By somebody who knows the address, the row and the public id, as the record tells it."""
    public_id = delivery.signature.public_id
    nobodys = token_for(MailRow("delivery", delivery.pk + 1)).partition("-")[2]
    plain = reports.postfix(token="x", to="bounces@letters.example")
    ours = f"<delivery-{delivery.pk}.{public_id}@letters.example>".encode()
    token = token_of(delivery)
    return {
        "a token of another row": reports.postfix(token=f"d{delivery.pk}-{nobodys}"),
        "no token": plain,
        "the Message-ID alone": plain.replace(
            b"<delivery-5.abcdefghijklmnopqrstuv@letters.example>", ours
        ),
        "a token for another host": reports.postfix(
            token="x", to=f"bounces+{token}@elsewhere.example"
        ),
        "words alone": f"To: bounces+{token}@letters.example\n\n550 5.1.1 no such user".encode(),
        "a quoted report": reports.quoted(token),
    }


def test_a_forged_report_does_nothing(box: FakeMailbox, delivery: Delivery) -> None:
    for what, raw in forged(delivery).items():
        box.messages, box.seen = {1: raw}, set()
        assert (what, bounce_mailbox.read_due()) == (what, {"left": 1})
        assert (what, box.messages) == (what, {1: raw})
    assert outcomes() == []


@pytest.mark.parametrize("place", ["LOGIN", "SELECT", "UID FETCH", "UID STORE", "CLOSE"])
def test_a_visit_that_breaks_off_loses_and_repeats_nothing(
    box: FakeMailbox, delivery: Delivery, place: str, settings: Settings
) -> None:
    of_pop = {"LOGIN": "USER", "SELECT": "LIST", "UID FETCH": "RETR", "UID STORE": "DELE"}
    box.hangs_up_at = place if is_imap(settings) else of_pop.get(place, "QUIT")
    box.put(reports.postfix(token=token_of(delivery), date=now()))
    with capture_logs() as logs:
        bounce_mailbox.read_due()
        bounce_mailbox.read_due()
    assert outcomes() == [("hard", "550 5.1.1", delivery.pk)]
    assert box.messages == {}
    assert BRIGID.email not in str(logs)
    assert "pass" not in str(logs)


def test_nothing_is_deleted_that_could_not_be_stored(
    box: FakeMailbox, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.put(reports.postfix(token=token_of(delivery)))

    def fails(_told: object) -> int:
        raise DatabaseError

    with monkeypatch.context() as patch:
        patch.setattr(bounces, "store", fails)
        with pytest.raises(DatabaseError):
            bounce_mailbox.read_due()
    assert len(box.messages) == 1
    assert bounce_mailbox.read_due() == {"understood": 1}


def test_the_same_report_twice_is_one_event(box: FakeMailbox, delivery: Delivery) -> None:
    raw = reports.postfix(token=token_of(delivery))
    for _time in range(2):
        box.put(raw)
        assert bounce_mailbox.read_due() == {"understood": 1}
    assert len(outcomes()) == 1


def test_a_message_that_nobody_can_read_holds_up_no_other(
    box: FakeMailbox, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounce_mailbox, "MAX_BYTES", 20_000)
    box.put(
        reports.postfix(token=token_of(delivery)),
        b"Subject: long\n\n" + b"x" * 10_000,
        b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n" * 4000,
        b"Subject: \xff\x00\n\n" + b"line\n" * 10_000,
        b"",
        reports.postfix(token=token_of(delivery), date=now()),
    )
    assert bounce_mailbox.read_due()["understood"] == 2
    assert len(outcomes()) == 2


def test_a_report_with_a_large_mail_is_read_by_its_beginning(
    box: FakeMailbox, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounce_mailbox, "MAX_BYTES", 3000)
    box.put(reports.gmail(token_of(delivery)) + b"more of the mail\n" * 5000)
    assert bounce_mailbox.read_due() == {"understood": 1}


def test_a_server_that_is_silent_or_refuses_us_is_asked_again_later(
    box: FakeMailbox, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounce_mailbox, "SILENCE_SECONDS", 0.2)
    box.is_silent = True
    with capture_logs() as logs:
        assert bounce_mailbox.read_due() == {}
    box.is_silent = False
    settings.BOUNCE_MAILBOX = settings.BOUNCE_MAILBOX.__class__(
        **{
            name: getattr(settings.BOUNCE_MAILBOX, name)
            for name in ("scheme", "host", "port", "user", "folder")
        },
        password="wrong",
    )
    with capture_logs() as more:
        assert bounce_mailbox.read_due() == {}
    events = [line["event"] for line in logs + more]
    assert events == ["bounce_mailbox_unreadable"] * 2
    assert "wrong" not in str(more)


def test_without_a_mailbox_nothing_is_read() -> None:
    assert bounce_mailbox.read_due() == {}


def test_a_bounce_of_a_mail_that_waits_to_be_confirmed_marks_that_mail_alone(
    box: FakeMailbox, letter: Letter
) -> None:
    signature = pending(letter)
    send_owed()
    mine = Delivery.objects.get(signature=signature)
    box.put(reports.postfix(token=token_of(mine), date=now()))
    tasks.read_bounce_mailbox()
    tasks.process_returned_mail()
    mine.refresh_from_db()
    assert (mine.state, mine.reply) == (DeliveryState.FAILED, "550 5.1.1")
    assert Suppression.objects.count() == 0
