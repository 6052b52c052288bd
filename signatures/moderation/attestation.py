"""What organizers attest about a signature: that they vetted it (L3), or had it confirmed (L4)."""

from django.db.models import Q
from django.utils import timezone

from campaign.organizers import audit
from campaign.organizers.models import Organizer
from signatures.errors import NotConfirmed
from signatures.locking import locked_as_read
from signatures.models import (
    ATTESTED_METHODS,
    Authority,
    Proof,
    ProofState,
    Recheck,
    RecheckReason,
    Signature,
    SignatureState,
)
from signatures.verification import attested, call_back, vetting, vouches, vouching
from signatures.verification.levels import recompute_level
from signatures.verification.method import Method


def vet(
    *, signature: Signature, organizer: Organizer, expected_revision: int, evidence: str
) -> bool:
    """The organizers are sure of who this is; False if it was attested before.

    `expected_revision` is the one that they read. Raises NotConfirmed and DetailsChanged.
    """
    return _attest(signature, organizer, expected_revision, vetting.METHOD, evidence)


def record_call_back(
    *, signature: Signature, organizer: Organizer, expected_revision: int, how: str
) -> bool:
    """A channel that the signer did not choose has confirmed them: who answered, when, and how.

    As `vet`.
    """
    return _attest(signature, organizer, expected_revision, call_back.METHOD, how)


def take_back(*, signature: Signature) -> None:
    """What was attested of another name, or by mistake, counts no more; nor do vouches for that
    name, or given under it. Safe to repeat."""
    attestations = Q(method__in=ATTESTED_METHODS, state__in=ProofState.attested())
    vouched = Q(method=vouching.METHOD.code, state__in=ProofState.counting())
    vouches.end_all(signature=signature)
    Recheck.objects.filter(signature=signature, reason=RecheckReason.CHANGED).delete()
    standing = Proof.objects.filter(attestations | vouched, signature=signature)
    if standing.update(state=ProofState.REVOKED):
        recompute_level(signature=signature)


def _attest(
    signature: Signature, organizer: Organizer, expected_revision: int, method: Method, private: str
) -> bool:
    now = timezone.now()
    with locked_as_read(
        signature=signature,
        expected_revision=expected_revision,
        states=(SignatureState.CONFIRMED,),
        otherwise=NotConfirmed,
    ) as held:
        mine = Proof.objects.filter(signature=held, method=method.code)
        if mine.filter(state__in=ProofState.counting()).exists():
            return False
        mine.filter(state=ProofState.CHANGED).update(state=ProofState.REVOKED)
        Proof.objects.create(
            signature=held,
            method=method.code,
            private=private,
            state=ProofState.STANDING,
            organizer=organizer,
            seen=attested.details_of(signature=held),
            started_at=now,
            proved_at=now,
            checked_at=now,
        )
        Authority.objects.filter(signature=held).update(waits=False)
        attested.follow(signature=held)
        audit.record(
            team=held.letter.team,
            organizer=organizer,
            action=method.code,
            subject=f"signature {signature.public_id}",
        )
        recompute_level(signature=held)
    return True
