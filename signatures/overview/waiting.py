"""What waits for the organizers of a letter, of each kind: how many, and since when.

Counted up to a limit, each by an index of what is open, so that it costs the same at any size.
"""

from collections.abc import Collection, Mapping
from enum import Enum
from typing import Any

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery

from campaign.letters.models import Letter, Proposal, Update, UpdateState
from signatures.models import (
    BulkDeed,
    BulkState,
    Delivery,
    DeliveryState,
    ImportState,
    ReportCase,
    SheetImport,
    SignatureState,
    Vetting,
)
from signatures.moderation import queue

# More are told as "more than".
MAX_COUNTED = 1000


class Kind(Enum):
    # Signatures that an organizer has to check, or a second one.
    HELD = "held"
    # Reported names that nobody has answered.
    REPORTS = "reports"
    # What one organizer wants, and a second one has to approve.
    TEXTS = "texts"
    UPDATES = "updates"
    BULK_DEEDS = "bulk_deeds"
    # Files whose people nobody has decided to ask.
    IMPORTS = "imports"
    # People who cannot confirm, since their address took no mail.
    REFUSED_MAIL = "refused_mail"


Waiting = Mapping[Kind, int]


def of_letters(*, letter_ids: Collection[int]) -> dict[int, Waiting]:
    """By the id of the letter, in one query, none counted further than to the limit."""
    kinds = _rows()
    counts = [_Count(rows[:MAX_COUNTED]) for rows in kinds.values()]
    found = Letter.objects.filter(pk__in=letter_ids).values_list("pk", *counts)
    return {pk: dict(zip(kinds, counted, strict=True)) for pk, *counted in found}


class _Count(Subquery):
    """How many rows a query finds."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS found)"
    output_field = IntegerField()


def _rows() -> dict[Kind, QuerySet[Any]]:
    """Of each kind the rows of one letter, the outer query's."""
    letter = OuterRef("pk")
    return {
        Kind.HELD: Vetting.objects.filter(letter=letter, state__in=queue.WAITING).values("pk"),
        Kind.REPORTS: ReportCase.objects.filter(letter=letter, answered_at=None).values("pk"),
        Kind.TEXTS: Proposal.objects.filter(text__letter=letter).values("pk"),
        Kind.UPDATES: Update.objects.filter(letter=letter, state=UpdateState.PROPOSED).values("pk"),
        Kind.BULK_DEEDS: BulkDeed.objects.filter(letter=letter, state=BulkState.PROPOSED).values(
            "pk"
        ),
        Kind.IMPORTS: SheetImport.objects.filter(
            letter=letter, state__in=(ImportState.READY, ImportState.PROPOSED)
        ).values("pk"),
        Kind.REFUSED_MAIL: Delivery.objects.filter(
            state=DeliveryState.FAILED,
            signature__letter=letter,
            signature__state=SignatureState.PENDING,
        )
        .values("signature")
        .distinct(),
    }
