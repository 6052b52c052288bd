"""Holding who confirms, or changes what readers see, from now on and has something in common with
a burst: begun by one press, stopped by one, and over by itself.

It decides about nobody: whoever it holds waits like anyone who is held, is told no more than they
are, and goes on waiting when it ends. What begins it says nothing about one signature, so nobody is
remembered as turned away, and honest people in the same hall are let in by approving them.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from campaign import domains, limits, mail_hosts
from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from campaign.process_cache import ProcessCache
from signatures.details import Details
from signatures.errors import NobodysDomain, NothingInCommon, PrecautionOver
from signatures.models import Precaution, Reason, Signature, Trait, Vetting, VettingState
from signatures.moderation import repeats
from signatures.names.folding import search_key
from signatures.screening.holds import Hold
from signatures.verification.network import hosts
from signatures.verification.problems import ProofRefused

KEPT_SECONDS = 5.0
LASTS = timedelta(days=1)
# Networks are kept for thirty days in all: this, a link's week and the day that it lasts are less.
KEPT_AFTERWARDS = timedelta(days=7)
# Behind every name that resembles another: what many have in common says little of one.
_RISK = 40
_LETTERS_KEPT = 200
# What they are begun for is in nobody's signature.
OF_EVERYONE = (Trait.EVERYONE, Trait.WORK)
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class _InForce:
    ids: Mapping[tuple[str, str], int]
    ranges: Sequence[Network]
    until: float


_kept: ProcessCache[int, _InForce] = ProcessCache(
    "precautions", max_entries=_LETTERS_KEPT, seconds=KEPT_SECONDS
)


def traits_of(*, signature: Signature, details: Details | None = None) -> dict[Trait, str]:
    """What others may have in common with it, the most telling first; with other details, if it
    takes these. `everyone` is not among it: that goes without saying."""
    shared = repeats.traits_of(signature=signature)
    written = details or signature
    found = {
        Trait.NETWORK: shared.network.hex(),
        Trait.DOMAIN: shared.domain,
        Trait.NAME: search_key(written.name),
        Trait.CREDIT: search_key(written.credit),
        Trait.AFFILIATION: search_key(written.affiliation),
        Trait.COUNTRY: written.country,
    }
    traits = {trait: value for trait, value in found.items() if value}
    if repeats.has_throwaway_address(signature=signature):
        traits[Trait.THROWAWAY] = ""
    return traits


def also(hold: Hold | None, *, signature: Signature) -> Hold | None:
    """Why it has to wait after all, when nothing about its name says so. No query, but for every
    few seconds."""
    if hold is not None and hold.reason != Reason.EVERYONE:
        return hold
    in_force = _in_force(signature.letter_id).ids
    if signature.without_work:
        # Also of one that is over: it was asked for when this was signed.
        return Hold(Reason.PRECAUTION, _RISK, precaution_id=in_force.get((Trait.WORK, "")))
    if not in_force:
        return hold
    return _held_by(in_force, traits_of(signature=signature).items()) or hold


def also_of_edit(
    hold: Hold | None, *, signature: Signature, details: Details, network: bytes
) -> Hold | None:
    """The same of one that stands, and takes these details, which readers would see. `network` is
    where it is changed from. Proof of work is asked of those alone who sign."""
    if hold is not None and hold.reason != Reason.EVERYONE:
        return hold
    in_force = _in_force(signature.letter_id).ids
    if not in_force:
        return hold
    traits = traits_of(signature=signature, details=details)
    here = (Trait.NETWORK, network.hex())
    return _held_by(in_force, (here, *traits.items())) or hold


def asks_for_work(*, letter_id: int) -> bool:
    """Whether browsers have to compute a little before anybody signs this letter."""
    return (Trait.WORK, "") in _in_force(letter_id).ids


def network_key(*, request: HttpRequest, letter_id: int) -> bytes:
    """What is kept of the network that somebody signs from, as `limits.network_key`.

    All of a range that the site's operators hold is one network here, so that those who sign from
    it can be held when they confirm, wherever that is. Limits go by the network itself.
    """
    network = limits.network_of(request)
    if network and (ranges := _in_force(letter_id).ranges):
        own = ip_network(network)
        network = next((str(each) for each in ranges if own.overlaps(each)), network)
    return limits.key_of(network)


def begin(
    *,
    letter: Letter,
    trait: Trait,
    like: str,
    organizer: Organizer,
    now: datetime,
    expected_revision: int = 0,
) -> Precaution:
    """Hold anyone who shares this trait with the signature `like`, a public id, from now on. Safe
    to repeat: of one that is in force, it goes on as it is.

    Raises NothingInCommon if that signature is gone, has no such trait, or is not as the organizer
    read it: else its signer could have others held by changing it meanwhile.
    """
    value = "" if trait in OF_EVERYONE else _value_of(letter, trait, like, expected_revision)
    return standing(
        letter=letter, trait=trait, value=value, organizer=organizer, now=now, ends_at=now + LASTS
    )


def hold_domain(*, letter: Letter, domain: str, organizer: Organizer, now: datetime) -> str:
    """Hold whoever confirms an address there, until somebody stops it; the domain, which is all
    that its owner has. Safe to repeat. Raises NobodysDomain."""
    value = held_domain(domain)
    held = standing(
        letter=letter, trait=Trait.DOMAIN, value=value, organizer=organizer, now=now, ends_at=None
    )
    # One that ends by itself ends no more.
    Precaution.objects.filter(pk=held.pk, stopped_at=None).update(ends_at=None)
    return value


def held_domain(typed: str) -> str:
    """As addresses are compared by it. Raises NobodysDomain for what is none, and for one where
    anybody can have an address."""
    try:
        domain = hosts.clean_domain(typed.rpartition("@")[2])
    except ProofRefused as refused:
        raise NobodysDomain from refused
    if mail_hosts.is_free(domain):
        raise NobodysDomain
    return domains.owned(domain)


def standing(
    *,
    letter: Letter,
    trait: Trait,
    value: str,
    organizer: Organizer | None,
    now: datetime,
    ends_at: datetime | None,
) -> Precaution:
    """The one that is in force, as it is, or a new one. By nobody: by the site itself."""
    mine = Precaution.objects.filter(letter=letter, trait=trait, value=value, stopped_at=None)
    with transaction.atomic():
        # What is over by itself makes way for the next, which has a row of its own.
        mine.filter(ends_at__lte=now).update(stopped_at=F("ends_at"))
        found, is_new = Precaution.objects.get_or_create(
            letter=letter,
            trait=trait,
            value=value,
            stopped_at=None,
            defaults={"begun_at": now, "begun_by": organizer, "ends_at": ends_at},
        )
    if is_new:
        forget()
    return found


def stop(*, letter: Letter, precaution_id: int, organizer: Organizer, now: datetime) -> None:
    """Hold nobody more. Publishes nothing: whom it held still wait. Raises PrecautionOver."""
    mine = in_force(now=now).filter(pk=precaution_id, letter=letter)
    if not mine.update(stopped_at=now, stopped_by=organizer):
        raise PrecautionOver
    forget()


def in_force(*, now: datetime) -> QuerySet[Precaution]:
    return Precaution.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), stopped_at=None)


def of_letter(*, letter: Letter) -> QuerySet[Precaution]:
    """Those in force and those of the last days, newest first."""
    mine = Precaution.objects.filter(letter=letter).order_by("-begun_at", "-pk")
    return mine.select_related("begun_by", "stopped_by")


@dataclass(frozen=True, slots=True)
class Held:
    """How many a precaution holds or held by itself, and how many of them wait still."""

    all: int = 0
    waiting: int = 0


def held_by(*, letter: Letter) -> dict[int, Held]:
    held = Vetting.objects.filter(letter=letter, precaution__isnull=False).order_by()
    counted = held.values_list("precaution").annotate(
        every=Count("pk"), waiting=Count("pk", filter=Q(state__in=VettingState.open()))
    )
    return {pk: Held(every, waiting) for pk, every, waiting in counted}


def forget_old() -> int:
    """What is over. Whom it held wait on, for a reason that is told without it."""
    over = timezone.now() - KEPT_AFTERWARDS
    return Precaution.objects.filter(Q(stopped_at__lt=over) | Q(ends_at__lt=over)).delete()[0]


def forget() -> None:
    """As if the process had just begun."""
    _kept.clear()


def _held_by(
    in_force: Mapping[tuple[str, str], int], traits: Iterable[tuple[Trait, str]]
) -> Hold | None:
    shared = (in_force.get(each) for each in (*traits, (Trait.EVERYONE, "")))
    found = next((pk for pk in shared if pk), None)
    return Hold(Reason.PRECAUTION, _RISK, precaution_id=found) if found else None


def _value_of(letter: Letter, trait: Trait, like: str, expected_revision: int) -> str:
    read = Signature.objects.filter(letter=letter, public_id=like, revision=expected_revision)
    signature = read.first()
    traits = traits_of(signature=signature) if signature else {}
    if trait not in traits:
        raise NothingInCommon
    return traits[trait]


def _in_force(letter_id: int) -> _InForce:
    kept = _kept.get(letter_id)
    if kept is None or time.monotonic() >= kept.until:
        rows = in_force(now=timezone.now()).filter(Q(letter=letter_id) | Q(letter=None))
        ids = {(trait, value): pk for pk, trait, value in rows.values_list("pk", "trait", "value")}
        ranges = [value for trait, value in ids if trait == Trait.RANGE]
        of_ranges = {
            (Trait.NETWORK.value, limits.key_of(each).hex()): ids[Trait.RANGE, each]
            for each in ranges
        }
        until = time.monotonic() + KEPT_SECONDS
        kept = _InForce(ids | of_ranges, [ip_network(each) for each in ranges], until)
        _kept.keep(letter_id, kept)
    return kept
