"""Account: signing in at a service, from the signer's own page.

Proves that the signer could sign in to this account on that day. What is kept is the service,
the handle, the address of the profile, and the day: no token, and no account on our site.
"""

from dataclasses import dataclass

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone

from campaign.keyed_hash import Purpose, keyed_hash
from signatures.models import Proof, ProofState, Signature
from signatures.verification.accounts.profiles import Service, Shown
from signatures.verification.levels import locked_signature, recompute_level
from signatures.verification.problems import Problem, ProofRefused
from signatures.verification.proofs import check_may_start, count_start

# allauth keeps the other half of the way, in the session, no longer either.
SECONDS_TO_RETURN = 600
CODE = "account"
_SALT = "undersigned-account"


class WayVoid(Exception):
    """Altered, for another service, or older than ten minutes."""


@dataclass(frozen=True, slots=True)
class Way:
    """Who went to a service, and in which language their page is."""

    signature_id: int
    service: str
    language: str


def begin(*, signature: Signature, service: Service, language: str) -> str:
    """A sealed `Way`, for the session that goes there. Raises NotSigned and ProofRefused."""
    check_may_start(signature=signature)
    count_start(signature=signature)
    return signing.dumps([signature.pk, service.identifier, language], salt=_SALT)


def way_of(sealed: object) -> Way | None:
    """Whose it is, however old: only for bringing them back to their own page."""
    try:
        return Way(*signing.loads(str(sealed), salt=_SALT))
    except signing.BadSignature:
        return None


def has_run_out(sealed: object) -> bool:
    try:
        signing.loads(str(sealed), salt=_SALT, max_age=SECONDS_TO_RETURN)
    except signing.BadSignature:
        return True
    return False


def arrive(*, sealed: object, service: Service) -> Way:
    """Raises WayVoid. That nobody arrives twice is the session's care."""
    way = way_of(sealed)
    if way is None or has_run_out(sealed) or way.service != service.identifier:
        raise WayVoid
    return way


def show(*, signature: Signature, service: Service, uid: str, shown: Shown) -> Proof:
    """The proof that this signature has this account; the same one if it had it before.

    An account that stands at another signature of the letter is refused, also of two at once.
    Raises NotSigned and ProofRefused.
    """
    now = timezone.now()
    key = exclusive_key(letter_id=signature.letter_id, service=service.identifier, uid=uid)
    seen = {"subject": shown.handle, "profile_url": shown.profile_url, "checked_at": now}
    standing = Proof.objects.filter(exclusive_key=key, state__in=ProofState.counting())
    with locked_signature(signature_id=signature.pk) as alone:
        check_may_start(signature=alone)
        # Handles change; the account is the one that was shown on that day.
        if standing.filter(signature=alone).update(**seen):
            return standing.get()
        try:
            with transaction.atomic():
                proof = Proof.objects.create(
                    signature=alone,
                    method=CODE,
                    provider=service.name,
                    exclusive_key=key,
                    state=ProofState.STANDING,
                    started_at=now,
                    proved_at=now,
                    **seen,
                )
        except IntegrityError:
            raise ProofRefused(Problem.ACCOUNT_TAKEN) from None
        recompute_level(signature=alone)
    return proof


def exclusive_key(*, letter_id: int, service: str, uid: str) -> bytes:
    """32 bytes that tell nothing of the account without the key, and nothing across letters."""
    parts = str(letter_id).encode(), service.encode(), uid.encode()
    return keyed_hash(Purpose.ACCOUNT, *parts)
