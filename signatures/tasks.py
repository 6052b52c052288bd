"""Celery's entrances. Each is safe to run twice, in two places, or not at all: sweeps make good."""

import structlog
from celery import shared_task

from signatures import retention
from signatures.notifications.deliveries import BATCH, send_owed
from signatures.record import sequencer
from signatures.record.merkle import BrokenTree
from signatures.record.outside import DatabaseBehind
from signatures.verification import checking, proofs

log = structlog.get_logger(__name__)

# A task ends after this many batches, so that no letter or queue keeps a worker for itself.
_MOST_BATCHES = 50


@shared_task
def sequence_letter(letter_id: int) -> None:
    try:
        for _batch in range(_MOST_BATCHES):
            if sequencer.sequence(letter_id=letter_id) < sequencer.BATCH:
                return
    except (DatabaseBehind, BrokenTree) as error:
        log.error("record_refused", reason=str(error))


@shared_task
def sequence_waiting() -> None:
    """The sweep: every letter that has events waiting."""
    for letter_id in sequencer.letters_waiting():
        sequence_letter(letter_id)


@shared_task
def send_owed_mail() -> None:
    for _batch in range(_MOST_BATCHES):
        if send_owed() < BATCH:
            return


@shared_task
def check_due_proofs() -> None:
    checking.check_due()


@shared_task
def forget_old_data() -> None:
    log.info(
        "forgotten",
        unconfirmed=retention.forget_unconfirmed(),
        networks=retention.forget_networks(),
        deliveries=retention.forget_deliveries(),
        proofs=proofs.forget_unfinished(),
    )
