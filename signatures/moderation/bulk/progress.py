"""How far a deed about many has come: each of its signatures is in one state."""

from collections.abc import Mapping

from django.db.models import Count

from signatures.models import BulkDeed, BulkRowState, BulkState


def progress(*, deed: BulkDeed) -> Mapping[str, int]:
    """How many of the `total` are in each state. Those who were erased meanwhile are `gone`."""
    rows = deed.rows.order_by().values_list("state").annotate(Count("pk"))
    counts = {state.value: 0 for state in BulkRowState} | dict(rows)
    return {"total": deed.total, **counts, "gone": max(0, deed.total - sum(counts.values()))}


def is_moving(*, deed: BulkDeed) -> bool:
    return deed.state in BulkState.moving()
