"""What happens when a record cannot be continued: nothing more is signed, and everybody is told.

A database that came back older than what was published, tiles that were altered or a key that was
exchanged make the sequencer refuse. Whoever signed meanwhile would wait for ever, so the letter is
halted until the record can go on; what waits then is written.
"""

from datetime import datetime

import structlog
from django.utils import timezone

from campaign.letters.models import Letter, LetterState
from signatures.models import Checkpoint
from signatures.record import rollback_guard, sequencer, tally
from signatures.record.format.merkle import BrokenTree

log = structlog.get_logger(__name__)


def halt(*, letter_id: int, reason: str, now: datetime) -> None:
    """Safe to repeat: the first one counts. The reason is for the log, and no visitor's matter."""
    log.error("record_refused", letter_id=letter_id, reason=reason)
    Letter.objects.filter(pk=letter_id, halted_at=None).update(halted_at=now)


def resume(*, letter_id: int) -> None:
    if Letter.objects.filter(pk=letter_id, halted_at__isnull=False).update(halted_at=None):
        log.warning("record_resumed", letter_id=letter_id)


def watch(*, now: datetime | None = None) -> None:
    """Compare every open letter with the checkpoint that is kept outside the database, before
    anybody signs; halt those that are behind it, and resume those that are not any more.

    Also keeps a checkpoint that could not be written when it was made.
    """
    letters = list(Letter.objects.filter(state=LetterState.PUBLISHED))
    latest = tally.latest_of(letters=letters)
    for letter in letters:
        last = latest.get(letter.pk)
        try:
            _compare(letter, last)
        except (rollback_guard.DatabaseBehind, BrokenTree) as error:
            halt(letter_id=letter.pk, reason=str(error), now=now or timezone.now())
        else:
            if letter.halted_at:
                resume(letter_id=letter.pk)
            if last and rollback_guard.kept_size(origin=letter.origin) < last.size:
                rollback_guard.keep(origin=letter.origin, note=last.note)


def _compare(letter: Letter, last: Checkpoint | None) -> None:
    rollback_guard.require_folder()
    tree = sequencer.tree_of(letter_id=letter.pk, last=last)
    rollback_guard.compare(tree=tree, verifier=sequencer.verifier_of(letter))
