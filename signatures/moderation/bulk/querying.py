"""What organizers look for among all signatures of a letter, and how many fit it.

Only what can be acted upon is looked for: pending, confirmed and held. A network is named by the
number of a signature that came from it, and compared by the keyed hash, for as long as that is
kept.
"""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError
from django.db.models import BooleanField, Count, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Upper

from campaign import database
from campaign.letters.models import Letter
from signatures.errors import QueryTooSlow, UnknownNetwork
from signatures.models import Level, Signature, SignatureState, Vetting, VettingState
from signatures.names.folding import search_key

EXAMPLES = 20
MAX_QUERY_SECONDS = 5.0
ANY_LETTERS = "*"
ACTED_UPON = (SignatureState.PENDING, SignatureState.CONFIRMED, SignatureState.HELD)
_ESCAPES = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What all of those that fit have in common; empty fields ask for nothing."""

    # In ASCII and lower case; names below it fit too, unless it is `exact`.
    domain: str = ""
    exact: bool = False
    # The number of a signature from the same network.
    network_of: int | None = None
    # When it was signed: from then on, and before.
    since: datetime | None = None
    until: datetime | None = None
    # Each as a whole, where `*` stands for any letters.
    name: str = ""
    credit: str = ""
    affiliation: str = ""
    level: int | None = None
    version: int | None = None
    state: str = ""
    country: str = ""
    kind: str = ""
    # Whether those whom the organizers let in or vetted are among them.
    with_vetted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many fit, of those that were there at this moment."""

    # No id beyond it was there.
    boundary: int
    total: int
    by_state: Mapping[str, int]
    by_level: Mapping[int, int]
    # Who fits, too: left out, unless they were asked for.
    vetted: int
    examples: Sequence[Signature]
    # All that there are.
    is_everyone: bool


def count(*, letter: Letter, query: Query) -> Counted:
    """Raises UnknownNetwork, and QueryTooSlow for what takes longer than a page may."""
    try:
        with database.consistent_read(seconds=MAX_QUERY_SECONDS):
            return _counted(letter, query)
    except OperationalError as error:
        raise QueryTooSlow from error


def matching(*, letter: Letter, query: Query, boundary: int) -> QuerySet[Signature]:
    """Those that fit, of those that were there at the boundary. Raises UnknownNetwork."""
    found = _fitting(letter, query).filter(pk__lte=boundary)
    return found if query.with_vetted else found.exclude(is_vetted())


def is_vetted() -> Q:
    """Whether organizers looked at it and let it in, or vouch for who it is."""
    return Q(level__gte=Level.VETTED) | Q(
        Exists(Vetting.objects.filter(signature=OuterRef("pk"), state=VettingState.APPROVED))
    )


def _counted(letter: Letter, query: Query) -> Counted:
    newest = Signature.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    chosen = matching(letter=letter, query=query, boundary=newest)
    by_state: Counter[str] = Counter()
    by_level: Counter[int] = Counter()
    for state, level, rows in chosen.order_by().values_list("state", "level").annotate(Count("pk")):
        by_state[state] += rows
        if state == SignatureState.CONFIRMED:
            by_level[level] += rows
    all_fitting = _fitting(letter, query).filter(pk__lte=newest)
    total = by_state.total()
    everyone = Signature.objects.filter(letter=letter, state__in=ACTED_UPON, pk__lte=newest)
    vetted = all_fitting.filter(is_vetted()).count()
    fitting = total if query.with_vetted else total + vetted
    return Counted(
        boundary=newest,
        total=total,
        by_state=by_state,
        by_level=by_level,
        vetted=vetted,
        examples=list(chosen.order_by("-pk")[:EXAMPLES]),
        is_everyone=bool(total) and fitting == everyone.count(),
    )


def _fitting(letter: Letter, query: Query) -> QuerySet[Signature]:
    found = Signature.objects.filter(letter=letter, state__in=ACTED_UPON)
    exactly = {
        "level": query.level,
        "version": query.version,
        "state": query.state,
        "country": query.country,
        "kind": query.kind,
        "created_at__gte": query.since,
        "created_at__lt": query.until,
    }
    found = found.filter(**{name: value for name, value in exactly.items() if value or value == 0})
    if query.domain:
        found = found.filter(_of_domain(query.domain, exact=query.exact))
    if query.network_of is not None:
        found = found.filter(network_key=_network_of(letter, query.network_of))
    if query.name:
        folded = [search_key(each) for each in _parts(query.name)]
        found = found.filter(_like(F("name_key"), folded))
    for column, typed in (("credit", query.credit), ("affiliation", query.affiliation)):
        if typed:
            found = found.filter(_like(Upper(column), [each.upper() for each in _parts(typed)]))
    return found


def _of_domain(domain: str, *, exact: bool) -> Q:
    here = Q(email__iendswith=f"@{domain}")
    return here if exact else here | Q(email__iendswith=f".{domain}")


def _network_of(letter: Letter, number: int) -> bytes:
    known = Signature.objects.filter(letter=letter, number=number, network_key__isnull=False)
    key = known.values_list("network_key", flat=True).first()
    if key is None:
        raise UnknownNetwork
    return bytes(key)


def _parts(typed: str) -> list[str]:
    """What stands between the `*`, without what cannot be seen."""
    seen = (each for each in typed if unicodedata.category(each) not in ("Cc", "Cf"))
    return unicodedata.normalize("NFC", "".join(seen)).strip().split(ANY_LETTERS)


def _like(column: F | Upper, parts: Sequence[str]) -> Q:
    pattern = "%".join(part.translate(_ESCAPES) for part in parts)
    if not pattern:
        # Nothing but what names are written without.
        return Q(pk__in=())
    return Q(
        Func(
            column,
            Value(pattern),
            template="(%(expressions)s ESCAPE '\\')",
            arg_joiner=" LIKE ",
            output_field=BooleanField(),
        )
    )
