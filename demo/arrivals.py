"""When people signed: few at first, a rush as word goes round, then days and nights, a long tail.

Arithmetic only, no logarithms or sines, so that every machine finds the same moments.
"""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from demo.rng import Chance

# How awake the signing world is at each hour UTC: Asia before Europe and the Arab world, a
# height when the Americas join them, a low between the Pacific and Japan.
_AWAKE = (
    *(0.34, 0.30, 0.28, 0.28, 0.32, 0.42, 0.58, 0.76, 0.92, 1.02, 1.08, 1.10),
    *(1.14, 1.20, 1.26, 1.30, 1.32, 1.32, 1.30, 1.24, 1.08, 0.86, 0.64, 0.46),
)
# Interest: first strong, then news again on the second morning, then slowly less.
_HALF_LIFE_HOURS = 22.0
# Nobody knows of a letter in its first minutes.
_HEARD_OF_AFTER_HOURS = 1.5
_RUSH = 5.0
_RUSH_HOURS = 4.0


def arrivals(*, count: int, seed: int, start: datetime, days: float = 5) -> list[datetime]:
    """`count` moments in order, each at or after `start` and before `start + days`.

    `start` must know its zone; moments keep it. Two people may sign in the same microsecond.
    """
    chance = Chance(seed)
    span = round(days * 86_400_000_000)
    slots = max(1, round(days * 24 * 4))
    hour = start.astimezone(UTC).hour + start.astimezone(UTC).minute / 60
    sums = tuple(accumulate(_interest((slot + 0.5) / 4, hour) for slot in range(slots)))
    moments = []
    for _ in range(count):
        slot = min(bisect_right(sums, chance.fraction() * sums[-1]), slots - 1)
        moments.append(min(int((slot + chance.fraction()) * span / slots), span - 1))
    return [start + timedelta(microseconds=moment) for moment in sorted(moments)]


def _interest(passed: float, first_hour: float) -> float:
    """How many sign, relatively, when so many hours have passed since the letter came out."""
    awake = _AWAKE[int(first_hour + passed) % 24]
    heard = passed / (passed + _HEARD_OF_AFTER_HOURS)
    fading = 1 / (1 + passed / _HALF_LIFE_HOURS)
    share = (passed / _RUSH_HOURS) ** 2
    rush = _RUSH * 2 * share / (1 + share**2)
    return awake * heard * fading + rush
