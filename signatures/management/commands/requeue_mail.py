"""Mail that was failed wrongly goes out after all."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from campaign.organizers import mailing
from signatures.notifications import deliveries


class Command(BaseCommand):
    help = (
        "Send again what failed since a moment, for when the mail server refused addresses that "
        "were right. Without --yes it only says how many that would be. Safe to run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--since", required=True, metavar="TIME", help="as 2026-11-30T06:00, in UTC"
        )
        parser.add_argument(
            "--reply",
            default="",
            metavar="CODE",
            help="only what was refused so, as 554 or '550 5.7.1'",
        )
        parser.add_argument("--yes", action="store_true", help="do it")

    def handle(self, *_args: Any, since: str, reply: str, yes: bool, **_options: Any) -> None:
        moment = _moment(since)
        letters = deliveries.requeue(since=moment, reply=reply, dry_run=not yes)
        invited = mailing.requeue(since=moment, reply=reply, dry_run=not yes)
        done = "are owed again" if yes else "would be owed again; add --yes to do it"
        self.stdout.write(f"{letters} to signers and {invited} invitations {done}.")


def _moment(since: str) -> datetime:
    try:
        moment = parse_datetime(since)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError("Give the time as 2026-11-30T06:00.")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
