"""The names that are watched, and finding one in what somebody signs with.

Each process keeps a letter's list for a few seconds, compiled, so that confirming costs no query
more. A name added to the list is therefore watched a few seconds later.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from campaign.process_cache import ProcessCache
from signatures.models import (
    ATTESTED_METHODS,
    Proof,
    ProofState,
    SignatureState,
    TurnedAway,
    Watched,
)
from signatures.names import lookalikes as looks
from signatures.names.cleaning import NameRefused, clean_organisation
from signatures.screening.watched_names import WatchedNames

KEPT_SECONDS = 5.0
# Of a long letter some thousands are vetted: these are read less often.
VETTED_KEPT_SECONDS = 20.0
LINES_AT_ONCE = 20_000
_LETTERS_KEPT = 200


@dataclass(slots=True)
class Watch:
    """What a letter watches for: names, whoever was turned away, and perhaps everyone."""

    names: WatchedNames
    # Which state of the lists the names were compiled from.
    version: tuple[int, int]
    # Keyed hashes of names and addresses, and whether each needs two (see `turned_away`).
    turned_away: Mapping[bytes, bool]
    everyone: bool
    until: float
    # Names that stand on the list as vetted; each leads to its signature.
    vetted: WatchedNames
    vetted_until: float


@dataclass(frozen=True, slots=True)
class Added:
    new: int
    known: int
    refused: list[str]


_kept: ProcessCache[int, Watch] = ProcessCache(
    "watched names", max_entries=_LETTERS_KEPT, seconds=KEPT_SECONDS
)


def watch_of(*, letter_id: int, fresh: bool = False) -> Watch:
    """As kept for some seconds; `fresh` for who decides, and must know what was added since."""
    kept = _kept.get(letter_id)
    now = time.monotonic()
    if kept is not None and now < kept.until and not fresh:
        return kept
    loaded = _load(letter_id, kept, until=now + KEPT_SECONDS)
    _kept.keep(letter_id, loaded)
    return loaded


def read_again(*, letter_id: int) -> None:
    """Somebody was turned away, or let in again. What is compiled of the letter's names stays for
    as long as it is right: many are turned away by one deed."""
    if kept := _kept.get(letter_id):
        kept.until = kept.vetted_until = 0.0


def forget() -> None:
    """As if the process had just begun."""
    _kept.clear()


def watched_by(*, letter: Letter | None) -> QuerySet[Watched]:
    """The letter's own list, or the site's, by name."""
    return Watched.objects.filter(letter=letter).order_by("name", "pk")


def watches_nobody(letter: Letter) -> bool:
    """Whether a name could be on the list before anybody looked at it, whatever it is."""
    watched = Watched.objects.filter(Q(letter=letter) | Q(letter=None))
    return not letter.vets_everyone and not watched.exists()


def add(*, letter: Letter | None, names: Iterable[str], organizer: Organizer | None) -> Added:
    """Put names on the letter's list, or the site's. Adding one again changes nothing."""
    rows: dict[str, Watched] = {}
    refused: list[str] = []
    for line in names:
        if not line.strip():
            continue
        try:
            name = clean_organisation(line)
        except NameRefused:
            refused.append(line.strip())
            continue
        row = written(letter=letter, name=name, organizer=organizer)
        if row.key:
            rows.setdefault(row.key, row)
        else:
            refused.append(name)
    before = set(
        watched_by(letter=letter).filter(key__in=rows).order_by().values_list("key", flat=True)
    )
    Watched.objects.bulk_create(rows.values(), ignore_conflicts=True, batch_size=1000)
    forget()
    return Added(new=len(rows) - len(before), known=len(before), refused=refused)


def written(*, letter: Letter | None, name: str, organizer: Organizer | None) -> Watched:
    return Watched(
        letter=letter,
        name=name,
        key=looks.words_key(name),
        added_by=organizer,
    )


def _load(letter_id: int, kept: Watch | None, *, until: float) -> Watch:
    lists = Q(letter=letter_id) | Q(letter=None)
    counted = Watched.objects.filter(lists).aggregate(count=Count("pk"), newest=Max("pk"))
    version = (counted["count"], counted["newest"] or 0)
    names = _compiled(lists, version, kept)
    remembered: dict[bytes, bool] = {}
    vetted, vetted_until = _vetted(letter_id, kept, now=until - KEPT_SECONDS)
    now = TurnedAway.objects.filter(letter=letter_id, cleared_at=None)
    for key, needs_two in now.values_list("key", "needs_two"):
        remembered[bytes(key)] = remembered.get(bytes(key), False) or needs_two
    return Watch(
        names=names,
        version=version,
        turned_away=remembered,
        everyone=bool(
            Letter.objects.filter(pk=letter_id).values_list("vets_everyone", flat=True).first()
        ),
        until=until,
        vetted=vetted,
        vetted_until=vetted_until,
    )


def _vetted(letter_id: int, kept: Watch | None, *, now: float) -> tuple[WatchedNames, float]:
    """Those whom the organizers attested, and who are named; if none left, with the new added."""
    if kept is not None and now < kept.vetted_until:
        return kept.vetted, kept.vetted_until
    attested = Proof.objects.filter(
        method__in=ATTESTED_METHODS,
        state__in=ProofState.attested(),
        signature__letter=letter_id,
        signature__state=SignatureState.CONFIRMED,
        signature__consent_publish=True,
    )
    rows = dict(attested.order_by().values_list("signature_id", "signature__name"))
    names = WatchedNames()
    if kept is not None and kept.vetted.written.items() <= rows.items():
        names = kept.vetted
    for pk, name in rows.items():
        if pk not in names.written:
            names.add(pk, name)
    return names, now + VETTED_KEPT_SECONDS


def _compiled(lists: Q, version: tuple[int, int], kept: Watch | None) -> WatchedNames:
    """The names of these lists; where some were only added since, with these added."""
    if kept is not None and kept.version == version:
        return kept.names
    found = Watched.objects.filter(lists).order_by("pk").values_list("pk", "name")
    if kept is not None:
        added = list(found.filter(pk__gt=kept.version[1]))
        if kept.version[0] + len(added) == version[0]:
            for pk, name in added:
                kept.names.add(pk, name)
            return kept.names
    names = WatchedNames()
    for pk, name in found:
        names.add(pk, name)
    return names
