"""The counts of a letter, folded from its events in the order of the record."""

from collections.abc import Iterable

from django.db.models import OuterRef, Subquery

from campaign.letters.models import Event, EventKind, Letter
from signatures.models import Checkpoint

COUNTED = (
    "signings",
    "people",
    "organisations",
    "anonymous",
    "level_1",
    "level_2",
    "level_3",
    "level_4",
    "held",
)
_BY_KIND = {"person": "people", "organisation": "organisations"}

Counts = dict[str, int]


def counts_of(checkpoint: Checkpoint | None) -> Counts:
    return {name: getattr(checkpoint, name) if checkpoint else 0 for name in COUNTED}


def fold(counts: Counts, events: Iterable[Event]) -> Counts:
    """The counts after these events: each takes away what it was before and adds what it is."""
    folded = dict(counts)
    for event in events:
        folded["signings"] += event.kind == EventKind.SIGN
        for shape, step in ((event.before, -1), (event.after, 1)):
            for name in _counted_as(shape):
                folded[name] += step
    return folded


def latest(*, letter_id: int) -> Checkpoint | None:
    """The letter's current count: that of its last checkpoint, or None before the first."""
    return Checkpoint.objects.filter(letter_id=letter_id).order_by("-size").first()


def latest_of(*, letters: Iterable[Letter]) -> dict[int, Checkpoint]:
    """The same for several letters, by their id, in one query."""
    of_letter = Checkpoint.objects.filter(letter=OuterRef("pk")).order_by("-size")
    newest = Letter.objects.filter(pk__in=[letter.pk for letter in letters]).values_list(
        Subquery(of_letter.values("pk")[:1])
    )
    return {each.letter_id: each for each in Checkpoint.objects.filter(pk__in=newest)}


def _counted_as(shape: str) -> tuple[str, ...]:
    if not shape:
        return ()
    kind, level, *anonymous = shape.split(":")
    return (_BY_KIND[kind], f"level_{level}", *anonymous)
