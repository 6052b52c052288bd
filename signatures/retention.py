"""What is forgotten, and when: only as long as it serves the signer."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from signatures import transitions
from signatures.models import Delivery, DeliveryState, Message, Signature
from signatures.moderation import reports
from signatures.sampling import ending
from signatures.screening import turned_away

UNCONFIRMED_FOR = timedelta(days=30)
NETWORKS_FOR = timedelta(days=30)
DELIVERIES_FOR = timedelta(days=30)
_AT_ONCE = 1000


def forget_unconfirmed() -> int:
    """Signatures that nobody confirmed within thirty days go, with all that they held."""
    gone = 0
    while batch := _forget_some():
        gone += batch
    return gone


def forget_networks() -> int:
    return Signature.objects.filter(
        network_key__isnull=False, asked_at__lt=timezone.now() - NETWORKS_FOR
    ).update(network_key=None)


def forget_deliveries() -> int:
    """But for a reminder: that its row is there is why nobody gets a second one."""
    settled = Delivery.objects.exclude(state__in=DeliveryState.unsent())
    settled = settled.exclude(message=Message.REMINDER)
    return settled.filter(created_at__lt=timezone.now() - DELIVERIES_FOR).delete()[0]


def forget_sessions() -> int:
    """Also of signers who went to a service to show an account, and did not come back."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


def _forget_some() -> int:
    before = timezone.now() - UNCONFIRMED_FOR
    with transaction.atomic():
        # Locked first, so that one that is asked for or confirmed at this very moment stays.
        old = Signature.objects.select_for_update().filter(
            state__in=transitions.FORGET.from_states, asked_at__lt=before
        )
        chosen = list(old.order_by("asked_at").values_list("pk", flat=True)[:_AT_ONCE])
        # Whoever the organizers turned away once does not become unseen by waiting.
        known = Signature.objects.filter(pk__in=chosen, turned_away__isnull=False)
        for each in known.distinct():
            turned_away.erase(signature=each)
        for each in Signature.objects.filter(pk__in=chosen, reports__isnull=False).distinct():
            reports.forget_signature(signature=each)
        # Signed anew, and not confirmed: what was drawn is the signature before.
        for each in Signature.objects.filter(pk__in=chosen, sample_questions__isnull=False):
            ending.forget_signature(signature=each)
        Delivery.objects.filter(signature__in=chosen).delete()
        Signature.objects.filter(pk__in=chosen).delete()
    return len(chosen)
