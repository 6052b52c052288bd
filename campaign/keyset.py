"""Keyset paging: a page is what comes after a row, however deep, at the same cost.

A cursor names the last row that was shown (its key, its number), never an offset. So a link to the
next page goes on where this one ended, whatever came or went meanwhile.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

T = TypeVar("T")
M = TypeVar("M", bound=Model)
Cursor = TypeVar("Cursor")


@dataclass(frozen=True, slots=True)
class Page(Generic[T, Cursor]):
    rows: Sequence[T]
    # Where the next page begins: after this. None on the last page.
    next: Cursor | None


def page_of(ordered: QuerySet[M], *, size: int, cursor: Callable[[M], Cursor]) -> Page[M, Cursor]:
    """The first `size` of these rows, which begin where the page does. One statement, which asks
    for one row more to learn whether there is a next page."""
    rows = list(ordered[: size + 1])
    return Page(rows[:size], cursor(rows[size - 1]) if len(rows) > size else None)
