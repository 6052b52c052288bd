"""That the people of a file are asked: who wants it, who approves it, what stops it.

A bought list looks like any other. So it needs a second person as soon as it is large, tells each
where and when they are said to have signed, and stops by itself when they say that they did not.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from campaign.letters.models import Letter
from campaign.organizers import access, audit, seconding
from campaign.organizers.models import Organizer, Role, Team
from campaign.wake import Task, wake
from signatures.errors import (
    ImportInWrongState,
    ImportOfStranger,
    LetterNotOpen,
    NobodyToAsk,
    OwnImport,
)
from signatures.models import (
    ImportState,
    InvitationState,
    SheetImport,
    SigningInvitation,
    Suppression,
    SuppressionReason,
)

# So many an organizer alone has asked within a day, by all files of their team: letters are begun
# in a minute.
MAX_ALONE = 200
ALONE_WITHIN = timedelta(days=1)
# Whatever share it is, fewer are no pattern.
MIN_REFUSALS = 5
# One in so many of those who were mailed.
REFUSED_SHARE = 20
# Later, hardly anybody answers or complains any more.
_WATCHED_FOR = timedelta(days=30)


def needs_second(*, sheet: SheetImport, now: datetime) -> bool:
    """Whether an owner besides has to approve it: of many, and once a file of the team has stopped
    by itself."""
    of_team = SheetImport.objects.filter(letter__team=sheet.letter.team_id)
    if of_team.filter(state=ImportState.STOPPED).exists():
        return True
    alone = of_team.filter(approved_by=None, begun_at__gt=now - ALONE_WITHIN)
    begun = sum(each.get("fresh", 0) for each in alone.values_list("found", flat=True))
    return bool(begun + sheet.found.get("fresh", 0) > MAX_ALONE)


def ask(
    *, sheet: SheetImport, organizer: Organizer, expected_revision: int, now: datetime
) -> ImportState:
    """Begin, or propose it where an owner has to approve. Raises ImportInWrongState, also where it
    was checked anew since, NobodyToAsk, LetterNotOpen, and CountsLater."""
    with _held(sheet) as held:
        if held.state != ImportState.READY or held.revision != expected_revision:
            raise ImportInWrongState
        if not held.found.get("fresh"):
            raise NobodyToAsk
        if not held.letter.is_open(now=now):
            raise LetterNotOpen
        held.asked_by = organizer
        if needs_second(sheet=held, now=now):
            _check_two(held.letter, organizer, now=now)
            held.state = ImportState.PROPOSED
        else:
            _begin(held, now)
        held.save(update_fields=("state", "asked_by", "begun_at"))
        _trace(held, organizer, "import_ask")
    return ImportState(held.state)


def approve(*, sheet: SheetImport, organizer: Organizer, now: datetime) -> None:
    """Let begin what another wanted. Raises ImportInWrongState, OwnImport, ImportOfStranger where
    one of the two may not (any more), LetterNotOpen, and CountsLater."""
    with _held(sheet) as held:
        if held.state != ImportState.PROPOSED or held.asked_by is None:
            raise ImportInWrongState
        if held.asked_by_id == organizer.pk:
            raise OwnImport
        writers = access.writers(team_id=held.letter.team_id)
        owner = writers.filter(organizer=organizer, role__in=Role.inviting())
        if not owner.exists() or not writers.filter(organizer=held.asked_by).exists():
            raise ImportOfStranger
        if not held.letter.is_open(now=now):
            raise LetterNotOpen
        _check_two(held.letter, organizer, held.asked_by, now=now)
        held.approved_by = organizer
        _begin(held, now)
        held.save(update_fields=("state", "approved_by", "begun_at"))
        _trace(held, organizer, "import_approve")


def cancel(*, sheet: SheetImport, organizer: Organizer, now: datetime) -> None:
    """Nobody more is asked; who was, can still answer. Raises ImportInWrongState, also the second
    time."""
    with _held(sheet) as held:
        if not may_cancel(sheet=held, now=now):
            raise ImportInWrongState
        _end(held, ImportState.CANCELLED, now)
        _trace(held, organizer, "import_cancel")


def may_cancel(*, sheet: SheetImport, now: datetime) -> bool:
    """Also once all invitations are made, while their mails are not sent."""
    if sheet.state == ImportState.DONE:
        return unsent(sheet, now).exists()
    return sheet.state == ImportState.ASKING or sheet.state in ImportState.unbegun()


def stop_refused(*, now: datetime) -> int:
    """After complaints came in: how many files stopped by them. Safe to run in many places."""
    returned = SigningInvitation.objects.filter(sheet=OuterRef("pk"), returned_at__isnull=False)
    begun = SheetImport.objects.filter(
        Exists(returned),
        state__in=(ImportState.ASKING, ImportState.DONE),
        begun_at__gt=now - _WATCHED_FOR,
    )
    return sum(stop_if_refused(sheet=each, now=now) for each in begun.defer("raw"))


def stop_if_refused(*, sheet: SheetImport, now: datetime) -> bool:
    """Nobody more is asked once it is a pattern that people say that they did not sign, or call our
    mail unwanted."""
    asked = SigningInvitation.objects.filter(sheet=sheet)
    complained = Suppression.objects.filter(
        letter=None,
        address_key=OuterRef("address_key"),
        reason=SuppressionReason.COMPLAINED,
        since__gte=OuterRef("returned_at"),
    )
    refused = asked.filter(Q(state=InvitationState.DECLINED) | Exists(complained)).count()
    if refused < MIN_REFUSALS:
        return False
    mailed = asked.filter(mailed_at__isnull=False).count()
    if refused * REFUSED_SHARE < mailed:
        return False
    with _held(sheet) as held:
        if held.state not in (ImportState.ASKING, ImportState.DONE) or held.asked_by is None:
            return False
        _end(held, ImportState.STOPPED, now)
        _trace(held, held.asked_by, "import_stopped", detail=f"{refused} of {mailed}")
    return True


def unsent(sheet: SheetImport, now: datetime) -> QuerySet[SigningInvitation]:
    """Whose mail is not on its way at this moment."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    return SigningInvitation.objects.filter(
        ~Q(mail=""), free, sheet=sheet, state=InvitationState.OPEN
    )


def _begin(held: SheetImport, now: datetime) -> None:
    held.state, held.begun_at = ImportState.ASKING, now
    wake(Task.WORK_OFF_IMPORTS)


def _end(held: SheetImport, state: ImportState, now: datetime) -> None:
    held.parts.all().delete()
    unsent(held, now).delete()
    asked = SigningInvitation.objects.filter(sheet=held).count()
    SheetImport.objects.filter(pk=held.pk).update(
        state=state,
        raw=None,
        claimed_until=None,
        asked=asked,
        ended_at=now,
        found=without_problems(held),
    )


def without_problems(sheet: SheetImport) -> dict[str, object]:
    """Once it is over, its figures are enough."""
    return {name: value for name, value in sheet.found.items() if name != "problems"}


@contextmanager
def _held(sheet: SheetImport) -> Iterator[SheetImport]:
    """The sheet, locked with its team until the end: nobody leaves or asks for another meanwhile,
    and no worker makes invitations of it."""
    with transaction.atomic():
        Team.objects.select_for_update(no_key=True).get(pk=sheet.letter.team_id)
        locked = SheetImport.objects.select_for_update(of=("self",), no_key=True)
        yield locked.select_related("letter__team", "asked_by").defer("raw").get(pk=sheet.pk)


def _check_two(letter: Letter, *organizers: Organizer, now: datetime) -> None:
    seconding.check(organizers, team_id=letter.team_id, public_since=letter.published_at, now=now)


def _trace(sheet: SheetImport, organizer: Organizer, action: str, *, detail: str = "") -> None:
    audit.record(
        team=sheet.letter.team,
        organizer=organizer,
        action=action,
        subject=f"import {sheet.letter.slug}/{sheet.pk}",
        detail=detail or str(sheet.found.get("fresh", "")),
    )
