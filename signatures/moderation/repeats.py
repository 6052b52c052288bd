"""Signatures that may be one person's who counts more than once: listed for the organizers.

Families share a network, and strangers a name; so nothing is held for that alone. A worker compares
whoever got a number with those who have one already: who signs and confirms does not wait for it.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce

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
from signatures.verification import attested, mail_hosts
from signatures.verification.network import hosts

BATCH = 1000
RUN_SECONDS = 10.0
_READ = ("pk", "letter_id", "number", "name_key", "email", "network_key", "level")


@dataclass(frozen=True, slots=True)
class Traits:
    """What two signatures of one name may share; empty where it tells nothing."""

    network: bytes
    # Of the address, where not anybody can have one there.
    domain: str

    def shared_with(self, other: "Traits") -> RecheckReason | None:
        if self.network and self.network == other.network:
            return RecheckReason.NETWORK
        if self.domain and self.domain == other.domain:
            return RecheckReason.DOMAIN
        return None


def traits_of(*, signature: Signature) -> Traits:
    domain = signature.email.rpartition("@")[2]
    is_own = domain and not mail_hosts.is_free(domain)
    return Traits(bytes(signature.network_key or b""), hosts.owned(domain) if is_own else "")


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
    return list(found.only(*_READ, "state")[:BATCH])


def _list_repeats(rows: Sequence[Signature]) -> None:
    standing = [each for each in rows if each.state == SignatureState.CONFIRMED]
    earlier = _by_name(letter_id=rows[0].letter_id, names={each.name_key for each in standing})
    found = {each: reason for each in standing if (reason := _repeats(each, earlier))}
    looked_at = _looked_at(found)
    for signature, reason in found.items():
        if signature.pk not in looked_at:
            attested.ask_to_look(signature=signature, reason=reason)


def _by_name(*, letter_id: int, names: Iterable[str]) -> Mapping[str, list[Signature]]:
    """All of the letter who bear one of these names and count, named or not. Each of the two
    questions has an index that holds the names."""
    counted = Signature.objects.filter(
        letter=letter_id,
        name_key__in=set(names) - {""},
        state=SignatureState.CONFIRMED,
        number__isnull=False,
    )
    bearing: dict[str, list[Signature]] = defaultdict(list)
    for is_named in (True, False):
        for each in counted.filter(consent_publish=is_named).only(*_READ):
            bearing[each.name_key].append(each)
    return bearing


def _repeats(signature: Signature, bearing: Mapping[str, list[Signature]]) -> RecheckReason | None:
    """What it shares with one who has the same name and came before."""
    own = traits_of(signature=signature)
    shared = {
        own.shared_with(traits_of(signature=other))
        for other in bearing.get(signature.name_key, ())
        if (other.number or 0) < (signature.number or 0)
    }
    for reason in (RecheckReason.NETWORK, RecheckReason.DOMAIN):
        if reason in shared:
            return reason
    return RecheckReason.THROWAWAY if has_throwaway_address(signature=signature) else None


def _looked_at(signatures: Iterable[Signature]) -> set[int]:
    """Those of them whom the organizers have let in or vetted: they had the others beside them."""
    asked = list(signatures)
    vetted = {each.pk for each in asked if each.level >= Level.VETTED}
    approved = Vetting.objects.filter(signature__in=asked, state=VettingState.APPROVED)
    return vetted | set(approved.values_list("signature_id", flat=True))
