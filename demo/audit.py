"""An audit by sample in the past of a letter: announced, drawn, asked and ended by the site's own
code, while that past goes by."""

from datetime import datetime, timedelta

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from demo.rng import Chance
from signatures.models import (
    Delivery,
    DeliveryState,
    Message,
    SampleAnswer,
    SampleAudit,
    SampleQuestion,
)
from signatures.record import site_log
from signatures.sampling import announcing, answering, drawing, ending

SAMPLE_SIZE = 60
_ANNOUNCED_AFTER = timedelta(days=3)
_ANSWERED_AFTER = timedelta(days=2)
_ANSWER_PERCENT = 85


class Audit:
    """One of a letter, which goes on as often as it is told what time it is."""

    def __init__(self, *, letter: Letter, organizer: Organizer, start: datetime) -> None:
        self._letter = letter
        self._organizer = organizer
        self._announced_at = start + _ANNOUNCED_AFTER

    def go_on(self, at: datetime) -> None:
        audit = SampleAudit.objects.filter(letter=self._letter).first()
        if audit is None:
            if at >= self._announced_at:
                self._announce(at)
        elif audit.drawn_at is None:
            drawing.draw_due(now=at)
            # They have arrived long ago.
            asking = Delivery.objects.filter(message=Message.SAMPLE, state=DeliveryState.OWED)
            asking.update(state=DeliveryState.SENT, sent_at=at)
        elif audit.ended_at is None and at >= audit.drawn_at + _ANSWERED_AFTER:
            self._answer(audit, at)
            ending.end_due(now=at)

    def _announce(self, at: datetime) -> None:
        # As it is since it was published.
        letter = Letter.objects.get(pk=self._letter.pk)
        announcing.announce(
            letter=letter, organizer=self._organizer, sample_size=SAMPLE_SIZE, now=at
        )
        site_log.extend(now=lambda: at)

    def _answer(self, audit: SampleAudit, at: datetime) -> None:
        """Those who do, on one day."""
        asked = SampleQuestion.objects.filter(audit=audit).select_related("signature", "audit")
        if asked.filter(answer=SampleAnswer.YES).exists():
            return
        chance = Chance(audit.number)
        for question in asked.filter(answer=SampleAnswer.WAITING).order_by("signature__number"):
            if question.signature and chance.percent(_ANSWER_PERCENT):
                answering.answer(
                    question=question,
                    is_signed=True,
                    expected_revision=question.signature.revision,
                    now=at,
                )
