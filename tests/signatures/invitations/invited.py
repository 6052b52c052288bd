"""Invitations for tests, as organizers make them, and what the invited send."""

from datetime import datetime
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures import links
from signatures.invitations import inviting
from signatures.invitations.inviting import Invitee
from signatures.models import SigningInvitation
from signatures.notifications import invitation_mails
from tests.signatures.factories import BRIGID, Person, translation_of


def invite(
    letter: Letter,
    organizer: Organizer,
    who: Person = BRIGID,
    *,
    now: datetime | None = None,
    **more: str,
) -> SigningInvitation:
    invitee = Invitee(name=who.details.name, email=who.email, language=who.language, **more)
    inviting.invite(letter=letter, organizer=organizer, invitee=invitee, now=now or timezone.now())
    return SigningInvitation.objects.select_related("letter").latest("pk")


def send_mail() -> None:
    invitation_mails.send_until_done(batches=5)


def url_of(invitation: SigningInvitation) -> str:
    return reverse("invitation_to_sign", args=[links.invitation_token_for(invitation=invitation)])


def yes(letter: Letter, who: Person = BRIGID, **changes: Any) -> dict[str, Any]:
    """What the form sends, once it is filled in."""
    details = who.details
    return {
        "answer": "sign",
        "name": details.name,
        "profession": details.profession,
        "country": details.country,
        "consent_publish": "on" if details.consent_publish else "off",
        "text": translation_of(letter, "en").sha256,
    } | changes


NO = {"answer": "no", "no-agree": "on"}


def send(invitation: SigningInvitation, typed: dict[str, Any]) -> Any:
    return Client().post(url_of(invitation), typed)
