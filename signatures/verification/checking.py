"""Looking at what signers have placed: when they ask, and each month while it stands.

A proof is claimed by moving `check_due_at` ahead, and the outcome is written only while the claim
still holds. So no two workers look at once, whoever dies leaves a claim that runs out, and what
the signer does meanwhile wins.
"""

import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction
from django.utils import timezone

from campaign import counters, limits
from signatures.models import (
    Message,
    Proof,
    ProofState,
    Signature,
    SignatureState,
)
from signatures.outbox import ask_for_mail, owe
from signatures.verification import registry
from signatures.verification.levels import locked_signature, recompute_level
from signatures.verification.network import https
from signatures.verification.network.hosts import owner_of
from signatures.verification.problems import NoLongerTheirs, NotShown, Problem
from signatures.verification.proofs import ENDED

log = structlog.get_logger(__name__)

BATCH_PROOFS = 20
# Longer than any look can take.
CLAIMED_FOR = timedelta(minutes=2)
# Sites are down for a day or lose a file in a move: the proof holds until then, and we look again.
GRACE_PERIOD = timedelta(days=14)
RECHECK_IN_GRACE_EVERY = timedelta(days=3)
RETRY_AFTER = timedelta(hours=1)
_MAX_RUN_SECONDS = 60.0

_one_at_a_time = https.one_at_a_time


def check_due(*, batch: int = BATCH_PROOFS) -> int:
    """Look at what is due; how many were looked at. Safe to run in many places at once."""
    if not _one_at_a_time.acquire(blocking=False):
        return 0
    try:
        return _check_due(batch)
    finally:
        _one_at_a_time.release()


def _check_due(batch: int) -> int:
    until = time.monotonic() + _MAX_RUN_SECONDS
    due = Proof.objects.filter(check_due_at__lte=timezone.now()).order_by("check_due_at")
    looked = 0
    for proof_id, due_at in list(due.values_list("pk", "check_due_at")[:batch]):
        claim = _claim(proof_id, due_at)
        if claim is not None:
            looked += 1
            # Its signer may erase it, or the signature, at any moment.
            with suppress(ObjectDoesNotExist):
                _check(Proof.objects.select_related("signature").get(pk=proof_id), claim)
        if time.monotonic() > until:
            break
    return looked


def is_being_checked(proof: Proof, *, now: datetime) -> bool:
    """Whether a worker is at it, or will be in a moment."""
    due = proof.check_due_at
    return due is not None and not proof.problem and due <= now + CLAIMED_FOR


def _claim(proof_id: int, due_at: datetime | None) -> datetime | None:
    claim = timezone.now() + CLAIMED_FOR
    claimed = Proof.objects.filter(pk=proof_id, check_due_at=due_at).update(check_due_at=claim)
    return claim if claimed else None


def _check(proof: Proof, claim: datetime) -> None:
    look = registry.of(proof.method).look
    if look is None or proof.signature.state not in (SignatureState.CONFIRMED, SignatureState.HELD):
        _write(proof, claim, check_due_at=None)
        return
    try:
        if not limits.hit(limits.Limit.CHECKS_OF_DOMAIN, _counted_as(proof).encode()):
            raise NotShown(Problem.TOO_OFTEN)
        kept = look.at(proof)
    except NotShown as error:
        log.info("proof_not_shown", proof=proof.pk, problem=error.problem.value)
        counters.count(counters.proof_checks, proof.method, error.problem.value)
        _missing(proof, claim, error)
    else:
        counters.count(counters.proof_checks, proof.method, "shown")
        _found(proof, claim, kept, again=look.every)


def _counted_as(proof: Proof) -> str:
    """An account by itself: what is asked about it counts its hosts."""
    is_host = registry.of(proof.method).is_of_host
    return owner_of(proof.subject) if is_host else proof.subject


def _found(proof: Proof, claim: datetime, kept: Mapping[str, object], *, again: timedelta) -> None:
    now = timezone.now()
    found = {
        "state": ProofState.STANDING,
        "proved_at": proof.proved_at or now,
        "checked_at": now,
        "check_due_at": now + again,
        "lapses_at": None,
        "problem": "",
        **kept,
    }
    try:
        with locked_signature(signature_id=proof.signature_id) as signature, transaction.atomic():
            _end_former(signature, proof, kept.get("exclusive_key"))
            if _write(proof, claim, **found):
                recompute_level(signature=signature)
            else:
                transaction.set_rollback(True)
    except IntegrityError:
        # `proof_exclusive`: it stands at another signature of the letter.
        _missing(proof, claim, NotShown(Problem.ACCOUNT_TAKEN))


def _end_former(signature: Signature, proof: Proof, key: object) -> None:
    """The same account under the name that it had before: the new proof takes its place."""
    if key is not None:
        same = Proof.objects.filter(signature=signature, exclusive_key=key)
        same.filter(state__in=ProofState.open()).exclude(pk=proof.pk).update(**ENDED)


def _missing(proof: Proof, claim: datetime, error: NotShown) -> None:
    """A new proof waits for its signer; one that stood gets fourteen days, then ends."""
    now = timezone.now()
    if error.problem == Problem.TOO_OFTEN:
        # Nobody looked, so nothing was missing.
        _write(proof, claim, check_due_at=now + RETRY_AFTER, problem=error.problem.value)
        return
    looked = {"checked_at": now, "problem": error.problem.value}
    if proof.state == ProofState.STARTED:
        _write(proof, claim, check_due_at=None, **looked)
        return
    lapses_at = proof.lapses_at or now + GRACE_PERIOD
    with locked_signature(signature_id=proof.signature_id) as signature:
        if now >= lapses_at or isinstance(error, NoLongerTheirs):
            lapsed = {**ENDED, "state": ProofState.LAPSED, "lapses_at": proof.lapses_at}
            if _write(proof, claim, **looked, **lapsed):
                recompute_level(signature=signature)
            return
        lapsing = {"state": ProofState.LAPSING, "lapses_at": lapses_at}
        again = min(now + RECHECK_IN_GRACE_EVERY, lapses_at)
        if _write(proof, claim, check_due_at=again, **looked, **lapsing) and not proof.lapses_at:
            _tell(signature, proof)


def _tell(signature: Signature, proof: Proof) -> None:
    owe(signature=signature, proof=proof, message=Message.PROOF_LAPSING)
    ask_for_mail()


def _write(proof: Proof, claim: datetime, **fields: object) -> bool:
    """Write the outcome unless the claim is gone: revoked, or asked anew meanwhile."""
    return bool(Proof.objects.filter(pk=proof.pk, check_due_at=claim).update(**fields))
