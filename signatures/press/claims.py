"""Whether so many had signed by then, answered from the checkpoints, which can be proved.

Every step is one look-up by an index, except when a number was first reached: totals can fall, so
the checkpoints are read from where so many leaves exist at all. For organisations that would be
nearly all of them, so it is not told.
"""

import operator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import F

from signatures.models import Checkpoint
from signatures.press.claim_grammar import Comparison, Unit
from signatures.press.claim_words import Question
from signatures.record import tally

_HOLDS = {
    Comparison.AT_LEAST: operator.ge,
    Comparison.MORE: operator.gt,
    Comparison.EXACTLY: operator.eq,
    Comparison.AT_MOST: operator.le,
    Comparison.FEWER: operator.lt,
}
_COUNTED = {Unit.SIGNATURES: "total", Unit.PEOPLE: "people", Unit.ORGANISATIONS: "organisations"}
_REACHED = {Unit.SIGNATURES: F("people") + F("organisations"), Unit.PEOPLE: F("people")}
# A checkpoint bears the time at which its writing began.
_WRITTEN_BY_THEN = timedelta(seconds=20)


class NoSuchCheckpoint(Exception):
    """There never was one of this size."""


@dataclass(frozen=True, slots=True)
class Answer:
    question: Question
    # The count then: the last checkpoint before the end of what was asked; None if none was made.
    checkpoint: Checkpoint | None
    # The moment that was asked about is not over, or not all that happened in it is written.
    is_now: bool
    # As of this very checkpoint, as a link says that was made from an answer.
    is_pinned: bool
    # The first checkpoint with so many, whenever that was; None if there never were.
    reached: Checkpoint | None
    latest: Checkpoint | None

    @property
    def count(self) -> int:
        return self._in(self.checkpoint)

    @property
    def holds(self) -> bool:
        return bool(_HOLDS[self.question.comparison](self.count, self.question.number))

    @property
    def missing(self) -> int:
        return max(0, self.question.number - self.count)

    @property
    def beyond(self) -> int:
        return max(0, self.count - self.question.number)

    @property
    def threshold(self) -> int:
        """What it takes to be, or no longer to be, as asked: more than 9 are 10."""
        return self.question.number + (
            self.question.comparison in (Comparison.MORE, Comparison.AT_MOST)
        )

    @property
    def knows_when_reached(self) -> bool:
        return self.question.unit in _REACHED

    @property
    def had_been_reached(self) -> bool:
        """It was reached before, and had fallen again by then."""
        return self.count < self.threshold and self._reached_by_then

    @property
    def was_reached_later(self) -> bool:
        return self.reached is not None and not self._reached_by_then

    @property
    def has_fallen(self) -> bool:
        """It was reached at some time, and no longer stands today."""
        return (
            self.reached is not None
            and self.latest is not None
            and self._in(self.latest) < self.threshold
        )

    @property
    def _reached_by_then(self) -> bool:
        return (
            self.reached is not None
            and self.checkpoint is not None
            and self.reached.size <= self.checkpoint.size
        )

    @property
    def latest_count(self) -> int:
        return self._in(self.latest)

    def _in(self, checkpoint: Checkpoint | None) -> int:
        return getattr(checkpoint, _COUNTED[self.question.unit]) if checkpoint else 0


def check(
    *,
    letter_id: int,
    question: Question,
    before: datetime | None,
    now: datetime,
    size: int | None = None,
) -> Answer:
    """What the last checkpoint `before` this moment says, or the one of this size.

    Without either, or with a moment that has not come, as of now. Size 0 is before the first
    checkpoint. Raises NoSuchCheckpoint.
    """
    latest = tally.latest(letter_id=letter_id)
    is_now = size is None and (before is None or before > now - _WRITTEN_BY_THEN)
    checkpoint = latest
    if size is not None:
        checkpoint = _of_size(size, letter_id=letter_id)
    elif not is_now:
        checkpoint = last_before(letter_id=letter_id, moment=before)
    answer = Answer(
        question=question,
        checkpoint=checkpoint,
        is_now=is_now,
        is_pinned=size is not None,
        reached=None,
        latest=latest,
    )
    return replace(answer, reached=_first_with(answer, letter_id=letter_id))


def last_before(*, letter_id: int, moment: datetime | None) -> Checkpoint | None:
    """What the count was just before this moment. Several may bear the same second."""
    made = Checkpoint.objects.filter(letter_id=letter_id, as_of__lt=moment)
    return made.order_by("-as_of", "-size").first()


def settled(*, letter_id: int, now: datetime) -> tuple[Checkpoint, datetime] | None:
    """The count at the end of the last minute that nothing can be written into any more, and that
    minute; None before the first checkpoint."""
    end = (now - _WRITTEN_BY_THEN).replace(second=0, microsecond=0)
    found = last_before(letter_id=letter_id, moment=end)
    return (found, end - timedelta(minutes=1)) if found else None


def _of_size(size: int, *, letter_id: int) -> Checkpoint | None:
    if not size:
        return None
    found = Checkpoint.objects.filter(letter_id=letter_id, size=size).first()
    if found is None:
        raise NoSuchCheckpoint
    return found


def _first_with(answer: Answer, *, letter_id: int) -> Checkpoint | None:
    if answer.latest is None or not answer.knows_when_reached:
        return None
    if answer.latest.signings < answer.threshold:
        return None
    # Each signature is a leaf, so there are no fewer leaves than that.
    large = Checkpoint.objects.filter(letter_id=letter_id, size__gt=answer.threshold)
    counted = large.annotate(sum=_REACHED[answer.question.unit])
    return counted.filter(sum__gte=answer.threshold).order_by("size").first()
