"""Announcing an audit by sample, before anybody can know who will be drawn."""

import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from campaign.letters.models import Letter, LetterState
from campaign.organizers import audit
from campaign.organizers.models import Organizer
from campaign.wake import Task, wake
from signatures.errors import AuditRunning, LetterNotOpen, RecordBusy
from signatures.models import SampleAudit
from signatures.record import tally
from signatures.record.format.sampling import SECRET_BYTES, Announcement

TIME_TO_ANSWER = timedelta(days=14)


def announce(
    *, letter: Letter, organizer: Organizer, sample_size: int, now: datetime
) -> SampleAudit:
    """Public from now on, and never changed or taken back.

    Raises LetterNotOpen for a letter that is not public, RecordBusy while nobody counts in its
    record, and AuditRunning until the one before has ended.
    """
    if letter.state not in LetterState.published() or letter.is_under_embargo:
        raise LetterNotOpen
    checkpoint = tally.latest(letter_id=letter.pk)
    if checkpoint is None or not checkpoint.total:
        raise RecordBusy
    last = SampleAudit.objects.filter(letter=letter).order_by("-number").first()
    number, secret = last.number + 1 if last else 1, secrets.token_bytes(SECRET_BYTES)
    announcement = Announcement(
        origin=letter.origin,
        audit=number,
        sample=sample_size,
        size=checkpoint.size,
        secret=secret,
        days=TIME_TO_ANSWER.days,
        time=now,
    )
    try:
        with transaction.atomic():
            announced = SampleAudit.objects.create(
                letter=letter,
                number=number,
                sample_size=sample_size,
                announcement=announcement.encode(),
                secret=secret,
                announced_at=now,
                announced_by=organizer,
            )
            audit.record(
                team=letter.team,
                organizer=organizer,
                action="announce_audit",
                subject=f"letter {letter.slug}",
                detail=str(number),
            )
    except IntegrityError:
        # By the constraints: one at a time, and each number once.
        raise AuditRunning from None
    wake(Task.EXTEND_SITE_LOG)
    return announced
