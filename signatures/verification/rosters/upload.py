"""What organizers do with a roster: upload, replace, confirm and delete it, and what follows.

A membership lifts to the highest level, so it takes two organizers to make a list count. A change
is written at once; the proofs that rested on it end a moment later, each in a transaction of its
own: nobody who signs waits for a roster.
"""

from collections.abc import Collection
from contextlib import suppress

from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from campaign import database
from campaign.letters.models import Letter
from campaign.organizers import audit, seconding
from campaign.organizers.models import Organizer
from campaign.wake import Task, wake
from signatures.errors import AnotherMustConfirm, ProposalChanged, RosterExists, RosterGone
from signatures.models import Member, Proof, ProofState, Roster, Signature
from signatures.verification.levels import locked_signature, recompute_level
from signatures.verification.rosters.membership import counting, member_key

_BATCH_ROWS = 500
# For what is done to as many lines as a roster may have, on a busy machine.
MAX_STATEMENT_SECONDS = 60


def upload(*, letter: Letter, name: str, organizer: Organizer, lines: Collection[bytes]) -> Roster:
    """A new roster, whose line keys wait for a second organizer. Raises RosterExists for a name
    that the letter has."""
    with transaction.atomic():
        roster = Roster(letter=letter, name=name)
        try:
            with transaction.atomic():
                roster.save(force_insert=True)
        except IntegrityError:
            raise RosterExists from None
        _propose(roster, organizer, lines)
        _trace(roster, organizer, "upload_roster", len(lines))
    return roster


def replace(*, roster: Roster, organizer: Organizer, lines: Collection[bytes]) -> Roster:
    """Other lines, which take the place of all that it holds once a second organizer confirms them.
    Raises RosterGone."""
    with transaction.atomic():
        held = _hold(roster)
        _propose(held, organizer, lines)
        _trace(held, organizer, "replace_roster", len(lines))
    return held


def confirm(*, roster: Roster, organizer: Organizer, proposal: int) -> Roster:
    """Let the lines that wait count: a different organizer than who uploaded them.

    `proposal` is the number of the upload that this one has read of. Who is no longer on the list
    loses the membership. Raises RosterGone, AnotherMustConfirm, CountsLater if one of the two is
    too new to the team, and ProposalChanged when other lines wait by now, or none.
    """
    with transaction.atomic():
        held = _hold(roster)
        if held.proposed_size is None or held.proposal != proposal:
            raise ProposalChanged
        if held.proposed_by_id == organizer.pk:
            raise AnotherMustConfirm
        seconding.check(
            [each for each in (held.proposed_by, organizer) if each],
            team_id=held.letter.team_id,
            public_since=held.letter.published_at,
            now=timezone.now(),
        )
        database.set_statement_timeout(seconds=MAX_STATEMENT_SECONDS)
        Member.objects.filter(roster=held, waits=False).delete()
        Member.objects.filter(roster=held, waits=True).update(waits=False)
        held.size, held.uploaded_by = held.proposed_size, held.proposed_by
        held.uploaded_at, held.confirmed_by = timezone.now(), organizer
        _end_proposal(held)
        _trace(held, organizer, "confirm_roster", held.size)
        _ask_to_end_lost()
    return held


def discard(*, roster: Roster, organizer: Organizer, proposal: int) -> None:
    """The lines that wait shall not count; those before them still do. A roster that never had any
    goes. Raises RosterGone and ProposalChanged."""
    with transaction.atomic():
        held = _hold(roster)
        if held.proposed_size is None or held.proposal != proposal:
            raise ProposalChanged
        database.set_statement_timeout(seconds=MAX_STATEMENT_SECONDS)
        _trace(held, organizer, "discard_roster", held.proposed_size)
        if held.uploaded_at is None:
            held.delete()
            return
        Member.objects.filter(roster=held, waits=True).delete()
        _end_proposal(held)


def delete(*, roster: Roster, organizer: Organizer) -> None:
    """Delete it, with all that was shown by it. Raises RosterGone."""
    with transaction.atomic():
        held = _hold(roster)
        database.set_statement_timeout(seconds=MAX_STATEMENT_SECONDS)
        _trace(held, organizer, "delete_roster", held.size)
        held.delete()
        _ask_to_end_lost()


def end_lost() -> int:
    """End what rests on a roster that is gone (taken back), or on a line that it no longer has
    (lapsed); the level follows. How many ended. Safe to run twice, and in two places."""
    ended = last = 0
    current = Roster.objects.filter(letter=OuterRef("signature__letter"), name=OuterRef("subject"))
    doubtful = (
        counting()
        .annotate(
            rests_on=Subquery(current.values("pk")[:1]),
            as_of=Subquery(current.values("uploaded_at")[:1]),
        )
        .filter(Q(rests_on=None) | Q(checked_at__lt=F("as_of")))
        .order_by("pk")
    )
    while batch := list(doubtful.filter(pk__gt=last)[:_BATCH_ROWS]):
        last = batch[-1].pk
        keys = [bytes.fromhex(proof.private) for proof in batch]
        members = Member.objects.filter(
            roster__in={proof.rests_on for proof in batch}, key__in=keys, waits=False
        )
        standing = {(each.roster_id, bytes(each.key)) for each in members}
        for proof, key in zip(batch, keys, strict=True):
            if (proof.rests_on, key) not in standing:
                ended += _end(proof, ProofState.LAPSED if proof.rests_on else ProofState.REVOKED)
            else:
                # Not as of now: the next roster may be on its way in already.
                counting().filter(pk=proof.pk).update(checked_at=proof.as_of)
    return ended


def _end(proof: Proof, state: ProofState) -> int:
    ended = 0
    # Whoever was erased meanwhile has nothing left to end.
    with (
        suppress(Signature.DoesNotExist),
        locked_signature(signature_id=proof.signature_id) as signature,
    ):
        mine = counting().filter(pk=proof.pk)
        ended = mine.update(state=state, checked_at=timezone.now(), private="")
        if ended:
            recompute_level(signature=signature)
    return ended


def _hold(roster: Roster) -> Roster:
    """Nobody proves a membership in it until the end of the transaction."""
    rosters = Roster.objects.select_for_update(of=("self",)).select_related("letter__team")
    held = rosters.filter(pk=roster.pk).first()
    if held is None:
        raise RosterGone
    return held


def _propose(roster: Roster, organizer: Organizer, lines: Collection[bytes]) -> None:
    """In the place of what waited before."""
    database.set_statement_timeout(seconds=MAX_STATEMENT_SECONDS)
    Member.objects.filter(roster=roster, waits=True).delete()
    database.insert_many(
        table=Member._meta.db_table,
        columns=("roster_id", "key", "waits"),
        rows=((roster.pk, member_key(roster_id=roster.pk, line=line), True) for line in lines),
    )
    roster.proposal += 1
    roster.proposed_size, roster.proposed_by = len(lines), organizer
    roster.proposed_at = timezone.now()
    roster.save()


def _end_proposal(roster: Roster) -> None:
    roster.proposed_size = roster.proposed_by = roster.proposed_at = None
    roster.save()


def _trace(roster: Roster, organizer: Organizer, action: str, size: int) -> None:
    audit.record(
        team=roster.letter.team,
        organizer=organizer,
        action=action,
        subject=f"letter {roster.letter.slug}",
        detail=f"{roster.name}: {size}",
    )


def _ask_to_end_lost() -> None:
    wake(Task.END_LOST_MEMBERSHIPS)
