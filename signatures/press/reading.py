"""A page of the list with what goes beside it: all of one moment, and never a slow question."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import OperationalError

from campaign import engine
from campaign.letters.models import Letter
from signatures.errors import TooSlow
from signatures.models import Checkpoint
from signatures.press import facets, pages
from signatures.press.listing import Filters
from signatures.record import tally

# A hundred times of what a page takes.
SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Reading:
    checkpoint: Checkpoint | None
    facets: facets.Facets
    page: pages.Page


def read(
    *, letter: Letter, filters: Filters, after: pages.Place | None, order: pages.Order
) -> Reading:
    """Raises TooSlow."""
    with in_time(seconds=SECONDS):
        checkpoint = tally.latest(letter_id=letter.pk)
        counted = facets.of(checkpoint=checkpoint, filters=filters)
        page = pages.page(
            letter=letter, filters=filters, after=after, order=order, fits=counted.found
        )
        return Reading(checkpoint, counted, page)


@contextmanager
def in_time(*, seconds: float) -> Iterator[None]:
    """One moment of the database, for so long and no longer: TooSlow."""
    with engine.snapshot(seconds=seconds):
        try:
            yield
        except OperationalError as error:
            raise TooSlow from error
