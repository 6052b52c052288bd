"""The one step that ends an invitation, whoever takes it: then its addresses are deleted."""

from datetime import datetime

from signatures.errors import InvitationOver
from signatures.models import InvitationMail, InvitationState, SigningInvitation


def settle(
    *,
    invitation: SigningInvitation,
    state: InvitationState,
    now: datetime,
    signature_id: int | None = None,
) -> None:
    """Raises InvitationOver where it was answered or revoked before."""
    mine = SigningInvitation.objects.filter(pk=invitation.pk, state=InvitationState.OPEN)
    if not mine.update(
        # What a file said of somebody is not kept beside what they say themselves.
        name="" if invitation.collected else invitation.name,
        said=None,
        state=state,
        signature_id=signature_id,
        answered_at=now,
        email="",
        agent_email="",
        line="",
        mail=InvitationMail.NONE,
        leased_until=None,
    ):
        raise InvitationOver
