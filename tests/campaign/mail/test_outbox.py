"""What holds for every table that owes mail, by the same code."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from structlog.testing import capture_logs
from time_machine import TimeMachineFixture

from campaign import stopping
from campaign.mail import breaker
from campaign.mail.models import MailServer as Server
from campaign.mail.outbox import BATCH_ROWS, LEASE, MAX_REFUSALS, Outbox
from campaign.organizers import account_mail, mailing
from campaign.organizers.models import Invitation, Role
from signatures.models import Delivery, ReportKind
from signatures.moderation import reports
from signatures.notifications import deliveries, report_mails
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    listed,
    make_organizer,
    make_team,
    open_letter,
    sign,
    someone,
)
from tests.signatures.notifications.conftest import MailServer, mail_server  # noqa: F401

Owe = Callable[[int], list[str]]


def owe_deliveries(count: int) -> list[str]:
    letter = open_letter()
    people = [someone(number) for number in range(count)]
    for who in people:
        sign(letter, who)
    return [who.email for who in people]


def owe_reports(count: int) -> list[str]:
    [signature] = listed(open_letter(), BRIGID)
    Delivery.objects.all().delete()
    addresses = [f"claimant{number}@crowd.example" for number in range(count)]
    for address in addresses:
        reports.file(
            signature=signature,
            name="Somebody",
            email=address,
            kind=ReportKind.OTHER,
            words="",
            language="en",
            now=timezone.now(),
        )
    return addresses


def owe_invitations(count: int) -> list[str]:
    team = make_team()
    owner = make_organizer(team=team)
    addresses = [f"guest{number}@crowd.example" for number in range(count)]
    for address in addresses:
        Invitation.objects.create(
            team=team,
            email=address,
            role=Role.VETTER,
            invited_by=owner,
            created_at=timezone.now(),
        )
    return addresses


def owe_account_mails(count: int) -> list[str]:
    addresses = [f"member{number}@crowd.example" for number in range(count)]
    for address in addresses:
        make_organizer(team=make_team(), email=address)
        account_mail.owe_reset(email=address, language="en")
    return addresses


OUTBOXES: list[tuple[Outbox[Any], Owe]] = [
    (deliveries.outbox, owe_deliveries),
    (report_mails.outbox, owe_reports),
    (mailing.outbox, owe_invitations),
    (account_mail.outbox, owe_account_mails),
]
every_outbox = pytest.mark.parametrize(
    ("outbox", "owe"), OUTBOXES, ids=[outbox.model.__name__ for outbox, _owe in OUTBOXES]
)
pytestmark = pytest.mark.django_db


@pytest.fixture
def start(time_machine: TimeMachineFixture) -> datetime:
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    return now


def column(outbox: Outbox[Any], name: str) -> list[Any]:
    return list(
        outbox.model.objects.order_by("pk").values_list(f"{outbox.prefix}{name}", flat=True)
    )


@every_outbox
def test_mail_is_sent_once_over_one_connection(
    outbox: Outbox[Any],
    owe: Owe,
    start: datetime,
    mail_server: MailServer,  # noqa: F811
) -> None:
    addresses = owe(3)
    assert [outbox.send() for _ in range(2)] == [3, 0]
    assert mail_server.recipients == addresses
    assert mail_server.connections == 1


@every_outbox
def test_mail_waits_longer_with_each_refusal_and_is_given_up(
    outbox: Outbox[Any],
    owe: Owe,
    start: datetime,
    time_machine: TimeMachineFixture,
    mail_server: MailServer,  # noqa: F811
) -> None:
    refused, taken = owe(2)
    mail_server.answers[refused] = "450 4.2.1 Greylisted, come back later"
    assert outbox.send() == 2
    pauses = []
    for _ in range(MAX_REFUSALS - 1):
        due_at = min(
            column(outbox, "due_at"), key=lambda at: (at is None or at <= timezone.now(), at)
        )
        pauses.append(round((due_at - timezone.now()).total_seconds()))
        time_machine.move_to(due_at - timedelta(milliseconds=1), tick=False)
        assert outbox.send() == 0
        time_machine.move_to(due_at, tick=False)
        assert outbox.send() == 1
    assert pauses == [20 * 2**number for number in range(MAX_REFUSALS - 1)]
    time_machine.move_to(timezone.now() + timedelta(hours=6), tick=False)
    assert outbox.send() == 0
    assert mail_server.recipients == [taken]
    assert breaker.trouble() is None


@every_outbox
def test_mail_is_tried_again_when_the_server_is_back(
    outbox: Outbox[Any],
    owe: Owe,
    start: datetime,
    time_machine: TimeMachineFixture,
    mail_server: MailServer,  # noqa: F811
) -> None:
    addresses = owe(3)
    mail_server.stop()
    with capture_logs() as logs:
        assert [outbox.send() for _ in range(2)] == [3, 0]
    assert [line["event"] for line in logs] == ["mail_server_unreachable", "mail_paused"]
    assert set(column(outbox, "leased_until")) == {None}
    mail_server.start()
    time_machine.move_to(start + breaker.SHORTEST_PAUSE, tick=False)
    assert [outbox.send() for _ in range(3)] == [1, 2, 0]
    assert sorted(mail_server.recipients) == sorted(addresses)


@every_outbox
def test_sender_that_was_too_slow_settles_nothing(
    outbox: Outbox[Any], owe: Owe, start: datetime, time_machine: TimeMachineFixture
) -> None:
    owe(1)
    [slow] = outbox.claim(now=timezone.now(), batch=BATCH_ROWS)
    assert outbox.send() == 0
    time_machine.move_to(start + LEASE + timedelta(seconds=1), tick=False)
    [other] = outbox.claim(now=timezone.now(), batch=BATCH_ROWS)
    for settle in (
        partial(outbox.finish, slow, is_sent=True),
        partial(outbox.finish, slow, is_sent=False),
        partial(outbox.postpone, slow),
        partial(outbox.give_back, [slow]),
        partial(outbox.renew, [slow], lease_ends=start + LEASE * 9),
    ):
        settle()
        assert column(outbox, "leased_until") == [getattr(other, f"{outbox.prefix}leased_until")]
        assert column(outbox, "attempts") == [2]
    outbox.give_back([other])
    assert outbox.send() == 1
    assert len(mail.outbox) == 1


@every_outbox
def test_mail_that_cannot_be_built_holds_up_no_other(
    outbox: Outbox[Any], owe: Owe, monkeypatch: pytest.MonkeyPatch
) -> None:
    _broken, whole = owe(2)
    build, calls = outbox.build, []

    def fail_once(row: Any) -> Any:
        calls.append(row.pk)
        if len(calls) == 1:
            raise KeyError("name")
        return build(row)

    monkeypatch.setattr(outbox, "build", fail_once)
    with capture_logs() as logs:
        assert outbox.send() == 2
    assert [line["event"] for line in logs] == ["mail_not_built"]
    assert [message.to for message in mail.outbox] == [[whole]]
    assert outbox.send() == 0


@every_outbox
def test_worker_that_must_stop_gives_back_what_it_did_not_try(
    outbox: Outbox[Any], owe: Owe, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = owe(3)
    build = outbox.build

    def stop_then_build(row: Any) -> Any:
        stopping.ask_to_stop()
        return build(row)

    with monkeypatch.context() as asked:
        asked.setattr(outbox, "build", stop_then_build)
        try:
            outbox.send_until_done(batches=5)
        finally:
            stopping.forget()
    assert len(mail.outbox) == 1
    outbox.send_until_done(batches=5)
    assert sorted(message.to[0] for message in mail.outbox) == sorted(addresses)


@pytest.mark.django_db(transaction=True)
@every_outbox
def test_senders_at_once_send_each_mail_once(outbox: Outbox[Any], owe: Owe) -> None:
    addresses = owe(6)
    assert sum(at_once([partial(outbox.send, batch=2)] * 4)) == 6
    assert sorted(message.to[0] for message in mail.outbox) == sorted(addresses)


@every_outbox
def test_nothing_owed_spends_no_trial(outbox: Outbox[Any], owe: Owe, start: datetime) -> None:
    Server.objects.create(failures=20, failing_since=start, paused_until=start)
    assert outbox.send() == 0
    assert Server.objects.get().paused_until == start


def test_mail_that_says_nothing_tells_nothing_of_the_server(start: datetime) -> None:
    Server.objects.create(failures=20, failing_since=start, paused_until=start)
    account_mail.owe_reset(email="nobody@crowd.example", language="en")
    assert account_mail.outbox.send() == 1
    assert breaker.trouble() is not None
    assert mail.outbox == []
