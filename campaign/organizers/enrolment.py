"""How people come to have an account and a team, where a site operator makes them."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.text import slugify

from campaign.organizers import audit
from campaign.organizers.errors import NotAllowed, TeamNameTaken
from campaign.organizers.models import Membership, Organizer, Role, Team

_LONGEST_NAME = 120


def enrol(*, email: str, name: str = "", team: str) -> Organizer:
    """An organizer who owns the team of this name; each is made if it is not there.

    Safe to run again: what is there stays as it is (a password, a role, a name), what is missing
    is added. A new account has no usable password: it is chosen by mail, for which the address
    counts as verified.
    """
    with transaction.atomic():
        organizer = Organizer.objects.filter(email__iexact=email).first()
        if organizer is None:
            organizer = Organizer.objects.create_user(email.lower(), name=name)
        elif name and not organizer.name:
            organizer.name = name
            organizer.save(update_fields=["name"])
        verify_address(organizer=organizer)
        Membership.objects.get_or_create(
            team=_team(team), organizer=organizer, defaults={"role": Role.OWNER}
        )
    return organizer


def begin_team(*, name: str, by: Organizer) -> Team:
    """A new team with this owner, for a site operator. Raises NotAllowed, and TeamNameTaken: two
    teams of one name cannot be told apart at the desk."""
    with transaction.atomic():
        if not by.is_staff:
            raise NotAllowed
        if Team.objects.filter(name__iexact=name).exists():
            raise TeamNameTaken
        team = _team(name)
        Membership.objects.create(team=team, organizer=by, role=Role.OWNER)
        audit.record(team=team, organizer=by, action="begin_team", subject=f"team {team.slug}")
    return team


def found_team(*, name: str) -> Team:
    """A new team that nobody is in yet. Where there is one of this name, a number goes behind it:
    nobody comes into a team by naming theirs alike."""
    free, number = name, 1
    while Team.objects.filter(name__iexact=free).exists():
        number += 1
        free = f"{name[: _LONGEST_NAME - len(str(number)) - 1]} {number}"
    return _new_team(free)


def verify_address(*, organizer: Organizer) -> None:
    """Without a verified address allauth lets nobody in and sends no mail."""
    address, _created = EmailAddress.objects.get_or_create(
        user=organizer,
        email=organizer.email.lower(),
        defaults={"verified": True, "primary": True},
    )
    if not address.verified:
        address.verified = True
        address.save(update_fields=["verified"])


def _team(name: str) -> Team:
    return Team.objects.filter(name=name).order_by("pk").first() or _new_team(name)


def _new_team(name: str) -> Team:
    stem = slugify(name)[:40].strip("-_") or "team"
    slug, number = stem, 1
    while Team.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return Team.objects.create(name=name, slug=slug)
