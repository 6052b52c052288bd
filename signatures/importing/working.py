"""Working off files: reading, checking, and asking their people part by part.

The invitations of a part are made in the transaction that deletes it, and an address has one
invitation of a letter. So nothing is lost or done twice, wherever a worker is killed, and several
may be at one file.
"""

import secrets
import time
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from campaign import limits, stopping
from campaign.wake import Task, wake
from signatures.importing import asking, checking, reading
from signatures.importing.judging import Person, Unusable
from signatures.models import (
    ImportState,
    InvitationMail,
    SheetImport,
    SheetPart,
    SigningInvitation,
)

log = structlog.get_logger(__name__)
RUN_SECONDS = 20.0


def work_off(*, seconds: float = RUN_SECONDS) -> None:
    """Go on for so long with all that waits for a worker; with one part at least."""
    until = time.monotonic() + seconds
    moving = SheetImport.objects.filter(state__in=ImportState.moving()).order_by("pk")
    for sheet in moving.select_related("letter", "asked_by"):
        try:
            _work_at(sheet, until)
        except Exception:
            # One that cannot be worked at must not hold up all that wait behind it.
            log.exception("import_failed", sheet=sheet.pk)
        if stopping.is_asked() or time.monotonic() >= until:
            wake(Task.WORK_OFF_IMPORTS)
            return


def _work_at(sheet: SheetImport, until: float) -> None:
    if sheet.state == ImportState.RECEIVED and reading.read(sheet):
        sheet.refresh_from_db()
    if sheet.state == ImportState.CHECKING:
        checking.check(sheet)
    if sheet.state == ImportState.ASKING:
        _ask(sheet, until)


def _ask(sheet: SheetImport, until: float) -> None:
    for number in sheet.parts.order_by("number").values_list("number", flat=True):
        asked = _ask_part(sheet, number)
        # Counted once they are asked for good: a worker that is killed has used up nobody's.
        for one in asked:
            limits.hit(limits.Limit.SIGNING_INVITATIONS_TO_ADDRESS, one.key)
        if stopping.is_asked() or time.monotonic() >= until:
            return
    _finish(sheet)


def _ask_part(sheet: SheetImport, number: int) -> list[Person]:
    """Whom this call asked."""
    now = timezone.now()
    with transaction.atomic():
        # Before the part: who cancels holds it, too.
        locked = SheetImport.objects.select_for_update(no_key=True).only("state")
        if locked.get(pk=sheet.pk).state != ImportState.ASKING:
            return []
        people = _people(sheet, number)
        if not sheet.parts.filter(number=number).delete()[0]:
            return []
        before = checking.known(sheet, list(people))
        asked = [one for key, one in people.items() if key not in before and _may_be_mailed(key)]
        rows = [_invitation(sheet, one, now) for one in asked]
        SigningInvitation.objects.bulk_create(rows, ignore_conflicts=True)
        wake(Task.SEND_OWED_MAIL)
    return asked


def _people(sheet: SheetImport, number: int) -> dict[bytes, Person]:
    found: dict[bytes, Person] = {}
    for row in checking.below_heading(sheet, number=number):
        try:
            one = checking.judged(sheet, row)
        except Unusable:
            # Told before anybody was asked.
            continue
        found.setdefault(one.key, one)
    return found


def _may_be_mailed(key: bytes) -> bool:
    """Whether other letters have left room today: nobody's mailbox is ours to fill."""
    return limits.peek(limits.Limit.SIGNING_INVITATIONS_TO_ADDRESS, key)


def _invitation(sheet: SheetImport, one: Person, now: datetime) -> SigningInvitation:
    return SigningInvitation(
        letter_id=sheet.letter_id,
        name=one.name,
        email=one.email,
        address_key=one.key,
        language=one.language,
        nonce=secrets.token_bytes(8),
        invited_by=sheet.asked_by,
        created_at=now,
        due_at=now,
        mail=InvitationMail.IMPORTED,
        collected=sheet.collected,
        signed_place=one.place,
        signed_on=one.signed_on,
        sheet=sheet,
        said=one.said,
    )


def _finish(sheet: SheetImport) -> None:
    """Unless parts are left, or it was cancelled."""
    left = SheetPart.objects.filter(sheet=OuterRef("pk"))
    done = SheetImport.objects.filter(~Exists(left), pk=sheet.pk, state=ImportState.ASKING)
    done.update(
        state=ImportState.DONE,
        asked=SigningInvitation.objects.filter(sheet=sheet).count(),
        found=asking.without_problems(sheet),
        ended_at=timezone.now(),
    )
