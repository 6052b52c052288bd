from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.text import slugify

from campaign.organizers.models import Membership, Organizer, Role, Team


class Command(BaseCommand):
    """Safe to run again: what is there stays as it is, and what is missing is added."""

    help = (
        "Make an account for an organizer, as an owner of a team. Its password is chosen by mail."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--team", required=True, metavar="NAME", help="made if it is not there")
        parser.add_argument("--name", default="", help="the organizer's own name")

    def handle(self, *_args: Any, email: str, team: str, name: str, **_options: Any) -> None:
        team = team.strip()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is not an e-mail address.") from error
        if not team:
            raise CommandError("The team needs a name.")
        with transaction.atomic():
            organizer = _organizer(email, name)
            Membership.objects.get_or_create(
                team=_team(team), organizer=organizer, defaults={"role": Role.OWNER}
            )
        self.stdout.write(f"{organizer.email} is an organizer of {team}.")
        if not organizer.has_usable_password():
            login = f"{settings.SITE_URL}{reverse('account_login')}"
            self.stdout.write(f"They choose a password with “Forgot your password?” at {login}")


def _organizer(email: str, name: str) -> Organizer:
    organizer = Organizer.objects.filter(email__iexact=email).first()
    if organizer is None:
        organizer = Organizer.objects.create_user(email.lower(), name=name)
    elif name and not organizer.name:
        organizer.name = name
        organizer.save(update_fields=["name"])
    # Without a verified address allauth sends no mail to it.
    address, _created = EmailAddress.objects.get_or_create(
        user=organizer,
        email=organizer.email.lower(),
        defaults={"verified": True, "primary": True},
    )
    if not address.verified:
        address.set_verified()
    return organizer


def _team(name: str) -> Team:
    if team := Team.objects.filter(name=name).order_by("pk").first():
        return team
    stem = slugify(name)[:40].strip("-_") or "team"
    slug, number = stem, 1
    while Team.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return Team.objects.create(name=name, slug=slug)
