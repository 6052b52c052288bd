"""Roster: the organizers have a union's or society's list of members, and a member is on it.

Proves that whoever signed knows number and name of one member. Neither is ever kept: a line of the
roster is a keyed hash of both together, and so is what a signer types.
"""

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from campaign import limits
from campaign.keyed_hash import Purpose, keyed_hash
from signatures.models import Member, Proof, ProofState, Roster, Signature
from signatures.names.folding import search_key
from signatures.names.lookalikes import words_key
from signatures.verification.levels import locked_signature, recompute_level
from signatures.verification.problems import Problem, ProofRefused
from signatures.verification.proofs import check_may_start

CODE = "roster"


def number_key(number: str) -> str:
    """A member number without what people write differently: case, spaces, dashes, the script of
    its digits, and leading zeros, which spreadsheets drop. Empty if nothing is left."""
    plain = search_key(number).replace(" ", "")
    return plain.lstrip("0") or plain[:1]


def line_key(*, number: str, name: str) -> bytes:
    """32 bytes for number and name, in whatever order and spelling the words of the name stand."""
    return keyed_hash(Purpose.ROSTER_LINE, number_key(number).encode(), words_key(name).encode())


def member_key(*, roster_id: int, line: bytes) -> bytes:
    """What is stored of a line. Says nothing beside another roster's, whoever is on both."""
    return keyed_hash(Purpose.ROSTER_MEMBER, str(roster_id).encode(), line)


def once_key(*, roster: Roster, number: str) -> bytes:
    """What makes a membership count once on its letter."""
    return keyed_hash(Purpose.ROSTER_ONCE, *_ids(roster), number_key(number).encode())


def prove(
    *, signature: Signature, roster: Roster, number: str, name: str = "", network: bytes
) -> Proof:
    """The membership stands at once; the same proof again if it stood before.

    `name` is what the roster has if that is not the name of the signature: it is compared and kept
    nowhere, but readers are told that it is another one, and it lifts to L2 instead of L4. A
    membership counts once on a letter. Raises NotSigned, and ProofRefused: with one answer, after
    one and the same look, whether number or name was wrong.
    """
    check_may_start(signature=signature)
    if standing := _standing(signature, roster):
        return standing
    name = name or signature.name
    guessed = _guessed(roster, name)
    factor = signature.letter.network_factor
    is_own_name = words_key(name) == words_key(signature.name)
    who = str(signature.pk).encode()
    _count_try(who, roster, network, guessed, factor, is_own_name=is_own_name)
    with transaction.atomic():
        # The roster before the signature, as everywhere, and until the end: whoever replaces it
        # afterwards finds the proof.
        held = Roster.objects.select_for_update().filter(pk=roster.pk).first()
        key = member_key(roster_id=roster.pk, line=line_key(number=number, name=name))
        if held and _is_member(held, key):
            return _stand(signature, held, number, name, key)
    _count_wrong(roster, network, guessed, factor)
    raise ProofRefused(Problem.NOT_A_MEMBER)


def check_name(*, roster: Roster, number: str, name: str, who: bytes, network: bytes) -> None:
    """That the roster has a member of this number in this very name. `who` tries, without a
    signature; nothing is kept. Raises ProofRefused, as `prove` does."""
    guessed = _guessed(roster, name)
    factor = roster.letter.network_factor
    _count_try(who, roster, network, guessed, factor, is_own_name=False)
    key = member_key(roster_id=roster.pk, line=line_key(number=number, name=name))
    if not _is_member(roster, key):
        _count_wrong(roster, network, guessed, factor)
        raise ProofRefused(Problem.NOT_A_MEMBER)


def counting() -> QuerySet[Proof]:
    return Proof.objects.filter(method=CODE, state__in=ProofState.counting())


def _standing(signature: Signature, roster: Roster) -> Proof | None:
    return counting().filter(signature=signature, subject=roster.name).first()


def _guessed(roster: Roster, name: str) -> bytes:
    return keyed_hash(Purpose.ROSTER_NAME, *_ids(roster), words_key(name).encode())


def _is_member(roster: Roster, key: bytes) -> bool:
    return Member.objects.filter(roster=roster, key=key, waits=False).exists()


def _count_try(
    who: bytes,
    roster: Roster,
    network: bytes,
    guessed: bytes,
    factor: float,
    *,
    is_own_name: bool,
) -> None:
    """Of who tries, every try counts; of what is tried, and from where, the wrong ones alone,
    afterwards: a whole society may well show itself on one day, from one hall. A signature's
    first tries under its own name do not depend on what strangers tried before, or these could
    lock a member out."""
    limit = limits.Limit
    roster_key = str(roster.pk).encode()
    if not (
        limits.hit(limit.MEMBERSHIPS_OF_SIGNATURE, who)
        and limits.peek(limit.MEMBERSHIPS_FROM_NETWORK, network, factor=factor)
    ):
        raise ProofRefused(Problem.TOO_MANY)
    if (
        is_own_name
        and limits.hit(limit.OWN_MEMBERSHIPS_OF_SIGNATURE, who)
        and limits.hit(limit.OWN_MEMBERSHIPS_OF_ROSTER, roster_key)
    ):
        return
    if not (
        limits.peek(limit.WRONG_MEMBERSHIPS_OF_ROSTER, roster_key)
        and limits.peek(limit.WRONG_MEMBERSHIPS_OF_NAME, guessed)
    ):
        raise ProofRefused(Problem.TOO_MANY)


def _count_wrong(roster: Roster, network: bytes, guessed: bytes, factor: float) -> None:
    limits.hit(limits.Limit.WRONG_MEMBERSHIPS_OF_ROSTER, str(roster.pk).encode())
    limits.hit(limits.Limit.WRONG_MEMBERSHIPS_OF_NAME, guessed)
    limits.hit(limits.Limit.MEMBERSHIPS_FROM_NETWORK, network, factor=factor)


def _stand(signature: Signature, roster: Roster, number: str, name: str, key: bytes) -> Proof:
    with locked_signature(signature_id=signature.pk) as own:
        check_may_start(signature=own)
        if standing := _standing(own, roster):
            return standing
        now = timezone.now()
        once = once_key(roster=roster, number=number)
        proof = Proof(
            signature=own,
            method=CODE,
            subject=roster.name,
            # To find the line again when the roster is replaced.
            private=key.hex(),
            exclusive_key=once,
            # Compared with the name as it is now: somebody may just have changed it.
            by_other_name=words_key(name) != words_key(own.name),
            state=ProofState.STANDING,
            started_at=now,
            proved_at=now,
            checked_at=now,
        )
        try:
            with transaction.atomic():
                proof.save(force_insert=True)
        except IntegrityError:
            raise ProofRefused(Problem.MEMBERSHIP_TAKEN) from None
        recompute_level(signature=own)
    return proof


def _ids(roster: Roster) -> tuple[bytes, bytes]:
    return str(roster.letter_id).encode(), str(roster.pk).encode()
