"""The end of an audit by sample: silence is counted, and later forgotten who answered what."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from signatures.models import (
    Delivery,
    DeliveryState,
    Message,
    SampleAnswer,
    SampleAudit,
    SampleQuestion,
    Signature,
    Suppression,
    SuppressionReason,
)

WHO_FOR = timedelta(days=30)


def end_due(*, now: datetime) -> int:
    """End each audit whose time to answer is over; how many."""
    due = SampleAudit.objects.filter(ended_at=None, ends_at__lte=now)
    return sum(_end(pk, now=now) for pk in list(due.values_list("pk", flat=True)))


def forget_signature(*, signature: Signature) -> None:
    """In the transaction that deletes its row: what was answered is a number among others, what was
    not is silence, or that they could not be asked."""
    mine = SampleQuestion.objects.filter(signature=signature)
    _settle(mine)
    mine.update(signature=None, answered_at=None)


def forget_old(*, now: datetime) -> int:
    """A month after the end nobody can tell any more who answered what; the numbers stay."""
    old = SampleQuestion.objects.filter(signature__isnull=False, audit__ended_at__lt=now - WHO_FOR)
    return old.update(signature=None, answered_at=None)


def _end(pk: int, *, now: datetime) -> bool:
    with transaction.atomic():
        running = SampleAudit.objects.select_for_update().filter(pk=pk, ended_at=None)
        if running.first() is None:
            return False
        _settle(SampleQuestion.objects.filter(audit=pk))
        running.update(ended_at=now)
    return True


def _settle(questions: QuerySet[SampleQuestion]) -> None:
    """Who has not answered was silent if an e-mail went out to them and did not come back."""
    sent = Delivery.objects.filter(
        signature=OuterRef("signature"),
        message=Message.SAMPLE,
        state=DeliveryState.SENT,
        created_at__gte=OuterRef("audit__drawn_at"),
    )
    returned = Suppression.objects.filter(
        letter=None,
        reason=SuppressionReason.BOUNCED,
        address_key=OuterRef("signature__email_key"),
        since__gte=OuterRef("audit__drawn_at"),
    )
    waiting = questions.filter(answer=SampleAnswer.WAITING)
    waiting.filter(Q(signature=None) | ~Exists(sent) | Exists(returned)).update(
        answer=SampleAnswer.UNREACHED
    )
    waiting.update(answer=SampleAnswer.SILENT)
