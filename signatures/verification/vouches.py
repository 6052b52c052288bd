"""How vouches end with whoever gave them.

Only rows of vouches change here. The signatures that they were for are settled afterwards, each in
a transaction of its own: whoever holds one signature never waits for another out of turn.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from campaign.wake import Task, wake
from signatures.models import ATTESTED_METHODS, Proof, ProofState, Signature, SignatureState, Vouch

# So long vetters can still see who vouched once.
KEPT_FOR = timedelta(days=30)


def attested(*, signature: Signature | OuterRef) -> QuerySet[Proof]:
    """The organizers' own word for who this is, also if details were changed since. A list that
    they uploaded is none."""
    return Proof.objects.filter(
        signature=signature, method__in=ATTESTED_METHODS, state__in=ProofState.attested()
    )


def standing_given(*, voucher: Signature) -> QuerySet[Vouch]:
    return Vouch.objects.filter(voucher=voucher, revoked_at=None)


def end_given(*, voucher: Signature) -> None:
    """For who is no longer vetted. Safe to repeat."""
    _end(Vouch.objects.filter(voucher=voucher))


def end_unvetted(*, voucher: Signature) -> None:
    """Unless the organizers still say who they are. Safe to repeat."""
    if not attested(signature=voucher).exists():
        end_given(voucher=voucher)


def end_all(*, signature: Signature) -> None:
    """Those given and those received: for who withdraws, or becomes somebody else."""
    _end(Vouch.objects.filter(Q(voucher=signature) | Q(signature=signature)))


def delete_all(*, signature: Signature) -> None:
    """Those given and those received, ended ones too: for who is erased."""
    with transaction.atomic():
        # In one order everywhere, so that no two wait for each other.
        mine = Vouch.objects.filter(Q(voucher=signature) | Q(signature=signature)).order_by("pk")
        chosen = list(mine.select_for_update(of=("self",)).values_list("pk", flat=True))
        if chosen:
            Vouch.objects.filter(pk__in=chosen).delete()
            _ask_for_settling()


def end_orphaned() -> None:
    """Whatever way a voucher went down: a vouch stands while they are confirmed and the organizers
    say who they are."""
    vetted = attested(signature=OuterRef("voucher"))
    _end(Vouch.objects.exclude(Exists(vetted), voucher__state=SignatureState.CONFIRMED))


def forget_ended() -> int:
    return Vouch.objects.filter(revoked_at__lt=timezone.now() - KEPT_FOR).delete()[0]


def _end(vouches: QuerySet[Vouch]) -> None:
    with transaction.atomic():
        # In one order everywhere, so that no two wait for each other.
        standing = vouches.filter(revoked_at=None).order_by("pk")
        chosen = list(standing.select_for_update(of=("self",)).values_list("pk", flat=True))
        if chosen:
            Vouch.objects.filter(pk__in=chosen).update(revoked_at=timezone.now())
            _ask_for_settling()


def _ask_for_settling() -> None:
    wake(Task.SETTLE_VOUCHED)
