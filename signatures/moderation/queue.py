"""Who waits for the organizers, in which order, and who of them is at whom."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from campaign.keyset import Page, page_of
from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures.listing import queries
from signatures.listing.name_search import fitting
from signatures.models import (
    Decision,
    Proof,
    ProofState,
    Signature,
    SignatureState,
    Verdict,
    Vetting,
    VettingState,
)
from signatures.moderation import repeats
from signatures.verification import registry

PAGE_ROWS = 50
CLAIMED_FOR = timedelta(minutes=5)
SAME_TIME = timedelta(hours=1)
MAX_DUPLICATES = 20
# Of each kind so many bearers of one name are looked at for more that they share.
_NAMESAKES = 200
_ORDER = ("name_network", "name_domain", "name")
_PACE_OF = 200
_PACE_WITHIN = timedelta(days=14)
# Rows written within the hour have ids near each other; so many are looked through on each side.
_NEAR = 5000

WAITING = (VettingState.WAITING, VettingState.SECONDED)
# These come newest first; all others by risk and age.
DECIDED = (VettingState.APPROVED, VettingState.REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a vetter asks for. Without a state: all that wait."""

    state: str = ""
    reason: str = ""
    q: str = ""
    # The id of what held them.
    precaution: int | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    waiting: int
    oldest: datetime | None
    # Median time from hold to decision, None while too little was decided.
    usual: timedelta | None


def page(*, letter: Letter, filters: Filters, after: int | None = None) -> Page[Vetting, int]:
    """The rows that come after this one (the id of a vetting), however deep, at the same cost."""
    matching = _matching(letter, filters)
    decided = filters.state in DECIDED
    last = Vetting.objects.filter(pk=after, letter=letter).first() if after else None
    if last is not None:
        matching = matching.filter(_later(last) if not decided else _earlier_decided(last))
    order = ("-decided_at", "-pk") if decided else ("-risk", "opened_at", "pk")
    ordered = matching.select_related("signature", "watched", "precaution", "claimed_by").order_by(
        *order
    )
    return page_of(ordered, size=PAGE_ROWS, cursor=lambda vetting: vetting.pk)


def next_unclaimed(
    *, letter: Letter, organizer: Organizer, after: Vetting | None = None
) -> Vetting | None:
    """Claim the next that waits and that this organizer can decide; None when there is no other.

    From the front, or from where `after` stands and then from the front. What others have open is
    passed by, and so is what waits for a second organizer when this one was the first.
    """
    mine = _waiting(letter).exclude(Q(claimed_until__gt=timezone.now()) & ~Q(claimed_by=organizer))
    mine = not_approved_by(mine, organizer=organizer).order_by("-risk", "opened_at", "pk")
    rounds = [mine.filter(_later(after)), mine.exclude(pk=after.pk)] if after else [mine]
    for candidates in rounds:
        for each in candidates.select_related("signature")[:20]:
            if claim(vetting=each, organizer=organizer):
                return each
    return None


def not_approved_by(vettings: QuerySet[Vetting], *, organizer: Organizer) -> QuerySet[Vetting]:
    """Without what waits for a second organizer when this one was the first."""
    own = Decision.objects.filter(
        vetting=OuterRef("pk"),
        organizer=organizer,
        verdict=Verdict.APPROVE,
        undone_by=None,
        revision=OuterRef("signature__revision"),
        at__gte=OuterRef("opened_at"),
    )
    return vettings.exclude(Q(state=VettingState.SECONDED) & Exists(own))


def previous(*, letter: Letter, before: Vetting) -> Vetting | None:
    """The one that waits just before this one."""
    earlier = (
        Q(risk__gt=before.risk)
        | Q(risk=before.risk, opened_at__lt=before.opened_at)
        | Q(risk=before.risk, opened_at=before.opened_at, pk__lt=before.pk)
    )
    found = _waiting(letter).filter(earlier).order_by("risk", "-opened_at", "-pk")
    return found.select_related("signature").first()


def is_waiting(*, signature: Signature) -> bool:
    """Whether there is something to decide about it."""
    return (
        signature.state == SignatureState.HELD
        and Vetting.objects.filter(signature=signature, state__in=VettingState.open()).exists()
    )


def claim(*, vetting: Vetting, organizer: Organizer) -> bool:
    """Be the one who is at it for five minutes, from now; False if another organizer is."""
    now = timezone.now()
    until = now + CLAIMED_FOR
    free = Q(claimed_until=None) | Q(claimed_until__lte=now) | Q(claimed_by=organizer)
    open_rows = Vetting.objects.filter(free, pk=vetting.pk, state__in=VettingState.open())
    if not open_rows.update(claimed_by=organizer, claimed_until=until):
        return False
    vetting.claimed_by, vetting.claimed_until = organizer, until
    return True


def is_claimed_by_another(*, vetting: Vetting, organizer: Organizer) -> bool:
    return (
        vetting.claimed_by_id not in (None, organizer.pk)
        and vetting.claimed_until is not None
        and vetting.claimed_until > timezone.now()
    )


def waiting(*, letter: Letter) -> int:
    """How many wait for somebody to look, those put aside not counted."""
    return _waiting(letter).count()


def pace(*, letter: Letter) -> Pace:
    counted = _waiting(letter).aggregate(oldest=Min("opened_at"))
    return Pace(
        waiting=waiting(letter=letter),
        oldest=counted["oldest"],
        usual=usual_wait(letter_id=letter.pk),
    )


def usual_wait(*, letter_id: int) -> timedelta | None:
    """Median time to decision of what was decided lately."""
    decided = Vetting.objects.filter(
        letter=letter_id, decided_at__gt=timezone.now() - _PACE_WITHIN
    ).order_by("-decided_at")
    took = [
        (done - begun).total_seconds()
        for done, begun in decided.values_list("decided_at", "opened_at")[:_PACE_OF]
        if done is not None
    ]
    return timedelta(seconds=median(took)) if took else None


def duplicates_of(*, signature: Signature) -> list[tuple[str, Signature]]:
    """Other signatures of the letter that share something with this one, and what they share.

    `name`: the same name, listed, held, rejected or removed; `name_network` and `name_domain`, if
    the network or the domain of the address is the same, too. `network`: from the same network
    within the hour, whoever was nearest. `proof`: the same site or organisation shown.
    """
    found = [*_of_same_name(signature), *_of_same_network(signature)]
    # Such as members of one society, who share no more than that.
    of_many = registry.codes(lambda each: each.is_of_many)
    counting = Proof.objects.filter(signature=signature, state__in=ProofState.counting())
    for proof in counting.exclude(subject="").exclude(method__in=of_many):
        same = Proof.objects.filter(
            subject=proof.subject,
            method=proof.method,
            provider=proof.provider,
            state__in=ProofState.counting(),
            signature__letter=signature.letter_id,
        ).exclude(signature=signature)
        found += [
            ("proof", each.signature) for each in same.select_related("signature")[:MAX_DUPLICATES]
        ]
    return found


def _of_same_name(signature: Signature) -> list[tuple[str, Signature]]:
    """Those first who share more than that, then who signed at about the same time."""
    if not signature.name_key:
        return []
    others = Signature.objects.filter(letter=signature.letter_id, name_key=signature.name_key)
    others = others.exclude(pk=signature.pk)
    own = repeats.traits_of(signature=signature)
    shared: list[tuple[int, timedelta, Signature, str]] = []
    for states in (
        Q(state=SignatureState.CONFIRMED, consent_publish=True, number__isnull=False),
        Q(state__in=(SignatureState.HELD, SignatureState.REJECTED, SignatureState.REMOVED)),
        Q(state=SignatureState.CONFIRMED, consent_publish=False),
    ):
        for each in others.filter(states).order_by("-pk")[:_NAMESAKES]:
            reason = own.shared_with(repeats.traits_of(signature=each))
            kind = f"name_{reason.value}" if reason else "name"
            apart = abs(each.asked_at - signature.asked_at)
            shared.append((_ORDER.index(kind), apart, each, kind))
    shared.sort(key=lambda row: row[:2])
    return [(kind, each) for _place, _apart, each, kind in shared[:MAX_DUPLICATES]]


def _of_same_network(signature: Signature) -> list[tuple[str, Signature]]:
    if signature.network_key is None:
        return []
    near = Signature.objects.filter(
        letter=signature.letter_id,
        pk__range=(signature.pk - _NEAR, signature.pk + _NEAR),
        network_key=bytes(signature.network_key),
    ).exclude(state=SignatureState.PENDING)
    at = signature.asked_at
    before = near.filter(asked_at__range=(at - SAME_TIME, at)).order_by("-asked_at", "-pk")
    after = near.filter(asked_at__gt=at, asked_at__lte=at + SAME_TIME).order_by("asked_at", "pk")
    rows = [*before.exclude(pk=signature.pk)[:MAX_DUPLICATES], *after[:MAX_DUPLICATES]]
    rows.sort(key=lambda each: (abs(each.asked_at - at), each.pk))
    return [("network", each) for each in rows[:MAX_DUPLICATES]]


def namesakes(*, letter: Letter, signatures: Sequence[Signature]) -> dict[int, int]:
    """For each, how many others of the letter bear the same name, listed or held. Two queries."""
    keys = {each.name_key for each in signatures} - {""}
    counted: Counter[str] = Counter()
    held = Signature.objects.filter(letter=letter, state=SignatureState.HELD)
    for rows in (queries.listed(letter=letter), held):
        found = rows.filter(name_key__in=keys).order_by().values("name_key")
        for each in found.annotate(n=Count("pk")):
            counted[each["name_key"]] += each["n"]
    return {each.pk: max(0, counted[each.name_key] - 1) for each in signatures}


def _waiting(letter: Letter) -> QuerySet[Vetting]:
    return Vetting.objects.filter(letter=letter, state__in=WAITING)


def _matching(letter: Letter, filters: Filters) -> QuerySet[Vetting]:
    found = _waiting(letter)
    if filters.state:
        found = Vetting.objects.filter(letter=letter, state=filters.state)
    if filters.state in DECIDED:
        found = found.filter(decided_at__isnull=False)
    if filters.reason:
        found = found.filter(reason=filters.reason)
    if filters.precaution is not None:
        found = found.filter(precaution=filters.precaution)
    return found.filter(fitting(filters.q, of="signature__"))


def _later(last: Vetting) -> Q:
    return (
        Q(risk__lt=last.risk)
        | Q(risk=last.risk, opened_at__gt=last.opened_at)
        | Q(risk=last.risk, opened_at=last.opened_at, pk__gt=last.pk)
    )


def _earlier_decided(last: Vetting) -> Q:
    return Q(decided_at__lt=last.decided_at) | Q(decided_at=last.decided_at, pk__lt=last.pk)
