"""Taking back what one has just decided, about one signature or about many at once."""

from contextlib import suppress
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers import audit
from campaign.organizers.models import Organizer
from signatures import events, transitions
from signatures.details import Details
from signatures.errors import NothingToUndo
from signatures.models import (
    BulkDeed,
    Decision,
    Delivery,
    DeliveryState,
    Level,
    Message,
    Proof,
    ProofState,
    Removal,
    Signature,
    SignatureState,
    Verdict,
    Vetting,
    VettingState,
)
from signatures.moderation.decisions import UNDO_WITHIN, write_decision
from signatures.moderation.queue import claim
from signatures.screening import turned_away
from signatures.verification import vetting as vetting_proof
from signatures.verification import vouches
from signatures.verification.levels import recompute_level

# What an organizer takes back by itself.
_LEADS_TO = {
    Verdict.APPROVE: (VettingState.SECONDED, VettingState.APPROVED),
    Verdict.HOLD: (VettingState.KEPT,),
    Verdict.REJECT: (VettingState.REJECTED,),
}


# Taken back with the deed about many that it is a part of.
_LEADS_TO_WITH_DEED = {**_LEADS_TO, Verdict.DOUBT: (VettingState.WAITING,)}


@dataclass(frozen=True, slots=True)
class Undone:
    vettings: list[Vetting]
    # Parts of the same deed that something followed already.
    left: int


def undo_last(*, letter: Letter, organizer: Organizer) -> Undone:
    """Take back one's own latest deed: every decision of it that nothing followed.

    The signatures wait again. What went into the record is taken back by a `remove`, also a
    rejection: it is being checked again. A mail that is owed is not sent. Raises NothingToUndo.
    """
    undone: list[Vetting] = []
    decisions = undoable(letter=letter, organizer=organizer)
    for each in decisions:
        with suppress(NothingToUndo):
            undone.append(take_back(decision=each, organizer=organizer))
    if not undone:
        raise NothingToUndo
    events.ask_for_sequencing(letter_id=letter.pk)
    deed = Decision.objects.filter(deed=decisions[0].deed).exclude(deed=None)
    return Undone(undone, left=max(0, deed.count() - len(undone)))


def undoable(*, letter: Letter, organizer: Organizer) -> list[Decision]:
    """The decisions that `undo_last` would take back, in the order in which they were made."""
    newer = Decision.objects.filter(vetting=OuterRef("vetting"), pk__gt=OuterRef("pk"))
    recent = Decision.objects.filter(
        ~Exists(newer),
        vetting__letter=letter,
        organizer=organizer,
        at__gt=timezone.now() - UNDO_WITHIN,
        at__gte=F("vetting__opened_at"),
        verdict__in=_LEADS_TO,
    ).exclude(vetting__state=VettingState.WITHDRAWN)
    gone = (SignatureState.WITHDRAWN, SignatureState.REMOVED)
    recent = recent.exclude(vetting__signature__state__in=gone)
    # Those of a deed about many are undone with it.
    recent = recent.exclude(Exists(BulkDeed.objects.filter(key=OuterRef("deed"))))
    recent = recent.select_related("vetting__signature")
    last = recent.order_by("-pk").first()
    if last is None or last.deed is None:
        return [last] if last else []
    return list(recent.filter(deed=last.deed).order_by("pk"))


def take_back(*, decision: Decision, organizer: Organizer) -> Vetting:
    """That one decision, if nothing followed it. Raises NothingToUndo."""
    with transaction.atomic():
        mine = Signature.objects.select_for_update().filter(pk=decision.vetting.signature_id)
        signature = mine.first()
        if signature is None:
            raise NothingToUndo
        locked = Vetting.objects.select_for_update(of=("self",)).select_related("letter__team")
        vetting = locked.get(pk=decision.vetting_id)
        vetting.signature = signature
        if vetting.decisions.filter(pk__gt=decision.pk).exists():
            raise NothingToUndo
        leads_to = _LEADS_TO_WITH_DEED[Verdict(decision.verdict)]
        if vetting.state not in leads_to or vetting.opened_at > decision.at:
            raise NothingToUndo
        if decision.verdict == Verdict.DOUBT:
            _take_back_doubt(vetting, decision, organizer)
            return vetting
        if vetting.state == VettingState.APPROVED:
            _take_back_approval(signature, decision)
        elif vetting.state == VettingState.REJECTED:
            _take_back_rejection(signature)
        if vetting.state in (VettingState.REJECTED, VettingState.KEPT):
            turned_away.forget_since(signature=signature, at=decision.at)
        write_decision(
            vetting=vetting,
            organizer=organizer,
            verdict=Verdict.UNDO,
            state=VettingState(decision.before),
            undoes=decision,
        )
        # Still theirs: they are about to decide anew.
        claim(vetting=vetting, organizer=organizer)
    return vetting


def _take_back_approval(signature: Signature, approval: Decision) -> None:
    row = transitions.apply(
        transition=transitions.UNDO_APPROVAL,
        signature=signature,
        expected_revision=signature.revision,
    )
    if row is None:
        raise NothingToUndo
    Proof.objects.filter(
        signature=signature,
        method=vetting_proof.METHOD.code,
        organizer=approval.organizer_id,
        started_at__gte=approval.at,
        state__in=ProofState.attested(),
    ).update(state=ProofState.REVOKED)
    vouches.end_given(voucher=signature)
    turned_away.bring_back(signature=signature, since=approval.at)
    Removal.objects.filter(signature=signature, restored_at__gte=approval.at).update(
        restored_by=None, restored_at=None
    )


def _take_back_doubt(vetting: Vetting, doubt: Decision, organizer: Organizer) -> None:
    """On the list again, as before; and where nobody had looked at it before, not as if somebody
    had. That is in the audit trail alone. One that was rejected before is not let in by it."""
    signature = vetting.signature
    if (before := VettingState(doubt.before)) == VettingState.REJECTED:
        raise NothingToUndo
    row = transitions.apply(
        transition=transitions.UNDO_DOUBT,
        signature=signature,
        expected_revision=signature.revision,
        content=Details.of(signature).content(
            salt=bytes(signature.salt),
            level=Level.CONFIRMED,
            version=signature.version,
            translation_id=signature.translation_id,
        ),
    )
    if row is None:
        raise NothingToUndo
    turned_away.forget_since(signature=signature, at=vetting.opened_at)
    recompute_level(signature=signature)
    if before not in VettingState.open():
        write_decision(
            vetting=vetting, organizer=organizer, verdict=Verdict.UNDO, state=before, undoes=doubt
        )
        return
    vetting.delete()
    audit.record(
        team=vetting.letter.team,
        organizer=organizer,
        action=Verdict.UNDO,
        subject=f"signature {signature.public_id}",
    )


def _take_back_rejection(signature: Signature) -> None:
    transitions.apply(
        transition=transitions.UNDO_REJECTION,
        signature=signature,
        expected_revision=signature.revision,
    )
    Delivery.objects.filter(
        signature=signature, message=Message.REJECTED, state=DeliveryState.OWED
    ).delete()
