"""Working off deeds about many, one signature after the other.

Each is one transaction: the deed that organizers have anyway (`removal`, `recheck`, `decisions`),
and the row that says it is done. So nothing is lost or done twice, wherever a worker is killed, and
several may be at one deed.
"""

import time
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from campaign import stopping
from campaign.letters.models import Event, EventKind
from campaign.wake import Task, wake
from signatures import events
from signatures.errors import (
    ClaimedByAnother,
    DetailsChanged,
    NotConfirmed,
    NothingToUndo,
    NotRemoved,
    NotWaiting,
)
from signatures.models import (
    Because,
    BulkAction,
    BulkDeed,
    BulkRow,
    BulkRowState,
    BulkState,
    Decision,
    Signature,
    SignatureState,
    Vetting,
)
from signatures.moderation import decisions, recheck, removal, undo
from signatures.moderation.bulk.querying import is_vetted
from signatures.screening import turned_away

BATCH_ROWS = 100
RUN_SECONDS = 20.0
# When who was removed is told: until then the whole can be undone, and nobody hears of it.
TOLD_AFTER = timedelta(hours=1)
_ENDS_AS = {BulkState.RUNNING: BulkState.DONE, BulkState.UNDOING: BulkState.UNDONE}
# The rows that are to be worked off.
_OPEN = {BulkState.RUNNING: BulkRowState.WAITING, BulkState.UNDOING: BulkRowState.DONE}
_REFUSED = (ClaimedByAnother, DetailsChanged, NotConfirmed, NotWaiting, NotRemoved, NothingToUndo)


def work_off(*, seconds: float = RUN_SECONDS, batch: int = BATCH_ROWS) -> int:
    """Go on for so long with all that is under way, and for a batch at least; how many rows were
    settled."""
    until = time.monotonic() + seconds
    settled = 0
    for deed in BulkDeed.objects.filter(state__in=BulkState.moving()).order_by("pk"):
        while rows := _open_rows(deed)[:batch]:
            settled += sum(_settle(deed, row) for row in rows)
            events.ask_for_sequencing(letter_id=deed.letter_id)
            if stopping.is_asked() or time.monotonic() >= until:
                wake(Task.WORK_OFF_BULK_DEEDS)
                return settled
        _end(deed)
    return settled


def _open_rows(deed: BulkDeed) -> QuerySet[BulkRow]:
    """Nothing once it was cancelled."""
    state = BulkState(deed.state)
    return BulkRow.objects.filter(deed=deed, deed__state=state, state=_OPEN[state]).order_by("pk")


def _end(deed: BulkDeed) -> None:
    """Unless it was cancelled."""
    state = BulkState(deed.state)
    left = BulkRow.objects.filter(deed=OuterRef("pk"), state=_OPEN[state])
    moving = BulkDeed.objects.filter(~Exists(left), pk=deed.pk, state=state)
    moving.update(state=_ENDS_AS[state], ended_at=timezone.now())


def _settle(deed: BulkDeed, row: BulkRow) -> bool:
    """False where another worker was faster, or the deed was cancelled, or the signer erased."""
    is_undone = deed.state == BulkState.UNDOING
    before, after = (
        (BulkRowState.DONE, BulkRowState.UNDONE)
        if is_undone
        else (BulkRowState.WAITING, BulkRowState.DONE)
    )
    with transaction.atomic():
        # The signature first, as everybody locks it.
        locked = Signature.objects.select_for_update(of=("self",)).select_related("letter__team")
        signature = locked.filter(pk=row.signature_id).first()
        now = timezone.now()
        mine = BulkRow.objects.filter(pk=row.pk, state=before)
        changed = {"state": after} if is_undone else {"state": after, "done_at": now}
        if signature is None or not mine.update(**changed):
            return False
        newest = _newest_event(signature)
        try:
            with transaction.atomic():
                if is_undone:
                    _undo(deed, row, signature)
                else:
                    _do(deed, row, signature)
        except _REFUSED:
            left = BulkRowState.STAYED if is_undone else BulkRowState.LEFT
            BulkRow.objects.filter(pk=row.pk).update(state=left)
        else:
            if not is_undone:
                BulkRow.objects.filter(pk=row.pk).update(found=signature.state)
            _gather(deed, signature, after=newest)
    return True


def _do(deed: BulkDeed, row: BulkRow, signature: Signature) -> None:
    """Raises one of _REFUSED for what is to be left as it is."""
    if signature.revision != row.revision or not (deed.takes_vetted or _is_unvetted(signature)):
        raise DetailsChanged
    if signature.state == SignatureState.PENDING:
        # Nothing to take off: whoever confirms it waits for the organizers.
        turned_away.remember(signature=signature)
    elif signature.state == SignatureState.CONFIRMED:
        _take_off(deed, signature)
    elif deed.action == BulkAction.REMOVE and signature.state == SignatureState.HELD:
        decisions.reject(
            vetting=_vetting_of(signature),
            organizer=deed.asked_by,
            expected_revision=signature.revision,
            reason=deed.note,
            deed=deed.key,
        )
    else:
        raise NotConfirmed


def _take_off(deed: BulkDeed, signature: Signature) -> None:
    if deed.action == BulkAction.HOLD:
        recheck.doubt(
            signature=signature,
            organizer=deed.asked_by,
            expected_revision=signature.revision,
            note=deed.note,
            deed=deed.key,
        )
        return
    removal.remove(
        signature=signature,
        organizer=deed.asked_by,
        expected_revision=signature.revision,
        because=Because(deed.because),
        note=deed.note,
        deed=deed,
        told_after=TOLD_AFTER,
    )


def _undo(deed: BulkDeed, row: BulkRow, signature: Signature) -> None:
    """Raises one of _REFUSED where somebody has changed it since."""
    if signature.revision != row.revision or deed.undone_by is None or row.done_at is None:
        raise NothingToUndo
    if row.found == SignatureState.PENDING:
        if signature.state != SignatureState.PENDING:
            raise NothingToUndo
        turned_away.forget_since(signature=signature, at=row.done_at)
    elif row.found == SignatureState.CONFIRMED and deed.action == BulkAction.REMOVE:
        if not removal.standing(signature=signature).filter(deed=deed).exists():
            raise NotRemoved
        removal.restore(
            signature=signature,
            organizer=deed.undone_by,
            expected_revision=signature.revision,
            because=Because.MISTAKE,
        )
    else:
        decision = Decision.objects.filter(vetting__signature=signature, deed=deed.key)
        undo.take_back(decision=decision.select_related("vetting").get(), organizer=deed.undone_by)


def _is_unvetted(signature: Signature) -> bool:
    return not Signature.objects.filter(is_vetted(), pk=signature.pk).exists()


def _vetting_of(signature: Signature) -> Vetting:
    vetting = Vetting.objects.select_related("letter__team").get(signature=signature)
    vetting.signature = signature
    return vetting


def _newest_event(signature: Signature) -> int:
    waiting = Event.objects.filter(letter=signature.letter_id, signature_id=signature.pk)
    return waiting.aggregate(Max("pk"))["pk__max"] or 0


def _gather(deed: BulkDeed, signature: Signature, *, after: int) -> None:
    """Have what was written about it here told in public as a part of the deed."""
    written = Event.objects.filter(
        letter=signature.letter_id, signature_id=signature.pk, pk__gt=after
    )
    told = written.filter(kind__in=(EventKind.REMOVE, EventKind.RESTORE))
    told.update(bulk_deed_id=deed.pk)
