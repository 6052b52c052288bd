"""What a signer does with evidence: points at a public record, or takes it away again."""

from django.utils import timezone

from campaign import limits
from campaign.wake import Task, wake
from signatures.models import Evidence, Signature, Source
from signatures.verification.evidence.identifiers import Identifier
from signatures.verification.levels import locked_signature
from signatures.verification.problems import Problem, ProofRefused
from signatures.verification.proofs import check_may_start

MAX_ENTRIES = 10


def give(*, signature: Signature, identifier: Identifier) -> Evidence:
    """The entry for vetters to read; the same one if it was given before.

    It is due to be looked up, and is if the site does that at all. Raises NotSigned, and
    ProofRefused when there are too many.
    """
    with locked_signature(signature_id=signature.pk) as held:
        check_may_start(signature=held)
        given = Evidence.objects.filter(signature=held)
        existing = given.filter(source=identifier.source, identifier=identifier.value).first()
        if existing is not None:
            return existing
        if given.count() >= MAX_ENTRIES:
            raise ProofRefused(Problem.TOO_MUCH_EVIDENCE)
        if not limits.hit(limits.Limit.EVIDENCE_OF_SIGNATURE, str(held.pk).encode()):
            raise ProofRefused(Problem.TOO_MANY)
        now = timezone.now()
        evidence = Evidence.objects.create(
            signature=held,
            source=identifier.source,
            identifier=identifier.value,
            given_at=now,
            look_up_due_at=now if identifier.source in Source.looked_up() else None,
        )
        _ask_for_look_up()
    return evidence


def take_away(*, signature: Signature, evidence_id: int) -> bool:
    """Deleted with all that was found; False if it is not theirs, or gone already."""
    mine = Evidence.objects.filter(signature=signature, pk=evidence_id)
    return bool(mine.delete()[0])


def _ask_for_look_up() -> None:
    wake(Task.LOOK_UP_EVIDENCE)
