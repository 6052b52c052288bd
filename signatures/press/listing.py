"""The public list: confirmed, published signatures that have their number, newest first.

Pages go by number, never by offset, so a link to a page shows the same people tomorrow, less those
who withdrew, and the millionth costs what the first does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects

from campaign.letters.models import Letter
from signatures.models import Level, Method, Proof, ProofState, Signature, SignatureState
from signatures.press.search_key import search_terms
from signatures.verification import hosts

PAGE = 100
COUNT_UP_TO = 1000

SHOWN = ("number", "name", "profession", "country", "credit", "affiliation", "kind", "level")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a reader asks for; empty means everything."""

    q: str = ""
    profession: str = ""
    country: str = ""
    level: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Signature]
    # `after` of the neighbouring pages; None where there is none, 0 for the first page.
    next: int | None
    previous: int | None


def listed(*, letter: Letter) -> QuerySet[Signature]:
    """Who may be seen. Only what is shown is loaded: no address ever reaches a template."""
    return (
        Signature.objects.filter(
            letter=letter,
            state=SignatureState.CONFIRMED,
            consent_publish=True,
            number__isnull=False,
        )
        .only(*SHOWN, "confirmed_at", "public_id")
        .order_by("-number")
    )


def filtered(*, letter: Letter, filters: Filters) -> QuerySet[Signature]:
    matching = Q()
    terms = search_terms(filters.q)
    if filters.q.strip() and not terms:
        # Nothing but punctuation: no name is made of that.
        return listed(letter=letter).none()
    for term in terms:
        matching &= Q(name_key__contains=term)
    for field in ("profession", "country", "level", "kind"):
        if value := getattr(filters, field):
            matching &= Q(**{field: value})
    return listed(letter=letter).filter(matching)


def page(*, letter: Letter, filters: Filters, after: int | None) -> Page:
    """The rows that come after this number in the list, and where the neighbours begin."""
    matching = filtered(letter=letter, filters=filters)
    rows = list((matching.filter(number__lt=after) if after else matching)[: PAGE + 1])
    following = rows[PAGE - 1].number if len(rows) > PAGE else None
    with_proofs(rows[:PAGE])
    return Page(rows[:PAGE], following, _previous(matching, after))


def with_proofs(rows: Sequence[Signature]) -> None:
    """Give each row its `proofs_shown`, with one query for all, and none where nobody has any."""
    lifted = [row for row in rows if row.level > Level.CONFIRMED]
    counting = Proof.objects.filter(state__in=ProofState.counting()).order_by("proved_at", "pk")
    # `private` least of all: what is not loaded cannot be shown.
    told = counting.only("signature_id", "method", "subject", "proved_at", "lapses_at")
    prefetch_related_objects(lifted, Prefetch("proofs", queryset=told, to_attr="proofs_counting"))
    for row in lifted:
        row.proofs_shown = _told_once(row.proofs_counting)  # type: ignore[attr-defined]


def _told_once(proofs: Sequence[Proof]) -> list[Proof]:
    """As readers see them: a site that was shown in two ways is one thing that is controlled."""
    told: dict[tuple[bool, str], Proof] = {}
    for proof in proofs:
        proof.shown = hosts.shown(proof.subject)  # type: ignore[attr-defined]
        is_place = proof.method in Method.checked_again()
        told.setdefault((is_place, proof.shown if proof.subject else proof.method), proof)  # type: ignore[attr-defined]
    return list(told.values())


def count_up_to(*, letter: Letter, filters: Filters, most: int = COUNT_UP_TO) -> int:
    """How many match, counted no further than one beyond `most`."""
    return filtered(letter=letter, filters=filters).order_by()[: most + 1].count()


def _previous(matching: QuerySet[Signature], after: int | None) -> int | None:
    if not after:
        return None
    newer = matching.filter(number__gte=after).order_by("number").values_list("number", flat=True)
    numbers = list(newer[: PAGE + 1])
    if not numbers:
        return None
    # The page before begins after the newest but PAGE; if there are no more, it is the first.
    return numbers[PAGE] if len(numbers) > PAGE else 0
