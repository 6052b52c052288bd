"""An update that is due becomes mails owed: one row for each who hears news, in one transaction."""

from datetime import datetime
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Lower, StrIndex, Substr

from campaign.letters.models import Update, UpdateState
from campaign.wake import Task, wake
from signatures.models import UpdateDelivery
from signatures.notifications import audience as choosing
from signatures.notifications import releasing, update_approvals, update_holds

log = structlog.get_logger(__name__)

_MAIL_DOMAIN = Lower(Substr(F("email"), StrIndex(F("email"), Value("@")) + 1))
_COLUMNS = "update_id, signature_id, route, state, due_at, attempts, refusals, reply, is_begun"


def fan_out_due(*, now: datetime) -> int:
    """Of the updates whose time has come; how many began. What is long over, or was released by
    somebody who left, is held instead. Safe to run in many places at once."""
    update_holds.hold_stale(now=now)
    of_shown = Update.objects.filter(letter__taken_down_at=None)
    scheduled = of_shown.filter(state=UpdateState.SCHEDULED).alias(due=update_holds.DUE_AT)
    due = scheduled.filter(due__lte=now, due__gt=now - update_holds.MAX_LATENESS)
    return sum(fan_out(update=each, now=now) for each in due.order_by("pk"))


def fan_out(*, update: Update, now: datetime) -> bool:
    """Owe the mails of one update; True if we did it.

    Killed half-way, nothing is owed and it is done again. Where more hear news by now than one
    organizer alone may write to, nothing is owed: a second one has to approve it first.
    """
    with transaction.atomic():
        # Holds whoever would do the same, or take it back, until the end.
        mine = Update.objects.filter(pk=update.pk, state=UpdateState.SCHEDULED)
        if not mine.update(state=UpdateState.SENDING, started_at=now):
            return False
        held = Update.objects.select_related("letter", "released_by").get(pk=update.pk)
        total = _owe(held, now=now)
        alone = held.approved_by_id is None
        if not (alone and releasing.needs_second(update=held, recipients=total, now=now)):
            Update.objects.filter(pk=update.pk).update(total=total)
            wake(Task.SEND_UPDATES)
            log.info("update_begun", update=update.pk, total=total)
            return True
        UpdateDelivery.objects.filter(update=update).delete()
        Update.objects.filter(pk=update.pk).update(
            state=UpdateState.PROPOSED, started_at=None, total=total
        )
        if held.released_by:
            update_approvals.ask(update=held, released_by=held.released_by, recipients=total)
    return False


def _owe(update: Update, *, now: datetime) -> int:
    chosen = choosing.recipients(letter_id=update.letter_id, audience=choosing.audience_of(update))
    rows: QuerySet[Any, Any] = chosen.order_by().values_list(Value(update.pk), "pk", _MAIL_DOMAIN)
    found, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO signatures_updatedelivery ({_COLUMNS}) "  # noqa: S608
            "SELECT found.*, 'waiting', %s, 0, 0, '', %s "
            f"FROM ({found}) AS found WHERE TRUE ON CONFLICT DO NOTHING",
            [connection.ops.adapt_datetimefield_value(now), False, *params],
        )
        return int(cursor.rowcount)
