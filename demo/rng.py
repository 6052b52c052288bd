"""Chance that repeats: one seed gives the same draws on every version of Python.

Of `random.Random` only an integer seed and `random()` are used, the two whose sequence the
standard library promises to keep; `choice`, `shuffle` and the distributions may change.
"""

import random
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


class Weights(Generic[T]):
    """Things to draw from, each as often as its weight says."""

    def __init__(self, weights: Mapping[T, float]) -> None:
        self.things = tuple(weights)
        self.sums = tuple(accumulate(weights.values()))


class Chance:
    def __init__(self, seed: int) -> None:
        self.fraction = random.Random(seed).random  # noqa: S311 - invents, guards nothing

    def percent(self, share: float) -> bool:
        return self.fraction() * 100 < share

    def one_of(self, things: Sequence[T]) -> T:
        return things[int(self.fraction() * len(things))]

    def weighted(self, weights: Weights[T]) -> T:
        place = bisect_right(weights.sums, self.fraction() * weights.sums[-1])
        return weights.things[min(place, len(weights.things) - 1)]
