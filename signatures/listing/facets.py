"""How many of the list fit each choice of a reader: by profession, country, level, kind and
version of the text.

Exact, from the counts that the sequencer folds, so the millionth name costs what the first does.
For each of them, all other choices hold: who has chosen poets sees how many poets there are in
each country, and how many there are of other professions.
"""

from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from campaign import process_cache
from signatures.listing.queries import Filters, filtered
from signatures.models import Breakdown, Checkpoint

# Of a search, names are counted one by one, and no more of them than this.
SEARCH_UP_TO = 1000
_FACETS = ("profession", "country", "level", "kind", "version")
_Cell = tuple[str, str, int, str, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """`found` fit all that was chosen; None when a search fits too many names to count, and then
    the rest is of everybody."""

    found: int | None
    profession: dict[str, int]
    country: dict[str, int]
    level: dict[int, int]
    kind: dict[str, int]
    version: dict[int, int]


def of(*, checkpoint: Checkpoint | None, filters: Filters) -> Facets:
    """As of this checkpoint, or, for a search, of the list as it stands."""
    if checkpoint is None:
        return Facets(found=0, profession={}, country={}, level={}, kind={}, version={})
    if not filters.q.strip():
        return _from_tally(checkpoint.letter_id, checkpoint.pk, filters)
    return _from_search(checkpoint, filters)


def forget() -> None:
    """For tests, whose databases are young again with each."""
    _from_tally.cache_clear()
    _cells.cache_clear()


@lru_cache(maxsize=2000)
def _from_tally(letter_id: int, checkpoint_id: int, filters: Filters) -> Facets:
    return _fold(_cells(letter_id, checkpoint_id), filters)


@lru_cache(maxsize=50)
def _cells(letter_id: int, _checkpoint_id: int) -> tuple[_Cell, ...]:
    """Of those who are named. Kept until the letter has a newer checkpoint."""
    named = Breakdown.objects.filter(letter_id=letter_id, is_anonymous=False, count__gt=0)
    return tuple(named.values_list(*_FACETS, "count"))


# A checkpoint is of one state of its letter.
process_cache.register("facets", forget=forget, seconds=None)


def _from_search(checkpoint: Checkpoint, filters: Filters) -> Facets:
    """The names that fit, whatever their facets, counted in groups if they are few enough."""
    by_name = filtered(letter=checkpoint.letter, filters=Filters(q=filters.q))
    rows = by_name.order_by()[: SEARCH_UP_TO + 1].values_list(*_FACETS)
    counted = Counter(rows)
    if counted.total() > SEARCH_UP_TO:
        everyone = _from_tally(checkpoint.letter_id, checkpoint.pk, replace(filters, q=""))
        return replace(everyone, found=None)
    return _fold(tuple((*row, count) for row, count in counted.items()), filters)


def _fold(cells: tuple[_Cell, ...], filters: Filters) -> Facets:
    wanted = tuple(getattr(filters, facet) for facet in _FACETS)
    counts: list[Counter[Any]] = [Counter() for _facet in _FACETS]
    found = 0
    for *values, count in cells:
        missed = [
            place
            for place, (want, value) in enumerate(zip(wanted, values, strict=True))
            if want and want != value
        ]
        if not missed:
            found += count
            for place, value in enumerate(values):
                counts[place][value] += count
        elif len(missed) == 1:
            counts[missed[0]][values[missed[0]]] += count
    profession, country, level, kind, version = counts
    # Organisations have none, which is nothing to choose.
    del profession[""]
    return Facets(
        found=found,
        profession=profession,
        country=country,
        level=level,
        kind=kind,
        version=version,
    )
