"""Work e-mail: a code sent to an address at an organisation's own domain.

Proves that whoever signed reads mail there now. Readers see the domain, never the address.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from campaign import keyed_hash, limits, mail_hosts
from campaign.keyed_hash import Purpose
from campaign.pages import PageContext
from signatures.addresses import clean_address, email_key
from signatures.errors import WrongCode
from signatures.models import (
    Delivery,
    DeliveryState,
    Message,
    Proof,
    ProofState,
    Signature,
)
from signatures.outbox import ask_for_mail, owe
from signatures.verification.levels import locked_signature, recompute_level
from signatures.verification.network.hosts import HOST_LIMIT, clean_host, owner_of
from signatures.verification.problems import Problem, ProofRefused
from signatures.verification.proofs import check_may_start, count_start, new_token

CODE = "work_email"
MAX_TRIES = 5
TIME_TO_TYPE = timedelta(hours=24)


def clean_work_address(raw: str) -> str:
    """An address at a domain that not everybody can have one at.

    Raises AddressRefused for what is no address, ProofRefused for the others.
    """
    address = clean_address(raw, allow_reserved=settings.ALLOW_RESERVED_ADDRESSES)
    domain = address.rpartition("@")[2]
    if mail_hosts.is_disposable(domain):
        raise ProofRefused(Problem.DISPOSABLE)
    if mail_hosts.is_free(domain):
        raise ProofRefused(Problem.FREE_MAIL)
    if len(clean_host(domain)) > HOST_LIMIT:
        raise ProofRefused(Problem.HOST_INVALID)
    return address


def start(*, signature: Signature, address: str) -> Proof:
    """Owe a code to this clean address, together with the proof: both or neither.

    One that was started for the same domain is started anew, with this address and another code.
    Raises NotSigned and ProofRefused.
    """
    check_may_start(signature=signature)
    domain = address.rpartition("@")[2]
    with locked_signature(signature_id=signature.pk):
        proof = Proof.objects.filter(
            signature=signature,
            method=CODE,
            subject=domain,
            state__in=(ProofState.STARTED, *ProofState.counting()),
        ).first()
        if proof is not None and proof.state != ProofState.STARTED:
            return proof
        count_start(signature=signature)
        # Whoever reads that mailbox did not ask us for anything.
        if not limits.hit(limits.Limit.CODES_TO_ADDRESS, email_key(address)):
            raise ProofRefused(Problem.TOO_MANY_MAILS)
        if not limits.hit(limits.Limit.CODES_TO_DOMAIN, owner_of(domain).encode()):
            raise ProofRefused(Problem.TOO_MANY_MAILS_TO_DOMAIN)
        now = timezone.now()
        proof = proof or Proof(signature=signature, method=CODE, subject=domain)
        proof.private, proof.token, proof.tries, proof.started_at = address, new_token(), 0, now
        proof.save()
        # A code that was not sent yet is no longer the right one, and its address may be wrong.
        Delivery.objects.filter(proof=proof, state=DeliveryState.OWED).delete()
        owe(signature=signature, proof=proof, message=Message.WORK_EMAIL)
    ask_for_mail()
    return proof


def start_with(signature: Signature, address: str) -> Proof:
    """`start`, as it is offered."""
    return start(signature=signature, address=address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing(PageContext):
    code_has_run_out: bool


def placing(proof: Proof) -> Placing:
    return Placing(code_has_run_out=has_run_out(proof, now=timezone.now()))


def code_for(*, proof: Proof) -> str:
    """Six digits, made from the proof's token: nothing to type is stored."""
    return keyed_hash.code(Purpose.WORK_EMAIL_CODE, *_parts(proof))


def has_run_out(proof: Proof, *, now: datetime) -> bool:
    return now >= proof.started_at + TIME_TO_TYPE or proof.tries >= MAX_TRIES


def enter_code(*, proof: Proof, code: str) -> bool:
    """True if this call made the proof stand, False if it stood already. Raises WrongCode.

    Five tries for each code that was sent, and a day.
    """
    now = timezone.now()
    with locked_signature(signature_id=proof.signature_id) as signature:
        check_may_start(signature=signature)
        if Proof.objects.filter(pk=proof.pk, state__in=ProofState.counting()).exists():
            return False
        waiting = Proof.objects.filter(
            pk=proof.pk,
            method=CODE,
            state=ProofState.STARTED,
            tries__lt=MAX_TRIES,
            started_at__gt=now - TIME_TO_TYPE,
        )
        # The token as it is now: a code that was replaced since the page was shown is void.
        counted = waiting.update(tries=F("tries") + 1)
        proof.refresh_from_db(fields=("token", "state", "tries"))
        right = bool(counted) and keyed_hash.is_code(code, Purpose.WORK_EMAIL_CODE, *_parts(proof))
        if right:
            Proof.objects.filter(pk=proof.pk).update(
                state=ProofState.STANDING, proved_at=now, checked_at=now
            )
            recompute_level(signature=signature)
    if not right:
        raise WrongCode
    return True


def _parts(proof: Proof) -> tuple[bytes, bytes]:
    return str(proof.pk).encode(), proof.token.encode()
