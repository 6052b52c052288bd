"""Organisations: who signed for one, and as what.

A claim like any other, until a proof of the organisation's domain stands beside it: it is shown
only as long as one does.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import F
from django.utils import timezone

from signatures.errors import NameWatched, NotAnOrganisation
from signatures.models import (
    Authority,
    Kind,
    Proof,
    ProofState,
    RecheckReason,
    Signature,
    SignatureState,
)
from signatures.screening import watchlist
from signatures.verification import attested, registry
from signatures.verification.levels import locked_signature
from signatures.verification.proofs import check_may_start


def state(*, signature: Signature, name: str, role: str) -> Authority:
    """Write down, or change, who signs for the organisation; both are clean already.

    Raises NotSigned, NotAnOrganisation, and NameWatched: a name that the vetters watch for gets to
    no page by this side door.
    """
    if signature.kind != Kind.ORGANISATION:
        raise NotAnOrganisation
    watch = watchlist.watch_of(letter_id=signature.letter_id, fresh=True)
    if watch.names.find(name, role):
        raise NameWatched
    with locked_signature(signature_id=signature.pk) as own:
        check_may_start(signature=own)
        told = {"name": name, "role": role}
        if Authority.objects.filter(signature=own, **told).exists():
            return Authority.objects.get(signature=own)
        stated = Authority.objects.update_or_create(
            signature=own,
            defaults={**told, "stated_at": timezone.now(), "waits": watch.everyone},
        )[0]
        _changed(own, waits=stated.waits)
        return stated


def end(*, signature: Signature) -> bool:
    """Forget it: the signer takes it off. True if this call did it."""
    with locked_signature(signature_id=signature.pk) as own:
        ended = bool(Authority.objects.filter(signature=own).delete()[0])
        if ended:
            _changed(own, waits=False)
    return ended


def _changed(signature: Signature, *, waits: bool) -> None:
    """Readers are told something else: whoever has read what stood here decides about it no more,
    and what was attested was attested of that."""
    Signature.objects.filter(pk=signature.pk).update(revision=F("revision") + 1)
    if waits and signature.state == SignatureState.CONFIRMED:
        attested.ask_to_look(signature=signature, reason=RecheckReason.CHANGED)
    attested.follow(signature=signature)


def stated(*, signature: Signature) -> Authority | None:
    return Authority.objects.filter(signature=signature).first()


def is_verified(*, signature: Signature) -> bool:
    """Whether readers may see it: a proof of the domain counts, and nobody has to look first."""
    if Authority.objects.filter(signature=signature, waits=True).exists():
        return False
    standing = Proof.objects.filter(signature=signature, state__in=ProofState.counting())
    return standing.filter(method__in=registry.of_hosts()).exists()


def is_shown_by(methods: Iterable[str]) -> bool:
    """Whether one of these, all of proofs that count, shows the domain of who signed."""
    return any((each := registry.find(code)) is not None and each.is_of_host for code in methods)


def shown_for(
    *, rows: Iterable[Signature], proofs: Mapping[int, Sequence[Proof]]
) -> dict[int, Authority]:
    """Who readers are told signed for these organisations, by the key of the signature.

    `proofs` are those that count, by the same key. One query, and none where no organisation has
    shown its domain.
    """
    shown = [
        row.pk
        for row in rows
        if row.kind == Kind.ORGANISATION
        and is_shown_by(proof.method for proof in proofs.get(row.pk, ()))
    ]
    if not shown:
        return {}
    found = Authority.objects.filter(signature__in=shown, waits=False)
    return {each.signature_id: each for each in found}
