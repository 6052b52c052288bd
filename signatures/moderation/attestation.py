"""What organizers attest about a signature: that they vetted it (L3), or had it confirmed (L4)."""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from campaign.organizers import audit
from campaign.organizers.models import Organizer
from signatures.errors import NotConfirmed
from signatures.locking import locked_as_read
from signatures.models import (
    ATTESTED_METHODS,
    Authority,
    EvidenceClass,
    Proof,
    ProofState,
    Recheck,
    RecheckReason,
    Signature,
    SignatureState,
    UnnamedVetting,
)
from signatures.verification import attested, call_back, vetting, vouches, vouching
from signatures.verification.evidence.identifiers import Identifier
from signatures.verification.levels import recompute_level
from signatures.verification.method import Method


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What readers are told of an attestation beside its day: as much as somebody said."""

    # Of `attested.LABELS`: which details it is about.
    scope: tuple[str, ...] = ()
    evidence_class: EvidenceClass | None = None
    # The public record that they were compared with.
    against: Identifier | None = None
    # Whether the organizer wants to be named; readers are told the role in any case.
    names_organizer: bool = False


def vet(
    *,
    signature: Signature,
    organizer: Organizer,
    expected_revision: int,
    evidence: str,
    basis: Basis | None = None,
) -> bool:
    """The organizers are sure of who this is; False if it was attested before.

    `expected_revision` is the one that they read. Raises NotConfirmed and DetailsChanged.
    """
    told = basis or Basis()
    return _attest(signature, organizer, expected_revision, vetting.METHOD, evidence, told)


def record_call_back(
    *,
    signature: Signature,
    organizer: Organizer,
    expected_revision: int,
    how: str,
    basis: Basis | None = None,
) -> bool:
    """A channel that the signer did not choose has confirmed them: who answered, when, and how.

    As `vet`.
    """
    told = replace(basis or Basis(), evidence_class=EvidenceClass.CALL)
    return _attest(signature, organizer, expected_revision, call_back.METHOD, how, told)


def take_back(*, signature: Signature) -> None:
    """What was attested of another name, or by mistake, counts no more; nor do vouches for that
    name, or given under it. Safe to repeat."""
    attestations = Q(method__in=ATTESTED_METHODS, state__in=ProofState.attested())
    vouched = Q(method=vouching.METHOD.code, state__in=ProofState.counting())
    vouches.end_all(signature=signature)
    Recheck.objects.filter(signature=signature, reason=RecheckReason.CHANGED).delete()
    standing = Proof.objects.filter(attestations | vouched, signature=signature)
    attested.write_ended(
        signature=signature,
        methods=standing.filter(attestations).order_by("pk").values_list("method", flat=True),
    )
    # Nobody is vetted who could be forgotten, until it is done anew.
    UnnamedVetting.objects.filter(signature=signature, forgotten_at=None).update(forget_at=None)
    if standing.update(state=ProofState.REVOKED):
        recompute_level(signature=signature)


def _promise(held: Signature) -> None:
    """From now on it is known when the identity of one who asked not to be named is deleted."""
    Recheck.objects.filter(signature=held, reason=RecheckReason.UNNAMED).delete()
    waiting = UnnamedVetting.objects.filter(signature=held, forget_at=None)
    asked = waiting.filter(public_id=held.public_id).first()
    if asked is not None:
        waiting.update(forget_at=timezone.now() + timedelta(days=asked.days))


def _attest(
    signature: Signature,
    organizer: Organizer,
    expected_revision: int,
    method: Method,
    private: str,
    basis: Basis,
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
        against = basis.against
        proof = Proof.objects.create(
            signature=held,
            method=method.code,
            private=private,
            state=ProofState.STANDING,
            organizer=organizer,
            seen=attested.details_of(signature=held),
            scope=list(basis.scope),
            evidence_class=basis.evidence_class or "",
            against=f"{against.source}:{against.value}" if against else "",
            role=attested.role_of(signature=held, organizer=organizer),
            told_name=organizer.name if basis.names_organizer else "",
            started_at=now,
            proved_at=now,
            checked_at=now,
        )
        attested.write_given(proof)
        _promise(held)
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
