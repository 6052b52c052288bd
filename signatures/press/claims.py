"""Whether so many had signed by then, answered from the checkpoints, which can be proved.

Every step is one look-up by an index, except when a number was first reached: totals can fall, so
the checkpoints are read from where so many leaves exist at all.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from signatures.models import Checkpoint
from signatures.record import tally


@dataclass(frozen=True, slots=True)
class Answer:
    number: int
    # The count then: the last checkpoint before the end of what was asked; None if none was made.
    checkpoint: Checkpoint | None
    # The moment that was asked about is not over.
    is_now: bool
    # The first checkpoint with so many, whenever that was; None if there never were.
    reached: Checkpoint | None
    latest: Checkpoint | None

    @property
    def total(self) -> int:
        return self.checkpoint.total if self.checkpoint else 0

    @property
    def holds(self) -> bool:
        return self.total >= self.number

    @property
    def missing(self) -> int:
        return max(0, self.number - self.total)

    @property
    def had_been_reached(self) -> bool:
        """It was reached before, and had fallen again by then."""
        return not self.holds and self._reached_by_then

    @property
    def was_reached_later(self) -> bool:
        return self.reached is not None and not self._reached_by_then

    @property
    def has_fallen(self) -> bool:
        """It was reached at some time, and no longer stands today."""
        return (
            self.reached is not None
            and self.latest is not None
            and (self.latest.total < self.number)
        )

    @property
    def _reached_by_then(self) -> bool:
        return (
            self.reached is not None
            and self.checkpoint is not None
            and self.reached.size <= self.checkpoint.size
        )


def check(*, letter_id: int, number: int, before: datetime | None, now: datetime) -> Answer:
    """At least `number` signatures counted in the last checkpoint `before` this moment?

    Without a moment, or with one that has not come, as of now.
    """
    latest = tally.latest(letter_id=letter_id)
    is_now = before is None or before > now
    return Answer(
        number=number,
        checkpoint=latest if is_now else last_before(letter_id=letter_id, moment=before),
        is_now=is_now,
        reached=_first_with(number, letter_id=letter_id, latest=latest),
        latest=latest,
    )


def last_before(*, letter_id: int, moment: datetime | None) -> Checkpoint | None:
    """What the count was just before this moment. Several may bear the same second."""
    made = Checkpoint.objects.filter(letter_id=letter_id, as_of__lt=moment)
    return made.order_by("-as_of", "-size").first()


def _first_with(number: int, *, letter_id: int, latest: Checkpoint | None) -> Checkpoint | None:
    if latest is None or latest.signings < number:
        return None
    # Each signature is a leaf, so there are no fewer leaves than that.
    large = Checkpoint.objects.filter(letter_id=letter_id, size__gt=number)
    reaching = large.annotate(sum=F("people") + F("organisations")).filter(sum__gte=number)
    return reaching.order_by("size").first()
