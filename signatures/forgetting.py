"""What happens to the identity of somebody who is vetted and not named.

They ask for it on their own page, where they read first for how long the letter keeps it. Vetters
see who they are, as of everybody, and attest it. So many days later name and evidence are deleted,
and the level stays: the record has the `verify` line of that day, and then an `edit` line whose
commitment is to nothing but profession and country.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from signatures import answers, events, transitions
from signatures.details import Details
from signatures.errors import NotSigned
from signatures.importing import forgetting as imported
from signatures.models import (
    ATTESTED_METHODS,
    Authority,
    Decision,
    Delivery,
    Evidence,
    Kind,
    Level,
    Message,
    Proof,
    ProofState,
    Recheck,
    RecheckReason,
    Removal,
    Signature,
    SignatureState,
    UnnamedVetting,
    Vetting,
)
from signatures.moderation import reports
from signatures.moderation.bulk import forgetting as bulk_forgetting
from signatures.press import quotes
from signatures.press.handover import packing
from signatures.press.paper import making
from signatures.record import corrections
from signatures.record.format.commitment import fresh_salt
from signatures.screening import watchlist
from signatures.verification import attested, registry, vouches
from signatures.verification.levels import locked_signature, recompute_level

# Those whose identity nobody needs for a decision.
_FORGETTABLE = (SignatureState.CONFIRMED, SignatureState.WITHDRAWN)
_BATCH_ROWS = 200


def ask(*, signature: Signature) -> UnnamedVetting:
    """To be vetted without being named; what was asked before, if it was. Raises NotSigned for
    anybody who is named, whose identity is deleted, or who does not stand."""
    with locked_signature(signature_id=signature.pk) as held:
        may_ask = held.state == SignatureState.CONFIRMED and held.kind == Kind.PERSON
        if not may_ask or held.consent_publish or not held.name:
            raise NotSigned
        if asked := of(signature=held):
            return asked
        now = timezone.now()
        UnnamedVetting.objects.filter(signature=held).delete()
        asked = UnnamedVetting(
            signature=held, public_id=held.public_id, days=held.letter.identity_days, asked_at=now
        )
        if is_vetted(signature=held):
            asked.forget_at = now + timedelta(days=asked.days)
        else:
            attested.ask_to_look(signature=held, reason=RecheckReason.UNNAMED)
        asked.save()
    return asked


def take_back(*, signature: Signature) -> bool:
    """No longer ask, and keep what is kept of everybody; False once it is deleted."""
    with locked_signature(signature_id=signature.pk) as held:
        Recheck.objects.filter(signature=held, reason=RecheckReason.UNNAMED).delete()
        mine = UnnamedVetting.objects.filter(signature=held, forgotten_at=None)
        return bool(mine.delete()[0])


def of(*, signature: Signature) -> UnnamedVetting | None:
    """What was asked of this very signing, done or not."""
    mine = UnnamedVetting.objects.filter(signature=signature, public_id=signature.public_id)
    return mine.first()


def is_vetted(*, signature: Signature) -> bool:
    counting = Proof.objects.filter(signature=signature, state__in=ProofState.counting())
    return counting.filter(method__in=ATTESTED_METHODS).exists()


def forget_due(*, now: datetime) -> int:
    """Delete the identity of all whose time has come; of how many. Safe to repeat. What waits for a
    decision, or was turned away, is kept until that is over."""
    due = UnnamedVetting.objects.filter(
        forgotten_at=None, forget_at__lte=now, signature__state__in=_FORGETTABLE
    )
    chosen = due.order_by("forget_at").values_list("signature_id", flat=True)[:_BATCH_ROWS]
    return sum(_forget(signature_id, now) for signature_id in list(chosen))


def _forget(signature_id: int, now: datetime) -> bool:
    with transaction.atomic():
        held = Signature.objects.select_for_update(of=("self",)).filter(pk=signature_id).first()
        if held is None or held.state not in _FORGETTABLE:
            return False
        due = UnnamedVetting.objects.filter(signature=held, forgotten_at=None, forget_at__lte=now)
        if held.consent_publish or not due.filter(public_id=held.public_id).exists():
            # Signed anew since, from the same address.
            due.delete()
            return False
        _blank(held)
        _forget_beside(held)
        due.update(forgotten_at=now)
        recompute_level(signature=held)
    watchlist.forget()
    if held.state == SignatureState.CONFIRMED:
        events.ask_for_sequencing(letter_id=held.letter_id)
    return True


def _blank(held: Signature) -> None:
    """The row tells nobody, and the salt that opens what the record has of it is gone. Of one that
    counts the record is told, as of each change."""
    salt = fresh_salt()
    changes: dict[str, object] = {
        "name": "",
        "name_key": "",
        "name_latin": "",
        "credit": "",
        "affiliation": "",
        "came_from": "",
        "salt": salt,
    }
    if held.state == SignatureState.CONFIRMED:
        details = replace(Details.of(held), name="", credit="", affiliation="")
        row = transitions.apply(
            transition=transitions.EDIT,
            signature=held,
            expected_revision=held.revision,
            changes=changes,
            content=details.content(salt=salt, level=held.level, version=held.version),
        )
        if row is None:
            raise RuntimeError("a signature that is held by its lock was changed")
    else:
        changes["revision"] = held.revision + 1
    Signature.objects.filter(pk=held.pk).update(**changes, network_key=None)


def _forget_beside(held: Signature) -> None:
    """All that others and they themselves wrote about who they are. What keeps the level stays,
    without what it rested on: that, when and in which role somebody attested it, and that a
    society's list has them."""
    Authority.objects.filter(signature=held).delete()
    answers.forget(signature_id=held.pk)
    mine = Proof.objects.filter(signature=held)
    kept = registry.codes(lambda each: each.level >= Level.VETTED)
    mine.exclude(method__in=kept, state__in=ProofState.counting()).delete()
    fresh = Signature.objects.get(pk=held.pk)
    mine.filter(method__in=ATTESTED_METHODS).update(
        private="", against="", told_name="", seen=attested.details_of(signature=fresh)
    )
    Evidence.objects.filter(signature=held).delete()
    Recheck.objects.filter(signature=held).delete()
    vouches.delete_all(signature=held)
    Decision.objects.filter(vetting__signature=held).update(reason="", message="")
    Vetting.objects.filter(signature=held).update(watched=None)
    Removal.objects.filter(signature=held).update(note="")
    # With an earlier name, which their links would bring back.
    Delivery.objects.filter(
        signature=held, message__in=(Message.RENAMED, Message.WITHDRAWN)
    ).delete()
    corrections.take_names_back(signature=held)
    quotes.take_names_back(signature=held)
    making.forget_names(letter_id=held.letter_id)
    packing.forget_names(letter_id=held.letter_id)
    reports.forget_signature(signature=held)
    bulk_forgetting.forget_signature(signature=held)
    imported.forget_signature(signature=held, now=timezone.now())
