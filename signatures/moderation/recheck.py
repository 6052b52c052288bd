"""Sending a signature that was let in, or turned away, back to the queue."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from campaign.organizers.models import Organizer
from signatures import events, transitions
from signatures.errors import NotConfirmed
from signatures.locking import locked_as_read
from signatures.models import (
    Reason,
    ReportOutcome,
    Signature,
    SignatureState,
    Verdict,
    Vetting,
    VettingState,
)
from signatures.moderation import reports
from signatures.moderation.decisions import write_decision
from signatures.screening import holds, turned_away
from signatures.verification import vouches

_MAY_BE_DOUBTED = (SignatureState.CONFIRMED, SignatureState.REJECTED)


def doubt(
    *,
    signature: Signature,
    organizer: Organizer,
    expected_revision: int,
    note: str = "",
    expected_newest_report: int | None = None,
    deed: UUID | None = None,
) -> Vetting:
    """Off the list and out of the count until it is approved, which restores it.

    An open case of reports is answered by it; `expected_newest_report` is as for `reports.dismiss`.
    One that was rejected only waits again; if the record knows it, that is told.
    `expected_revision` is the one that the organizer read; `deed` as for decisions. Raises
    NotConfirmed, also the second time, DetailsChanged, NothingReported, ReportsChanged.
    """
    with locked_as_read(
        signature=signature,
        expected_revision=expected_revision,
        states=_MAY_BE_DOUBTED,
        otherwise=NotConfirmed,
    ) as held:
        if expected_newest_report is not None:
            reports.require_newest(signature=held, expected_newest_report=expected_newest_report)
        reports.answer(signature=held, organizer=organizer, outcome=ReportOutcome.HELD)
        before = Vetting.objects.filter(signature=held).values_list("state", flat=True).first()
        send_back(signature=held, reason=Reason.BY_HAND, now=timezone.now())
        vetting = Vetting.objects.get(signature=held)
        vetting.signature, vetting.letter = held, held.letter
        vetting.state = VettingState(before or vetting.state)
        write_decision(
            vetting=vetting,
            organizer=organizer,
            verdict=Verdict.DOUBT,
            state=VettingState.WAITING,
            reason=note,
            deed=deed,
        )
    return vetting


def send_back(*, signature: Signature, reason: Reason, now: datetime) -> None:
    """In a transaction that has locked the signature as it stands here."""
    transitions.apply(
        transition=transitions.DOUBT, signature=signature, expected_revision=signature.revision
    )
    if signature.state == SignatureState.CONFIRMED:
        vouches.end_given(voucher=signature)
    holds.open_for(
        signature=signature,
        hold=holds.off_the_list(letter_id=signature.letter_id, name=signature.name, reason=reason),
        now=now,
    )
    turned_away.remember(signature=signature)
    events.ask_for_sequencing(letter_id=signature.letter_id)
