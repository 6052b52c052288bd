from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.urls import reverse

from campaign.organizers.enrolment import enrol


class Command(BaseCommand):
    help = "Make an account for an organizer, as an owner of a team. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--team", required=True, metavar="NAME", help="made if it is not there")
        parser.add_argument("--name", default="", help="the organizer's own name")

    def handle(self, *_args: Any, email: str, team: str, name: str, **_options: Any) -> None:
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is not an e-mail address.") from error
        if not team.strip():
            raise CommandError("The team needs a name.")
        organizer = enrol(email=email, name=name.strip(), team=team.strip())
        self.stdout.write(f"{organizer.email} is an organizer of {team.strip()}.")
        if not organizer.has_usable_password():
            login = f"{settings.SITE_URL}{reverse('account_login')}"
            self.stdout.write(f"They choose a password with “Forgot your password?” at {login}")
