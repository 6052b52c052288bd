"""Confirming on one letter while the sequencer writes its record; does it come out exact?"""

import itertools
import os
import threading
import time
from http.client import HTTPConnection
from statistics import median

from django.db import connection

from bench import letters, yardsticks
from bench.load import CONNECTIONS, press, request
from bench.results import Result
from bench.site import Site, sequencing, serving
from campaign.letters.models import Event, Letter
from signatures.links import token_for
from signatures.models import Entry, Signature, SignatureState
from signatures.record import tally
from signatures.record.format.merkle import leaf_hash, root

ROUNDS = 3
# How long 64 clients confirm in all; the release run is `BENCH_CONFIRM_SECONDS=30`.
SECONDS = float(os.environ.get("BENCH_CONFIRM_SECONDS", "12"))
ENOUGH_A_SECOND = 2500
# What the page sends, with the choice of being named as it was.
YES = "seen=1&consent_publish=on&answer=sign"


def run(site: Site) -> list[Result]:
    letter = letters.published_letter()
    waiting = letters.pending(letter, int(SECONDS * ENOUGH_A_SECOND))
    posts = iter(
        [
            request(
                "POST",
                f"/s/{token_for(signature=each)}/",
                port=site.port,
                body=YES,
            )
            for each in waiting
        ]
    )
    yardstick, outcomes = [], []
    watcher = NumberWatcher(site)
    with serving(site), sequencing():
        press(
            port=site.port,
            requests=itertools.islice(posts, 200),
            seconds=5,
            answered=watcher.confirmed,
        )
        watcher.start()
        for _round in range(ROUNDS):
            yardstick.append(yardsticks.pgbench_pair(site, seconds=3))
            outcomes.append(
                press(
                    port=site.port,
                    requests=posts,
                    seconds=SECONDS / ROUNDS,
                    answered=watcher.confirmed,
                )
            )
        _wait_until_written(letter)
        watcher.stop()
    accepted = 200 + sum(outcome.statuses[303] for outcome in outcomes)
    refused = sum(outcome.answers - outcome.statuses[303] for outcome in outcomes)
    known = [rate for rate in yardstick if rate]
    broken = [*_inexact(letter, accepted)]
    if cut := refused + sum(outcome.broken for outcome in outcomes):
        broken.append(f"{cut} answers were not 303 or broke off")
    if not watcher.delays or max(watcher.delays) > 10:
        broken.append("a signer's own number was not shown within 10 s")
    checkpoint = tally.latest(letter_id=letter.pk)
    return [
        Result(
            work="confirm",
            value=median(outcome.rate for outcome in outcomes),
            unit="conf./s",
            target=1000,
            yardstick=median(known) if known else None,
            target_ratio=0.09,
            broken=tuple(broken),
            notes=(
                f"c{CONNECTIONS} for {SECONDS:.0f} s: p50 "
                f"{median(o.percentile(50) for o in outcomes) * 1000:.0f} ms, "
                f"p99 {median(o.percentile(99) for o in outcomes) * 1000:.0f} ms",
                f"{accepted:,} accepted; tally {checkpoint.total if checkpoint else 0:,}, "
                f"leaves {checkpoint.size - 1 if checkpoint else 0:,} and the publication's",
                f"own number shown after {median(watcher.delays or [0]):.1f} s, at most "
                f"{max(watcher.delays or [0]):.1f} s ({len(watcher.delays)} looked at)",
            ),
        )
    ]


class NumberWatcher(threading.Thread):
    """A signer on the thanks page: asks every half second until their number is there."""

    def __init__(self, site: Site) -> None:
        super().__init__(daemon=True)
        self.site = site
        self.latest = ""
        self.delays: list[float] = []
        self._over = threading.Event()

    def confirmed(self, answer: bytes) -> None:
        start = answer.find(b"/s/")
        if start > 0:
            self.latest = answer[start + 3 : start + 35].decode()

    def run(self) -> None:
        while not self._over.is_set():
            token, self.latest = self.latest, ""
            if token:
                self.delays.append(self._until_number(token))
            time.sleep(0.1)

    def stop(self) -> None:
        self._over.set()
        self.join(timeout=30)

    def _until_number(self, token: str) -> float:
        begun = time.monotonic()
        client = HTTPConnection("127.0.0.1", self.site.port, timeout=30)
        while time.monotonic() < begun + 30:
            client.request("GET", f"/s/{token}/number/")
            if b'"number": null' not in client.getresponse().read():
                break
            time.sleep(0.5)
        client.close()
        return time.monotonic() - begun


def _wait_until_written(letter: Letter) -> None:
    until = time.monotonic() + 60
    while Event.objects.filter(letter=letter).exists() and time.monotonic() < until:
        time.sleep(0.1)


def _inexact(letter: Letter, accepted: int) -> list[str]:
    """Rows = tally = leaves, the numbers are 1 to n, and the root is that of the leaves."""
    rows = Signature.objects.filter(letter=letter, state=SignatureState.CONFIRMED).count()
    checkpoint = tally.latest(letter_id=letter.pk)
    leaves = [
        leaf_hash(bytes(leaf))
        for leaf in Entry.objects.filter(letter=letter)
        .order_by("index")
        .values_list("leaf", flat=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT number), coalesce(max(number), 0) FROM signatures_signature "
            "WHERE letter_id = %s AND state = 'confirmed'",
            [letter.pk],
        )
        numbers, highest = cursor.fetchone()
    found = []
    if checkpoint is None or not (
        accepted == rows == checkpoint.total == len(leaves) - 1 == numbers == highest
    ):
        total = checkpoint.total if checkpoint else 0
        found.append(
            f"not exact: {accepted} accepted, {rows} rows, {total} counted, {len(leaves)} leaves, "
            f"{numbers} numbers to {highest}"
        )
    elif bytes(checkpoint.root) != root(leaves):
        found.append("the checkpoint's root is not that of the leaves")
    return found
