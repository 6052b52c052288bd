"""From a query to a deed: who asks for it, who approves it, and what stops it.

Whom it is about is written down when it is asked for, each with the revision that it has then: what
comes afterwards is in no deed, and what was counted is what is done.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import Q, QuerySet, Sum

from campaign import database
from campaign.letters.models import Letter
from campaign.organizers import access, audit, seconding
from campaign.organizers.models import Organizer, Team
from campaign.wake import Task, wake
from signatures.errors import (
    BulkInWrongState,
    BulkOfStranger,
    MoreThanCounted,
    NobodyFits,
    OwnBulkDeed,
    ProposalExpired,
    QueryTooSlow,
    TooManyAtOnce,
)
from signatures.models import (
    Because,
    BulkAction,
    BulkDeed,
    BulkRow,
    BulkRowState,
    BulkState,
    Signature,
)
from signatures.moderation.bulk import querying
from signatures.moderation.bulk.querying import Query, is_vetted, matching

# So many one organizer alone removes or holds within a day.
MAX_ALONE = 100
ALONE_WITHIN = timedelta(days=1)
# Of one deed, so that it can be written down while a page is waited for.
MAX_SIGNATURES = 20_000
PROPOSED_FOR = timedelta(days=3)


def needs_second(*, letter: Letter, total: int, vetted: bool, now: datetime) -> bool:
    """Whether a second organizer has to approve a deed about so many.

    What one organizer alone did to the letter within a day counts too: or large deeds would be cut
    into small ones. Of what was cancelled, only those to whom it was done.
    """
    alone = BulkDeed.objects.filter(letter=letter, approved_by=None, begun_at__isnull=False)
    alone = alone.filter(Q(begun_at__gt=now - ALONE_WITHIN) | Q(state__in=BulkState.moving()))
    begun = alone.aggregate(Sum("total"))["total__sum"] or 0
    spared = BulkRow.objects.filter(deed__in=alone, state=BulkRowState.CANCELLED).count()
    return vetted or total + begun - spared > MAX_ALONE


def ask(
    *,
    letter: Letter,
    organizer: Organizer,
    action: BulkAction,
    query: Query,
    typed: Mapping[str, str],
    counted: int,
    boundary: int,
    because: Because | None = None,
    note: str = "",
    key: UUID,
    now: datetime,
) -> BulkDeed:
    """Begin it, or propose it where a second organizer has to approve.

    `counted` and `boundary` are what the organizer read; of one `key` there is one deed, however
    often it is asked for. Raises NobodyFits, TooManyAtOnce,
    MoreThanCounted where more fit by now, UnknownNetwork, QueryTooSlow, and CountsLater for a new
    member whose word counts later.
    """
    with transaction.atomic():
        _lock_team(letter)
        if begun := BulkDeed.objects.filter(letter=letter, key=key).first():
            return begun
        found = matching(letter=letter, query=query, boundary=boundary)
        rows, takes_vetted = _read(found, with_vetted=query.with_vetted)
        _check_size(len(rows), counted)
        state = BulkState.RUNNING
        if needs_second(letter=letter, total=len(rows), vetted=takes_vetted, now=now):
            _check_two(letter, organizer, now=now)
            state = BulkState.PROPOSED
        deed = BulkDeed.objects.create(
            letter=letter,
            key=key,
            action=action,
            because=because or "",
            note=note,
            query=dict(typed),
            state=state,
            total=len(rows),
            takes_vetted=takes_vetted,
            asked_by=organizer,
            asked_at=now,
            begun_at=now if state == BulkState.RUNNING else None,
        )
        BulkRow.objects.bulk_create(
            (
                BulkRow(deed=deed, signature_id=pk, revision=revision, state=BulkRowState.WAITING)
                for pk, revision in rows
            ),
            batch_size=2000,
        )
        _trace(deed, organizer, f"{action}_many")
        wake(Task.WORK_OFF_BULK_DEEDS)
    return deed


def approve(*, deed: BulkDeed, organizer: Organizer, now: datetime) -> None:
    """Let begin what another organizer asked for. Raises BulkInWrongState, ProposalExpired,
    OwnBulkDeed, CountsLater, and BulkOfStranger when whoever asked may not vet any more."""
    with _held(deed) as held:
        if held.state != BulkState.PROPOSED:
            raise BulkInWrongState
        if has_expired(deed=held, now=now):
            raise ProposalExpired
        if held.asked_by_id == organizer.pk:
            raise OwnBulkDeed
        vetters = access.vetters(team_id=held.letter.team_id)
        if vetters.filter(organizer__in=(organizer, held.asked_by)).count() < 2:
            raise BulkOfStranger
        _check_two(held.letter, organizer, held.asked_by, now=now)
        BulkDeed.objects.filter(pk=held.pk).update(
            state=BulkState.RUNNING, approved_by=organizer, begun_at=now
        )
        _trace(held, organizer, "approve_many")
        wake(Task.WORK_OFF_BULK_DEEDS)


def cancel(*, deed: BulkDeed, organizer: Organizer, now: datetime) -> None:
    """Stop the rest, or take the proposal back. What is done stays done. Raises BulkInWrongState,
    also the second time."""
    with _held(deed) as held:
        stoppable = BulkDeed.objects.filter(
            pk=held.pk, state__in=(BulkState.PROPOSED, BulkState.RUNNING)
        )
        if not stoppable.update(state=BulkState.CANCELLED, ended_at=now):
            raise BulkInWrongState
        # One that a worker has in its hands is done by then, or finds itself cancelled.
        held.rows.filter(state=BulkRowState.WAITING).update(state=BulkRowState.CANCELLED)
        _trace(held, organizer, "cancel_many")


def undo(*, deed: BulkDeed, organizer: Organizer) -> None:
    """Take back all that it did, but what somebody has changed since. Raises BulkInWrongState,
    also the second time."""
    with _held(deed) as held:
        undoable = BulkDeed.objects.filter(
            pk=held.pk, state__in=(BulkState.DONE, BulkState.CANCELLED)
        )
        if not held.rows.filter(state=BulkRowState.DONE).exists():
            raise BulkInWrongState
        if not undoable.update(state=BulkState.UNDOING, undone_by=organizer, ended_at=None):
            raise BulkInWrongState
        _trace(held, organizer, "undo_many")
        wake(Task.WORK_OFF_BULK_DEEDS)


def has_expired(*, deed: BulkDeed, now: datetime) -> bool:
    """Whether a proposal is so old that it has to be counted anew."""
    return deed.asked_at <= now - PROPOSED_FOR


def _read(found: QuerySet[Signature], *, with_vetted: bool) -> tuple[list[tuple[int, int]], bool]:
    """Id and revision of each, and whether anybody who was vetted is among them. Raises
    QueryTooSlow: the team is locked meanwhile."""
    chosen = found.order_by("pk").values_list("pk", "revision")
    try:
        database.set_statement_timeout(seconds=querying.MAX_QUERY_SECONDS)
        rows = list(chosen[: MAX_SIGNATURES + 1])
        return rows, with_vetted and found.filter(is_vetted()).exists()
    except OperationalError as error:
        raise QueryTooSlow from error


def _check_size(found: int, counted: int) -> None:
    if not found:
        raise NobodyFits
    if found > MAX_SIGNATURES:
        raise TooManyAtOnce
    if found > counted:
        raise MoreThanCounted


@contextmanager
def _held(deed: BulkDeed) -> Iterator[BulkDeed]:
    """The deed, locked with its team until the end: nobody leaves or asks for another meanwhile."""
    with transaction.atomic():
        _lock_team(deed.letter)
        # Not against a worker's removals, which refer to it.
        locked = BulkDeed.objects.select_for_update(of=("self",), no_key=True)
        yield locked.select_related("letter__team", "asked_by").get(pk=deed.pk)


def _lock_team(letter: Letter) -> None:
    Team.objects.select_for_update(no_key=True).get(pk=letter.team_id)


def _check_two(letter: Letter, *organizers: Organizer, now: datetime) -> None:
    seconding.check(organizers, team_id=letter.team_id, public_since=letter.published_at, now=now)


def _trace(deed: BulkDeed, organizer: Organizer, action: str) -> None:
    # Not the query, which may tell of a signer: it stands on the page that the entry leads to.
    audit.record(
        team=deed.letter.team,
        organizer=organizer,
        action=action,
        subject=f"bulk {deed.letter.slug}/{deed.pk}",
        detail=deed.because,
    )
