"""Counts and list, frozen at a checkpoint: at milestones, at the end, and when organizers ask."""

from collections.abc import Iterable, Iterator, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef

from campaign import database
from campaign.letters.models import Event, EventKind, Letter, LetterState, Text, Translation
from signatures.errors import RecordBusy
from signatures.models import Breakdown, Cause, Checkpoint, Snapshot, Vetting, VettingState
from signatures.record import tally

_FIRST_MILESTONE = 100
_EACH_FROM = 10_000


def is_milestone(*, letter: Letter, total: int) -> bool:
    """A hundred, a thousand, then each ten thousand, from a hundred thousand on each of these, and
    so on; and what the organizers chose."""
    digits = str(total)
    is_first = digits[0] == "1" or total >= _EACH_FROM
    round_number = is_first and not digits[1:].strip("0")
    return (total >= _FIRST_MILESTONE and round_number) or total in letter.milestones


def next_milestone(*, letter: Letter, total: int) -> int:
    """The least that is above this total."""
    power: int = max(_FIRST_MILESTONE, 10 ** (len(str(total)) - 1))
    round_numbers = ((total // power + 1) * power, 10 * power)
    due = [each for each in round_numbers if is_milestone(letter=letter, total=each)]
    chosen: list[int] = [each for each in letter.milestones if each > total]
    return min(due + chosen)


def parts(
    *, letter: Letter, total: int, events: Sequence[Event]
) -> Iterator[tuple[Sequence[Event], Cause | None, int | None]]:
    """The events cut where a snapshot is due, with its cause and milestone; the rest with None.

    A milestone is the event that brings the total up to it for the first time, so the snapshot of
    10,000 counts 10,000, however many are written at once.
    """
    taken = set(
        Snapshot.objects.filter(letter=letter, milestone__isnull=False).values_list(
            "milestone", flat=True
        )
    )
    start = 0
    for end, event in enumerate(events, start=1):
        step = bool(event.after) - bool(event.before)
        total += step
        cause, milestone = None, None
        if event.kind == EventKind.CLOSE:
            cause = Cause.CLOSED
        elif step > 0 and total not in taken and is_milestone(letter=letter, total=total):
            cause, milestone = Cause.MILESTONE, total
            taken.add(total)
        if cause:
            yield events[start:end], cause, milestone
            start = end
    if start < len(events):
        yield events[start:], None, None


def freeze(
    *, letter: Letter, checkpoint: Checkpoint, cause: Cause, milestone: int | None = None
) -> Snapshot:
    """Take it, in the transaction of whoever holds the letter and knows that this checkpoint is
    its latest."""
    last = Snapshot.objects.filter(letter=letter).order_by("-number").first()
    text = Text.objects.filter(letter=letter, published_at__isnull=False).order_by("-number")
    standing = Translation.objects.filter(text=text.values("pk")[:1])
    return Snapshot.objects.create(
        letter=letter,
        number=last.number + 1 if last else 1,
        cause=cause,
        milestone=milestone,
        checkpoint=checkpoint,
        texts=dict(standing.values_list("language", "sha256")),
        breakdown=[list(row) for row in _cells(letter)],
    )


def take(*, letter: Letter) -> Snapshot:
    """By the organizers' hand, of the latest checkpoint; the same one again while nothing new was
    written. Raises RecordBusy while the record is being written, and when it is still empty."""
    with transaction.atomic():
        if not database.try_lock_letter(letter_id=letter.pk):
            raise RecordBusy
        checkpoint = tally.latest(letter_id=letter.pk)
        if checkpoint is None:
            raise RecordBusy
        if same := Snapshot.objects.filter(checkpoint=checkpoint).order_by("-number").first():
            return same
        return freeze(letter=letter, checkpoint=checkpoint, cause=Cause.BY_HAND)


def take_decided() -> int:
    """The final one of each closed letter: when the last signature that waited at the closing was
    decided, if any was approved, and all that is in the record. Once for each letter; how many.

    The one of the closing stays as it is. So a number that was handed over is never another one
    later, and the later one has a snapshot of its own.
    """
    of_letter = {"letter": OuterRef("letter")}
    waiting = Vetting.objects.filter(
        state__in=(VettingState.WAITING, VettingState.SECONDED), **of_letter
    )
    approved = Vetting.objects.filter(
        state=VettingState.APPROVED, decided_at__gt=OuterRef("letter__closed_at"), **of_letter
    )
    decided = Snapshot.objects.filter(cause=Cause.DECIDED, **of_letter)
    due = Snapshot.objects.filter(
        ~Exists(decided),
        ~Exists(waiting),
        Exists(approved),
        ~Exists(Event.objects.filter(**of_letter)),
        cause=Cause.CLOSED,
        letter__state=LetterState.CLOSED,
    )
    return sum(_take_decided(each.letter) for each in due.select_related("letter"))


def _take_decided(letter: Letter) -> bool:
    with transaction.atomic():
        if not database.try_lock_letter(letter_id=letter.pk):
            return False
        checkpoint = tally.latest(letter_id=letter.pk)
        taken = Snapshot.objects.filter(letter=letter, cause=Cause.DECIDED)
        if checkpoint is None or taken.exists():
            return False
        freeze(letter=letter, checkpoint=checkpoint, cause=Cause.DECIDED)
    return True


def final_of(*, snapshot: Snapshot) -> Snapshot | None:
    """The one after the last decision, if this is the one of the closing."""
    if snapshot.cause != Cause.CLOSED:
        return None
    later = Snapshot.objects.filter(letter=snapshot.letter, cause=Cause.DECIDED)
    return later.select_related("checkpoint").first()


def choose_milestones(*, letter: Letter, milestones: Sequence[int]) -> None:
    """For the future: what the total has passed already is not taken afterwards."""
    Letter.objects.filter(pk=letter.pk).update(milestones=list(milestones))


def _cells(letter: Letter) -> Iterable[tuple[object, ...]]:
    standing = Breakdown.objects.filter(letter=letter, count__gt=0)
    names = ("kind", "level", "profession", "country", "is_anonymous", "version")
    return standing.order_by(*names).values_list(*names, "count")
