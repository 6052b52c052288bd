"""The public list: confirmed, published signatures that have their number."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache

from django.db.models import Expression, Q, QuerySet

from campaign.compiled import Compiled, Slot
from campaign.letters.models import Letter
from signatures.listing.name_search import fitting
from signatures.listing.proof_text import told_once
from signatures.models import Authority, Level, Proof, ProofState, Signature, SignatureState
from signatures.verification import authority

SHOWN = (
    *("number", "name", "profession", "country", "credit", "affiliation", "kind", "level"),
    *("public_id", "translation_id", "version"),
)
_SIGNED = (
    *("translation__language", "translation__sha256", "translation__title"),
    *("translation__addressee", "translation__text__number"),
)
# Of a proof. `private` least of all: what is not loaded cannot be shown.
TOLD = (
    "method",
    "subject",
    "provider",
    "profile_url",
    "by_other_name",
    "proved_at",
    "lapses_at",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a reader asks for; empty means everything."""

    q: str = ""
    profession: str = ""
    country: str = ""
    level: int | None = None
    kind: str = ""
    # Of the text that was signed.
    version: int | None = None


@dataclass(frozen=True, slots=True)
class ListedSignatory:
    """One of the list, with what readers are told beside the name."""

    row: Signature
    # That count now, each told once.
    proofs: Sequence[Proof] = ()
    # Who signed for an organisation, where a proof of its domain counts.
    authority: Authority | None = None
    # What the organizers attested of other details than stand there now; loaded for one alone.
    attested_before: Sequence[Proof] = ()


def listed(*, letter: Letter | Expression) -> QuerySet[Signature]:
    """Who may be seen. Only what is shown is loaded: no address ever reaches a template."""
    return (
        Signature.objects.filter(
            letter=letter,
            state=SignatureState.CONFIRMED,
            consent_publish=True,
            number__isnull=False,
        )
        .only(*SHOWN, "confirmed_at")
        .order_by("-number")
    )


def newest(
    *, letter: Letter, most: int, without: Collection[ListedSignatory]
) -> list[ListedSignatory]:
    """Of the list, as many as these at most, and none of those who are named elsewhere. Without
    their proofs."""
    named = {each.row.pk for each in without}
    rows = _newest(most + len(named)).rows(letter=letter.pk)
    return [ListedSignatory(row) for row in rows if row.pk not in named][:most]


@cache
def _newest(most: int) -> Compiled[Signature]:
    return Compiled(lambda: listed(letter=Slot("letter"))[:most])


def filtered(*, letter: Letter, filters: Filters) -> QuerySet[Signature]:
    matching = fitting(filters.q)
    for field in ("profession", "country", "level", "kind", "version"):
        if value := getattr(filters, field):
            matching &= Q(**{field: value})
    return listed(letter=letter).filter(matching)


def signatory(*, letter: Letter, number: int) -> ListedSignatory | None:
    """One of the list. None for whoever is not on it, whatever the reason."""
    found = (
        listed(letter=letter)
        .select_related("translation__text")
        .only(*SHOWN, "confirmed_at", "letter_id", *_SIGNED)
        .filter(number=number)
        .first()
    )
    if found is None:
        return None
    changed = Proof.objects.filter(signature=found, state=ProofState.CHANGED)
    attested_before = list(changed.order_by("proved_at", "pk").only(*TOLD))
    return replace(with_proofs([found])[0], attested_before=attested_before)


def with_proofs(rows: Sequence[Signature]) -> list[ListedSignatory]:
    """In the same order. One query for the proofs of all, one for whoever signed for an
    organisation, and none where nobody has any."""
    lifted = [row for row in rows if row.level > Level.CONFIRMED]
    counting = Proof.objects.filter(
        signature__in=[row.pk for row in lifted], state__in=ProofState.counting()
    )
    proofs: dict[int, list[Proof]] = defaultdict(list)
    for proof in counting.order_by("proved_at", "pk").only("signature_id", *TOLD):
        proofs[proof.signature_id].append(proof)
    stated = authority.shown_for(rows=lifted, proofs=proofs)
    return [
        ListedSignatory(row, told_once(proofs.get(row.pk, ())), stated.get(row.pk)) for row in rows
    ]
