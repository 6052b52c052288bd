"""Signatures that may be one person's who counts more than once: listed for the organizers.

Families share a network, and strangers a name; so nothing is held for that alone. A worker compares
whoever got a number with those who have one already: who signs and confirms does not wait for it.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce

from campaign import domains, mail_hosts
from campaign.letters.models import Letter
from signatures.models import (
    Level,
    RecheckReason,
    RepeatsSought,
    Signature,
    SignatureState,
    Vetting,
    VettingState,
)
from signatures.verification import attested

BATCH_ROWS = 1000
RUN_SECONDS = 10.0
Trait = tuple[RecheckReason, bytes | str]
_READ = ("pk", "letter_id", "number", "name_key", "email", "network_key", "level")


@dataclass(frozen=True, slots=True)
class Traits:
    """What two signatures of one name may share; empty where it tells nothing."""

    network: bytes
    # Of the address, where not anybody can have one there.
    domain: str

    def __iter__(self) -> Iterator[Trait]:
        """Those that tell something, the stronger one first."""
        if self.network:
            yield RecheckReason.NETWORK, self.network
        if self.domain:
            yield RecheckReason.DOMAIN, self.domain

    def shared_with(self, other: "Traits") -> RecheckReason | None:
        theirs = set(other)
        return next((reason for reason, value in self if (reason, value) in theirs), None)


def traits_of(*, signature: Signature) -> Traits:
    domain = signature.email.rpartition("@")[2]
    is_own = domain and not mail_hosts.is_free(domain)
    return Traits(bytes(signature.network_key or b""), domains.owned(domain) if is_own else "")


def has_throwaway_address(*, signature: Signature) -> bool:
    return mail_hosts.is_disposable(signature.email.rpartition("@")[2])


def seek() -> int:
    """Go on for some seconds; how many signatures were compared. Safe to run in two places."""
    until = time.monotonic() + RUN_SECONDS
    compared = 0
    for letter_id, after in _unfinished():
        while time.monotonic() < until and (rows := _numbered(letter_id, after=after)):
            _list_repeats(rows)
            after = rows[-1].number or after
            RepeatsSought.objects.update_or_create(
                letter_id=letter_id, defaults={"to_number": after}
            )
            compared += len(rows)
    return compared


def _unfinished() -> list[tuple[int, int]]:
    """Letters with signatures that were not compared yet, and from which number on."""
    to_number = Coalesce(F("repeats_sought__to_number"), 0)
    new = Signature.objects.filter(letter=OuterRef("pk"), number__gt=OuterRef("after"))
    letters = Letter.objects.exclude(published_at=None).annotate(after=to_number)
    return list(letters.filter(Exists(new)).order_by("pk").values_list("pk", "after"))


def _numbered(letter_id: int, *, after: int) -> list[Signature]:
    found = Signature.objects.filter(letter=letter_id, number__gt=after).order_by("number")
    return list(found.only(*_READ, "state")[:BATCH_ROWS])


def compare_renamed(*, signature_id: int) -> None:
    """List one that has another name now, if somebody who counts shares it and more, whichever of
    them came first. Within the transaction of the change."""
    renamed = Signature.objects.only(*_READ, "state").get(pk=signature_id)
    if renamed.state != SignatureState.CONFIRMED or renamed.number is None:
        # Compared when it gets its number.
        return
    first = _first_bearers(
        letter_id=renamed.letter_id, names={renamed.name_key}, without=renamed.pk
    )
    for trait in traits_of(signature=renamed):
        if (renamed.name_key, trait) in first:
            attested.ask_to_look(signature=renamed, reason=trait[0])
            return


def _list_repeats(rows: Sequence[Signature]) -> None:
    standing = [each for each in rows if each.state == SignatureState.CONFIRMED]
    names = {each.name_key for each in standing}
    first = _first_bearers(letter_id=rows[0].letter_id, names=names)
    found = {each: reason for each in standing if (reason := _repeats(each, first))}
    looked_at = _looked_at(found)
    for signature, reason in found.items():
        if signature.pk not in looked_at:
            attested.ask_to_look(signature=signature, reason=reason)


def _first_bearers(
    *, letter_id: int, names: Iterable[str], without: int = 0
) -> Mapping[tuple[str, Trait], int]:
    """The lowest number among those of the letter who count, shown or not, for each of these names
    and each trait of its bearers. Each of the two questions has an index that holds the names."""
    counted = Signature.objects.filter(
        letter=letter_id,
        name_key__in=set(names) - {""},
        state=SignatureState.CONFIRMED,
        number__isnull=False,
    ).exclude(pk=without)
    first: dict[tuple[str, Trait], int] = {}
    for is_shown in (True, False):
        for each in counted.filter(consent_publish=is_shown).only(*_READ):
            for trait in traits_of(signature=each):
                key, number = (each.name_key, trait), each.number or 0
                first[key] = min(first.get(key, number), number)
    return first


def _repeats(signature: Signature, first: Mapping[tuple[str, Trait], int]) -> RecheckReason | None:
    """What it shares with one who has the same name and came before."""
    number = signature.number or 0
    for trait in traits_of(signature=signature):
        if first.get((signature.name_key, trait), number) < number:
            return trait[0]
    return RecheckReason.THROWAWAY if has_throwaway_address(signature=signature) else None


def _looked_at(signatures: Iterable[Signature]) -> set[int]:
    """Those of them whom the organizers have let in or vetted: they had the others beside them."""
    asked = list(signatures)
    vetted = {each.pk for each in asked if each.level >= Level.VETTED}
    approved = Vetting.objects.filter(signature__in=asked, state=VettingState.APPROVED)
    return vetted | set(approved.values_list("signature_id", flat=True))
