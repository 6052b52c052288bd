"""Vouching: people who were vetted themselves say of somebody that they know them.

Proves that two signatories, whom the organizers know, stand up for a name. Readers see that it was
done and when; who vouched is for the one vouched for and for the organizers.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from campaign import limits
from signatures.errors import (
    DetailsChanged,
    MayNotVouch,
    TooManyVouches,
    VouchingCodeUnknown,
)
from signatures.models import (
    Kind,
    Level,
    Proof,
    ProofState,
    Signature,
    SignatureState,
    Vouch,
)
from signatures.verification import vouches
from signatures.verification.levels import locked_signature, recompute_level
from signatures.verification.problems import Problem, ProofRefused
from signatures.verification.vouching import codes

CODE = "vouched"
MAX_VOUCHES = 5
VOUCHES_NEEDED = 2
RELATION_LIMIT = 160

_MAY_BE_VOUCHED_FOR = (SignatureState.CONFIRMED, SignatureState.HELD)


def may_vouch(*, signature: Signature) -> bool:
    """People whom the organizers have vetted or called. A membership is not enough."""
    return (
        signature.state == SignatureState.CONFIRMED
        and signature.kind == Kind.PERSON
        # Whoever is vouched for sees by whom.
        and bool(signature.name)
        and signature.level >= Level.VETTED
        and vouches.attested(signature=signature).exclude(state=ProofState.CHANGED).exists()
    )


def may_be_vouched_for(*, signature: Signature) -> bool:
    """People, confirmed; also while they wait for vetting. An organisation shows its domain."""
    return signature.state in _MAY_BE_VOUCHED_FOR and signature.kind == Kind.PERSON


def find(*, voucher: Signature, code: str) -> Signature:
    """Whose clean code this is. A wrong one counts as a try.

    Raises MayNotVouch, VouchingCodeUnknown, and ProofRefused when too many were tried.
    """
    if not may_vouch(signature=voucher):
        raise MayNotVouch
    who = str(voucher.pk).encode()
    if not limits.peek(limits.Limit.VOUCHING_CODES, who):
        raise ProofRefused(Problem.TOO_MANY)
    found = codes.signature_with(code=code, letter_id=voucher.letter_id)
    if found is None or found.pk == voucher.pk or not may_be_vouched_for(signature=found):
        limits.hit(limits.Limit.VOUCHING_CODES, who)
        raise VouchingCodeUnknown
    return found


def vouch(*, voucher: Signature, code: str, expected_revision: int, relation: str) -> Vouch:
    """Stand up for who gave out this code; the same vouch if this one stands already.

    With the second one the proof stands. `expected_revision` is that of the name that was read.
    Raises what `find` raises, DetailsChanged when the name may be another by now, and
    TooManyVouches.
    """
    found = find(voucher=voucher, code=code)
    with _alone_with_both(voucher, found) as (mine, theirs):
        if not may_vouch(signature=mine):
            raise MayNotVouch
        if not may_be_vouched_for(signature=theirs) or not codes.is_of(code, signature=theirs):
            raise VouchingCodeUnknown
        given = Vouch.objects.filter(voucher=mine, revoked_at=None)
        existing = given.filter(signature=theirs).first()
        if existing is not None:
            return existing
        if theirs.revision != expected_revision:
            raise DetailsChanged
        if given.count() >= MAX_VOUCHES:
            raise TooManyVouches
        made = Vouch.objects.create(
            voucher=mine, signature=theirs, relation=relation, made_at=timezone.now()
        )
        _follow(theirs)
    return made


def end(*, vouch: Vouch) -> bool:
    """Taken back by who gave it, or refused by whom it is for. True if this call did it."""
    with locked_signature(signature_id=vouch.signature_id) as signature:
        standing = Vouch.objects.filter(pk=vouch.pk, revoked_at=None)
        ended = standing.update(revoked_at=timezone.now())
        if ended:
            _follow(signature)
    return bool(ended)


def settle_lost() -> int:
    """The sweep: whoever has lost vouches, with those who vouched; how many were settled."""
    vouches.end_orphaned()
    standing = Count("signature__vouches", filter=Q(signature__vouches__revoked_at=None))
    proofs = Proof.objects.filter(method=CODE, state__in=ProofState.counting())
    lost = proofs.annotate(left=standing).filter(left__lt=VOUCHES_NEEDED)
    lost_by = list(lost.values_list("signature_id", flat=True))
    for signature_id in lost_by:
        with (
            suppress(Signature.DoesNotExist),
            locked_signature(signature_id=signature_id) as signature,
        ):
            _follow(signature)
    return len(lost_by)


def _follow(signature: Signature) -> None:
    """Bring proof and level to what the standing vouches say; the signature is ours alone."""
    now = timezone.now()
    enough = Vouch.objects.filter(signature=signature, revoked_at=None).count() >= VOUCHES_NEEDED
    counting = Proof.objects.filter(
        signature=signature, method=CODE, state__in=ProofState.counting()
    )
    if not enough:
        if counting.update(state=ProofState.LAPSED, checked_at=now):
            recompute_level(signature=signature)
    elif not counting.exists():
        Proof.objects.create(
            signature=signature,
            method=CODE,
            state=ProofState.STANDING,
            started_at=now,
            proved_at=now,
            checked_at=now,
        )
        recompute_level(signature=signature)


@contextmanager
def _alone_with_both(voucher: Signature, found: Signature) -> Iterator[tuple[Signature, Signature]]:
    """As `locked_signature`, in the order of their ids: two may vouch for each other at once."""
    with transaction.atomic():
        both = Signature.objects.filter(pk__in=(voucher.pk, found.pk)).order_by("pk")
        rows = {row.pk: row for row in both.select_for_update(of=("self",))}
        if len(rows) < 2:
            raise VouchingCodeUnknown
        yield rows[voucher.pk], rows[found.pk]
