"""What stops an update before its time comes: it is held until an organizer decides.

News that were meant for another hour do not go out by themselves, nor do words for which nobody of
the team stands any more. All who may write are told.
"""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from campaign.letters.models import Update, UpdateState
from campaign.organizers import access
from campaign.organizers.models import Organizer
from signatures.notifications import writer_mail

log = structlog.get_logger(__name__)

# After an outage, what is later than this waits for an organizer.
MAX_LATENESS = timedelta(hours=1)

# Without `due_at` it was released by the code before this.
DUE_AT = Coalesce(F("due_at"), F("send_at"), F("created_at"))


def gone(*, update: Update) -> list[Organizer]:
    """Of those who released and approved it, who may not write any more."""
    stays = set(access.writers(team_id=update.letter.team_id).values_list("organizer", flat=True))
    found = (update.released_by, update.approved_by)
    return [each for each in found if each and each.pk not in stays]


def hold_stale(*, now: datetime) -> int:
    """Of the scheduled updates, hold those that are too late and those of organizers who left; how
    many. Safe to run in many places at once."""
    mine = access.writers(team_id=OuterRef("letter__team"))
    released, approved = (
        Exists(mine.filter(organizer=OuterRef(name))) for name in ("released_by", "approved_by")
    )
    scheduled = Update.objects.filter(state=UpdateState.SCHEDULED).alias(due=DUE_AT)
    stale = scheduled.filter(
        Q(due__lte=now - MAX_LATENESS) | ~released | Q(approved_by__isnull=False) & ~approved
    )
    people = ("letter", "released_by", "approved_by")
    return sum(_hold(each, stale) for each in stale.select_related(*people).order_by("pk"))


def _hold(update: Update, stale: QuerySet[Update]) -> bool:
    """Unless it was taken back or let go since."""
    with transaction.atomic():
        if not stale.filter(pk=update.pk).update(state=UpdateState.HELD):
            return False
        writer_mail.owe(
            update=update,
            template="signatures/email/update_held",
            context={"is_late": not gone(update=update)},
        )
    log.info("update_held", update=update.pk)
    return True
