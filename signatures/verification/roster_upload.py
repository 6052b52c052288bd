"""What organizers do with a roster: upload, replace and delete it, and what follows for members.

A change is written at once; the proofs that rested on it end a moment later, each in a transaction
of its own: nobody who signs waits for a roster.
"""

from collections.abc import Collection
from contextlib import suppress

from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from campaign import engine
from campaign.celery import kick_on_commit
from campaign.letters.models import Letter
from campaign.organizers import audit
from campaign.organizers.models import Organizer
from signatures.errors import RosterExists, RosterGone
from signatures.models import Member, Proof, ProofState, Roster, Signature
from signatures.verification.levels import alone_with, settle
from signatures.verification.roster import counting, member_key

_BATCH = 500


def upload(*, letter: Letter, name: str, organizer: Organizer, lines: Collection[bytes]) -> Roster:
    """A new roster of these line keys. Raises RosterExists for a name that the letter has."""
    with transaction.atomic():
        roster = Roster(letter=letter, name=name, uploaded_by=organizer, uploaded_at=timezone.now())
        try:
            with transaction.atomic():
                roster.save(force_insert=True)
        except IntegrityError:
            raise RosterExists from None
        _fill(roster, lines)
        _trace(roster, organizer, "upload_roster")
    return roster


def replace(*, roster: Roster, organizer: Organizer, lines: Collection[bytes]) -> Roster:
    """Put other lines in the place of all that it held. Raises RosterGone."""
    with transaction.atomic():
        held = _hold(roster)
        Member.objects.filter(roster=held).delete()
        held.uploaded_by, held.uploaded_at = organizer, timezone.now()
        _fill(held, lines)
        _trace(held, organizer, "replace_roster")
        _ask_to_end_lost()
    return held


def delete(*, roster: Roster, organizer: Organizer) -> None:
    """Delete it, with all that was shown by it. Raises RosterGone."""
    with transaction.atomic():
        held = _hold(roster)
        _trace(held, organizer, "delete_roster")
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
    while batch := list(doubtful.filter(pk__gt=last)[:_BATCH]):
        last = batch[-1].pk
        keys = [bytes.fromhex(proof.private) for proof in batch]
        members = Member.objects.filter(
            roster__in={proof.rests_on for proof in batch}, key__in=keys
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
    with suppress(Signature.DoesNotExist), alone_with(signature_id=proof.signature_id) as signature:
        mine = counting().filter(pk=proof.pk)
        ended = mine.update(state=state, checked_at=timezone.now(), private="")
        if ended:
            settle(signature=signature)
    return ended


def _hold(roster: Roster) -> Roster:
    """Nobody proves a membership in it until the end of the transaction."""
    rosters = Roster.objects.select_for_update(of=("self",)).select_related("letter__team")
    held = rosters.filter(pk=roster.pk).first()
    if held is None:
        raise RosterGone
    return held


def _fill(roster: Roster, lines: Collection[bytes]) -> None:
    engine.insert_many(
        table=Member._meta.db_table,
        columns=("roster_id", "key"),
        rows=((roster.pk, member_key(roster_id=roster.pk, line=line)) for line in lines),
    )
    roster.size = len(lines)
    roster.save(update_fields=("size", "uploaded_by", "uploaded_at"))


def _trace(roster: Roster, organizer: Organizer, action: str) -> None:
    audit.record(
        team=roster.letter.team,
        organizer=organizer,
        action=action,
        subject=f"letter {roster.letter.slug}",
        detail=f"{roster.name}: {roster.size}",
    )


def _ask_to_end_lost() -> None:
    from signatures.tasks import end_lost_memberships

    kick_on_commit(end_lost_memberships)
