"""How far an update has come: each of its mails is in one state, and they add up to its total."""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db import connection
from django.db.models import Count

from campaign.letters.models import Update, UpdateState
from signatures.models import UpdateDelivery, UpdateDeliveryState

# Both in one statement, so that they are of one moment.
_COUNT = """
    SELECT CASE WHEN started_at IS NULL THEN 0 ELSE total END, found.state, found.rows
    FROM letters_update
    LEFT JOIN (
        SELECT update_id, state, count(*) AS rows FROM signatures_updatedelivery
        WHERE update_id = %s GROUP BY update_id, state
    ) AS found ON found.update_id = letters_update.id
    WHERE letters_update.id = %s
"""


def progress(*, update: Update) -> Mapping[str, int]:
    """`total` as it was when the mails were owed, and how many are in each state; before that all
    are nought."""
    counts = _nought()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [update.pk, update.pk])
        for total, state, rows in cursor.fetchall():
            counts["total"] = total
            if state:
                counts[state] = rows
    return counts


def of_several(*, updates: Iterable[Update]) -> Mapping[int, Mapping[str, int]]:
    """By the update's id, in one query: for a list, where a moment makes no difference."""
    found = {
        each.pk: _nought() | ({"total": each.total} if each.started_at else {}) for each in updates
    }
    rows = UpdateDelivery.objects.filter(update__in=found).values_list("update", "state")
    for pk, state, count in rows.annotate(rows=Count("pk")):
        found[pk][state] = count
    return found


def of_sending() -> Mapping[str, int]:
    """Of all updates that are being sent, how many mails are in each state."""
    updates = Update.objects.filter(state=UpdateState.SENDING)
    found: Counter[str] = Counter()
    for counts in of_several(updates=updates).values():
        found.update(counts)
    return {state.value: found[state] for state in UpdateDeliveryState}


def _nought() -> dict[str, int]:
    return {"total": 0} | {state.value: 0 for state in UpdateDeliveryState}
