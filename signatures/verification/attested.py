"""Of what an attestation is: the details that the organizers had before them.

Vetted, called back and named first mean the name with all that stands beside it. When its signer
changes any of that, the attestation is told as changed since, lifts nothing and names nobody first
until an organizer has looked again, or the signer has changed it back.

Of somebody who is not named, readers are told that a person whom the organizers know stands there,
and nothing that stands beside the name: so a change of that changes nothing, until they are named.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaign.letters.models import Letter
from campaign.organizers import audit
from campaign.organizers.models import Membership, Organizer
from signatures.details import Details
from signatures.errors import NotConfirmed, NothingChanged
from signatures.locking import locked_as_read
from signatures.models import (
    ATTESTED_METHODS,
    AttestationDeed,
    AttestationStep,
    Authority,
    Kind,
    Proof,
    ProofState,
    Recheck,
    RecheckReason,
    Signature,
    SignatureState,
)
from signatures.verification import vetting
from signatures.verification.levels import recompute_level

LABELS = {
    "name": _("Name"),
    "kind": _("Person or organisation"),
    "profession": _("Profession"),
    "country": _("Country"),
    "credit": _("Known for"),
    "affiliation": _("Affiliation"),
    "authority_name": _("Who signs for it"),
    "authority_role": _("Their role"),
}

# Which of them say who it is.
_OF_WHOM = ("name", "kind")


@dataclass(frozen=True, slots=True)
class Change:
    """One of the details, as it was attested and as it stands there now; both may be empty."""

    field: str
    before: str
    after: str

    @property
    def label(self) -> str:
        return str(LABELS[self.field])


def details_of(*, signature: Signature) -> dict[str, str]:
    """All that readers are told in the signer's own words, as JSON keeps it."""
    told = Details.of(signature).committed()
    # Nobody signs for a person.
    stated = (
        Authority.objects.filter(signature=signature).first()
        if signature.kind == Kind.ORGANISATION
        else None
    )
    told["authority_name"] = stated.name if stated else ""
    told["authority_role"] = stated.role if stated else ""
    return told


def follow(*, signature: Signature) -> None:
    """After a change of what readers are told, in its transaction. Safe to repeat."""
    attestations = Proof.objects.filter(
        signature=signature,
        method__in=ATTESTED_METHODS,
        state__in=ProofState.attested(),
    )
    rows = list(attestations.only("pk", "method", "state", "seen"))
    if not rows:
        return
    # As it is in this transaction, whatever the caller has loaded before.
    fresh = Signature.objects.get(pk=signature.pk)
    now = details_of(signature=fresh)
    if fresh.is_anonymous:
        rows = [each for each in rows if not _is_told_as_it_was(each, now)]
    changed = [each for each in rows if each.seen != now]
    same = [each for each in rows if each.seen == now]
    for each in changed:
        if each.state != ProofState.CHANGED:
            seen = each.seen or {}
            fields = [field for field, value in now.items() if seen.get(field) != value]
            _write_step(signature, each.method, AttestationDeed.CHANGED, fields=fields)
    for each in same:
        if each.state == ProofState.CHANGED:
            _write_step(signature, each.method, AttestationDeed.CHANGED_BACK)
    _move(changed, to=ProofState.CHANGED)
    _move(same, to=ProofState.STANDING)
    if changed:
        ask_to_look(signature=signature, reason=RecheckReason.CHANGED)
    elif not Authority.objects.filter(signature=signature, waits=True).exists():
        Recheck.objects.filter(signature=signature, reason=RecheckReason.CHANGED).delete()
    recompute_level(signature=signature)


def ask_to_look(
    *, signature: Signature, reason: RecheckReason, watched_id: int | None = None
) -> None:
    """List one that stands among those to look at again. Asked twice, it keeps its place."""
    Recheck.objects.get_or_create(
        signature=signature,
        defaults={
            "letter_id": signature.letter_id,
            "reason": reason,
            "watched_id": watched_id,
            "opened_at": timezone.now(),
        },
    )


def to_look_at(*, letter: Letter) -> QuerySet[Recheck]:
    """Those that stand and shall be looked at again, oldest first."""
    standing = Recheck.objects.filter(letter=letter, signature__state=SignatureState.CONFIRMED)
    return standing.select_related("signature", "watched").order_by("opened_at", "pk")


def changes(*, signature: Signature) -> list[Change]:
    """What is different from what was last attested; empty while nothing is."""
    changed = Proof.objects.filter(signature=signature, state=ProofState.CHANGED)
    last = changed.order_by("-proved_at", "-pk").first()
    if last is None:
        return []
    now = details_of(signature=signature)
    before: dict[str, Any] = last.seen or {}
    return [
        Change(field, str(before.get(field, "")), value)
        for field, value in now.items()
        if before.get(field, "") != value
    ]


def confirm_changes(*, signature: Signature, organizer: Organizer, expected_revision: int) -> None:
    """An organizer has looked at it as it stands now: what was attested is attested of that.

    `expected_revision` is the one that they read. Raises NotConfirmed, DetailsChanged, and
    NothingChanged when nothing waits for that, also the second time.
    """
    with locked_as_read(
        signature=signature,
        expected_revision=expected_revision,
        states=(SignatureState.CONFIRMED,),
        otherwise=NotConfirmed,
    ) as held:
        told = details_of(signature=held)
        changed = Proof.objects.filter(signature=held, state=ProofState.CHANGED)
        # The call was on its day; the look is of today, and whose it is.
        role = role_of(signature=held, organizer=organizer)
        changed.filter(method=vetting.METHOD.code).update(
            organizer=organizer, proved_at=timezone.now(), role=role, told_name=""
        )
        for method in changed.order_by("pk").values_list("method", flat=True):
            _write_step(held, method, AttestationDeed.RENEWED, role=role)
        renewed = changed.update(state=ProofState.STANDING, seen=told)
        Authority.objects.filter(signature=held).update(waits=False)
        if not Recheck.objects.filter(signature=held).delete()[0] and not renewed:
            raise NothingChanged
        audit.record(
            team=held.letter.team,
            organizer=organizer,
            action="confirm_changes",
            subject=f"signature {held.public_id}",
        )
        recompute_level(signature=held)


def role_of(*, signature: Signature, organizer: Organizer) -> str:
    """As what they attest: readers are told the role, and no name unless they want it."""
    member = Membership.objects.filter(team=signature.letter.team_id, organizer=organizer)
    return member.values_list("role", flat=True).first() or ""


def write_given(proof: Proof) -> None:
    """In the transaction that attests."""
    _write_step(proof.signature, proof.method, AttestationDeed.GIVEN, role=proof.role)


def write_ended(*, signature: Signature, methods: Iterable[str]) -> None:
    """In the transaction that takes them back."""
    for method in methods:
        _write_step(signature, method, AttestationDeed.ENDED)


def _is_told_as_it_was(attestation: Proof, now: Mapping[str, str]) -> bool:
    """Whether nothing is different that readers are told of somebody who is not named."""
    seen = attestation.seen or {}
    stands = attestation.state != ProofState.CHANGED
    return stands and all(seen.get(field) == now[field] for field in _OF_WHOM)


def _write_step(
    signature: Signature,
    method: str,
    deed: AttestationDeed,
    *,
    fields: Sequence[str] = (),
    role: str = "",
) -> None:
    AttestationStep.objects.create(
        signature=signature,
        method=method,
        deed=deed,
        fields=list(fields),
        role=role,
        at=timezone.now(),
    )


def _move(rows: list[Proof], *, to: ProofState) -> None:
    moving = [each.pk for each in rows if each.state != to]
    if moving:
        Proof.objects.filter(pk__in=moving).update(state=to)
