"""Signings by hour, today and yesterday, and where the bars of their chart lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from campaign.letters.models import Letter
from signatures.record import tally

# In the units of the chart's viewBox.
WIDTH, HEIGHT = 240, 100
_HOUR = timedelta(hours=1)
_HOURS = 24


@dataclass(frozen=True, slots=True)
class Hour:
    start: datetime
    # None for an hour that has not begun.
    today: int | None
    yesterday: int


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Hours:
    """Of the days of UTC, as every time of the site."""

    hours: Sequence[Hour]

    @property
    def is_empty(self) -> bool:
        return not any(each.today or each.yesterday for each in self.hours)

    @property
    def busiest(self) -> int:
        return max(max(each.today or 0, each.yesterday) for each in self.hours)

    @property
    def bars_of_today(self) -> Sequence[Bar]:
        return [self._bar(index, each.today or 0, 6) for index, each in enumerate(self.hours)]

    @property
    def bars_of_yesterday(self) -> Sequence[Bar]:
        return [self._bar(index, each.yesterday, 9) for index, each in enumerate(self.hours)]

    def _bar(self, index: int, count: int, width: float) -> Bar:
        room = WIDTH / _HOURS
        height = HEIGHT * count / max(self.busiest, 1)
        return Bar(index * room + (room - width) / 2, HEIGHT - height, width, height)


def of_letter(*, letter: Letter, now: datetime) -> Hours:
    """One query, with one look-up by the index of times for each hour."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    begun = (now - midnight) // _HOUR + 1
    # Each hour ends just before the next begins.
    ends = [midnight + (hour - _HOURS) * _HOUR for hour in range(_HOURS + begun)]
    found = tally.signings_at(letters=[letter], moments=[*ends, now])[letter.pk]
    counts = [after - before for before, after in pairwise(found)]
    return Hours(
        [
            Hour(
                midnight + hour * _HOUR,
                counts[_HOURS + hour] if hour < begun else None,
                counts[hour],
            )
            for hour in range(_HOURS)
        ]
    )
