"""What waits for whom on a letter, of each kind: how many, and since when.

What an organizer began waits for another one, not for them. Counted up to a limit, each by an index
of what is open, so that it costs the same at any size.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple

from django.db.models import IntegerField, OuterRef, Q, QuerySet, Subquery

from campaign.letters.models import Letter, Proposal, Update, UpdateState
from campaign.organizers.models import Organizer, Role
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

# Of more, so many are told.
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

    @property
    def roles(self) -> Collection[Role]:
        """Who can do something about it."""
        written = (Kind.TEXTS, Kind.UPDATES, Kind.IMPORTS)
        return Role.writing() if self in written else Role.vetting()


Waiting = Mapping[Kind, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    kind: Kind
    count: int
    # Since when the oldest waits; None where that is not known.
    since: datetime | None


def of_letters(*, letter_ids: Collection[int], organizer: Organizer) -> dict[int, Waiting]:
    """By the id of the letter, what waits and was not begun by this organizer: in one query."""
    counts = [_Count(open_.rows[:MAX_COUNTED]) for open_ in _open(organizer).values()]
    found = Letter.objects.filter(pk__in=letter_ids).values_list("pk", *counts)
    return {pk: dict(zip(Kind, counted, strict=True)) for pk, *counted in found}


def of_letter(
    *, letter: Letter, organizer: Organizer, role: Role
) -> tuple[Sequence[Wait], Sequence[Wait]]:
    """What waits for this organizer, and what for others; each kind once. Two queries."""
    mine = of_letters(letter_ids=[letter.pk], organizer=organizer)[letter.pk]
    everything = _open(None).values()
    found = [_Count(open_.rows[:MAX_COUNTED]) for open_ in everything]
    oldest = [
        Subquery(open_.rows.order_by(open_.since).values(open_.since)[:1]) for open_ in everything
    ]
    row = Letter.objects.values_list(*found, *oldest).get(pk=letter.pk)
    for_me, for_others = [], []
    for kind, count, since in zip(Kind, row[: len(Kind)], row[len(Kind) :], strict=True):
        if role in kind.roles and mine[kind]:
            for_me.append(Wait(kind=kind, count=mine[kind], since=since))
        elif count:
            for_others.append(Wait(kind=kind, count=count, since=since))
    return for_me, for_others


class _Count(Subquery):
    """How many rows a query finds."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS found)"
    output_field = IntegerField()


class _Open(NamedTuple):
    rows: QuerySet[Any]
    # The column that says since when a row waits.
    since: str


def _open(organizer: Organizer | None) -> dict[Kind, _Open]:
    """Of each kind what is open on one letter, the outer query's; without what this organizer
    began, if one is given."""
    letter = OuterRef("pk")
    held = Vetting.objects.filter(letter=letter, state__in=queue.WAITING)
    texts = Proposal.objects.filter(text__letter=letter)
    updates = Update.objects.filter(letter=letter, state=UpdateState.PROPOSED)
    deeds = BulkDeed.objects.filter(letter=letter, state=BulkState.PROPOSED)
    imports = SheetImport.objects.filter(letter=letter)
    undecided = Q(state=ImportState.READY)
    proposed = Q(state=ImportState.PROPOSED)
    if organizer:
        proposed &= ~Q(asked_by=organizer)
        held = queue.not_approved_by(held, organizer=organizer)
        texts = texts.exclude(proposed_by=organizer)
        updates = updates.exclude(released_by=organizer)
        deeds = deeds.exclude(asked_by=organizer)
    imports = imports.filter(undecided | proposed)
    reports = ReportCase.objects.filter(letter=letter, answered_at=None)
    refused = Delivery.objects.filter(
        state=DeliveryState.FAILED,
        signature__letter=letter,
        signature__state=SignatureState.PENDING,
    )
    return {
        Kind.HELD: _Open(held.values("pk"), "opened_at"),
        Kind.REPORTS: _Open(reports.values("pk"), "opened_at"),
        Kind.TEXTS: _Open(texts.values("pk"), "proposed_at"),
        Kind.UPDATES: _Open(updates.values("pk"), "created_at"),
        Kind.BULK_DEEDS: _Open(deeds.values("pk"), "asked_at"),
        Kind.IMPORTS: _Open(imports.values("pk"), "sent_at"),
        Kind.REFUSED_MAIL: _Open(refused.values("signature").distinct(), "created_at"),
    }
