"""What is forgotten, and when: only as long as it serves the signer."""

from datetime import timedelta

from django.utils import timezone

from signatures.models import Delivery, DeliveryState, Signature, SignatureState

UNCONFIRMED = timedelta(days=30)
NETWORKS = timedelta(days=30)
DELIVERIES = timedelta(days=30)


def forget_unconfirmed() -> int:
    """Signatures that nobody confirmed within thirty days go, with all that they held."""
    old = Signature.objects.filter(
        state=SignatureState.PENDING, asked_at__lt=timezone.now() - UNCONFIRMED
    )
    Delivery.objects.filter(signature__in=old).delete()
    return old.delete()[1].get(Signature._meta.label, 0)


def forget_networks() -> int:
    return Signature.objects.filter(
        network_key__isnull=False, asked_at__lt=timezone.now() - NETWORKS
    ).update(network_key=None)


def forget_deliveries() -> int:
    settled = Delivery.objects.exclude(state__in=DeliveryState.unsent())
    return settled.filter(created_at__lt=timezone.now() - DELIVERIES).delete()[0]
