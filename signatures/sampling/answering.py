"""What somebody who was drawn answers: by the link in the e-mail, or on the telephone."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from campaign.letters.models import Letter
from campaign.organizers import audit
from campaign.organizers.models import Organizer
from signatures.errors import DetailsChanged, LinkUnknown
from signatures.models import SampleAnswer, SampleAudit, SampleQuestion, Signature
from signatures.moderation import reports

CALLS_ON_PAGE = 100
# Who could not be written to may still be called.
_TO_CALL = (SampleAnswer.WAITING, SampleAnswer.UNREACHED)


def is_open(*, question: SampleQuestion, now: datetime) -> bool:
    """Whether an answer by the link still counts."""
    waits = question.answer == SampleAnswer.WAITING and question.audit.ended_at is None
    return waits and question.audit.ends_at is not None and now < question.audit.ends_at


def answer(
    *, question: SampleQuestion, is_signed: bool, expected_revision: int, now: datetime
) -> bool:
    """Once, and for good; False where it was answered before, or the time is over.

    A “no” opens a case for the vetters, and changes nothing of the signature. Raises DetailsChanged
    where the name stands there otherwise than was read, and LinkUnknown once it is erased.
    """
    with transaction.atomic():
        locked = _locked(question, expected_revision)
        return _write(
            question, locked, is_signed=is_signed, now=now, before=(SampleAnswer.WAITING,)
        )


def record_call(
    *,
    question: SampleQuestion,
    organizer: Organizer,
    is_signed: bool,
    expected_revision: int,
    now: datetime,
) -> bool:
    """What they said on the telephone, as an organizer writes down: of who has not answered by the
    link. The audit trail tells that it was done, and not the answer."""
    with transaction.atomic():
        locked = _locked(question, expected_revision)
        if not _write(question, locked, is_signed=is_signed, now=now, before=_TO_CALL, called=True):
            return False
        audit.record(
            team=locked.letter.team,
            organizer=organizer,
            action="record_audit_call",
            subject=f"signature {locked.public_id}",
        )
    return True


def running(*, letter: Letter) -> SampleAudit | None:
    return SampleAudit.objects.filter(letter=letter, ended_at=None).first()


def to_call(*, running: SampleAudit, now: datetime) -> QuerySet[SampleQuestion]:
    """Who was drawn, is there to be asked, and has not answered yet, by their numbers."""
    if running.ends_at is None or now >= running.ends_at:
        return SampleQuestion.objects.none()
    asked = SampleQuestion.objects.filter(
        audit=running, answer__in=_TO_CALL, signature__number__in=running.drawn or ()
    )
    return asked.select_related("signature").order_by("signature__number")[:CALLS_ON_PAGE]


def _locked(question: SampleQuestion, expected_revision: int) -> Signature:
    rows = Signature.objects.select_for_update(of=("self",)).select_related("letter__team")
    locked = rows.filter(pk=question.signature_id).first() if question.signature_id else None
    if locked is None or locked.number not in (question.audit.drawn or ()):
        raise LinkUnknown
    if locked.revision != expected_revision:
        raise DetailsChanged
    return locked


def _write(
    question: SampleQuestion,
    locked: Signature,
    *,
    is_signed: bool,
    now: datetime,
    before: Collection[SampleAnswer],
    called: bool = False,
) -> bool:
    waiting = SampleQuestion.objects.filter(
        pk=question.pk, answer__in=before, audit__ended_at=None, audit__ends_at__gt=now
    )
    said = SampleAnswer.YES if is_signed else SampleAnswer.NO
    if not waiting.update(answer=said, by_call=called, answered_at=now):
        return False
    if not is_signed:
        reports.open_by_answer(signature=locked, now=now)
    return True
