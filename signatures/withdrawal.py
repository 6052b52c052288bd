"""What happens when a signer takes their signature back."""

from django.db import transaction
from django.utils import timezone

from campaign import engine
from campaign.letters.models import EventKind
from signatures import events, transitions
from signatures.models import (
    Because,
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

_WITHDRAW = """
    UPDATE signatures_signature SET state = 'withdrawn', withdrawn_at = %s, level = 0
    WHERE id = %s AND state = 'confirmed' AND revision = %s AND level = %s
    RETURNING id, letter_id, public_id, number
"""
_COUNTED = (
    *("state", "revision", "level", "version"),
    *("kind", "profession", "country", "consent_publish"),
)
_NOT_COUNTED = (SignatureState.HELD, SignatureState.REMOVED)
_TRIES = 5


def withdraw(*, signature: Signature, named: bool = False) -> bool:
    """Off the list at once and out of the count with the next checkpoint; True if we did it.

    False when it was not confirmed, or withdrawn before. An edit in between does not stop it. One
    that is held leaves the queue, and readers who knew it learn that; one that was removed goes for
    good, without an event: why it left is told. The address is told, and can undo it (`undoing`).
    With `named` the public corrections tell the name that stood on the list; a name that did not,
    they never tell.
    """
    for _try in range(_TRIES):
        signature.refresh_from_db(fields=(*_COUNTED, "name"))
        if signature.state in _NOT_COUNTED:
            if _withdraw_uncounted(signature):
                return True
            continue
        if signature.state != SignatureState.CONFIRMED:
            return False
        with transaction.atomic():
            row = engine.insert_after(
                first=_WITHDRAW,
                first_params=(timezone.now(), signature.pk, signature.revision, signature.level),
                columns=events.WRITTEN_WITH_NUMBER,
                then=events.WRITE_WITH_NUMBER,
                params=events.params(
                    kind=EventKind.WITHDRAW,
                    before=signature.shape,
                    reason=Because.SIGNER,
                    told_name=signature.name if named and may_be_named(signature=signature) else "",
                ),
            )
            if row is not None:
                _end_all(signature)
        if row is not None:
            ask_for_mail()
            events.ask_for_sequencing(letter_id=signature.letter_id)
            return True
    raise RuntimeError("the signature kept changing while it was withdrawn")


def may_be_named(*, signature: Signature) -> bool:
    """Whether its name stands on the list, so that telling it corrects something."""
    return signature.state == SignatureState.CONFIRMED and signature.consent_publish


def _withdraw_uncounted(signature: Signature) -> bool:
    with transaction.atomic():
        # The signature before its vetting, as everywhere: so that no two wait for each other.
        mine = Signature.objects.filter(pk=signature.pk)
        if signature.state == SignatureState.HELD:
            moved = transitions.move(
                signature=signature,
                to=SignatureState.WITHDRAWN,
                because=Because.SIGNER,
                kind=EventKind.WITHDRAW,
            )
        else:
            moved = bool(mine.filter(state=signature.state).update(state=SignatureState.WITHDRAWN))
        if not moved:
            return False
        mine.update(withdrawn_at=timezone.now())
        _end_all(signature)
        Vetting.objects.filter(signature=signature).update(
            state=VettingState.WITHDRAWN, claimed_by=None, claimed_until=None
        )
    ask_for_mail()
    events.ask_for_sequencing(letter_id=signature.letter_id)
    return True


def _end_all(signature: Signature) -> None:
    """Whoever signs again from this address starts from nothing."""
    owe(signature=signature, message=Message.WITHDRAWN)
    proofs.end_all(signature=signature)
    Notable.objects.filter(signature=signature).delete()
    Recheck.objects.filter(signature=signature).delete()
