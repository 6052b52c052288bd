from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import get_connection
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from campaign.mail.doctor import received, setup, words
from campaign.mail.doctor.findings import Finding
from signatures.notifications import mail_check


class Command(BaseCommand):
    help = (
        "Say whether mail of this site will be believed, and what to set. Fails while anything is "
        "bad. docs/mail.md says where each check comes from."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        either = parser.add_mutually_exclusive_group()
        either.add_argument("--send", metavar="ADDRESS", help="send a test mail to your mailbox")
        either.add_argument(
            "--read", metavar="FILE", type=Path, help="read that mail, saved with all its headers"
        )

    def handle(self, *_args: Any, send: str | None, read: Path | None, **_options: Any) -> None:
        if read:
            self._tell(received.check(self._contents(read)))
            return
        if not setup.sends_mail():
            raise CommandError("EMAIL_URL names no mail server: mail leaves this machine nowhere.")
        if send:
            self._send(send)
        else:
            self._tell(mail_check.find())

    def _send(self, address: str) -> None:
        try:
            validate_email(address)
            get_connection().send_messages([mail_check.sample_mail(to=address)])
        except ValidationError as error:
            raise CommandError("That is no e-mail address.") from error
        except (OSError, ValueError) as error:
            raise CommandError(f"Not sent: {error}") from error
        self.stdout.write(
            f"Sent. Save the mail that arrives at {address} with all its headers (“show original”) "
            "as a file, and run: manage.py mail_doctor --read FILE"
        )

    def _contents(self, path: Path) -> bytes:
        try:
            with path.open("rb") as file:
                return file.read(received.MAX_BYTES)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error

    def _tell(self, findings: list[Finding]) -> None:
        for each in findings:
            said = words.said(each)
            self.stdout.write(f"[{said.state}] {said.topic}: {said.found}")
            for line in filter(None, (said.advice, said.paste)):
                self.stdout.write(f"    {line}")
        bad = sum(map(words.is_bad, findings))
        if bad:
            raise CommandError(f"{bad} of {len(findings)} are bad.")
