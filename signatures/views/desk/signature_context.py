"""What stands beside a signature at the desk, whoever has to decide about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.db import transaction
from django.db.models import QuerySet

from campaign.letters.views.desk import DeskRequest
from campaign.organizers import audit
from campaign.pages import PageContext
from signatures import answers, consent, forgetting
from signatures.models import (
    Authority,
    Proof,
    ProofState,
    Recheck,
    Signature,
    SigningInvitation,
    UnnamedVetting,
    Vouch,
)
from signatures.moderation import history, repeats, reports, unreachable
from signatures.moderation import queue as queueing
from signatures.moderation.history import Deed
from signatures.verification import attested, authority
from signatures.verification.evidence import showing


class Consents(TypedDict):
    version: str
    at: datetime | None
    publish: str
    updates: str
    of_age: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureContext(PageContext):
    """What stands beside a signature at the desk."""

    signature: Signature
    private: bool
    proofs: QuerySet[Proof]
    answered: Sequence[answers.Answered]
    changes: Sequence[attested.Change]
    recheck: Recheck | None
    authority: Authority | None
    authority_shown: bool
    evidence: Sequence[showing.Shown]
    vouches: QuerySet[Vouch]
    # When mail to its address came back last.
    unreachable_since: datetime | None
    has_throwaway_address: bool
    duplicates: Sequence[tuple[str, Signature]]
    consents: Consents | None
    case: reports.OpenCase | None
    history: Sequence[Deed]
    unnamed_vetting: UnnamedVetting | None
    # By which it was signed.
    invitation: SigningInvitation | None


def beside(signature: Signature, *, private: bool) -> SignatureContext:
    """Proofs, evidence and history; with `private` also what it shares with others, seen or not."""
    proofs = Proof.objects.filter(signature=signature).exclude(state=ProofState.STARTED)
    return SignatureContext(
        signature=signature,
        private=private,
        proofs=proofs.select_related("organizer").order_by("proved_at", "pk"),
        answered=answers.answered(signature=signature, public_only=not private),
        changes=attested.changes(signature=signature),
        recheck=Recheck.objects.select_related("watched").filter(signature=signature).first(),
        authority=authority.stated(signature=signature),
        authority_shown=authority.is_verified(signature=signature),
        evidence=showing.shown(signature=signature),
        vouches=Vouch.objects.filter(signature=signature).select_related("voucher"),
        unreachable_since=unreachable.since(signature=signature) if private else None,
        has_throwaway_address=private and repeats.has_throwaway_address(signature=signature),
        duplicates=queueing.duplicates_of(signature=signature) if private else (),
        consents=consented(signature) if private else None,
        case=reports.open_case(signature=signature) if private else None,
        history=history.of(signature=signature),
        unnamed_vetting=forgetting.of(signature=signature) if private else None,
        invitation=_invitation(signature) if private else None,
    )


def _invitation(signature: Signature) -> SigningInvitation | None:
    found = SigningInvitation.objects.filter(signature=signature)
    return found.select_related("invited_by").first()


def consented(signature: Signature) -> Consents:
    """What the signer agreed to: in which words, when, and to what of it."""
    wording = consent.wording_of(signature.consent_version)
    return {
        "version": signature.consent_version,
        "at": signature.consented_at,
        "publish": wording.publish if wording else "",
        "updates": wording.updates if wording else "",
        "of_age": wording.of_age if wording else "",
    }


def whole_address(request: DeskRequest, signature: Signature) -> str:
    """The whole address, once, and a line in the audit trail that says who looked; empty for
    somebody whose identity is deleted, of which an address tells much."""
    if not signature.name:
        return ""
    with transaction.atomic():
        audit.record(
            team=signature.letter.team,
            organizer=request.user,
            action="see_email",
            subject=f"signature {signature.public_id}",
        )
    return signature.email
