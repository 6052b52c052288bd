"""Writing waiting events into the record: rate, time and bytes for each signature."""

import time
from statistics import median

from django.db import connection

from bench import letters, yardsticks
from bench.results import Result
from bench.site import Site
from campaign.letters.models import Letter
from signatures.models import Signature, SignatureState
from signatures.record.sequencer import sequence

ROUNDS = 3
EVENTS = 20_000
_TABLES = ("signatures_entry", "signatures_tile", "signatures_checkpoint")


def run(site: Site) -> list[Result]:
    rates, sizes, pairs = [], [], []
    for _round in range(ROUNDS):
        letter = letters.published_letter()
        letters.pending(letter, EVENTS)
        Signature.objects.filter(letter=letter).update(
            state=SignatureState.CONFIRMED, level=1, confirmed_at="2026-01-01T00:00:00Z"
        )
        letters.confirmation_events(letter)
        _settle()
        before = _bytes()
        seconds = _seconds_to_write(letter)
        rates.append(EVENTS / seconds)
        sizes.append((_bytes() - before) / EVENTS)
        pairs.append(yardsticks.pgbench_pair(site, seconds=2))
    rate, size = median(rates), median(sizes)
    known = [pair for pair in pairs if pair]
    return [
        Result(
            work="sequencer",
            value=rate,
            unit="events/s",
            target=5000,
            yardstick=median(known) if known else None,
            broken=(
                *((f"{size:.0f} bytes a signature, not 400",) if size > 400 else ()),
                *((f"{1e6 / rate:.0f} µs a signature, not 100",) if rate < 10_000 else ()),
            ),
            notes=(f"{1e6 / rate:.0f} µs and {size:.0f} bytes a signature, indexes included",),
        )
    ]


def _seconds_to_write(letter: Letter) -> float:
    begun = time.perf_counter()
    while sequence(letter_id=letter.pk):
        pass
    return time.perf_counter() - begun


def _settle() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def _bytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_total_relation_size(t)) FROM unnest(%s::regclass[]) AS t",
            [list(_TABLES)],
        )
        return int(cursor.fetchone()[0])
