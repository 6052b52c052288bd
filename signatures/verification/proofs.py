"""What a signer does with a proof: start it, ask us to look, take it back."""

import secrets
from base64 import b32encode
from datetime import timedelta
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from campaign import limits
from campaign.wake import Task, wake
from signatures.errors import NotSigned
from signatures.models import (
    AttestationStep,
    Authority,
    Evidence,
    Proof,
    ProofState,
    Signature,
    SignatureState,
)
from signatures.verification import placed_line, registry, vouches
from signatures.verification.levels import locked_signature, recompute_level
from signatures.verification.method import Method
from signatures.verification.problems import Problem, ProofRefused

# Nobody needs more than a few sites; this keeps one signature from filling the page of readers.
MAX_PROOFS = 10
UNFINISHED_FOR = timedelta(days=30)

_MAY_PROVE = (SignatureState.CONFIRMED, SignatureState.HELD)
_OPEN = ProofState.open()
# What it rested on goes; an account or a membership is free for another signature.
ENDED: dict[str, Any] = {
    "state": ProofState.REVOKED,
    "check_due_at": None,
    "lapses_at": None,
    "token": "",
    "private": "",
    "profile_url": "",
    "exclusive_key": None,
}


def start(*, signature: Signature, method: Method, subject: str) -> Proof:
    """A proof with a token to place; the same one if it was started before.

    `subject` is clean already. Raises NotSigned and ProofRefused.
    """
    check_may_start(signature=signature)
    if existing := _open(signature=signature, method=method, subject=subject):
        return existing
    count_start(signature=signature)
    proof = Proof(
        signature=signature,
        method=method.code,
        subject=subject,
        provider=method.provider,
        started_at=timezone.now(),
    )
    try:
        # Locked, so that its name is the one that ends it when it changes.
        with locked_signature(signature_id=signature.pk) as locked:
            proof.token = placed_line.named(new_token(), name=locked.name)
            proof.save(force_insert=True)
    except IntegrityError:
        # The same button in two tabs: the constraint lets one through.
        return Proof.objects.get(
            signature=signature, method=method.code, subject=subject, state__in=_OPEN
        )
    return proof


def check_may_start(*, signature: Signature) -> None:
    """Raises NotSigned unless the signature is confirmed, or confirmed and waiting for vetting."""
    if signature.state not in _MAY_PROVE:
        raise NotSigned


def count_start(*, signature: Signature) -> None:
    who = str(signature.pk).encode()
    standing = Proof.objects.filter(signature=signature, state__in=_OPEN)
    if standing.count() >= MAX_PROOFS or not limits.hit(limits.Limit.PROOFS_OF_SIGNATURE, who):
        raise ProofRefused(Problem.TOO_MANY)


def ask_for_check(*, proof: Proof) -> bool:
    """Have a worker look as soon as it can; False if it is no proof to look at.

    Asking twice is asking once. Raises ProofRefused when it was asked too often.
    """
    check_may_start(signature=proof.signature)
    if not limits.hit(limits.Limit.CHECKS_OF_SIGNATURE, str(proof.signature_id).encode()):
        raise ProofRefused(Problem.TOO_MANY)
    asked = Proof.objects.filter(
        pk=proof.pk, method__in=registry.looked_at(), state__in=_OPEN
    ).update(check_due_at=timezone.now(), problem="")
    if asked:
        _ask_for_checking()
    return bool(asked)


def revoke(*, proof: Proof) -> bool:
    """Take it back, with all that it held; the level follows. True if this call did it."""
    with locked_signature(signature_id=proof.signature_id) as signature:
        revoked = Proof.objects.filter(
            pk=proof.pk, method__in=registry.by_signers(), state__in=_OPEN
        ).update(**ENDED)
        if revoked:
            recompute_level(signature=signature)
    return bool(revoked)


def end_of_name(*, signature: Signature) -> None:
    """For who takes another name: what was shown was of the one before, and so is what was started
    and has its name in it. Safe to repeat."""
    of_name = registry.codes(lambda each: each.is_of_name and each.is_by_signer)
    mine = Proof.objects.filter(signature=signature, state__in=_OPEN)
    if mine.filter(method__in=of_name).update(**ENDED):
        recompute_level(signature=signature)


def end_all(*, signature: Signature) -> None:
    """For who withdraws: whoever signs again from this address starts from nothing."""
    Proof.objects.filter(signature=signature, state__in=_OPEN).update(**ENDED)
    AttestationStep.objects.filter(signature=signature).delete()
    Authority.objects.filter(signature=signature).delete()
    Evidence.objects.filter(signature=signature).delete()
    vouches.end_all(signature=signature)


def forget_unfinished() -> int:
    """Proofs that were started and not shown within thirty days go."""
    old = Proof.objects.filter(
        state=ProofState.STARTED, started_at__lt=timezone.now() - UNFINISHED_FOR
    )
    return old.delete()[0]


def new_token() -> str:
    """Sixteen characters, 80 bits; public once it is placed, and worth nothing to anybody else."""
    return b32encode(secrets.token_bytes(10)).decode().lower()


def _open(*, signature: Signature, method: Method, subject: str) -> Proof | None:
    return Proof.objects.filter(
        signature=signature, method=method.code, subject=subject, state__in=_OPEN
    ).first()


def _ask_for_checking() -> None:
    wake(Task.CHECK_DUE_PROOFS)
