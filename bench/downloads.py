"""The list of a million as CSV and as JSON, against an ordered COPY of the same rows."""

import http.client
import re
import time
from contextlib import closing
from pathlib import Path
from statistics import median

from django.db import connection

from bench import letters
from bench.list_pages import LARGE
from bench.results import Result
from bench.site import Server, Site, serving
from campaign.letters.models import Letter
from signatures.listing import queries
from signatures.models import Proof, ProofState, Signature

ROUNDS = 3
# One in so many controls a site; their line takes more work than the others.
PROVED = 50


def run(site: Site) -> list[Result]:
    letter = letters.published_letter()
    letters.many_signed(letter, LARGE)
    _prove(letter)
    with serving(site, workers=1) as server:
        # What a process takes to serve anything at all is not the file's.
        _download(site, server, letter, "csv?q=nobody")
        return [
            _measure(site, server, letter, "csv", 0.6),
            _measure(site, server, letter, "json", 0.4),
        ]


def _measure(
    site: Site, server: Server, letter: Letter, ending: str, target_ratio: float
) -> Result:
    copied, rates, firsts, growths, sizes = [], [], [], [], []
    broken: tuple[str, ...] = ()
    for _round in range(ROUNDS):
        copied.append(_ordered_copy(letter))
        first, seconds, size, rows, growth = _download(site, server, letter, ending)
        rates.append(LARGE / seconds)
        firsts.append(first)
        growths.append(growth)
        sizes.append(size)
        if rows != LARGE:
            broken = (f"{rows:,} rows came, not {LARGE:,}",)
    if max(firsts) > 1:
        broken = (*broken, f"the first byte took {max(firsts):.1f} s, not 1")
    if max(growths) > 10:
        broken = (*broken, f"the process grew by {max(growths):.0f} MB, not 10")
    return Result(
        work=ending,
        value=median(rates),
        unit="rows/s",
        target=target_ratio * median(copied),
        yardstick=median(copied),
        target_ratio=target_ratio,
        broken=broken,
        notes=(
            f"{LARGE:,} rows, {median(sizes) / 1e6:.0f} MB; first byte after "
            f"{median(firsts):.2f} s; {max(growths):+.1f} MB at most",
        ),
    )


def _ordered_copy(letter: Letter) -> float:
    """Rows a second of the very columns, in the same order, as CSV with nothing made of them."""
    rows = queries.listed(letter=letter).order_by("number")
    columns = rows.values_list(*queries.SHOWN, "confirmed_at")
    query, params = columns.query.sql_with_params()
    written = connection.ops.compose_sql(f"COPY ({query}) TO STDOUT (FORMAT csv)", params)  # type: ignore[attr-defined]
    begun = time.perf_counter()
    with (
        connection.cursor() as cursor,
        cursor.copy(written) as copy,
    ):
        while copy.read():
            pass
    return LARGE / (time.perf_counter() - begun)


def _download(
    site: Site, server: Server, letter: Letter, ending: str
) -> tuple[float, float, int, int, float]:
    """Seconds to the first byte and to the last, bytes, rows, megabytes that the server grew by."""
    before = _largest(server)
    peak = before
    with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=120)) as client:
        begun = time.perf_counter()
        client.request("GET", f"/letters/{letter.slug}/signatories.{ending}")
        answer = client.getresponse()
        size, rows = 0, -1 if "csv" in ending else -2
        first = 0.0
        while block := answer.read(1 << 20):
            first = first or time.perf_counter() - begun
            size += len(block)
            rows += block.count(b"\n")
            peak = max(peak, _largest(server))
        return first, time.perf_counter() - begun, size, rows, peak - before


def _largest(server: Server) -> float:
    """Resident megabytes of the process that answers."""
    found = [0.0]
    for pid in server.children:
        said = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
        found.append(int(said[1]) / 1024 if said else 0.0)
    return max(found)


def _prove(letter: Letter) -> None:
    """Some stand at level 2, with a site of theirs; all others at the first."""
    chosen = Signature.objects.filter(letter=letter, number__gt=0).extra(
        where=[f"number %% {PROVED} = 0"]
    )
    rows = list(chosen.values_list("pk", "number", "confirmed_at"))
    Signature.objects.filter(letter=letter).update(level=1)
    chosen.update(level=2)
    Proof.objects.bulk_create(
        (
            Proof(
                signature_id=pk,
                method="website",
                subject=f"site-{number}.example",
                state=ProofState.STANDING,
                started_at=when,
                proved_at=when,
            )
            for pk, number, when in rows
        ),
        batch_size=2000,
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE signatures_signature, signatures_proof")
