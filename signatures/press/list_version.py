"""Whether anything that readers see of a letter's signatories may have changed."""

import struct
import time

from django.db.models import Count, Max

from campaign.letters.models import Event
from signatures.models import Checkpoint

# A proof that was not found any more says so without an event; so does a new word of ours.
_SAME_FOR_SECONDS = 600


def change_mark(*, letter_id: int) -> bytes:
    """Another one after each change: two look-ups, whatever the size of the list.

    Each change of the list writes an event in its own transaction, which waits until a checkpoint
    has it: so what waits and the size of the last checkpoint tell of all of them.
    """
    waiting = Event.objects.filter(letter_id=letter_id).aggregate(n=Count("pk"), last=Max("pk"))
    size = (
        Checkpoint.objects.filter(letter_id=letter_id)
        .order_by("-size")
        .values_list("size", flat=True)
        .first()
    )
    told = (size or 0, waiting["n"], waiting["last"] or 0, int(time.time() // _SAME_FOR_SECONDS))
    return struct.pack(">4Q", *told)
