from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from campaign.mail.doctor import results, setup
from campaign.mail.doctor.findings import Code, found
from campaign.mail.doctor.received import check as check_received
from campaign.mail.models import MailCheck
from signatures import tasks
from signatures.notifications import mail_check
from tests.smtp_sink import Sink

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def _sends(settings: Settings) -> None:
    """To a server that is not there, from a domain of which nothing is asked."""
    settings.EMAIL_BACKEND = SMTP
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.DEFAULT_FROM_EMAIL = "Letters <letters@gmail.com>"
    settings.SITE_URL = "https://letters.example"
    settings.OPERATOR_ADDRESS = {"en": ""}


def test_mail_in_files_is_not_looked_at() -> None:
    with pytest.raises(CommandError, match="EMAIL_URL names no mail server"):
        call_command("mail_doctor")
    with pytest.raises(CommandError, match="EMAIL_URL names no mail server"):
        call_command("mail_doctor", send="brigid@quayside.example")
    assert mail.outbox == []


@pytest.mark.usefixtures("_sends")
def test_the_command_tells_what_to_set(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match=r"2 of 5 are bad\."):
        call_command("mail_doctor")

    told = capsys.readouterr().out.splitlines()
    assert [each for each in told if each.startswith("[")] == [
        "[bad] Sender of the mail: MAIL_FROM is at gmail.com, where anybody can have an address. "
        "Other servers may not send for it, so such mail is refused.",
        "[bad] Mail server: 127.0.0.1 does not answer (ConnectionRefusedError).",
        "[good] What each mail says: Readers can unsubscribe with one click (List-Unsubscribe).",
        "[warning] What each mail says: Mail tells no postal address, which some countries ask of "
        "mail to many.",
        "[warning] Mail that comes back: Nobody hears of mail that comes back later, nor of "
        "complaints.",
    ]
    assert "    Set MAIL_FROM to an address at a domain of your own." in told


@pytest.mark.django_db
@pytest.mark.usefixtures("_sends")
def test_the_task_keeps_what_it_finds(settings: Settings) -> None:
    tasks.check_mail()
    worst = results.worst(now=timezone.now())
    assert worst is not None
    assert worst.code is Code.FROM_FREE

    # Nothing is known against a site that sends no more.
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    tasks.check_mail()
    assert results.worst(now=timezone.now()) is None
    assert MailCheck.objects.count() == 1


def test_the_test_mail_goes_out_with_the_headers_of_news(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EMAIL_BACKEND = SMTP
    with Sink().running() as sink:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        call_command("mail_doctor", send="brigid@quayside.example")

    assert sink.taken == ["brigid@quayside.example"]
    [raw] = sink.messages
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    assert b"List-Unsubscribe: <http://127.0.0.1:8000/" in raw
    assert b"Message-ID: <mail-test." in raw
    assert "--read FILE" in capsys.readouterr().out


def test_a_test_mail_that_is_not_taken_is_told(settings: Settings) -> None:
    settings.EMAIL_BACKEND = SMTP
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(CommandError, match="Not sent: "):
        call_command("mail_doctor", send="brigid@quayside.example")


def test_an_address_that_is_none_gets_no_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "sends_mail", lambda: True)
    for address in ("brigid", "a@b.example\nBcc: c@d.example", ""):
        with pytest.raises(CommandError):
            call_command("mail_doctor", send=address or " ")
    assert mail.outbox == []


def test_a_mail_that_arrived_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mail.eml"
    sample = mail_check.sample_mail(to="brigid@quayside.example").wire_bytes()
    path.write_bytes(
        b"Authentication-Results: mx.big.example;\r\n spf=pass smtp.mailfrom=127.0.0.1\r\n" + sample
    )
    with pytest.raises(CommandError, match=r"3 of 4 are bad\."):
        call_command("mail_doctor", read=path)
    assert "DKIM did not pass, says mx.big.example: none" in capsys.readouterr().out
    with pytest.raises(CommandError, match="No such file"):
        call_command("mail_doctor", read=tmp_path / "nothing.eml")
    assert check_received(b"") == [
        found(Code.READ_NO_RESULTS),
        found(Code.READ_UNSIGNED, domain=""),
    ]
