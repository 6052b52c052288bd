"""Whether a signature can be confirmed now: those who were invited do so before the public."""

from datetime import datetime

from signatures.models import InvitationState, Signature, SigningInvitation

# For statements that check the letter, beside its `opens_at`.
IS_INVITED = """EXISTS (
            SELECT 1 FROM signatures_signinginvitation AS invited
            WHERE invited.signature_id = signatures_signature.id AND invited.state = 'accepted'
          )"""


def is_open_to(*, signature: Signature, now: datetime) -> bool:
    """Asks the database for their invitation only while the letter is not open to everybody."""
    letter = signature.letter
    if letter.is_open(now=now) or not letter.is_open(now=now, to_invited=True):
        return letter.is_open(now=now)
    return SigningInvitation.objects.filter(
        signature=signature.pk, state=InvitationState.ACCEPTED
    ).exists()
