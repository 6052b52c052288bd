"""A page of the list with what goes beside it: all of one moment, and never a slow question."""

from dataclasses import dataclass

from campaign.letters.models import Letter
from signatures.listing import facets, pagination
from signatures.listing.deadline import in_time
from signatures.listing.queries import Filters
from signatures.models import Checkpoint
from signatures.record import tally

# A hundred times of what a page takes.
MAX_READING_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Reading:
    checkpoint: Checkpoint | None
    facets: facets.Facets
    page: pagination.ListPage


def read(
    *, letter: Letter, filters: Filters, after: pagination.Place | None, order: pagination.Order
) -> Reading:
    """Raises TooSlow."""
    with in_time(seconds=MAX_READING_SECONDS):
        checkpoint = tally.latest(letter_id=letter.pk)
        counted = facets.of(checkpoint=checkpoint, filters=filters)
        page = pagination.page(
            letter=letter, filters=filters, after=after, order=order, fits=counted.found
        )
        return Reading(checkpoint, counted, page)
