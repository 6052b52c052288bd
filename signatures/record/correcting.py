"""Corrections: what left the list or changed the text, told in public as the record tells it."""

from collections.abc import Iterable
from datetime import datetime

from campaign.letters.models import Event, EventKind, Translation
from signatures.models import Correction, Signature

TOLD = (
    EventKind.TEXT,
    EventKind.WITHDRAW,
    EventKind.REMOVE,
    EventKind.RESTORE,
    EventKind.ERASE,
)


def write(*, letter_id: int, events: Iterable[tuple[int, Event]], at: datetime) -> None:
    """A line for each of these events, given with its index, that takes something out of what was
    public or puts it back. In the sequencer's transaction, when numbers have been given."""
    told = [(index, event) for index, event in events if event.kind in TOLD]
    if any(event.kind == EventKind.TEXT for _index, event in told):
        told = _without_the_first_text(letter_id, told)
    if not told:
        return
    ids = {event.signature_id for _index, event in told if event.signature_id}
    # By public id: the row may have been withdrawn and signed anew since.
    numbers = dict(
        Signature.objects.filter(pk__in=ids, number__isnull=False).values_list(
            "public_id", "number"
        )
    )
    Correction.objects.bulk_create(
        Correction(
            letter_id=letter_id,
            index=index,
            kind=event.kind,
            reason=event.reason,
            number=numbers.get(event.public_id),
            public_id=event.public_id,
            name=event.told_name,
            at=at,
        )
        for index, event in told
    )


def _without_the_first_text(
    letter_id: int, told: list[tuple[int, Event]]
) -> list[tuple[int, Event]]:
    """The text that a letter was published with corrects nothing."""
    later = Translation.objects.filter(text__letter_id=letter_id, text__number__gt=1)
    hashes = set(later.values_list("sha256", flat=True))
    return [
        (index, event)
        for index, event in told
        if event.kind != EventKind.TEXT or event.text_sha256 in hashes
    ]
