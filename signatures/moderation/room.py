"""How much room one network has on a letter: more where very many sign.

Behind one address stands a theatre, or half the telephones of a country. On a large letter honest
people come from the same address in a number that would be an attack on a small one.
"""

import time
from datetime import datetime, timedelta

from campaign.letters.models import HOURLY_CEILING, Letter
from campaign.process_cache import ProcessCache
from signatures.record import tally

# Of all who came into the record within the last hour, so many of a hundred.
PERCENT = 5
KEPT_SECONDS = 60.0
_LETTERS_KEPT = 200

_kept: ProcessCache[int, tuple[float, float]] = ProcessCache(
    "room of networks", max_entries=_LETTERS_KEPT, seconds=KEPT_SECONDS
)


def factor(*, letter: Letter, now: datetime) -> float:
    """By how much the limit of signings from one network is raised: by the letter's size, or by
    what its organizers allow, whichever is more. No query, but for every minute."""
    kept = _kept.get(letter.pk)
    if kept is None or time.monotonic() >= kept[1]:
        kept = (_by_size(letter, now), time.monotonic() + KEPT_SECONDS)
        _kept.keep(letter.pk, kept)
    return max(kept[0], letter.network_factor)


def _by_size(letter: Letter, now: datetime) -> float:
    before = tally.signings_until(letter=letter, at=now - timedelta(hours=1))
    lately = tally.signings_until(letter=letter, at=now) - before
    return lately * PERCENT / 100 / HOURLY_CEILING
