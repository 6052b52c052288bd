"""The e-mails that reports owe: once each, nothing typed in them, the address deleted after."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from campaign.letters.models import Letter
from signatures.models import Report, ReportKind
from signatures.moderation import reports
from signatures.notifications import report_mails
from tests.signatures.factories import BRIGID, listed, make_organizer, open_letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def report(letter: Letter) -> Report:
    [signature] = listed(letter, BRIGID)
    reports.file(
        signature=signature,
        name="Buy cheap pills",
        email="victim@elsewhere.example",
        kind=ReportKind.OTHER,
        words="at pills.example",
        language="ar",
        now=timezone.now(),
    )
    return Report.objects.get()


def test_mail_holds_nothing_that_was_typed_and_no_name(report: Report) -> None:
    assert report_mails.send_owed() == 1
    [sent] = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    whole = f"{sent.subject} {sent.body} {sent.alternatives[0][0]!r}"
    for typed in ("pills", "victim", "Malloran"):
        assert typed not in whole
    assert reports.token_for(report=report) in sent.body
    assert sent.extra_headers["Content-Language"] == "ar"
    assert sent.to == ["victim@elsewhere.example"]


def test_mail_is_sent_once(report: Report) -> None:
    assert report_mails.send_owed() == 1
    assert report_mails.send_owed() == 0
    report.refresh_from_db()
    assert (report.mail, report.mail_due_at, report.email) == (
        "",
        None,
        "victim@elsewhere.example",
    )


@pytest.mark.parametrize(("code", "owed"), [(450, True), (550, False)])
def test_refused_address_is_tried_again_unless_for_good(
    report: Report, monkeypatch: pytest.MonkeyPatch, code: int, owed: bool
) -> None:
    def refuse(*_args: Any, **_named: Any) -> None:
        raise smtplib.SMTPRecipientsRefused({"victim@elsewhere.example": (code, b"no")})

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    report_mails.send_owed()
    report.refresh_from_db()
    assert (report.mail_due_at is not None) is owed
    assert report_mails.send_owed() == 0


def test_server_down_gives_up_after_a_week_and_deletes_the_address(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_named: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "open", fail)
    reports.confirm(report=report, now=timezone.now())
    signature = report.signature
    assert signature is not None
    organizer = make_organizer(team=report.letter.team)
    reports.dismiss(
        signature=signature,
        organizer=organizer,
        expected_newest_report=report.pk,
        expected_revision=signature.revision,
    )
    with time_machine.travel(timezone.now() + timedelta(days=6), tick=False):
        assert report_mails.send_owed() == 1
        report.refresh_from_db()
        assert (report.mail, report.email) == ("report_answered", "victim@elsewhere.example")
        # Paused.
        Report.objects.update(mail_due_at=timezone.now())
        assert report_mails.send_owed() == 0
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        assert report_mails.send_owed() == 1
    report.refresh_from_db()
    assert (report.mail, report.email, report.email_key) == ("", "", None)


def test_report_filed_anew_while_its_batch_is_sent_owes_one_mail(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    signature = report.signature
    assert signature is not None

    def file(email: str) -> None:
        reports.file(
            signature=signature,
            name="Somebody",
            email=email,
            kind=ReportKind.OTHER,
            words="",
            language="en",
            now=timezone.now(),
        )

    file("second@elsewhere.example")
    send = EmailBackend.send_messages

    def file_second_anew(backend: EmailBackend, messages: Any) -> int:
        monkeypatch.undo()
        file("second@elsewhere.example")
        return send(backend, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", file_second_anew)
    assert report_mails.send_owed() == 2
    assert [message.to for message in mail.outbox] == [["victim@elsewhere.example"]]
    assert report_mails.send_owed() == 1
    assert mail.outbox[1].to == ["second@elsewhere.example"]
    assert reports.token_for(report=Report.objects.latest("pk")) in mail.outbox[1].body
