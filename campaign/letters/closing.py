from datetime import datetime

from django.db import transaction

from campaign.letters import errors
from campaign.letters.models import Event, EventKind, Letter, LetterState


def close_letter(*, letter: Letter, now: datetime) -> None:
    """Stop the signing, for good; all stays readable. One `close` event for the record.

    Raises AlreadyClosed the second time, and NotPublished for a draft.
    """
    if not _close(letter_id=letter.pk, now=now):
        if Letter.objects.filter(pk=letter.pk, state=LetterState.DRAFT).exists():
            raise errors.NotPublished
        raise errors.AlreadyClosed


def close_due_letters(*, now: datetime) -> int:
    """Close each letter whose closing time has come, and say how many.

    The time is looked at again with each, since an organizer may just have moved it.
    """
    due = Letter.objects.filter(state=LetterState.PUBLISHED, closes_at__lte=now)
    return sum(
        _close(letter_id=letter_id, now=now, closes_at__lte=now)
        for letter_id in due.order_by("pk").values_list("pk", flat=True)
    )


def _close(*, letter_id: int, now: datetime, **further: datetime) -> bool:
    with transaction.atomic():
        open_one = Letter.objects.filter(pk=letter_id, state=LetterState.PUBLISHED, **further)
        if not open_one.update(state=LetterState.CLOSED, closed_at=now):
            return False
        Event.objects.create(letter_id=letter_id, kind=EventKind.CLOSE)
    return True
