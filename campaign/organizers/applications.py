"""Coming to publish letters here: an organizer applies, confirms the address, and is let in.

By a site operator, or at once where `OPEN_TO_ORGANIZERS` is `on`. Anyone who applies learns nothing
of an address: each gets the same answer, and one e-mail with a link. From the approval on, the same
link leads to an invitation into the new team (`invitations.offer`), for as long as nobody is in it.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from campaign import link_token
from campaign.keyed_hash import Purpose, is_keyed_hash, keyed_hash
from campaign.organizers import (
    application_mail,
    audit,
    enrolment,
    errors,
    invitations,
    team_names,
)
from campaign.organizers.models import Application, Invitation, Organizer, Team

TIME_TO_CONFIRM = timedelta(days=3)
# After the decision, which is when nobody needs it any more.
KEPT_FOR = timedelta(days=30)
# Without one.
GIVE_UP_AFTER = timedelta(days=180)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What somebody types who applies."""

    name: str
    email: str
    team_name: str
    website: str
    asks: str
    contact: str


def ask(*, words: Words, language: str, now: datetime) -> None:
    """Owe the link that confirms the address."""
    with transaction.atomic():
        application = Application.objects.create(
            **asdict(words), language=language, nonce=secrets.token_bytes(8), asked_at=now
        )
        application_mail.owe_link(
            application=application,
            token=token_for(application=application),
            days=TIME_TO_CONFIRM.days,
        )


def token_for(*, application: Application) -> str:
    return link_token.write(
        application.pk, keyed_hash(Purpose.APPLICATION_LINK, *_parts(application))
    )


def application_behind(token: str, *, now: datetime) -> Application:
    """Raises ApplicationUnknown, also for what was not confirmed in time."""
    read = link_token.read(token)
    if read is None:
        raise errors.ApplicationUnknown
    pk, given = read
    application = Application.objects.select_related("team").filter(pk=pk).first()
    if application is None or not is_keyed_hash(
        given, Purpose.APPLICATION_LINK, *_parts(application)
    ):
        raise errors.ApplicationUnknown
    if application.confirmed_at is None and now >= application.asked_at + TIME_TO_CONFIRM:
        raise errors.ApplicationUnknown
    return application


def confirm(*, application: Application, now: datetime) -> None:
    """The address is theirs. Unless the site's operators read it first they are let in at once;
    else the operators are told. Twice is fine. Raises AlreadyApplied."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                mine = Application.objects.filter(pk=application.pk, confirmed_at=None)
                is_first = mine.update(confirmed_at=now)
        except IntegrityError as error:
            raise errors.AlreadyApplied from error
        if is_first and not is_read_first(application=application):
            _admit(application, by=None, now=now)
        elif is_first:
            application_mail.owe_waiting(application=application)


def is_read_first(*, application: Application) -> bool:
    """By the site's operators, before anything comes of it: of each, or where the site is open to
    all, of a team that would be taken for one that is here."""
    is_open = settings.OPEN_TO_ORGANIZERS == "on"
    return not is_open or bool(team_names.alike(name=application.team_name))


def waiting() -> QuerySet[Application]:
    return Application.objects.filter(
        confirmed_at__isnull=False, approved_at=None, declined_at=None
    )


def approve(*, application: Application, by: Organizer, now: datetime) -> Team:
    """The new team, and the e-mail that lets its first owner in. Raises AlreadyDecided."""
    with transaction.atomic():
        team = _admit(application, by=by, now=now)
        audit.record(
            team=team,
            organizer=by,
            action="approve_application",
            subject=f"application {application.pk}",
        )
        application_mail.owe_approved(
            application=application,
            team=team,
            token=token_for(application=application),
            days=KEPT_FOR.days,
        )
    return team


def decline(*, application: Application, by: Organizer, reason: str, now: datetime) -> None:
    """Raises AlreadyDecided."""
    with transaction.atomic():
        _decide(application, declined_at=now, decided_by=by, reason=reason)
        application_mail.owe_declined(application=application, reason=reason, days=KEPT_FOR.days)


def invitation_of(*, application: Application, now: datetime) -> Invitation:
    """The way into the team of an approved application. Raises AlreadyBegun."""
    if application.team is None:
        raise errors.AlreadyBegun
    return invitations.offer(
        team=application.team,
        email=application.email,
        language=application.language,
        now=now,
    )


def forget_old(*, now: datetime) -> int:
    old = (
        Q(confirmed_at=None, asked_at__lt=now - TIME_TO_CONFIRM)
        | Q(approved_at__lt=now - KEPT_FOR)
        | Q(declined_at__lt=now - KEPT_FOR)
        | Q(confirmed_at__lt=now - GIVE_UP_AFTER, approved_at=None, declined_at=None)
    )
    return Application.objects.filter(old).delete()[0]


def _admit(application: Application, *, by: Organizer | None, now: datetime) -> Team:
    _decide(application, approved_at=now, decided_by=by)
    team = enrolment.found_team(name=application.team_name)
    Application.objects.filter(pk=application.pk).update(team=team)
    return team


def _decide(application: Application, **decision: object) -> None:
    """Of several who decide at once, one does."""
    if not waiting().filter(pk=application.pk).update(**decision):
        raise errors.AlreadyDecided


def _parts(application: Application) -> tuple[bytes, bytes]:
    return str(application.pk).encode(), bytes(application.nonce)
