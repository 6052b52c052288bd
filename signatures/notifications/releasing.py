"""From written words to mails owed: who releases an update, who approves, and what stops it.

Each step is one conditional update of the row, so that of two clicks, tabs or organizers one does
it and the other is told what the update is now.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, Sum

from campaign.letters import errors as letter_errors
from campaign.letters import updates
from campaign.letters.models import Letter, Update, UpdateState
from campaign.organizers import access, seconding
from campaign.organizers.models import Organizer, Team
from campaign.wake import Task, wake
from signatures.errors import (
    NobodyToTell,
    OwnUpdate,
    UpdateInWrongState,
    UpdateOfStranger,
)
from signatures.models import UpdateDelivery, UpdateDeliveryState
from signatures.notifications import audience as choosing
from signatures.notifications import update_approvals

# One organizer alone writes to so many within a day.
MAX_RECIPIENTS_ALONE = 1000
_ALONE_WITHIN = timedelta(days=1)
_MOST_AHEAD = timedelta(days=366)


def needs_second(*, update: Update, recipients: int, now: datetime) -> bool:
    """Whether a second organizer has to approve an update to so many.

    What one organizer alone sent of the same letter within a day counts too, and what is still on
    its way or paused, since whenever: or large audiences would be cut into small ones.
    """
    alone = Update.objects.filter(letter=update.letter_id, approved_by=None).exclude(pk=update.pk)
    lately = alone.filter(
        Q(started_at__gt=now - _ALONE_WITHIN)
        | Q(finished_at__gt=now - _ALONE_WITHIN)
        | Q(state__in=(UpdateState.SENDING, UpdateState.PAUSED))
        | Q(state=UpdateState.SCHEDULED, send_at__lte=now + _ALONE_WITHIN)
        | Q(state=UpdateState.SCHEDULED, send_at=None)
    )
    owed = lately.aggregate(Sum("total"))["total__sum"] or 0
    return recipients + owed > MAX_RECIPIENTS_ALONE


def release(
    *, update: Update, organizer: Organizer, expected_revision: int, now: datetime
) -> UpdateState:
    """Let the draft go: scheduled at once, or proposed where a second organizer has to approve.

    `total` says how many it is for as long as it is scheduled; what counts is who hears news when
    the mails are owed. From `due_at` on it goes out, unless that is long over (`update_holds`).
    Raises UpdateChanged, UpdateInWrongState, NobodyToTell, and CountsLater for a new member whose
    word counts later.
    """
    with _held(update) as held:
        _check_writers(held.letter, organizer)
        if held.state != UpdateState.DRAFT:
            raise UpdateInWrongState
        if held.revision != expected_revision:
            raise letter_errors.UpdateChanged
        recipients = _recipients(held)
        state = UpdateState.SCHEDULED
        if needs_second(update=held, recipients=recipients, now=now):
            _check_two(held.letter, organizer, now=now)
            state = UpdateState.PROPOSED
        Update.objects.filter(pk=held.pk).update(
            state=state,
            seal=updates.seal_of(update=held),
            released_by=organizer,
            total=recipients,
            due_at=_due_at(held, now=now),
        )
        if state == UpdateState.PROPOSED:
            update_approvals.ask(update=held, released_by=organizer, recipients=recipients)
        wake(Task.FAN_OUT_UPDATES)
    return state


def approve(*, update: Update, organizer: Organizer, expected_seal: str, now: datetime) -> None:
    """Let go what another organizer released, and nothing else.

    Raises UpdateInWrongState, UpdateChanged where anything differs from what was read, OwnUpdate,
    CountsLater, and UpdateOfStranger when whoever released it may not write any more.
    """
    with _held(update) as held:
        if held.state != UpdateState.PROPOSED or held.released_by is None:
            raise UpdateInWrongState
        if held.released_by_id == organizer.pk:
            raise OwnUpdate
        _check_writers(held.letter, organizer, held.released_by)
        _check_two(held.letter, organizer, held.released_by, now=now)
        if not expected_seal == held.seal == updates.seal_of(update=held):
            raise letter_errors.UpdateChanged
        Update.objects.filter(pk=held.pk).update(
            state=UpdateState.SCHEDULED, approved_by=organizer, due_at=_due_at(held, now=now)
        )
        wake(Task.FAN_OUT_UPDATES)


def let_go(
    *, update: Update, organizer: Organizer, expected_seal: str, now: datetime
) -> UpdateState:
    """Let an update that is held go on, exactly as it was released: at its time if that is to come,
    else at once.

    The organizer takes it over where whoever released it may not write any more. Where one of two
    is gone, it is proposed again if it still takes two. Raises UpdateInWrongState, UpdateChanged,
    UpdateOfStranger, NobodyToTell and CountsLater.
    """
    with _held(update) as held:
        writers = _check_writers(held.letter, organizer)
        if held.state != UpdateState.HELD:
            raise UpdateInWrongState
        if not expected_seal == held.seal == updates.seal_of(update=held):
            raise letter_errors.UpdateChanged
        stays = held.released_by if held.released_by in writers else None
        releaser = stays or organizer
        approver = held.approved_by if held.approved_by in writers - {releaser} else None
        recipients = _recipients(held)
        state = UpdateState.SCHEDULED
        if approver is None and needs_second(update=held, recipients=recipients, now=now):
            _check_two(held.letter, releaser, now=now)
            state = UpdateState.PROPOSED
        Update.objects.filter(pk=held.pk).update(
            state=state,
            released_by=releaser,
            approved_by=approver,
            total=recipients,
            due_at=_due_at(held, now=now),
        )
        if state == UpdateState.PROPOSED:
            update_approvals.ask(update=held, released_by=releaser, recipients=recipients)
        wake(Task.FAN_OUT_UPDATES)
    return state


def take_back(*, update: Update) -> None:
    """A draft again: nobody approved it yet, or its time has not come."""
    _move(
        update,
        from_states=(UpdateState.PROPOSED, UpdateState.SCHEDULED),
        to=UpdateState.DRAFT,
        seal="",
        released_by=None,
        approved_by=None,
        due_at=None,
        total=0,
    )


def pause(*, update: Update) -> None:
    """No further mail is begun; what is being handed over now goes on."""
    _move(update, from_states=(UpdateState.SENDING,), to=UpdateState.PAUSED)


def resume(*, update: Update) -> None:
    _move(update, from_states=(UpdateState.PAUSED,), to=UpdateState.SENDING)
    wake(Task.SEND_UPDATES)


def cancel(*, update: Update, now: datetime) -> None:
    """What is not on its way yet is never sent. Safe to repeat; what a worker holds at this moment
    follows when it gives it back."""
    with transaction.atomic():
        _move(
            update,
            from_states=(UpdateState.SENDING, UpdateState.PAUSED),
            to=UpdateState.CANCELLED,
            finished_at=now,
        )
        waiting = UpdateDelivery.objects.filter(update=update, state=UpdateDeliveryState.WAITING)
        waiting.update(state=UpdateDeliveryState.CANCELLED, settled_at=now)


def show(*, update: Update, is_public: bool) -> None:
    """Put news that are on their way, or were, on the letter's page, or take them off it. Those who
    got the mail keep it."""
    begun = Update.objects.filter(pk=update.pk, state__in=UpdateState.begun())
    if not begun.update(is_public=is_public):
        raise UpdateInWrongState


def send_unknown_again(*, update: Update, now: datetime) -> int:
    """Owe again what perhaps did not arrive: some get it twice. How many those are.

    Who left meanwhile is passed over when it is sent. Raises UpdateInWrongState where it
    was cancelled.
    """
    with transaction.atomic():
        _move(
            update,
            from_states=(UpdateState.SENT, UpdateState.SENDING, UpdateState.PAUSED),
            to=UpdateState.SENDING,
            finished_at=None,
        )
        unknown = UpdateDelivery.objects.filter(
            update=update, state=UpdateDeliveryState.UNKNOWN, signature__isnull=False
        )
        again = unknown.update(
            state=UpdateDeliveryState.WAITING,
            is_begun=False,
            leased_until=None,
            due_at=now,
            settled_at=None,
        )
    wake(Task.SEND_UPDATES)
    return again


def check_time(*, send_at: datetime | None, now: datetime) -> bool:
    """Whether an update can be scheduled for then."""
    return send_at is None or now < send_at <= now + _MOST_AHEAD


@contextmanager
def _held(update: Update) -> Iterator[Update]:
    """The update, locked with its team until the end: nobody leaves or edits meanwhile."""
    with transaction.atomic():
        team = Letter.objects.filter(pk=update.letter_id).values("team")
        Team.objects.select_for_update(no_key=True).get(pk__in=team)
        yield (
            Update.objects.select_for_update(of=("self",))
            .select_related("letter", "released_by", "approved_by")
            .get(pk=update.pk)
        )


def _check_writers(letter: Letter, *organizers: Organizer) -> set[Organizer]:
    """All who may write. Raises UpdateOfStranger if one of these may not."""
    members = access.writers(team_id=letter.team_id).select_related("organizer")
    writers = {each.organizer for each in members}
    if set(organizers) - writers:
        raise UpdateOfStranger
    return writers


def _recipients(update: Update) -> int:
    """How many they are now. Raises NobodyToTell."""
    chosen = choosing.audience_of(update)
    if count := choosing.count(letter_id=update.letter_id, audience=chosen):
        return count
    raise NobodyToTell


def _due_at(update: Update, *, now: datetime) -> datetime:
    return max(update.send_at or now, now)


def _check_two(letter: Letter, *organizers: Organizer, now: datetime) -> None:
    seconding.check(organizers, team_id=letter.team_id, public_since=letter.published_at, now=now)


def _move(
    update: Update, *, from_states: tuple[UpdateState, ...], to: UpdateState, **changes: object
) -> None:
    mine = Update.objects.filter(pk=update.pk, state__in=from_states)
    if not mine.update(state=to, **changes):
        raise UpdateInWrongState
