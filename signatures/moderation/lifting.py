"""What organizers attest about a signature: that they vetted it (L3), or had it confirmed (L4)."""

from django.db import transaction
from django.utils import timezone

from campaign.organizers import audit
from campaign.organizers.models import Organizer
from signatures.errors import NotConfirmed
from signatures.models import Method, Proof, ProofState, Signature, SignatureState
from signatures.verification import vouches
from signatures.verification.levels import settle

ATTESTED = (Method.VETTING, Method.CALL_BACK)


def vet(*, signature: Signature, organizer: Organizer, evidence: str) -> bool:
    """The organizers are sure of who this is; False if it was attested before."""
    return _attest(signature, organizer, Method.VETTING, evidence)


def record_call_back(*, signature: Signature, organizer: Organizer, how: str) -> bool:
    """A channel that the signer did not choose has confirmed them: who answered, when, and how."""
    return _attest(signature, organizer, Method.CALL_BACK, how)


def take_back(*, signature: Signature) -> None:
    """What was attested of another name, or by mistake, counts no more; nor do vouches for that
    name, or given under it. Safe to repeat."""
    standing = Proof.objects.filter(
        signature=signature,
        method__in=(*ATTESTED, Method.VOUCHED),
        state__in=ProofState.counting(),
    )
    vouches.end_all(signature=signature)
    if standing.update(state=ProofState.REVOKED):
        settle(signature=signature)


def _attest(signature: Signature, organizer: Organizer, method: Method, private: str) -> bool:
    now = timezone.now()
    with transaction.atomic():
        # Held until the end, so that nobody withdraws or edits what is being attested.
        held = Signature.objects.select_for_update().filter(pk=signature.pk).first()
        if held is None or held.state != SignatureState.CONFIRMED:
            raise NotConfirmed
        standing = Proof.objects.filter(
            signature=signature, method=method, state__in=ProofState.counting()
        )
        if standing.exists():
            return False
        Proof.objects.create(
            signature=signature,
            method=method,
            private=private,
            state=ProofState.STANDING,
            organizer=organizer,
            started_at=now,
            proved_at=now,
            checked_at=now,
        )
        audit.record(
            team=signature.letter.team,
            organizer=organizer,
            action=method.value,
            subject=f"signature {signature.public_id}",
        )
        settle(signature=signature)
    return True
