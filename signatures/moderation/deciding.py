"""What organizers decide about a signature that waits: approve, hold, reject.

Each decision is one transaction that holds the signature's row, then its vetting: two organizers
at once decide once, and a signer who withdraws or edits at that moment is not overruled.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from campaign import engine
from campaign.letters.models import EventKind
from campaign.organizers import audit
from campaign.organizers.models import Organizer
from signatures import events
from signatures.details import Details
from signatures.errors import AnotherMustApprove, ClaimedByAnother, DetailsChanged, NotWaiting
from signatures.models import (
    Because,
    Decision,
    Level,
    Message,
    Removal,
    Signature,
    SignatureState,
    Verdict,
    Vetting,
    VettingState,
)
from signatures.moderation import holds, lifting, turned_away, unlisted, watching
from signatures.moderation.queue import is_claimed_by_another
from signatures.notifications.owing import owe
from signatures.signing import ask_for_mail
from signatures.verification.levels import settle

# For as long a decision can be taken back, and its mail waits.
UNDO_WITHIN = timedelta(minutes=10)

BULK = (Verdict.APPROVE, Verdict.REJECT)
LEFT = "left"

_APPROVE = """
    UPDATE signatures_signature SET state = 'confirmed', level = 1
    WHERE id = %s AND state = 'held' AND revision = %s
    RETURNING id, letter_id, public_id
"""


def approve(
    *, vetting: Vetting, organizer: Organizer, seen: int, reason: str = "", lift: bool = False
) -> VettingState:
    """Let the signature be public and counted: confirmed, one event. What state it led to.

    A watched name is SECONDED first, until a different organizer approves, too. With `lift` the
    organizers also attest who it is. `seen` is the revision that the organizer read. Raises
    NotWaiting, ClaimedByAnother, AnotherMustApprove, DetailsChanged.
    """
    with _held(vetting, organizer, seen=seen) as (signature, held):
        if needs_two(vetting=held):
            first = first_approver(vetting=held)
            if first == organizer.pk:
                raise AnotherMustApprove
            if first is None:
                write_decision(
                    vetting=held,
                    organizer=organizer,
                    verdict=Verdict.APPROVE,
                    state=VettingState.SECONDED,
                    reason=reason,
                )
                return VettingState.SECONDED
        write_decision(
            vetting=held,
            organizer=organizer,
            verdict=Verdict.APPROVE,
            state=VettingState.APPROVED,
            reason=reason,
        )
        known = unlisted.is_in_record(signature=signature)
        kind = EventKind.RESTORE if known else EventKind.SIGN
        signature.level = Level.CONFIRMED
        engine.insert_after(
            first=_APPROVE,
            first_params=(signature.pk, signature.revision),
            columns=events.WRITTEN,
            then=events.WRITE,
            params=events.params(
                kind=kind,
                level=Level.CONFIRMED,
                translation_id=signature.translation_id,
                commitment=Details.of(signature).commitment(salt=bytes(signature.salt)),
                after=signature.shape,
                reason=Because.CHECKED if kind == EventKind.RESTORE else "",
            ),
        )
        # Of what this address signed before: the organizers have looked, and let it in again.
        Removal.objects.filter(signature=signature, restored_at=None).update(
            restored_by=organizer, restored_at=timezone.now()
        )
        turned_away.let_in(signature=signature)
        if not (lift and lifting.vet(signature=signature, organizer=organizer, evidence=reason)):
            settle(signature=signature)
    events.ask_for_sequencing(letter_id=vetting.letter_id)
    return VettingState.APPROVED


def hold(*, vetting: Vetting, organizer: Organizer, seen: int, reason: str = "") -> None:
    """Put it aside until more is known; it stays held. Raises NotWaiting, ClaimedByAnother."""
    with _held(vetting, organizer, seen=seen) as (_signature, held):
        write_decision(
            vetting=held,
            organizer=organizer,
            verdict=Verdict.HOLD,
            state=VettingState.KEPT,
            reason=reason,
        )


def reject(
    *, vetting: Vetting, organizer: Organizer, seen: int, reason: str, message: str = ""
) -> None:
    """It is never shown nor counted. The signer hears of it if there is a message, once undoing is
    no longer possible; readers do if it was on the list before. Raises NotWaiting,
    ClaimedByAnother."""
    with _held(vetting, organizer, seen=seen) as (signature, held):
        write_decision(
            vetting=held,
            organizer=organizer,
            verdict=Verdict.REJECT,
            state=VettingState.REJECTED,
            reason=reason,
            message=message,
        )
        unlisted.move(
            signature=signature,
            to=SignatureState.REJECTED,
            because=Because.UNCONFIRMED,
            kind=EventKind.REMOVE,
        )
        if message:
            owe(
                signature=signature,
                message=Message.REJECTED,
                due_at=timezone.now() + UNDO_WITHIN,
            )
    watching.forget()
    events.ask_for_sequencing(letter_id=vetting.letter_id)
    ask_for_mail()


def told_to_signer(*, signature: Signature) -> str:
    """The message that came with the rejection, if there was one."""
    rejections = Decision.objects.filter(vetting__signature=signature, verdict=Verdict.REJECT)
    found = rejections.order_by("-pk").values_list("message", flat=True).first()
    return found or ""


def first_approver(*, vetting: Vetting) -> int | None:
    """Whose approval of a watched name waits for a second one."""
    if vetting.state != VettingState.SECONDED:
        return None
    approvals = vetting.decisions.filter(verdict=Verdict.APPROVE).order_by("-pk")
    return approvals.values_list("organizer_id", flat=True).first()


@contextmanager
def _held(
    vetting: Vetting, organizer: Organizer, *, seen: int
) -> Iterator[tuple[Signature, Vetting]]:
    """Both rows, locked until the end, if this organizer may decide what they have read."""
    with transaction.atomic():
        signature = Signature.objects.select_for_update().filter(pk=vetting.signature_id).first()
        if signature is None:
            raise NotWaiting
        locked = Vetting.objects.select_for_update(of=("self",)).select_related("letter__team")
        held = locked.get(pk=vetting.pk)
        held.signature = signature
        signature.letter = held.letter
        if signature.state != SignatureState.HELD or held.state not in VettingState.open():
            raise NotWaiting
        if is_claimed_by_another(vetting=held, organizer=organizer):
            raise ClaimedByAnother
        if signature.revision != seen:
            raise DetailsChanged
        yield signature, held


def write_decision(
    *,
    vetting: Vetting,
    organizer: Organizer,
    verdict: Verdict,
    state: VettingState,
    reason: str = "",
    message: str = "",
) -> None:
    """Write the decision down, with its trace, within the transaction that holds the vetting.

    What organizers wrote stays with the decision, which goes when the signer is erased; the audit
    trail never changes.
    """
    now = timezone.now()
    Decision.objects.create(
        vetting=vetting,
        organizer=organizer,
        verdict=verdict,
        reason=reason,
        message=message,
        before=vetting.state,
        at=now,
    )
    vetting.state = state
    vetting.decided_at = None if state in VettingState.open() else now
    vetting.claimed_by = vetting.claimed_until = None
    vetting.save(update_fields=["state", "decided_at", "claimed_by", "claimed_until"])
    audit.record(
        team=vetting.letter.team,
        organizer=organizer,
        action=verdict.value,
        subject=f"signature {vetting.signature.public_id}",
    )


def needs_two(*, vetting: Vetting) -> bool:
    return holds.needs_two(reason=vetting.reason, watched_id=vetting.watched_id)


def foresee(*, vetting: Vetting, organizer: Organizer, verdict: str) -> str:
    """What deciding would lead to: a state, or `left` when it would be refused."""
    if is_claimed_by_another(vetting=vetting, organizer=organizer):
        return LEFT
    if verdict == Verdict.REJECT:
        return VettingState.REJECTED
    first = first_approver(vetting=vetting)
    if first == organizer.pk:
        return LEFT
    if needs_two(vetting=vetting) and first is None:
        return VettingState.SECONDED
    return VettingState.APPROVED
