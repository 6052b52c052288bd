"""Who is named first: those whom the organizers chose, in their order, and of them only whoever
stands on the list and is vetted, as they stand there, at this moment."""

from django.db.models import Exists, OuterRef, QuerySet

from campaign.compiled import Compiled, Slot
from campaign.letters.models import Letter
from signatures.listing.queries import ListedSignatory, listed, with_proofs
from signatures.models import ATTESTED_METHODS, Level, Proof, ProofState, Signature

MAX_NOTABLES = 100
LEVEL = Level.VETTED


def shown(*, letter: Letter) -> list[ListedSignatory]:
    """Always two queries, one where nobody is."""
    return with_proofs(_SHOWN.rows(letter=letter.pk))


def places(*, letter: Letter) -> dict[int, int]:
    """The same from 1, by the key of the signature; one query."""
    found = _ordered(letter).values_list("pk", flat=True)
    return {pk: place for place, pk in enumerate(found, start=1)}


def _ordered(letter: Letter | Slot) -> QuerySet[Signature]:
    vetted = listed(letter=letter).filter(is_vetted(), level__gte=LEVEL)
    found = vetted.filter(notable__letter=letter)
    return found.order_by("notable__place", "notable__pk")[:MAX_NOTABLES]


_SHOWN = Compiled(lambda: _ordered(Slot("letter")))


def is_vetted(*, of: str = "pk") -> Exists:
    """Whether the organizers' own word for a signature stands, for the details that it has now. A
    membership by a list that they uploaded is none. `of` leads from the rows to its id."""
    attested = Proof.objects.filter(
        signature=OuterRef(of),
        method__in=ATTESTED_METHODS,
        state__in=ProofState.counting(),
    )
    return Exists(attested)
