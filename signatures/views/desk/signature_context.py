"""What stands beside a signature at the desk, whoever has to decide about it."""

from typing import Any

from django.db import transaction

from campaign.letters.views.desk import DeskRequest
from campaign.organizers import audit
from signatures import consent
from signatures.models import Proof, ProofState, Recheck, Signature, Vouch
from signatures.moderation import history, repeats, reports, unreachable
from signatures.moderation import queue as queueing
from signatures.verification import attested, authority
from signatures.verification.evidence import showing


def beside(signature: Signature, *, private: bool) -> dict[str, Any]:
    """Proofs, evidence and history; with `private` also what it shares with others, seen or not."""
    proofs = Proof.objects.filter(signature=signature).exclude(state=ProofState.STARTED)
    return {
        "signature": signature,
        "private": private,
        "proofs": proofs.select_related("organizer").order_by("proved_at", "pk"),
        "changes": attested.changes(signature=signature),
        "recheck": Recheck.objects.select_related("watched").filter(signature=signature).first(),
        "authority": authority.stated(signature=signature),
        "authority_shown": authority.is_verified(signature=signature),
        "evidence": showing.shown(signature=signature),
        "vouches": Vouch.objects.filter(signature=signature).select_related("voucher"),
        "unreachable_since": unreachable.since(signature=signature) if private else None,
        "has_throwaway_address": private and repeats.has_throwaway_address(signature=signature),
        "duplicates": queueing.duplicates_of(signature=signature) if private else (),
        "consents": consented(signature) if private else None,
        "case": reports.open_case(signature=signature) if private else None,
        "history": history.of(signature=signature),
    }


def consented(signature: Signature) -> dict[str, Any]:
    """What the signer agreed to: in which words, when, and to what of it."""
    wording = consent.wording_of(signature.consent_version)
    return {
        "version": signature.consent_version,
        "at": signature.consented_at,
        "publish": wording.publish if wording else "",
        "updates": wording.updates if wording else "",
    }


def whole_address(request: DeskRequest, signature: Signature) -> str:
    """The whole address, once, and a line in the audit trail that says who looked."""
    with transaction.atomic():
        audit.record(
            team=signature.letter.team,
            organizer=request.user,
            action="see_email",
            subject=f"signature {signature.public_id}",
        )
    return signature.email
