"""The list as it stood at a snapshot, with those who left since redacted, never silently gone.

Nothing is copied: every number up to the snapshot's last signing either is still on the list, or
was never named, or has a correction that tells when it left. So the lines add up to the total.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from campaign.keyset import Page
from campaign.letters.models import EventKind
from signatures.listing.queries import ListedSignatory, listed, with_proofs
from signatures.models import Continuation, Correction, Snapshot

PAGE_ROWS = 200
_LINES_PER_QUERY = 1000
_LEAVING = (EventKind.WITHDRAW, EventKind.REMOVE, EventKind.ERASE)
_MOVES = (*_LEAVING, EventKind.RESTORE)


@dataclass(frozen=True, slots=True)
class Line:
    """`signatory` as they appear today; None for who was counted without a name, or, if `left_at`
    is set, has left the list since."""

    number: int
    signatory: ListedSignatory | None = None
    left_at: datetime | None = None


def page(*, snapshot: Snapshot, after: int = 0, size: int | None = None) -> Page[Line, int]:
    """The lines after this number, in the order of signing. Three questions to the database."""
    end = snapshot.checkpoint.last_number
    last = min(after + (size or PAGE_ROWS), end)
    numbers = range(after + 1, last + 1)
    rows = list(
        listed(letter=snapshot.letter).filter(number__gt=after, number__lte=last).order_by("number")
    )
    shown = {each.row.number: each for each in with_proofs(rows)}
    before, since = moves(snapshot=snapshot, after=after, last=last)
    lines = [
        Line(number, shown.get(number), since.get(number))
        for number in numbers
        if number not in before
    ]
    return Page(lines, last if last < end else None)


def pages(*, snapshot: Snapshot) -> Iterator[Sequence[Line]]:
    """All lines, a thousand at a time."""
    after: int | None = 0
    while after is not None:
        found = page(snapshot=snapshot, after=after, size=_LINES_PER_QUERY)
        yield found.rows
        after = found.next


def moves(
    *, snapshot: Snapshot, after: int, last: int
) -> tuple[dict[int, datetime], dict[int, datetime]]:
    """Who had left by then, and who has left since and is gone today: when. Numbers that nobody
    has, since lost lines may have given them, had left by then."""
    corrections = Correction.objects.filter(
        letter_id=snapshot.letter_id, number__gt=after, number__lte=last, kind__in=_MOVES
    ).order_by("index")
    before = _lost(snapshot=snapshot, after=after, last=last)
    since: dict[int, datetime] = {}
    for index, number, kind, at in corrections.values_list("index", "number", "kind", "at"):
        gone = before if index < snapshot.checkpoint.size else since
        if kind in _LEAVING:
            # Who is erased after withdrawing left when they withdrew.
            gone.setdefault(number or 0, at)
        else:
            gone.pop(number or 0, None)
    return before, since


def _lost(*, snapshot: Snapshot, after: int, last: int) -> dict[int, datetime]:
    if not snapshot.checkpoint.lost:
        return {}
    found = Continuation.objects.filter(
        letter_id=snapshot.letter_id,
        index__lt=snapshot.checkpoint.size,
        last_number__lt=last,
    )
    return {
        number: each.at
        for each in found
        for number in range(
            max(after, each.last_number) + 1, min(last, each.last_number + each.lost) + 1
        )
    }
