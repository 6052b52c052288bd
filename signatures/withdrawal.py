"""What happens when a signer takes their signature back."""

from django.db import transaction
from django.utils import timezone

from signatures import events, transitions
from signatures.models import (
    Message,
    Notable,
    Recheck,
    Signature,
    SignatureState,
    Vetting,
    VettingState,
)
from signatures.outbox import ask_for_mail, owe
from signatures.verification import proofs

_READ = (
    *("state", "revision", "level", "version", "name"),
    *("kind", "profession", "country", "consent_publish"),
)
_MAX_TRIES = 5


def withdraw(*, signature: Signature, named: bool = False) -> bool:
    """Off the list at once and out of the count with the next checkpoint; True if we did it.

    False when it was not confirmed, or withdrawn before. An edit in between does not stop it. One
    that is held leaves the queue, and readers who knew it learn that; one that was removed goes for
    good, without an event: why it left is told. The address is told, and can undo it (`undoing`).
    With `named` the public corrections tell the name that stood on the list; a name that did not,
    they never tell.
    """
    for _try in range(_MAX_TRIES):
        signature.refresh_from_db(fields=_READ)
        is_removed = signature.state == SignatureState.REMOVED
        move = transitions.WITHDRAW_REMOVED if is_removed else transitions.WITHDRAW
        if signature.state not in move.from_states:
            return False
        if _withdraw(signature, move, named=named):
            ask_for_mail()
            events.ask_for_sequencing(letter_id=signature.letter_id)
            return True
    raise RuntimeError("the signature kept changing while it was withdrawn")


def may_be_named(*, signature: Signature) -> bool:
    """Whether its name stands on the list, so that telling it corrects something."""
    return signature.state == SignatureState.CONFIRMED and signature.consent_publish


@transaction.atomic
def _withdraw(signature: Signature, move: transitions.Transition, *, named: bool) -> bool:
    was_counted = signature.state == SignatureState.CONFIRMED
    # The signature before its vetting, as everywhere: so that no two wait for each other.
    row = transitions.apply(
        transition=move,
        signature=signature,
        expected_revision=signature.revision,
        changes={"withdrawn_at": timezone.now()},
        told_name=signature.name if named and may_be_named(signature=signature) else "",
    )
    if row is None:
        return False
    # Whoever signs again from this address starts from nothing.
    owe(signature=signature, message=Message.WITHDRAWN)
    proofs.end_all(signature=signature)
    Notable.objects.filter(signature=signature).delete()
    Recheck.objects.filter(signature=signature).delete()
    if not was_counted:
        Vetting.objects.filter(signature=signature).update(
            state=VettingState.WITHDRAWN, claimed_by=None, claimed_until=None
        )
    return True
