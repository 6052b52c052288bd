import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings
from time_machine import TimeMachineFixture

from campaign import stopping
from campaign.letters import takedown
from campaign.letters.models import Letter, UpdateState
from campaign.mail import routes
from campaign.mail.models import MailRoute
from signatures import erasure, withdrawal
from signatures.models import Delivery, DeliveryState, Signature, UpdateDelivery
from signatures.notifications import fan_out, leaving, releasing, update_sending
from signatures.notifications.update_progress import progress
from signatures.notifications.update_sending import CHUNK_ROWS, LEASE, RETRY_MINUTES
from tests.concurrency import at_once
from tests.signatures.factories import make_organizer, open_letter, sign, someone
from tests.signatures.notifications.conftest import MailServer
from tests.signatures.notifications.updates import BOTH, crowd, hearing, owed, released, states

pytestmark = pytest.mark.django_db

NOUGHT = {
    "total": 0,
    "waiting": 0,
    "claimed": 0,
    "sent": 0,
    "failed": 0,
    "unknown": 0,
    "suppressed": 0,
    "cancelled": 0,
}


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def _send() -> None:
    update_sending.send_until_done(batches=5)


def _signature(email: str) -> Signature:
    return Signature.objects.select_related("letter", "translation").get(email=email)


def test_each_gets_it_once(letter: Letter, mail_server: MailServer) -> None:
    people = hearing(letter, 3)
    update = owed(letter)

    _send()
    _send()

    assert sorted(mail_server.recipients) == [each.email for each in people]
    assert mail_server.connections == 1
    assert progress(update=update) == NOUGHT | {"total": 3, "sent": 3}
    update.refresh_from_db()
    assert (update.state, update.finished_at is not None) == (UpdateState.SENT, True)


def test_a_mail_has_what_is_its_own(letter: Letter, mail_server: MailServer) -> None:
    people = hearing(letter, 2)
    update = owed(letter, words=BOTH)

    _send()

    for [to], mail in mail_server.mails:
        signature = _signature(to)
        row = UpdateDelivery.objects.get(signature=signature)
        token = leaving.token_for(leaving.subscriber(signature=signature))
        assert mail["To"] == to
        assert mail["Subject"] == "We were heard"
        assert (
            mail["Message-ID"] == f"<update-{update.pk}-{row.pk}.{signature.public_id}@127.0.0.1>"
        )
        assert mail["List-Unsubscribe"] == f"<http://127.0.0.1:8000/u/{token}/>"
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        text, html = (part.get_content() for part in mail.iter_parts())
        for words in (text, html):
            assert f"You signed this letter as number {signature.number}." in words
            assert f"http://127.0.0.1:8000/u/{token}/" in words
            # Whoever gets it forwarded must not have the signer's own page.
            assert "/s/" not in words
        assert "<em>committee</em>" in html
    assert len(mail_server.mails) == len(people)


def test_it_speaks_the_language_that_was_signed_in(letter: Letter, mail_server: MailServer) -> None:
    hearing(letter, 1, language="ar")
    owed(letter, words=BOTH)

    _send()

    [(_to, mail)] = mail_server.mails
    html = mail.get_body(("html",))
    assert html is not None
    assert (mail["Subject"], mail["Content-Language"]) == (BOTH["ar"].subject, "ar")
    assert "لقد وقّعت هذه الرسالة المفتوحة، ورقم توقيعك ١." in html.get_content()
    assert "/ar/u/" in mail["List-Unsubscribe"]


def test_where_words_are_missing_it_has_the_authoritative_ones(
    letter: Letter, mail_server: MailServer
) -> None:
    hearing(letter, 1, language="ar")
    owed(letter)

    _send()

    assert [mail["Subject"] for _to, mail in mail_server.mails] == ["We were heard"]


def test_who_left_withdrew_or_was_erased_meanwhile_gets_nothing(
    letter: Letter, mail_server: MailServer
) -> None:
    people = hearing(letter, 5)
    update = owed(letter)
    one, two, three, four, _five = (_signature(each.email) for each in people)
    leaving.leave(leaving.subscriber(signature=one))
    leaving.leave(leaving.subscriber(signature=two), everything=True)
    withdrawal.withdraw(signature=three)
    erasure.erase(signature=four)

    _send()

    news = [to for to, mail in mail_server.mails if mail["List-Id"]]
    assert news == [[people[4].email]]
    assert progress(update=update) == NOUGHT | {"total": 5, "sent": 1, "suppressed": 4}


def test_erasing_after_it_was_sent_leaves_the_sum(letter: Letter, mail_server: MailServer) -> None:
    [who] = hearing(letter, 1)
    update = owed(letter)
    _send()

    erasure.erase(signature=_signature(who.email))

    assert progress(update=update) == NOUGHT | {"total": 1, "sent": 1}
    row = UpdateDelivery.objects.get()
    assert (row.signature, row.route) == (None, "")


def test_confirmations_go_first(letter: Letter, mail_server: MailServer) -> None:
    crowd(letter, CHUNK_ROWS + 1)
    owed(letter)
    sign(letter, someone(900))

    _send()

    assert mail_server.recipients[0] == someone(900).email
    assert Delivery.objects.filter(state=DeliveryState.OWED).count() == 0


def test_a_throttled_confirmation_goes_before_more_news(
    letter: Letter, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    [news] = hearing(letter, 1)
    owed(letter)
    sign(letter, someone(900))
    routes.slow_down(domain="slow.example", reply="450 4.7.1", now=timezone.now())
    mail_server.answers[someone(900).email] = "450 4.7.1 too many messages"
    waits = []

    def sleep(seconds: float, sleep: Callable[[float], None] = time.sleep) -> None:
        """The server's next second."""
        waits.append(seconds)
        mail_server.answers.clear()
        sleep(seconds)

    monkeypatch.setattr(time, "sleep", sleep)
    update_sending.send_until_done(batches=1)

    assert mail_server.recipients == [someone(900).email, news.email]
    assert [0 < each <= 1 for each in waits] == [True]


def test_a_slow_server_is_given_fewer_at_once() -> None:
    sender = update_sending._Sender()
    chunks = []
    for rows, seconds in ((20, 10), (5, 0.5), (10, 0.1), (40, 4)):
        sender.paced(rows, seconds=seconds)
        chunks.append(sender.chunk_rows)

    assert chunks == [5, 10, CHUNK_ROWS, 10]


def test_a_worker_that_is_asked_to_stop_gives_back(letter: Letter, mail_server: MailServer) -> None:
    hearing(letter, 2)
    update = owed(letter)
    stopping.ask_to_stop()
    try:
        _send()
    finally:
        stopping.forget()

    assert progress(update=update) == NOUGHT | {"total": 2, "waiting": 2}


def test_what_a_lost_worker_only_claimed_is_sent(
    letter: Letter, mail_server: MailServer, time_machine: TimeMachineFixture
) -> None:
    hearing(letter, 2)
    update = owed(letter)
    now = timezone.now()
    update_sending._claim([update.pk], now=now, most=1, without=[])
    assert progress(update=update) == NOUGHT | {"total": 2, "waiting": 1, "claimed": 1}

    time_machine.move_to(now + LEASE + timedelta(seconds=1), tick=False)
    _send()

    assert progress(update=update) == NOUGHT | {"total": 2, "sent": 2}
    assert len(mail_server.mails) == 2


def test_what_a_lost_worker_had_begun_is_unknown_until_an_organizer_asks(
    letter: Letter, mail_server: MailServer, time_machine: TimeMachineFixture
) -> None:
    hearing(letter, 2)
    update = owed(letter)
    now = timezone.now()
    claimed = update_sending._claim([update.pk], now=now, most=1, without=[])
    update_sending._begin(claimed)

    time_machine.move_to(now + LEASE + timedelta(seconds=1), tick=False)
    _send()
    _send()
    assert progress(update=update) == NOUGHT | {"total": 2, "sent": 1, "unknown": 1}

    assert releasing.send_unknown_again(update=update, now=timezone.now()) == 1
    _send()

    assert progress(update=update) == NOUGHT | {"total": 2, "sent": 2}
    update.refresh_from_db()
    assert update.state == UpdateState.SENT


def test_a_worker_slower_than_its_lease_still_tells_what_it_sent(
    letter: Letter, mail_server: MailServer, time_machine: TimeMachineFixture
) -> None:
    hearing(letter, 1)
    update = owed(letter)
    now = timezone.now()
    begun = update_sending._begin(update_sending._claim([update.pk], now=now, most=1, without=[]))
    time_machine.move_to(now + 2 * LEASE, tick=False)
    update_sending.settle_lost(now=timezone.now())
    assert states(update) == ["unknown"]

    update_sending._write(update_sending._Results(sent=begun))

    assert states(update) == ["sent"]


def test_what_was_sent_again_is_not_overwritten_by_the_slow_one(
    letter: Letter, mail_server: MailServer, time_machine: TimeMachineFixture
) -> None:
    hearing(letter, 1)
    update = owed(letter)
    now = timezone.now()
    begun = update_sending._begin(update_sending._claim([update.pk], now=now, most=1, without=[]))
    time_machine.move_to(now + 2 * LEASE, tick=False)
    update_sending.settle_lost(now=timezone.now())
    releasing.send_unknown_again(update=update, now=timezone.now())

    update_sending._write(update_sending._Results(untried=begun, unknown=begun))

    assert states(update) == ["waiting"]


def test_a_refused_address_fails_and_the_others_get_theirs(
    letter: Letter, mail_server: MailServer
) -> None:
    people = hearing(letter, 20)
    refused = [each.email for each in people[::10]]
    mail_server.answers = dict.fromkeys(refused, "550 5.1.1 no such mailbox")
    update = owed(letter)

    _send()

    assert progress(update=update) == NOUGHT | {"total": 20, "sent": 18, "failed": 2}
    failed = UpdateDelivery.objects.filter(state="failed")
    assert set(failed.values_list("signature__email", "reply")) == {
        (each, "550 5.1.1") for each in refused
    }


def test_a_mailbox_that_is_full_is_tried_at_growing_intervals(
    letter: Letter, mail_server: MailServer, time_machine: TimeMachineFixture
) -> None:
    [who] = hearing(letter, 1)
    mail_server.answers[who.email] = "452 4.2.2 mailbox full"
    update = owed(letter)
    waits = []
    for _try in RETRY_MINUTES:
        now = timezone.now()
        time_machine.move_to(now, tick=False)
        _send()
        due_at = UpdateDelivery.objects.values_list("due_at", flat=True).get()
        waits.append((due_at - now).total_seconds() / 60)
        _send()
        time_machine.move_to(due_at, tick=False)
    assert states(update) == ["waiting"]
    _send()

    assert states(update) == ["failed"]
    assert [round(wait / minutes) for wait, minutes in zip(waits, RETRY_MINUTES, strict=True)] == [
        1
    ] * len(RETRY_MINUTES)


def test_a_domain_that_throttles_slows_its_own_mail_only(
    letter: Letter, mail_server: MailServer, time_machine: TimeMachineFixture
) -> None:
    people = hearing(letter, 3)
    slow, quick = people[0], people[1:]
    # The others have a domain of their own.
    Signature.objects.filter(email=slow.email).update(email="signer@slow.example")
    mail_server.answers["signer@slow.example"] = "450 4.7.1 too many messages"
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    update = owed(letter)

    update_sending.send_until_done(batches=1)

    assert sorted(mail_server.recipients) == [each.email for each in quick]
    assert progress(update=update) == NOUGHT | {"total": 3, "sent": 2, "waiting": 1}
    assert list(MailRoute.objects.values_list("domain", "refusals")) == [("slow.example", 1)]

    mail_server.answers.clear()
    time_machine.move_to(now + timedelta(seconds=1), tick=False)
    _send()

    assert progress(update=update) == NOUGHT | {"total": 3, "sent": 3}
    assert MailRoute.objects.count() == 0


def test_two_workers_send_each_once(transactional_db: None, mail_server: MailServer) -> None:
    letter = open_letter()
    people = hearing(letter, 60)
    update = owed(letter)

    at_once([_send, _send])

    assert sorted(mail_server.recipients) == sorted(each.email for each in people)
    assert progress(update=update) == NOUGHT | {"total": 60, "sent": 60}


def test_a_pause_and_a_cancel_stop_what_is_not_begun(
    letter: Letter, mail_server: MailServer
) -> None:
    hearing(letter, 3)
    update = owed(letter)
    claimed = update_sending._claim([update.pk], now=timezone.now(), most=1, without=[])

    releasing.pause(update=update)
    assert update_sending._begin(claimed) == []
    _send()
    assert progress(update=update) == NOUGHT | {"total": 3, "waiting": 3}

    releasing.resume(update=update)
    claimed = update_sending._claim([update.pk], now=timezone.now(), most=1, without=[])
    releasing.cancel(update=update, now=timezone.now())
    assert progress(update=update) == NOUGHT | {"total": 3, "claimed": 1, "cancelled": 2}
    assert update_sending._begin(claimed) == []
    _send()

    assert progress(update=update) == NOUGHT | {"total": 3, "cancelled": 3}
    assert mail_server.mails == []


def test_of_a_letter_that_was_taken_down_nothing_goes_out_until_it_is_put_back(
    letter: Letter, mail_server: MailServer
) -> None:
    hearing(letter, 2)
    owing, scheduled = owed(letter), released(letter)
    now = timezone.now()
    operator = make_organizer(team=letter.team, email="root@site.example")
    takedown.take_down(letter=letter, operator=operator, because="A court.", now=now)
    assert fan_out.fan_out_due(now=now) == 0
    _send()
    assert progress(update=owing) == NOUGHT | {"total": 2, "waiting": 2}

    takedown.put_back(letter=letter, operator=operator, expected_since=now)
    assert fan_out.fan_out_due(now=now) == 1
    _send()
    for update in (owing, scheduled):
        assert progress(update=update) == NOUGHT | {"total": 2, "sent": 2}


def test_a_new_domain_sends_so_many_a_day(
    letter: Letter, mail_server: MailServer, settings: Settings, time_machine: TimeMachineFixture
) -> None:
    settings.MAIL_WARM_UP_SINCE, settings.MAIL_WARM_UP_PER_DAY = date(2026, 11, 30), [2, 1]
    time_machine.move_to(datetime(2026, 11, 30, 12, tzinfo=UTC), tick=False)
    hearing(letter, 4)
    update = owed(letter)

    sent = []
    for day in (30, 31, 32):
        time_machine.move_to(
            datetime(2026, 11, 30, 12, tzinfo=UTC) + timedelta(days=day - 30), tick=False
        )
        _send()
        sent.append(progress(update=update)["sent"])

    assert sent == [2, 3, 4]


def test_a_rate_that_is_set_is_kept(
    letter: Letter, mail_server: MailServer, settings: Settings
) -> None:
    settings.MAIL_PER_SECOND = 5
    hearing(letter, 8)
    update = owed(letter)

    begun = time.monotonic()
    _send()

    assert progress(update=update)["sent"] == 8
    # Five at once, the others as the bucket fills.
    assert time.monotonic() - begun >= 0.5


def test_a_large_domain_that_had_its_share_keeps_no_other_waiting(
    letter: Letter, mail_server: MailServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MAIL_PER_SECOND_TO_DOMAIN = 2
    monkeypatch.setattr(update_sending, "_PATIENCE", timedelta(seconds=0.2))
    hearing(letter, CHUNK_ROWS + 3)
    last = someone(CHUNK_ROWS + 2).email
    Signature.objects.filter(email=last).update(email="signer@small.example")
    update = owed(letter)
    # Behind all of the large one.
    late = UpdateDelivery.objects.get(route="small.example")
    UpdateDelivery.objects.exclude(pk=late.pk).update(due_at=late.due_at - timedelta(seconds=1))

    update_sending.send_until_done(batches=1)

    # Two at once, and on a slow machine a few more of the large one that have become due.
    assert mail_server.recipients.index("signer@small.example") < CHUNK_ROWS // 2
    counts = progress(update=update)
    assert counts["sent"] == len(mail_server.recipients)
    assert counts["waiting"] == CHUNK_ROWS + 3 - counts["sent"]
