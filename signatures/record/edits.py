"""Whose details were changed lately, as the record tells."""

from datetime import datetime

from campaign.letters.models import EventKind, Letter
from signatures.models import Checkpoint, Entry
from signatures.record.format.leaf import decode_leaf


def edited_since(*, letter: Letter, at: datetime, max_lines: int) -> set[str]:
    """The public ids of those whose details were changed, by the newest lines of the record. Who
    signed a new text changed nothing of themselves."""
    written = Checkpoint.objects.filter(letter=letter, as_of__lte=at).order_by("-as_of", "-size")
    size = written.values_list("size", flat=True).first() or 0
    lines = Entry.objects.filter(letter=letter, index__gte=size).order_by("-index")
    leaves = (decode_leaf(bytes(each)) for each in lines.values_list("leaf", flat=True)[:max_lines])
    return {
        leaf.signature
        for leaf in leaves
        if leaf.event == EventKind.EDIT.value and not leaf.text_sha256
    }
