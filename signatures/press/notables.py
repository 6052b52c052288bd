"""Who is named first: those whom the organizers chose, in their order, and of them only whoever
stands on the list and is vetted, as they stand there, at this moment."""

from campaign.letters.models import Letter
from signatures.models import Signature
from signatures.moderation.pinning import LEVEL, MOST, is_vetted
from signatures.press import listing


def shown(*, letter: Letter) -> list[Signature]:
    """Rows as of the list, with their proofs: always two queries, one where nobody is."""
    vetted = listing.listed(letter=letter).filter(is_vetted(), level__gte=LEVEL)
    found = vetted.filter(notable__letter=letter)
    rows = list(found.order_by("notable__place", "notable__pk")[:MOST])
    listing.with_proofs(rows)
    return rows
