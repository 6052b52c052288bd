"""How many may count more than once, as far as anybody has looked: figures, and no names."""

from dataclasses import dataclass

from campaign.letters.models import EventKind
from signatures.models import (
    Because,
    Correction,
    Recheck,
    RecheckReason,
    RepeatsSought,
    SignatureState,
)

_REASONS = (RecheckReason.NETWORK, RecheckReason.DOMAIN, RecheckReason.THROWAWAY)


@dataclass(frozen=True, slots=True)
class Duplicates:
    # Up to which number signatures were compared with one another.
    compared_to: int
    # How many the organizers have yet to look at; they stand and count meanwhile.
    waiting: int
    # How many times the organizers took one out since the same person had signed twice.
    removed: int


def read(*, letter_id: int) -> Duplicates:
    sought = RepeatsSought.objects.filter(letter=letter_id).first()
    waiting = Recheck.objects.filter(
        letter=letter_id, reason__in=_REASONS, signature__state=SignatureState.CONFIRMED
    )
    removed = Correction.objects.filter(
        letter=letter_id, kind=EventKind.REMOVE, reason=Because.TWICE
    )
    return Duplicates(sought.to_number if sought else 0, waiting.count(), removed.count())
