"""What somebody who was invited answers, once: yes, or no."""

from datetime import datetime

from django.db import transaction

from campaign.letters.models import Letter, Translation
from signatures import answers, confirmation, denial, signing
from signatures.details import Details
from signatures.errors import InvitationOver
from signatures.importing import asking
from signatures.invitations.settling import settle
from signatures.models import (
    Delivery,
    DeliveryState,
    InvitationState,
    Message,
    Signature,
    SigningInvitation,
)


def accept(
    *,
    invitation: SigningInvitation,
    letter: Letter,
    translation: Translation,
    details: Details,
    language: str,
    network_key: bytes | None,
    least_age: int | None = None,
    given: answers.Given = answers.NOTHING,
    now: datetime,
) -> None:
    """Sign with the invited address, all or nothing.

    The mail went to that address, so the signature is confirmed at once, or held: its name is
    screened as everybody's, whatever the organizers typed. It gets one mail, with the link to its
    own page. What an agent filled in stays pending until the person confirms it by the ordinary
    mail to their own address. An address that has signed before gets the mail that says so; nobody
    can tell it here. Raises InvitationOver, LetterNotOpen and TextReplaced.
    """
    if invitation.state != InvitationState.OPEN:
        raise InvitationOver
    with transaction.atomic():
        # The signature's row first, as everywhere: who erases holds it, too.
        signed = signing.sign(
            letter=letter,
            translation=translation,
            email=invitation.email,
            details=details,
            language=language,
            network_key=network_key,
            is_invited=True,
            least_age=least_age,
            given=given,
        )
        settle(
            invitation=invitation,
            state=InvitationState.ACCEPTED,
            signature_id=signed.signature_id,
            now=now,
        )
        # Without a revision, it was confirmed before.
        if invitation.agent_email or not signed.revision:
            return
        signature = Signature.objects.select_related("letter").get(pk=signed.signature_id)
        confirmation.confirm(signature=signature, expected_revision=signed.revision)
        Delivery.objects.filter(
            signature=signature, message=Message.CONFIRMATION, state=DeliveryState.OWED
        ).update(message=Message.SIGNED_INVITED)


def decline(*, invitation: SigningInvitation, now: datetime) -> bool:
    """No mail about the letter goes there any more by invitation; False if it was answered before.
    They can sign it as everybody else, once it is open."""
    try:
        settle(invitation=invitation, state=InvitationState.DECLINED, now=now)
    except InvitationOver:
        return False
    if invitation.sheet is not None:
        asking.stop_if_refused(sheet=invitation.sheet, now=now)
    return True


def deny(*, invitation: SigningInvitation, now: datetime) -> bool:
    """They signed nowhere, whatever the organizers say: besides, no mail about the letter goes
    there any more, of whatever kind. False if it was answered before."""
    if not decline(invitation=invitation, now=now):
        return False
    denial.suppress(
        letter_id=invitation.letter_id, address_key=bytes(invitation.address_key), now=now
    )
    return True
