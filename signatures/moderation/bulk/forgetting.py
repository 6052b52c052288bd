"""What of deeds about many is forgotten, and when."""

from datetime import datetime, timedelta

from django.db.models import Q

from signatures.models import BulkDeed, Signature
from signatures.moderation.bulk.querying import ANY_LETTERS

# Public corrections and the audit trail tell of them for good.
KEPT_FOR = timedelta(days=365)
# What was typed as a whole of one of these is what a signer told of themselves.
_WORDS = ("name", "credit", "affiliation")


def forget_old(*, now: datetime) -> int:
    """Deeds that ended long ago: what they looked for, whom they found, and their notes."""
    before = now - KEPT_FOR
    over = BulkDeed.objects.filter(
        Q(ended_at__lt=before) | Q(begun_at=None, ended_at=None, asked_at__lt=before)
    )
    found = list(over.values_list("pk", flat=True))
    over.filter(pk__in=found).delete()
    return len(found)


def forget_signature(*, signature: Signature) -> None:
    """In the transaction that erases it: what was looked for, where that was this signer's own
    name or words and nobody else's part. Their places in the deeds go with the row."""
    about_it = BulkDeed.objects.filter(rows__signature=signature).order_by("pk")
    for deed in about_it.select_for_update(of=("self",), no_key=True):
        kept = {
            name: typed
            for name, typed in deed.query.items()
            if name not in _WORDS or ANY_LETTERS in typed
        }
        if kept != deed.query:
            BulkDeed.objects.filter(pk=deed.pk).update(query=kept)
