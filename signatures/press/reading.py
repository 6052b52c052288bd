"""A page of the list with what goes beside it: all of one moment, and never a slow question."""

from dataclasses import dataclass

from campaign.letters.models import Letter
from signatures.models import Checkpoint
from signatures.press import facets, pages
from signatures.press.in_time import in_time
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
