"""Who is named first: those whom the organizers chose, in their order, and of them only whoever
stands on the list and is vetted, as they stand there, at this moment."""

from django.db.models import QuerySet

from campaign.compiled import Compiled, Slot
from campaign.letters.models import Letter
from signatures.models import Signature
from signatures.moderation.pinning import LEVEL, MOST, is_vetted
from signatures.press import listing


def shown(*, letter: Letter) -> list[Signature]:
    """Rows as of the list, with their proofs: always two queries, one where nobody is."""
    rows = _SHOWN.rows(letter=letter.pk)
    listing.with_proofs(rows)
    return rows


def places(*, letter: Letter) -> dict[int, int]:
    """The same from 1, by the key of the signature; one query."""
    found = _ordered(letter).values_list("pk", flat=True)
    return {pk: place for place, pk in enumerate(found, start=1)}


def _ordered(letter: Letter | Slot) -> QuerySet[Signature]:
    vetted = listing.listed(letter=letter).filter(is_vetted(), level__gte=LEVEL)
    found = vetted.filter(notable__letter=letter)
    return found.order_by("notable__place", "notable__pk")[:MOST]


_SHOWN = Compiled(lambda: _ordered(Slot("letter")))
