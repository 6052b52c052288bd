"""What is kept of the updates that were owed to a signer, and for how long."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from signatures.models import Signature, UpdateDelivery, UpdateDeliveryState

# Of a mail that was settled, the organizers need to see for so long where it went.
ROUTES_FOR = timedelta(days=30)


def of_signature(*, signature: Signature) -> QuerySet[UpdateDelivery]:
    return UpdateDelivery.objects.filter(signature=signature).order_by("pk")


def forget_signature(*, signature: Signature) -> None:
    """In the transaction that erases it: nothing more is sent, and what stays counts, but leads to
    nobody. What is being handed over at this moment is settled by whoever does it."""
    mine = of_signature(signature=signature)
    mine.filter(state=UpdateDeliveryState.WAITING).update(
        state=UpdateDeliveryState.SUPPRESSED, settled_at=timezone.now()
    )
    mine.update(signature=None, route="")


def forget_routes() -> int:
    """A mail domain of one's own tells who somebody is."""
    old = UpdateDelivery.objects.filter(settled_at__lt=timezone.now() - ROUTES_FOR)
    return old.exclude(route="").update(route="")
