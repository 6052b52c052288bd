"""Whose mail comes back: for organizers to see, and to send no news there. It says nothing of the
signature, which was confirmed from that address."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from signatures.models import Signature, Suppression, SuppressionReason


def is_unreachable() -> Exists:
    """Of a signature: whether mail to its address came back since it was confirmed from there."""
    return Exists(
        Suppression.objects.filter(
            letter=None,
            reason=SuppressionReason.BOUNCED,
            address_key=OuterRef("email_key"),
            since__gte=OuterRef("confirmed_at"),
        )
    )


def since(*, signature: Signature) -> datetime | None:
    """When it came back last; None if it did not."""
    if signature.confirmed_at is None:
        return None
    found = Suppression.objects.filter(
        letter=None,
        reason=SuppressionReason.BOUNCED,
        address_key=signature.email_key,
        since__gte=signature.confirmed_at,
    )
    return found.values_list("since", flat=True).first()
