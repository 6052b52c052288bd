"""The way on for a letter that is paused because an older copy of the database came back."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from campaign.letters.models import Letter
from signatures.record import continuing
from signatures.record.continuing import CannotContinue
from signatures.record.format.merkle import BrokenTree
from signatures.record.rollback_guard import DatabaseBehind


class Command(BaseCommand):
    help = (
        "Begin a new log where the record of a paused letter, or the site's log, is behind the "
        "checkpoint that is kept in DATA_DIR and no newer backup exists. It says in public how "
        "many lines are lost. Without --yes it only says what it would do."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("letter", nargs="?", metavar="LETTER", help="its address, as in its URL")
        what.add_argument("--site-log", action="store_true", help="the log over all letters")
        parser.add_argument("--yes", action="store_true", help="do it")

    def handle(
        self, *_args: Any, letter: str | None, site_log: bool, yes: bool, **_options: Any
    ) -> None:
        try:
            planned = _site_log(yes) if site_log else _letter(letter or "", yes)
        except (CannotContinue, DatabaseBehind, BrokenTree) as error:
            raise CommandError(str(error)) from error
        for each in planned.lost:
            lines = each.size - planned.shared
            self.stdout.write(f"{each.origin}: {lines} of {each.size} lines are lost.")
        goes_on = "goes on" if yes else "would go on; add --yes to do it"
        self.stdout.write(f"{planned.origin}: {planned.shared} lines are left, and it {goes_on}.")


def _letter(slug: str, yes: bool) -> continuing.Plan:
    letter = Letter.objects.filter(slug=slug).first()
    if letter is None:
        raise CommandError(f"There is no letter {slug}.")
    return (
        continuing.continue_letter(letter_id=letter.pk) if yes else continuing.plan(letter=letter)
    )


def _site_log(yes: bool) -> continuing.Plan:
    return continuing.continue_site_log() if yes else continuing.plan_of_site()
