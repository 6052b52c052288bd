"""What a letter comes to next: its hours, and the number at which a snapshot is taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from campaign.letters.models import Letter, LetterState
from signatures.record import snapshots


class Ahead(Enum):
    EMBARGO_ENDS = "embargo_ends"
    OPENS = "opens"
    CLOSES = "closes"
    SNAPSHOT = "snapshot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    what: str
    # None where it is a number that is waited for.
    at: datetime | None = None
    number: int | None = None


def ahead(*, letter: Letter, now: datetime, total: int | None) -> Sequence[Milestone]:
    """Those of the clock in their order, then the number. `total` counts all versions together,
    None before anybody could sign."""
    hours = (
        (Ahead.EMBARGO_ENDS, letter.embargo_until),
        (Ahead.OPENS, letter.opens_at),
        (Ahead.CLOSES, letter.closes_at),
    )
    coming = [(at, what) for what, at in hours if at and at > now]
    if letter.state == LetterState.CLOSED:
        coming = [(at, what) for at, what in coming if what == Ahead.EMBARGO_ENDS]
    found = [Milestone(what=what.value, at=at) for at, what in sorted(coming, key=lambda x: x[0])]
    if total is not None and letter.state == LetterState.PUBLISHED:
        number = snapshots.next_milestone(letter=letter, total=total)
        found.append(Milestone(what=Ahead.SNAPSHOT.value, number=number))
    return found
