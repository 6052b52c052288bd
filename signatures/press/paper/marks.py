"""Whether the names that a file was made of are all still shown as they were then."""

from hashlib import sha256

from campaign.letters.models import Letter
from signatures.listing import queries

# Of a file with no names in it, whoever comes or leaves.
NO_NAMES = ""
_ROWS_AT_ONCE = 5000


def mark_of(*, letter_id: int, last: int) -> str:
    """Another one as soon as somebody up to this number leaves the list, comes back, or changes
    a detail, which raises their revision. Who signs later changes nothing.

    A hash over all of them, since sums stay the same where some leave and others come back.
    """
    named = queries.listed(letter=Letter(pk=letter_id)).filter(number__lte=last)
    rows = named.order_by("number").values_list("number", "revision")
    seen = sha256()
    for number, revision in rows.iterator(chunk_size=_ROWS_AT_ONCE):
        seen.update(f"{number}.{revision}\n".encode())
    return seen.hexdigest()
