"""Organisations behind a letter besides its team: asked by e-mail, named once they agree.

Only the mailed link agrees, to the very version that its page shows; the same link ends it. It is a
keyed hash, and stands on no page of the desk, so that an organizer cannot agree for them. Readers
see the domain of the address that agreed: anybody can ask a mailbox of their own.
"""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from campaign import languages, link_token
from campaign.keyed_hash import Purpose, is_keyed_hash, keyed_hash
from campaign.letters import errors
from campaign.letters.models import Letter, LetterState, Organisation, Text
from campaign.mail.composing import render
from campaign.organizers import account_mail, audit, team_names
from campaign.organizers.models import Organizer

# Asked on one letter, those counted who are named no more, until they are forgotten.
MAX_ORGANISATIONS = 50
# Those who never agreed, and those who are named no more.
KEPT_FOR = timedelta(days=30)


def ask(
    *, letter: Letter, organizer: Organizer, name: str, email: str, language: str, now: datetime
) -> Organisation:
    """The link is mailed there, and to nobody else.

    Raises NotPublished for a letter that is no published one, OrganisationAlike,
    OrganisationNamed, TooManyOrganisations.
    """
    if team_names.alike(name=name):
        raise errors.OrganisationAlike
    try:
        with transaction.atomic():
            held = Letter.objects.select_for_update(no_key=True).get(pk=letter.pk)
            if held.state != LetterState.PUBLISHED:
                raise errors.NotPublished
            if Organisation.objects.filter(letter=held).count() >= MAX_ORGANISATIONS:
                raise errors.TooManyOrganisations
            asked = Organisation.objects.create(
                letter=held,
                name=name,
                email=email,
                nonce=secrets.token_bytes(8),
                asked_by=organizer,
                asked_at=now,
            )
            _record(asked, organizer, "ask_organisation")
            _owe_link(asked, organizer=organizer, language=language)
    except IntegrityError as error:
        raise errors.OrganisationNamed from error
    return asked


def remove(*, organisation: Organisation, organizer: Organizer, now: datetime) -> None:
    """Named no more, and its link opens nothing any more. Twice is fine."""
    with transaction.atomic():
        if _end(organisation, now):
            _record(organisation, organizer, "remove_organisation")


def agree(*, organisation: Organisation, text: Text, now: datetime) -> None:
    """To this version, in place of an earlier one. Raises OrganisationUnknown where it was removed
    meanwhile, NotPublished where the letter is closed."""
    with transaction.atomic():
        held = Letter.objects.select_for_update(no_key=True).get(pk=organisation.letter_id)
        if held.state != LetterState.PUBLISHED:
            raise errors.NotPublished
        mine = Organisation.objects.filter(pk=organisation.pk, ended_at=None)
        if not mine.exclude(text=text).update(agreed_at=now, text=text) and not mine.exists():
            raise errors.OrganisationUnknown


def withdraw(*, organisation: Organisation, now: datetime) -> None:
    """By its own link, whatever became of the letter. Twice is fine."""
    _end(organisation, now)


def named(*, letter: Letter) -> list[Organisation]:
    """Those that stand behind it in public, in the order in which they were asked."""
    found = Organisation.objects.filter(letter=letter, ended_at=None, agreed_at__isnull=False)
    return list(found.select_related("text").order_by("pk"))


def token_for(organisation: Organisation) -> str:
    hashed = keyed_hash(Purpose.ORGANISATION_LINK, *_parts(organisation))
    return link_token.write(organisation.pk, hashed)


def organisation_behind(token: str) -> Organisation:
    """With the letter. Raises OrganisationUnknown for any token but its own, for one that was
    removed or has withdrawn, and while the letter is taken down."""
    read = link_token.read(token)
    if read is None:
        raise errors.OrganisationUnknown
    pk, given = read
    standing = Organisation.objects.filter(ended_at=None, letter__taken_down_at=None)
    found = standing.select_related("letter__team", "text").filter(pk=pk).first()
    if found is None or not is_keyed_hash(given, Purpose.ORGANISATION_LINK, *_parts(found)):
        raise errors.OrganisationUnknown
    return found


def forget_old(*, now: datetime) -> int:
    old = now - KEPT_FOR
    unanswered = Q(agreed_at=None, asked_at__lt=old)
    return Organisation.objects.filter(unanswered | Q(ended_at__lt=old)).delete()[0]


def _end(organisation: Organisation, now: datetime) -> bool:
    standing = Organisation.objects.filter(pk=organisation.pk, ended_at=None)
    return bool(standing.update(ended_at=now, email=""))


def _owe_link(organisation: Organisation, *, organizer: Organizer, language: str) -> None:
    """In the language that the organizer's pages are in, and without the letter's title, which
    stands behind the link alone."""
    path = reverse("organisation", args=[token_for(organisation)])
    with translation.override(languages.interface_for(language)):
        content = render(
            template="campaign/letters/email/organisation",
            context={
                "organisation": organisation,
                "organizer": " ".join(str(organizer).split()),
                "team": organisation.letter.team,
                "link": settings.SITE_URL + path,
            },
            why=_("You get this e-mail because the organizers of a letter gave your address."),
        )
    account_mail.owe(content=content, to=organisation.email)


def _record(organisation: Organisation, organizer: Organizer, action: str) -> None:
    audit.record(
        team=organisation.letter.team,
        organizer=organizer,
        action=action,
        subject=f"letter {organisation.letter.slug}",
        detail=f"{organisation.pk}, {organisation.name}",
    )


def _parts(organisation: Organisation) -> tuple[bytes, bytes]:
    return str(organisation.pk).encode(), bytes(organisation.nonce)
