"""Reading the records that signers pointed at, if the site looks anything up at all.

A row is claimed by moving `look_up_due_at` ahead, and the outcome is written only while the claim
holds, as in `checking.py`. Each source is asked once a second at most, whichever worker asks; what
was read of an entry within thirty days is not asked again.
"""

import time
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from signatures.models import Evidence, EvidenceState, Source
from signatures.verification.evidence.sources import RECORDS, Found
from signatures.verification.network import https
from signatures.verification.problems import AnyProblem, NotShown

log = structlog.get_logger(__name__)

# Longer than any look-up can take.
CLAIMED_FOR = timedelta(minutes=2)
FRESH_FOR = timedelta(days=30)
MAX_TRIES = 3
RETRY_AFTER = timedelta(hours=1)
# Records have more to tell than front pages.
MOST_BYTES = 2 * 1024 * 1024
_MAX_RUN_SECONDS = 5.0
_TURN_SECONDS = 1
_GONE = (404, 410)


def look_up_due() -> int:
    """Look up what is due; how much was decided. Safe to run in many places at once."""
    if not settings.LOOK_UP_PUBLIC_RECORDS:
        return 0
    if not https.one_at_a_time.acquire(blocking=False):
        return 0
    try:
        return _Run().look_up()
    finally:
        https.one_at_a_time.release()


def read_entry(*, source: Source, identifier: str) -> Found | None:
    """What the record says of this entry now; None if there is none. For who holds
    `https.one_at_a_time`. Raises NotShown, and NoTurn while others ask this source."""
    try:
        return _Run().ask(source, identifier)
    except NotShown as error:
        if error.status in _GONE:
            return None
        raise


class _Run:
    """A few seconds of looking up, with the addresses of each source resolved once."""

    def __init__(self) -> None:
        self._until = time.monotonic() + _MAX_RUN_SECONDS
        self._sites: dict[str, https.Site] = {}

    def look_up(self) -> int:
        decided = 0
        while self._is_time_left():
            found = [self._look_up_one(source) for source in Source.looked_up()]
            if not any(found):
                break
            decided += sum(found)
        return decided

    def _look_up_one(self, source: Source) -> bool:
        evidence = _next(source)
        claim = evidence and _claim(evidence)
        if not evidence or not claim:
            return False
        known = _known(evidence)
        if known is not None:
            return _write(
                evidence,
                claim,
                state=known.state,
                found_name=known.found_name,
                found_host=known.found_host,
                looked_up_at=known.looked_up_at,
            )
        try:
            found = self.ask(source, evidence.identifier)
        except NoTurn:
            _write(evidence, claim, look_up_due_at=timezone.now())
            return False
        except NotShown as error:
            if error.status not in _GONE:
                return _failed(evidence, claim, error.problem)
            found = None
        return _write(
            evidence,
            claim,
            state=EvidenceState.FOUND if found else EvidenceState.MISSING,
            found_name=found.name if found else "",
            found_host=found.host if found else "",
            looked_up_at=timezone.now(),
        )

    def ask(self, source: Source, identifier: str) -> Found | None:
        record = RECORDS[source]
        site = self._sites.get(record.host)
        if site is None:
            site = self._sites[record.host] = https.approach(record.host)
        # As late as possible, so that the requests themselves are a second apart.
        while not cache.add(f"look-up:{source.value}", True, timeout=_TURN_SECONDS):
            if not self._is_time_left():
                raise NoTurn
            time.sleep(0.05)
        return record.read(site.read_json(record.path(identifier), most_bytes=MOST_BYTES))

    def _is_time_left(self) -> bool:
        return time.monotonic() < self._until


class NoTurn(Exception):
    """Others ask this source; ours waits for the next run."""


def _next(source: Source) -> Evidence | None:
    due = Evidence.objects.filter(source=source, look_up_due_at__lte=timezone.now())
    return due.order_by("look_up_due_at", "pk").first()


def _known(evidence: Evidence) -> Evidence | None:
    """The same entry, read lately for this or another signature."""
    read = Evidence.objects.filter(
        source=evidence.source,
        identifier=evidence.identifier,
        state__in=(EvidenceState.FOUND, EvidenceState.MISSING),
        looked_up_at__gt=timezone.now() - FRESH_FOR,
    )
    return read.order_by("-looked_up_at").first()


def _failed(evidence: Evidence, claim: datetime, problem: AnyProblem) -> bool:
    log.info("look_up_failed", source=evidence.source, problem=problem.value)
    tries = evidence.tries + 1
    if tries < MAX_TRIES:
        return _write(
            evidence, claim, tries=tries, look_up_due_at=timezone.now() + RETRY_AFTER * tries
        )
    return _write(
        evidence, claim, tries=tries, state=EvidenceState.FAILED, looked_up_at=timezone.now()
    )


def _claim(evidence: Evidence) -> datetime | None:
    claim = timezone.now() + CLAIMED_FOR
    mine = Evidence.objects.filter(pk=evidence.pk, look_up_due_at=evidence.look_up_due_at)
    return claim if mine.update(look_up_due_at=claim) else None


def _write(evidence: Evidence, claim: datetime, **fields: object) -> bool:
    """The outcome, unless the claim is gone; without another time, nothing more is due."""
    mine = Evidence.objects.filter(pk=evidence.pk, look_up_due_at=claim)
    return bool(mine.update(**{"look_up_due_at": None} | fields))
