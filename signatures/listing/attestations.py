"""What readers learn of what the organizers attested: of what, by what, as whom, and what came
after. Never the note that they keep for themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from campaign.organizers.models import Role
from campaign.templatetags.locale_format import listed as listed_in_words
from signatures.models import (
    ATTESTED_METHODS,
    AttestationDeed,
    AttestationStep,
    EvidenceClass,
    Proof,
    ProofState,
    Signature,
    Source,
)
from signatures.verification import attested, registry
from signatures.verification.evidence.identifiers import link_to


@dataclass(frozen=True, slots=True)
class Statement:
    """One attestation that counts; each part is empty where nobody said it."""

    method: str
    at: datetime | None
    scope: str
    evidence: str
    record: str
    record_link: str
    role: str
    name: str


@dataclass(frozen=True, slots=True)
class Step:
    at: datetime
    method: str
    deed: str
    # Which details, and as what the organizer did it; each may be empty.
    details: str
    role: str


def statements(*, signature: Signature) -> list[Statement]:
    counting = Proof.objects.filter(
        signature=signature, method__in=ATTESTED_METHODS, state__in=ProofState.counting()
    )
    fields = ("method", "proved_at", "scope", "evidence_class", "against", "role", "told_name")
    return [_statement(each) for each in counting.order_by("proved_at", "pk").only(*fields)]


def history(*, signature: Signature) -> list[Step]:
    """Newest first."""
    steps = AttestationStep.objects.filter(signature=signature).order_by("-at", "-pk")
    return [
        Step(
            each.at,
            _label(each.method),
            str(AttestationDeed(each.deed).label),
            _details(each.fields),
            _role(each.role),
        )
        for each in steps
        if registry.find(each.method) is not None
    ]


def _statement(proof: Proof) -> Statement:
    source, _colon, identifier = proof.against.partition(":")
    known = source in set(Source)
    return Statement(
        method=_label(proof.method),
        at=proof.proved_at,
        scope=_details(proof.scope or ()),
        evidence=str(EvidenceClass(proof.evidence_class).label) if proof.evidence_class else "",
        record=f"{Source(source).label} {identifier}" if known else "",
        record_link=link_to(source, identifier) if known else "",
        role=_role(proof.role),
        name=proof.told_name,
    )


def _details(fields: Sequence[str]) -> str:
    return listed_in_words(str(attested.LABELS[each]) for each in fields if each in attested.LABELS)


def _label(method: str) -> str:
    return str(registry.of(method).label)


def _role(role: str) -> str:
    return str(Role(role).label) if role in set(Role) else ""
