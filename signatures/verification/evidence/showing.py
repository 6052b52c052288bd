"""Evidence as its signer and the vetters see it."""

from dataclasses import dataclass

from signatures.models import Evidence, EvidenceState, Proof, ProofState, Signature
from signatures.verification import registry
from signatures.verification.evidence.identifiers import link_to
from signatures.verification.network import hosts


@dataclass(frozen=True, slots=True)
class Shown:
    row: Evidence
    link: str
    # The website that the record names, as readers see hosts; empty for none.
    website: str
    # Whether it is one that the signer has shown to control.
    is_theirs: bool

    @property
    def was_found(self) -> bool:
        return self.row.state == EvidenceState.FOUND


def shown(*, signature: Signature) -> list[Shown]:
    """All that was given, oldest first, each beside the proofs that stand."""
    given = list(Evidence.objects.filter(signature=signature).order_by("pk"))
    controlled = _controlled(signature) if given else set()
    return [_beside(row, controlled) for row in given]


def _beside(row: Evidence, controlled: set[str]) -> Shown:
    return Shown(
        row=row,
        link=link_to(row.source, row.identifier),
        website=hosts.shown(row.found_host) if row.found_host else "",
        is_theirs=row.found_host in controlled,
    )


def _controlled(signature: Signature) -> set[str]:
    places = Proof.objects.filter(
        signature=signature,
        method__in=registry.codes(lambda each: each.is_of_controlled_host),
        state__in=ProofState.counting(),
    )
    return {hosts.bare(subject) for subject in places.values_list("subject", flat=True)}
