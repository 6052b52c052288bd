"""What operators have set, as each process knows it: at most so many seconds old.

Read with every page, so it costs none of them a query. While the database is gone, what was known
last goes on: pages that need no database stay up.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog
from django.db import Error

from campaign import process_cache
from campaign.operations.models import Announcement, SwitchedOff

log = structlog.get_logger(__name__)

KEPT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Standing:
    # By language.
    announcements: Mapping[str, str] = field(default_factory=dict)
    off: frozenset[str] = frozenset()


_kept: tuple[float, Standing] | None = None


def now() -> Standing:
    global _kept
    if _kept is None or _kept[0] < time.monotonic():
        # Before it is read, so that one of many requests waits for a database that hangs.
        before = _kept[1] if _kept else Standing()
        _kept = (time.monotonic() + KEPT_SECONDS, before)
        try:
            _kept = (time.monotonic() + KEPT_SECONDS, _read())
        except Error as error:
            log.warning("operators_settings_not_read", error=type(error).__name__)
    return _kept[1]


def forget() -> None:
    """In this process it counts at once."""
    global _kept
    _kept = None


def _read() -> Standing:
    return Standing(
        announcements=dict(Announcement.objects.values_list("language", "text")),
        off=frozenset(SwitchedOff.objects.values_list("feature", flat=True)),
    )


process_cache.register("what operators set", forget=forget, seconds=KEPT_SECONDS)
