"""Taking a name off the list for a reason that is public, and putting it back.

Each is one transaction that holds the signature's row. Its number and proofs stay for the day on
which it may come back. The signer hears why by e-mail, once it can no longer be a slip.
"""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from campaign.organizers import audit
from campaign.organizers.models import Organizer
from signatures import events, transitions
from signatures.details import Details
from signatures.errors import NotConfirmed, NotRemoved
from signatures.locking import locked_as_read
from signatures.models import (
    Because,
    BulkDeed,
    Delivery,
    DeliveryState,
    Level,
    Message,
    Proof,
    ProofState,
    Removal,
    ReportOutcome,
    Signature,
    SignatureState,
)
from signatures.moderation import reports
from signatures.moderation.decisions import UNDO_WITHIN
from signatures.outbox import ask_for_mail, owe
from signatures.screening import turned_away
from signatures.verification import registry, vouches
from signatures.verification.levels import recompute_level


def remove(
    *,
    signature: Signature,
    organizer: Organizer,
    expected_revision: int,
    because: Because,
    note: str = "",
    expected_newest_report: int | None = None,
    deed: BulkDeed | None = None,
    told_after: timedelta = UNDO_WITHIN,
) -> None:
    """Off the list at once, and out of the count with the next checkpoint.

    `because` is told to everyone, without the name; `note` is for the team. `expected_revision` is
    the revision that the organizer read. Their vouches for others end. An open case of reports is
    answered by it, and the public reason says so; `expected_newest_report` is as for
    `reports.dismiss`. `deed` is the one about many that it is a part of. Raises NotConfirmed, also
    the second time, DetailsChanged, NothingReported, ReportsChanged.
    """
    now = timezone.now()
    with locked_as_read(
        signature=signature,
        expected_revision=expected_revision,
        states=(SignatureState.CONFIRMED,),
        otherwise=NotConfirmed,
    ) as held:
        if expected_newest_report is not None:
            reports.require_newest(signature=held, expected_newest_report=expected_newest_report)
        reported = reports.answer(
            signature=held, organizer=organizer, outcome=ReportOutcome.REMOVED
        )
        if reported and because == Because.NOT_THEM:
            because = Because.REPORTED
        transitions.apply(
            transition=transitions.REMOVE,
            signature=held,
            expected_revision=held.revision,
            reason=because,
        )
        Removal.objects.create(
            signature=held,
            because=because,
            note=note,
            removed_by=organizer,
            removed_at=now,
            deed=deed,
        )
        owe(signature=held, message=Message.REMOVED, due_at=now + told_after)
        vouches.end_given(voucher=held)
        turned_away.remember(signature=held)
        _trace(held, organizer, "remove", because)
    events.ask_for_sequencing(letter_id=signature.letter_id)


def restore(
    *,
    signature: Signature,
    organizer: Organizer,
    expected_revision: int,
    because: Because,
    note: str = "",
) -> None:
    """Back on the list under its old number, with the level that its proofs give.

    A signer who has not yet been told of the removal hears of neither. `expected_revision` is the
    one that the organizer read. Raises NotRemoved, also the second time, and DetailsChanged.
    """
    now = timezone.now()
    with locked_as_read(
        signature=signature,
        expected_revision=expected_revision,
        states=(SignatureState.REMOVED,),
        otherwise=NotRemoved,
    ) as held:
        transitions.apply(
            transition=transitions.RESTORE,
            signature=held,
            expected_revision=held.revision,
            reason=because,
            content=Details.of(held).content(
                salt=bytes(held.salt),
                level=Level.CONFIRMED,
                version=held.version,
                translation_id=held.translation_id,
            ),
        )
        standing(signature=held).update(restored_by=organizer, restored_at=now)
        turned_away.let_in(signature=held)
        unheard = Delivery.objects.filter(
            signature=held, message=Message.REMOVED, state=DeliveryState.OWED
        )
        if not unheard.delete()[0]:
            owe(signature=held, message=Message.RESTORED)
        _look_again(held)
        _trace(held, organizer, "restore", because)
        recompute_level(signature=held)
    events.ask_for_sequencing(letter_id=signature.letter_id)
    ask_for_mail()


def standing(*, signature: Signature) -> QuerySet[Removal]:
    """The removal that holds, if one does. It outlives a withdrawal."""
    return Removal.objects.filter(signature=signature, restored_at=None)


def _look_again(signature: Signature) -> None:
    """Nobody looked at its sites while it was off the list."""
    Proof.objects.filter(
        signature=signature,
        method__in=registry.looked_at(),
        state__in=ProofState.counting(),
        check_due_at=None,
    ).update(check_due_at=timezone.now())


def _trace(signature: Signature, organizer: Organizer, action: str, because: Because) -> None:
    # Not the note, which may tell of the signer: it goes when they are erased, and this stays.
    audit.record(
        team=signature.letter.team,
        organizer=organizer,
        action=action,
        subject=f"signature {signature.public_id}",
        detail=because.value,
    )
