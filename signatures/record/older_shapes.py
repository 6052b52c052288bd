"""Events written before shapes told the version of the text: they are told it when they are taken.

Such events wait while the site is brought up to date, and a process that still runs the code of
before writes more of them.
"""

import json
from collections.abc import Iterable, Sequence

from campaign.letters.models import Event, EventKind, Text, Translation
from signatures.models import Entry, Signature


def complete(*, letter_id: int, events: Sequence[Event]) -> None:
    """Put the version ahead of each shape that lacks it, in these events that are in hand.

    No query where nothing lacks it.
    """
    older = [event for event in events if _is_older(event.before) or _is_older(event.after)]
    if not older:
        return
    versions = _versions(letter_id, {event.public_id for event in older}, events)
    for event in older:
        version = versions[event.public_id]
        for field in ("before", "after"):
            shape = getattr(event, field)
            if _is_older(shape):
                setattr(event, field, f"v{version}:{shape}")


def _is_older(shape: str) -> bool:
    return bool(shape) and not shape.startswith("v")


def _versions(letter_id: int, wanted: set[str], events: Iterable[Event]) -> dict[str, int]:
    published = Text.objects.filter(letter_id=letter_id, published_at__isnull=False)
    numbers = list(published.values_list("number", flat=True))
    if len(numbers) == 1:
        return dict.fromkeys(wanted, numbers[0])
    rows = Signature.objects.filter(letter_id=letter_id, public_id__in=wanted)
    found = dict(rows.values_list("public_id", "version"))
    missing = wanted - set(found)
    if not missing:
        return found
    # Whoever was erased, or has signed anew, is known from the leaf of their signing alone.
    texts = Translation.objects.filter(text__letter_id=letter_id).exclude(sha256="")
    by_hash = dict(texts.values_list("sha256", "text__number"))
    signed = {
        event.public_id: event.text_sha256 for event in events if event.kind == EventKind.SIGN
    }
    leaves = Entry.objects.filter(letter_id=letter_id).order_by("index")
    for leaf in leaves.values_list("leaf", flat=True).iterator():
        told = json.loads(bytes(leaf))
        if told["e"] == EventKind.SIGN and told["s"] in missing:
            signed[told["s"]] = told["x"]
    return found | {public_id: by_hash[signed[public_id]] for public_id in missing}
