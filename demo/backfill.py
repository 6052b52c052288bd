"""What happened to a letter's signatures before the demo began, brought into its record.

Each step is an event as the behaviours write it, and the sequencer makes leaves, tally, corrections
and snapshots of them, as of real ones: one checkpoint for each stretch of the past.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from campaign.letters.models import Event, EventKind, Letter
from signatures.details import Details
from signatures.models import Level, Signature
from signatures.record.sequencer import BATCH_EVENTS, sequence

_FIRST_HOURS = timedelta(hours=6)
_AT_FIRST = timedelta(minutes=10)
_COMMITTING = (EventKind.SIGN, EventKind.RESTORE)


@dataclass(frozen=True, slots=True)
class Step:
    """What a signature came to at a moment; no level: it counts no more."""

    at: datetime
    signature: Signature
    kind: EventKind
    level: Level | None
    reason: str = ""
    told_name: str = ""


def write(
    *,
    letter: Letter,
    steps: Iterable[Step],
    start: datetime,
    stretch: timedelta,
    meanwhile: Callable[[datetime], None] = lambda _at: None,
) -> None:
    """Steps of one signature are given in their order; of several, in any. `meanwhile` is what else
    happens, told the time after each stretch.

    The first hours are told in short stretches, since milestones follow each other there.
    """

    def end_of(step: Step) -> datetime:
        since = step.at - start
        length = min(stretch, _AT_FIRST) if since < _FIRST_HOURS else stretch
        return start + (since // length + 1) * length

    ordered = sorted(steps, key=lambda step: step.at)
    standing: dict[str, str] = {}
    for end, group in groupby(ordered, key=end_of):
        Event.objects.bulk_create(_events(group, standing))
        while sequence(letter_id=letter.pk, now=lambda: end) == BATCH_EVENTS:  # noqa: B023 - called at once
            pass
        meanwhile(end)


def _events(steps: Iterable[Step], standing: dict[str, str]) -> Iterator[Event]:
    for step in steps:
        signature, commits = step.signature, step.kind in _COMMITTING
        before = standing.get(signature.public_id, "")
        after = "" if step.level is None else signature.tally_key_at(level=step.level)
        standing[signature.public_id] = after
        yield Event(
            letter_id=signature.letter_id,
            kind=step.kind,
            signature_id=signature.pk,
            public_id=signature.public_id,
            level=step.level,
            text_sha256=signature.translation.sha256 if commits else "",
            commitment=(
                Details.of(signature).commitment(salt=bytes(signature.salt)) if commits else ""
            ),
            before=before,
            after=after,
            reason=step.reason,
            told_name=step.told_name,
        )
