"""The pages of the list, newest first or by name.

They go by number or name, never by offset, so a link to a page shows the same people tomorrow, less
those who withdrew, and the millionth costs what the first does.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from campaign.keyset import Page, page_of
from campaign.letters.models import Letter
from signatures.listing.queries import (
    SHOWN,
    Filters,
    ListedSignatory,
    filtered,
    listed,
    with_proofs,
)
from signatures.models import Kind, Level, Signature
from signatures.names.folding import KEY_LIMIT, search_key


class Order(models.TextChoices):
    NEWEST = "", _("Newest first")
    NAME = "name", _("By name")


PAGE_ROWS = 100
# As many as are found in an index and put in order in the time that it takes to read a page among
# the many.
MAX_ROWS_SORTED = 10_000

# What the indexes of Signature have in order: all, by profession, by country, and so on.
_INDEXED = {
    Order.NEWEST: frozenset({"", "P", "C", "PC", "L", "O", "V"}),
    Order.NAME: frozenset({"", "P", "C", "L", "O"}),
}
# The same values, once as the indexes have them and once as no index does: of few, the database
# must not walk through a million in order until it has met them.
_IN_ORDER = {"nth": F("number"), "spelling": F("name_key")}
_OUT_OF_ORDER = {
    "nth": F("number") + Value(0),
    "spelling": Concat("name_key", Value("")),
}
# Rows that have `nth` and `spelling`.
_Ordered = QuerySet[Any]
LARGEST_NUMBER = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after the row with this number and, when ordered by name, this key.

    The key travels with the link: looked up by number, it would tell where in the alphabet those
    stand who do not want to be named.
    """

    number: int
    key: str | None = None

    def __str__(self) -> str:
        return str(self.number) if self.key is None else f"{self.number}~{self.key}"

    @classmethod
    def parse(cls, raw: str) -> "Place | None":
        """Whatever is no place means the beginning."""
        number, tilde, key = raw.partition("~")
        if not (number.isascii() and number.isdigit() and len(number) <= 10):
            return None
        if not 0 < int(number) <= LARGEST_NUMBER:
            return None
        return cls(int(number), search_key(key[:KEY_LIMIT]) if tilde else None)


@dataclass(frozen=True, slots=True)
class ListPage(Page[ListedSignatory, Place]):
    # None where there is none, or where it is the first page.
    previous: Place | None = None
    has_previous: bool = False


def page(
    *,
    letter: Letter,
    filters: Filters,
    after: Place | None,
    order: Order = Order.NEWEST,
    fits: int | None = None,
) -> ListPage:
    """The rows that come after this place in the list, and where the neighbours begin.

    `fits` is how many there are in all, if that is known: where no index has them in order, few
    are found by what they have in common and then sorted, many are read until the page is full.
    """
    if fits == 0:
        return ListPage((), None)
    few = (
        fits is not None
        and fits <= MAX_ROWS_SORTED
        and _narrowed_by(filters) not in _INDEXED[order]
    )
    values = _OUT_OF_ORDER if few else _IN_ORDER
    matching: _Ordered = filtered(letter=letter, filters=filters).alias(**values)
    steps = _ByName if order == Order.NAME else _ByNumber
    if after and order == Order.NAME and after.key is None:
        after = None
    ordered = steps.after(matching, after)
    if few:
        # The index tells which they are; only those of this page are fetched.
        these = ordered[: PAGE_ROWS + 1].values("number")
        ordered = steps.after(
            listed(letter=letter).filter(number__in=these).alias(**_IN_ORDER), None
        )
    found = page_of(ordered, size=PAGE_ROWS, cursor=steps.place)
    rows = with_proofs(found.rows)
    if after is None:
        return ListPage(rows, found.next)
    # The page before begins after the nearest but PAGE_ROWS; if there are no more, it is the first.
    before = list(steps.up_to(matching, after).values_list(*steps.KEY)[: PAGE_ROWS + 1])
    previous = Place(*before[PAGE_ROWS]) if len(before) > PAGE_ROWS else None
    return ListPage(rows, found.next, previous, has_previous=bool(before))


def _narrowed_by(filters: Filters) -> str:
    """Which choices leave few of all names. Most stand at the first level, and most are people."""
    chosen = {
        "P": filters.profession,
        "C": filters.country,
        "L": (filters.level or 0) > Level.CONFIRMED,
        "O": filters.kind == Kind.ORGANISATION,
        "V": (filters.version or 0) > 1,
    }
    return "".join(letter for letter, narrow in chosen.items() if narrow)


class _ByNumber:
    """Newest first."""

    KEY = ("number",)

    @staticmethod
    def after(rows: _Ordered, place: Place | None) -> _Ordered:
        ordered = rows.order_by("-nth")
        return ordered.filter(nth__lt=place.number) if place else ordered

    @staticmethod
    def up_to(rows: _Ordered, place: Place) -> _Ordered:
        return rows.filter(nth__gte=place.number).order_by("nth")

    @staticmethod
    def place(row: Signature) -> Place:
        return Place(row.number or 0)


class _ByName:
    """By the folded name, those of one name by number. Both halves of each condition bound the
    index: a plain OR would make the database read it from the start."""

    KEY = ("number", "name_key")

    @staticmethod
    def after(rows: _Ordered, place: Place | None) -> _Ordered:
        ordered = rows.order_by("spelling", "nth").only(*SHOWN, "confirmed_at", "name_key")
        if place is None:
            return ordered
        return ordered.filter(
            Q(spelling__gt=place.key) | Q(nth__gt=place.number), spelling__gte=place.key
        )

    @staticmethod
    def up_to(rows: _Ordered, place: Place) -> _Ordered:
        backwards = rows.order_by("-spelling", "-nth")
        return backwards.filter(
            Q(spelling__lt=place.key) | Q(nth__lte=place.number), spelling__lte=place.key
        )

    @staticmethod
    def place(row: Signature) -> Place:
        return Place(row.number or 0, row.name_key)
