"""The public list: confirmed, published signatures that have their number."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from django.db.models import Expression, Q, QuerySet

from campaign.compiled import Compiled, Slot
from campaign.letters.models import Letter
from signatures.listing.name_search import fitting
from signatures.listing.proof_text import told_once
from signatures.models import Level, Proof, ProofState, Signature, SignatureState
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


def newest(*, letter: Letter, most: int, without: Collection[Signature]) -> list[Signature]:
    """Of the list, as many as these at most, and none of those who are named elsewhere."""
    named = {row.pk for row in without}
    rows = _newest(most + len(named)).rows(letter=letter.pk)
    return [row for row in rows if row.pk not in named][:most]


@cache
def _newest(most: int) -> Compiled[Signature]:
    return Compiled(lambda: listed(letter=Slot("letter"))[:most])


def filtered(*, letter: Letter, filters: Filters) -> QuerySet[Signature]:
    matching = fitting(filters.q)
    for field in ("profession", "country", "level", "kind", "version"):
        if value := getattr(filters, field):
            matching &= Q(**{field: value})
    return listed(letter=letter).filter(matching)


def signatory(*, letter: Letter, number: int) -> Signature | None:
    """One of the list, with `proofs_shown`, and `attested_before`: what the organizers attested of
    other details than stand there now. None for whoever is not on it, whatever the reason."""
    found = (
        listed(letter=letter)
        .select_related("translation__text")
        .only(*SHOWN, "confirmed_at", "letter_id", *_SIGNED)
        .filter(number=number)
        .first()
    )
    if found is not None:
        with_proofs([found])
        changed = Proof.objects.filter(signature=found, state=ProofState.CHANGED)
        found.attested_before = list(changed.order_by("proved_at", "pk").only(*TOLD))  # type: ignore[attr-defined]
    return found


def with_proofs(rows: Sequence[Signature]) -> None:
    """Give each row its `proofs_shown`, with one query for all, and none where nobody has any."""
    lifted = [row for row in rows if row.level > Level.CONFIRMED]
    counting = Proof.objects.filter(
        signature__in=[row.pk for row in lifted], state__in=ProofState.counting()
    )
    proofs: dict[int, list[Proof]] = defaultdict(list)
    for proof in counting.order_by("proved_at", "pk").only("signature_id", *TOLD):
        proofs[proof.signature_id].append(proof)
    for row in lifted:
        row.proofs_counting = proofs[row.pk]  # type: ignore[attr-defined]
        row.proofs_shown = told_once(row.proofs_counting)  # type: ignore[attr-defined]
    authority.put_beside(lifted)
