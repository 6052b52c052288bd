"""What organizers decide about a signature that waits: approve, hold, reject.

Each decision is one transaction that holds the signature's row, then its vetting: two organizers
at once decide once, and a signer who withdraws or edits at that moment is not overruled.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID, uuid4

from django.utils import timezone

from campaign.organizers import audit, seconding
from campaign.organizers.errors import CountsLater
from campaign.organizers.models import Organizer
from signatures import events, transitions
from signatures.details import Details
from signatures.errors import AnotherMustApprove, ClaimedByAnother, NotWaiting
from signatures.locking import locked_as_read
from signatures.models import (
    Authority,
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
from signatures.moderation import approvals, attestation
from signatures.moderation.queue import is_claimed_by_another
from signatures.outbox import ask_for_mail, owe
from signatures.screening import turned_away, watchlist
from signatures.verification.levels import recompute_level

# For as long a decision can be taken back, and its mail waits.
UNDO_WITHIN = timedelta(minutes=10)

BULK = (Verdict.APPROVE, Verdict.HOLD, Verdict.REJECT)
LEFT = "left"
_LEADS_TO: dict[str, VettingState] = {
    Verdict.HOLD: VettingState.KEPT,
    Verdict.REJECT: VettingState.REJECTED,
}


def approve(
    *,
    vetting: Vetting,
    organizer: Organizer,
    expected_revision: int,
    reason: str = "",
    lift: bool = False,
    deed: UUID | None = None,
) -> VettingState:
    """Let the signature be public and counted: confirmed, one event. What state it led to.

    A watched name is SECONDED first, until a different organizer approves the same revision, too.
    With `lift` the organizers also attest who it is. `expected_revision` is the one that the
    organizer read; decisions of one `deed` are undone together. Raises NotWaiting,
    ClaimedByAnother, AnotherMustApprove, DetailsChanged, and CountsLater for who is too new to be
    one of two.
    """
    with _held(vetting, organizer, expected_revision=expected_revision) as (signature, held):
        state = _approved_to(held, organizer)
        write_decision(
            vetting=held,
            organizer=organizer,
            verdict=Verdict.APPROVE,
            state=state,
            reason=reason,
            deed=deed,
        )
        if state == VettingState.SECONDED:
            return state
        transitions.apply(
            transition=transitions.APPROVE,
            signature=signature,
            expected_revision=signature.revision,
            content=Details.of(signature).content(
                salt=bytes(signature.salt),
                level=Level.CONFIRMED,
                version=signature.version,
                translation_id=signature.translation_id,
            ),
        )
        # Of what this address signed before: the organizers have looked, and let it in again.
        Removal.objects.filter(signature=signature, restored_at=None).update(
            restored_by=organizer, restored_at=timezone.now()
        )
        turned_away.let_in(signature=signature)
        Authority.objects.filter(signature=signature).update(waits=False)
        lifted = lift and attestation.vet(
            signature=signature,
            organizer=organizer,
            expected_revision=expected_revision,
            evidence=reason,
        )
        if not lifted:
            recompute_level(signature=signature)
    events.ask_for_sequencing(letter_id=vetting.letter_id)
    return VettingState.APPROVED


def hold(
    *,
    vetting: Vetting,
    organizer: Organizer,
    expected_revision: int,
    reason: str = "",
    deed: UUID | None = None,
) -> None:
    """Put it aside until more is known; it stays held. Raises NotWaiting, ClaimedByAnother."""
    with _held(vetting, organizer, expected_revision=expected_revision) as (signature, held):
        write_decision(
            vetting=held,
            organizer=organizer,
            verdict=Verdict.HOLD,
            state=VettingState.KEPT,
            reason=reason,
            deed=deed,
        )
        turned_away.remember(signature=signature)


def reject(
    *,
    vetting: Vetting,
    organizer: Organizer,
    expected_revision: int,
    reason: str,
    message: str = "",
    deed: UUID | None = None,
) -> None:
    """It is never shown nor counted. The signer hears of it if there is a message, once undoing is
    no longer possible; readers do if it was on the list before. Raises NotWaiting,
    ClaimedByAnother."""
    with _held(vetting, organizer, expected_revision=expected_revision) as (signature, held):
        write_decision(
            vetting=held,
            organizer=organizer,
            verdict=Verdict.REJECT,
            state=VettingState.REJECTED,
            reason=reason,
            message=message,
            deed=deed,
        )
        turned_away.remember(signature=signature)
        transitions.apply(
            transition=transitions.REJECT, signature=signature, expected_revision=signature.revision
        )
        if message:
            owe(
                signature=signature,
                message=Message.REJECTED,
                due_at=timezone.now() + UNDO_WITHIN,
            )
    events.ask_for_sequencing(letter_id=vetting.letter_id)
    ask_for_mail()


def told_to_signer(*, signature: Signature) -> str:
    """The message that came with the rejection, if there was one."""
    rejections = Decision.objects.filter(vetting__signature=signature, verdict=Verdict.REJECT)
    found = rejections.order_by("-pk").values_list("message", flat=True).first()
    return found or ""


@contextmanager
def _held(
    vetting: Vetting, organizer: Organizer, *, expected_revision: int
) -> Iterator[tuple[Signature, Vetting]]:
    """Both rows, locked until the end, if this organizer may decide what they have read."""
    with locked_as_read(
        signature=vetting.signature,
        expected_revision=expected_revision,
        states=(SignatureState.HELD,),
        otherwise=NotWaiting,
    ) as signature:
        held = Vetting.objects.select_for_update(of=("self",)).get(pk=vetting.pk)
        held.signature, held.letter = signature, signature.letter
        if held.state not in VettingState.open():
            raise NotWaiting
        if is_claimed_by_another(vetting=held, organizer=organizer):
            raise ClaimedByAnother
        yield signature, held


def _approved_to(held: Vetting, organizer: Organizer) -> VettingState:
    """Where this organizer's approval leads. That two are needed is written down for good."""
    if not needs_two(vetting=held):
        return VettingState.APPROVED
    Vetting.objects.filter(pk=held.pk).update(needs_two=True)
    if later := counts_later(vetting=held, organizer=organizer):
        raise later
    outcome = _outcome(organizer, approvals.of(vetting=held))
    if outcome is None:
        raise AnotherMustApprove
    return outcome


def _outcome(organizer: Organizer, standing: Collection[int]) -> VettingState | None:
    """Of approving a name that needs two; None for whoever has approved it already."""
    if set(standing) - {organizer.pk}:
        return VettingState.APPROVED
    return None if standing else VettingState.SECONDED


def write_decision(
    *,
    vetting: Vetting,
    organizer: Organizer,
    verdict: Verdict,
    state: VettingState,
    reason: str = "",
    message: str = "",
    deed: UUID | None = None,
    undoes: Decision | None = None,
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
        revision=vetting.signature.revision,
        deed=deed or uuid4(),
        undoes=undoes,
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
    """Whether two different organizers must approve: because of the name as it is now, or for
    whatever reason once was one."""
    return _needs_two(vetting, watchlist.watch_of(letter_id=vetting.letter_id, fresh=True))


def counts_later(*, vetting: Vetting, organizer: Organizer) -> CountsLater | None:
    """Why this organizer is not one of two for the letter yet, and from when on."""
    letter = vetting.letter
    return seconding.refusal(
        [organizer], team_id=letter.team_id, public_since=letter.published_at, now=timezone.now()
    )


def _needs_two(vetting: Vetting, watch: watchlist.Watch) -> bool:
    signature = vetting.signature
    found = watch.names.find(signature.name, signature.credit, signature.affiliation)
    return vetting.needs_two or found is not None


def foresee(
    *, vettings: Collection[Vetting], organizer: Organizer, verdict: str
) -> list[tuple[Vetting, str]]:
    """What deciding would lead to, for each of one letter: a state, or `left` when it would be
    refused."""
    standing = approvals.standing(vettings=vettings) if verdict == Verdict.APPROVE else {}
    counts = not any(counts_later(vetting=each, organizer=organizer) for each in [*vettings][:1])
    foreseen: list[tuple[Vetting, str]] = []
    for vetting in vettings:
        outcome: VettingState | None
        if is_claimed_by_another(vetting=vetting, organizer=organizer):
            outcome = None
        elif verdict != Verdict.APPROVE:
            outcome = _LEADS_TO[verdict]
        elif _needs_two(vetting, watchlist.watch_of(letter_id=vetting.letter_id)):
            approved_by = standing.get(vetting.pk, frozenset())
            outcome = _outcome(organizer, approved_by) if counts else None
        else:
            outcome = VettingState.APPROVED
        foreseen.append((vetting, outcome or LEFT))
    return foreseen
