"""Whether the names that a file was made of are all still shown as they were then."""

from django.db.models import BigIntegerField, Count, F, Func, Sum

from campaign.letters.models import Letter
from signatures.listing import queries

# Of each name a number that follows from no other's: plain sums stay the same where some leave
# and others come back, such as 1 and 4 for 2 and 3.
_HASHED = Func(
    F("number"),
    F("revision"),
    template="hashtextextended(concat_ws(':', %(expressions)s), 0)",
    output_field=BigIntegerField(),
)


def mark_of(*, letter_id: int, last: int) -> str:
    """Another one as soon as somebody up to this number leaves the list, comes back, or changes
    a detail, which raises their revision. Who signs later changes nothing."""
    named = queries.listed(letter=Letter(pk=letter_id)).filter(number__lte=last).order_by()
    found = named.aggregate(count=Count("*"), hashes=Sum(_HASHED))
    return ":".join(str(found[name] or 0) for name in ("count", "hashes"))
