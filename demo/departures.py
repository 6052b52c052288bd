"""Who left a letter again in the demo's past: some withdrew, and the organizers took some out."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from campaign.letters.models import EventKind
from campaign.organizers.models import Organizer
from demo.backfill import Step
from demo.letters import Statement
from signatures.models import (
    Because,
    Kind,
    Level,
    Removal,
    Signature,
    SignatureState,
)

_STAYED = timedelta(hours=9)
_MISSED = timedelta(hours=20)
# Every so manieth of those who withdrew wanted the corrections to name them.
_NAMED = 3


def leave(
    statement: Statement, signatures: Sequence[Signature], *, until: datetime, organizer: Organizer
) -> tuple[list[Step], list[Removal]]:
    """The steps, after those of their signing; the signatures are brought to their end, unwritten.

    Each was there for nine hours. The first who is taken out is put back: that was a mistake.
    """
    leaving = iter(_spread(statement, signatures, until=until - _STAYED - _MISSED))
    steps: list[Step] = []
    removals: list[Removal] = []
    for place in range(statement.withdrawn):
        signature = next(leaving)
        at = _signed(signature) + _STAYED
        told_name = signature.name if place % _NAMED == 0 else ""
        signature.state, signature.level = SignatureState.WITHDRAWN, Level.PENDING
        signature.withdrawn_at = at
        steps.append(Step(at, signature, EventKind.WITHDRAW, None, Because.SIGNER, told_name))
    for place in range(statement.removed):
        signature = next(leaving)
        at = _signed(signature) + _STAYED
        because = Because.NOT_THEM if place else Because.TWICE
        steps.append(Step(at, signature, EventKind.REMOVE, None, because))
        removal = Removal(signature=signature, because=because, removed_by=organizer, removed_at=at)
        if place:
            signature.state, signature.level = SignatureState.REMOVED, Level.PENDING
        else:
            removal.note = "Two people of one name, as it turned out."
            removal.restored_by, removal.restored_at = organizer, at + _MISSED
            mistake = Because.MISTAKE
            steps.append(Step(at + _MISSED, signature, EventKind.RESTORE, Level.CONFIRMED, mistake))
        removals.append(removal)
    return steps, removals


def _spread(
    statement: Statement, signatures: Sequence[Signature], *, until: datetime
) -> Iterator[Signature]:
    """Named people of the first level, from all over the list."""
    fitting = [
        each
        for each in signatures
        if each.level == Level.CONFIRMED
        and each.consent_publish
        and each.kind == Kind.PERSON
        and _signed(each) < until
    ]
    every = max(1, len(fitting) // max(1, statement.withdrawn + statement.removed))
    yield from fitting[every // 2 :: every]


def _signed(signature: Signature) -> datetime:
    assert signature.confirmed_at is not None  # noqa: S101 - all of the past have confirmed
    return signature.confirmed_at
