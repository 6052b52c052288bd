"""Whether a name must be looked at before it is public, and its place in the queue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection
from django.db.models import Value
from django.db.models.functions import Greatest

from campaign import database
from signatures.models import Reason, Signature, Vetting, VettingState
from signatures.names.lookalikes import mixes_alphabets
from signatures.screening import turned_away, watchlist
from signatures.screening.watched_names import Likeness

# One place for each signature: whoever comes again begins anew, with their history.
OPEN = """
    INSERT INTO signatures_vetting
        (signature_id, letter_id, reason, watched_id, precaution_id, needs_two, state, risk,
         opened_at)
    SELECT id, letter_id, %s, CAST(%s AS bigint), CAST(%s AS bigint), %s, 'waiting',
        CAST(%s AS smallint), %s
    FROM written WHERE TRUE
    ON CONFLICT (signature_id) DO UPDATE SET
        reason = excluded.reason, watched_id = excluded.watched_id,
        precaution_id = excluded.precaution_id, state = excluded.state,
        needs_two = signatures_vetting.needs_two OR excluded.needs_two,
        risk = excluded.risk, opened_at = excluded.opened_at,
        decided_at = NULL, claimed_by_id = NULL, claimed_until = NULL
    RETURNING id
"""

# Higher is looked at first. Whoever disguises a famous name means harm; whoever bears it may not.
_RISK_OF_LIKENESS = {
    Likeness.LOOK_ALIKE: 90,
    Likeness.SAME: 80,
    Likeness.WITHIN: 75,
    Likeness.SPELLING: 75,
    Likeness.SHORT_FORM: 75,
    Likeness.EQUIVALENT: 70,
    Likeness.NEAR: 70,
    Likeness.OTHER_ALPHABET: 60,
    Likeness.INITIALS: 55,
}
_RISK_OF_MIXED = 85
_RISK_OF_AGAIN = 70
# Off the list already, and perhaps wrongly.
_RISK_OF_DOUBT = 95
_RISK_OF_EVERYONE = 10
# Reasons that a name gives and another name takes away.
_OF_THE_NAME = (Reason.WATCHED, Reason.NAMESAKE, Reason.MIXED)
_DOUBTED = (Reason.BY_HAND, Reason.CLAIMED)


@dataclass(frozen=True, slots=True)
class Hold:
    reason: Reason
    risk: int
    watched_id: int | None = None
    needs_two: bool = False
    precaution_id: int | None = None
    # The signature of somebody vetted whose name it resembles, and who is told.
    namesake_id: int | None = None

    def params(self, *, now: datetime) -> tuple[object, ...]:
        """What OPEN takes."""
        # Written as the ORM writes it: SQLite compares times as text.
        opened_at = connection.ops.adapt_datetimefield_value(now)
        return (
            *(self.reason.value, self.watched_id, self.precaution_id),
            *(self.needs_two, self.risk, opened_at),
        )


def hold_reason(
    *,
    letter_id: int,
    name: str,
    texts: Sequence[str] = (),
    signature_id: int | None = None,
    address: bytes = b"",
    everyone: bool = False,
    again: bool = False,
) -> Hold | None:
    """Why this name has to wait on this letter, or None. No query, but for every few seconds.

    `texts` is what else would be public: what they are known for, their affiliation, who signs for
    an organisation and as what. A watched name stays one, whatever else holds it: it needs two
    organizers. `signature_id` is whose they are, who may be vetted themselves. `address` is the
    `email_key` of who confirms.
    """
    watch = watchlist.watch_of(letter_id=letter_id)
    found = watch.names.find(name, *texts)
    namesake = watch.vetted.find(name, besides=signature_id)
    namesake_id = namesake.owner if namesake else None
    needs_two = False
    if watch.turned_away:
        known = turned_away.found(
            watch.turned_away, letter_id=letter_id, name=name, address=address
        )
        again, needs_two = again or known is not None, bool(known)
    if found is not None:
        watched_id, likeness = found
        risk = _RISK_OF_LIKENESS[likeness]
        reason = Reason.AGAIN if again else Reason.WATCHED
        risk = max(risk, _RISK_OF_AGAIN if again else 0)
        return Hold(reason, risk, watched_id, needs_two=True, namesake_id=namesake_id)
    if again:
        return Hold(Reason.AGAIN, _RISK_OF_AGAIN, needs_two=needs_two, namesake_id=namesake_id)
    if namesake:
        risk = _RISK_OF_LIKENESS[namesake.likeness]
        return Hold(Reason.NAMESAKE, risk, namesake_id=namesake_id)
    if mixes_alphabets(name):
        return Hold(Reason.MIXED, _RISK_OF_MIXED)
    if watch.everyone or everyone:
        return Hold(Reason.EVERYONE, _RISK_OF_EVERYONE)
    return None


def of_texts(*, letter_id: int, texts: Iterable[str]) -> Hold | None:
    """Why words beside a name have to wait: a watched name among them, or everyone is vetted."""
    watch = watchlist.watch_of(letter_id=letter_id)
    written = [text for text in texts if text]
    if found := watch.names.find(*written):
        watched_id, likeness = found
        return Hold(Reason.WATCHED, _RISK_OF_LIKENESS[likeness], watched_id, needs_two=True)
    if written and watch.everyone:
        return Hold(Reason.EVERYONE, _RISK_OF_EVERYONE)
    return None


def off_the_list(*, letter_id: int, name: str, reason: Reason) -> Hold:
    """That one who stands shall be looked at once more, by hand or since a claimant has shown the
    name. A watched name stays one."""
    found = hold_reason(letter_id=letter_id, name=name)
    if found is None:
        return Hold(reason, _RISK_OF_DOUBT)
    return replace(found, reason=reason, risk=_RISK_OF_DOUBT)


def follow(*, signature: Signature, hold: Hold | None) -> None:
    """For one that waits and was edited, in the transaction that edits it: `hold` is what the new
    details call for.

    Reason and watched name become those of the name as it is now; the risk stays the highest that
    it was, and so does the need of two organizers. A first approval was of other details.
    """
    queued = Vetting.objects.filter(signature=signature)
    queued.filter(state=VettingState.SECONDED).update(state=VettingState.WAITING)
    if hold is not None and hold.needs_two:
        queued.update(needs_two=True)
    if hold is not None and hold.reason != Reason.EVERYONE:
        # What was taken off the list is remembered by itself: that is no other reason.
        held = queued.exclude(reason__in=_DOUBTED) if hold.reason == Reason.AGAIN else queued
        held.update(reason=hold.reason)
        queued.update(watched=hold.watched_id, risk=Greatest("risk", Value(hold.risk)))
        return
    queued.filter(reason__in=_OF_THE_NAME).update(reason=hold.reason if hold else Reason.EDITED)
    queued.update(watched=None)


def open_for(*, signature: Signature, hold: Hold, now: datetime) -> None:
    """A place in the queue for a signature that was made held in this very transaction."""
    database.write_then_insert(
        first="SELECT id, letter_id FROM signatures_signature WHERE id = %s AND state = 'held'",
        first_params=(signature.pk,),
        columns=("id", "letter_id"),
        then=OPEN,
        params=hold.params(now=now),
    )
