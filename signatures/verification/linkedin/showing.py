"""Verified on LinkedIn: the categories that LinkedIn says it has verified of an account.

Proves that the signer could sign in to the account, and that LinkedIn said so on that day. What is
kept is the categories, the day, and whether the account had the name that stands under the letter:
neither name nor profile, and no token.
"""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from campaign.account_providers import LINKEDIN
from signatures.models import Proof, ProofState, Signature
from signatures.names.lookalikes import words_key
from signatures.verification.accounts.showing import exclusive_key
from signatures.verification.levels import locked_signature, recompute_level
from signatures.verification.linkedin.problems import NOTHING_VERIFIED
from signatures.verification.problems import Problem, ProofRefused
from signatures.verification.proofs import ENDED, check_may_start

CODE = "linkedin"
PROVIDER = "LinkedIn"
IDENTITY = "identity"
WORKPLACE = "workplace"


def take(signature: Signature, uid: str, told: Mapping[str, Any]) -> Proof:
    """The proof of what LinkedIn told now, in the place of all that it told this signature before.

    What LinkedIn no longer says of the account ends, too. An account that stands at another
    signature of the letter is refused, also of two at once. Raises NotSigned and ProofRefused.
    """
    verified = categories(told)
    key = exclusive_key(letter_id=signature.letter_id, service=LINKEDIN, uid=uid)
    with locked_signature(signature_id=signature.pk) as alone:
        check_may_start(signature=alone)
        found = _stand(alone, verified, key, name=name_in(told)) if verified else None
        if found is None:
            _of(alone).filter(exclusive_key=key).update(**ENDED)
        recompute_level(signature=alone)
    if found is None:
        raise ProofRefused(NOTHING_VERIFIED)
    return found


def categories(told: Mapping[str, Any]) -> str:
    """Those that we know, in one order; empty for none."""
    verified = told.get("verifications")
    known = verified if isinstance(verified, list) else []
    return " ".join(each for each in (IDENTITY, WORKPLACE) if each.upper() in known)


def name_in(told: Mapping[str, Any]) -> str:
    """The account's, as far as it says."""
    claims = told.get("userinfo")
    name = claims.get("name") if isinstance(claims, dict) else None
    return name if isinstance(name, str) else ""


def _stand(signature: Signature, verified: str, key: bytes, *, name: str) -> Proof:
    now = timezone.now()
    try:
        with transaction.atomic():
            _of(signature).update(**ENDED)
            return Proof.objects.create(
                signature=signature,
                method=CODE,
                subject=verified,
                provider=PROVIDER,
                exclusive_key=key,
                # Compared with the name as it is now: somebody may just have changed it.
                by_other_name=not name or words_key(name) != words_key(signature.name),
                state=ProofState.STANDING,
                started_at=now,
                proved_at=now,
                checked_at=now,
            )
    except IntegrityError:
        raise ProofRefused(Problem.ACCOUNT_TAKEN) from None


def _of(signature: Signature) -> QuerySet[Proof]:
    return Proof.objects.filter(signature=signature, method=CODE, state__in=ProofState.open())
