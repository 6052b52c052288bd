"""Corrections: what left the list or changed the text, told in public as the record tells it."""

from collections.abc import Iterable, Mapping, Sequence
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


def write(
    *,
    letter_id: int,
    events: Iterable[tuple[int, Event]],
    given: Mapping[str, int],
    at: datetime,
) -> None:
    """A line for each of these events, given with its index, that takes something out of what was
    public or puts it back. In the sequencer's transaction, when numbers have been `given`.

    Whoever was erased meanwhile, or whose name was deleted, is not named, whatever they asked for
    before.
    """
    told = [(index, event) for index, event in events if event.kind in TOLD]
    if any(event.kind == EventKind.TEXT for _index, event in told):
        told = _without_the_first_text(letter_id, told)
    if not told:
        return
    still_there = _held({event.signature_id for _index, event in told if event.told_name})
    numbers = {**_numbers([event for _index, event in told]), **given}
    folded = _folded(told)
    Correction.objects.bulk_create(
        Correction(
            letter_id=letter_id,
            index=index,
            kind=event.kind,
            reason=event.reason,
            number=numbers.get(event.public_id),
            public_id=event.public_id,
            signature_id=event.signature_id,
            name=event.told_name if event.signature_id in still_there else "",
            text_sha256=event.text_sha256 if event.kind == EventKind.TEXT else "",
            at=at,
            bulk_deed_id=event.bulk_deed_id,
            is_folded=index in folded,
        )
        for index, event in told
    )


def take_names_back(*, signature: Signature) -> None:
    """Those that were told of this row and those that wait to be told, also of an earlier signing
    from it, which had another public id. In a transaction that holds the row."""
    waiting = Event.objects.filter(letter=signature.letter_id, signature_id=signature.pk)
    # Passing by what the sequencer holds, since it may be waiting for the row.
    free = waiting.exclude(told_name="").select_for_update(skip_locked=True)
    Event.objects.filter(pk__in=list(free.values_list("pk", flat=True))).update(told_name="")
    Correction.objects.filter(signature_id=signature.pk).update(name="")


def _folded(told: Sequence[tuple[int, Event]]) -> set[int]:
    """The indexes of those that an earlier line counts: of the same deed about many, with the same
    kind and reason. One sequencer alone writes a letter's lines, in the order of their indexes."""
    deeds = {event.bulk_deed_id for _index, event in told} - {None}
    if not deeds:
        return set()
    lines = Correction.objects.filter(bulk_deed_id__in=deeds, is_folded=False)
    seen = set(lines.values_list("bulk_deed_id", "kind", "reason"))
    folded = set()
    for index, event in told:
        key = (event.bulk_deed_id, event.kind, event.reason)
        if event.bulk_deed_id is not None and key in seen:
            folded.add(index)
        seen.add(key)
    return folded


def _numbers(events: Sequence[Event]) -> dict[str, int | None]:
    """By public id, since the row may have been withdrawn and signed anew. Of rows that are gone,
    the erasure knows the number, which is written behind these events."""
    ids = {event.signature_id for event in events if event.signature_id}
    rows = Signature.objects.filter(pk__in=ids, number__isnull=False)
    numbers = dict(rows.values_list("public_id", "number"))
    numbers |= {event.public_id: event.number for event in events if event.number}
    if missing := {event.public_id for event in events if event.public_id} - numbers.keys():
        waiting = Event.objects.filter(public_id__in=missing, number__isnull=False)
        numbers |= dict(waiting.values_list("public_id", "number"))
    return numbers


def _held(ids: Iterable[int | None]) -> set[int]:
    """Those of the rows that still have a name, and keep it until the line is written: who erases
    or deletes it afterwards finds it."""
    known = {each for each in ids if each is not None}
    if not known:
        return set()
    # In the order of all who hold several.
    rows = Signature.objects.filter(pk__in=known).exclude(name="").order_by("pk")
    return set(rows.select_for_update(of=("self",)).values_list("pk", flat=True))


def _without_the_first_text(
    letter_id: int, told: list[tuple[int, Event]]
) -> list[tuple[int, Event]]:
    """The text that a letter was published with corrects nothing, nor do the same words again."""
    texts = Translation.objects.filter(text__letter_id=letter_id)
    first = texts.filter(text__number=1).values("sha256")
    hashes = set(texts.exclude(sha256__in=first).values_list("sha256", flat=True))
    return [
        (index, event)
        for index, event in told
        if event.kind != EventKind.TEXT or event.text_sha256 in hashes
    ]
