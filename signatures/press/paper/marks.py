"""Whether the names that a file was made of are all still shown as they were then."""

from django.db.models import Count, F, Sum

from campaign.letters.models import Letter
from signatures.listing import queries


def mark_of(*, letter_id: int, last: int) -> str:
    """Another one as soon as somebody up to this number leaves the list, comes back, or changes
    a detail, which raises their revision. Who signs later changes nothing."""
    named = queries.listed(letter=Letter(pk=letter_id)).filter(number__lte=last).order_by()
    found = named.aggregate(
        count=Count("*"),
        numbers=Sum("number"),
        revisions=Sum("revision"),
        both=Sum(F("number") * F("revision")),
    )
    return ":".join(str(found[name] or 0) for name in ("count", "numbers", "revisions", "both"))
