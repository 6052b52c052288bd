"""Signing: a POST until the pending signature is stored and its confirmation owed."""

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from statistics import median
from urllib.parse import urlencode

from bench import letters, yardsticks
from bench.load import CONNECTIONS, Outcome, press, request
from bench.results import Result
from bench.site import Site, serving
from campaign.celery import app
from signatures.models import Delivery, Signature

ROUNDS = 3
SECONDS = 4.0
PREPARED = 30_000


def run(site: Site) -> list[Result]:
    letter = letters.published_letter()
    path = f"/letters/{letter.slug}/sign/"
    yardstick, outcomes = [], []
    serial = itertools.count()
    with serving(site):
        press(port=site.port, requests=posts(site, path, serial, 200), seconds=5)
        for _round in range(ROUNDS):
            yardstick.append(yardsticks.pgbench_pair(site, seconds=SECONDS))
            prepared = posts(site, path, serial, PREPARED)
            outcomes.append(press(port=site.port, requests=prepared, seconds=SECONDS))
    stored = Counter(
        Delivery.objects.filter(signature__letter=letter).values_list("signature_id", flat=True)
    )
    rows = Signature.objects.filter(letter=letter).count()
    accepted = 200 + sum(outcome.statuses[303] for outcome in outcomes)
    # Or the worker of the next measurement would send them.
    Delivery.objects.all().delete()
    app.control.purge()
    p99 = median(outcome.percentile(99) for outcome in outcomes)
    known = [rate for rate in yardstick if rate]
    return [
        Result(
            work="sign",
            value=median(outcome.rate for outcome in outcomes),
            unit="signed/s",
            target=800,
            yardstick=median(known) if known else None,
            target_ratio=0.07,
            broken=tuple(_problems(outcomes, accepted=accepted, rows=rows, stored=stored, p99=p99)),
            notes=(
                f"c{CONNECTIONS}: p50 {median(o.percentile(50) for o in outcomes) * 1000:.0f} ms, "
                f"p99 {p99 * 1000:.0f} ms; {accepted:,} accepted = {rows:,} stored = "
                f"{stored.total():,} mails owed",
            ),
        )
    ]


def _problems(
    outcomes: list[Outcome], *, accepted: int, rows: int, stored: Counter[int], p99: float
) -> Iterator[str]:
    refused = sum(outcome.answers - outcome.statuses[303] for outcome in outcomes)
    if refused or any(outcome.broken for outcome in outcomes):
        yield f"{refused} answers were not 303; {sum(o.broken for o in outcomes)} broke off"
    if accepted != rows:
        yield f"{accepted - rows} signatures lost"
    if set(stored.values()) != {1} or len(stored) != rows:
        yield "not exactly one mail is owed for each"
    if p99 > 0.150:
        yield f"p99 is {p99 * 1000:.0f} ms, not 150"


def posts(site: Site, path: str, serial: Iterator[int], count: int) -> Iterator[bytes]:
    """Prepared beforehand, each with an address and a network of its own."""
    chance = random.Random(count)
    prepared = []
    for number in itertools.islice(serial, count):
        each = letters.details(number)
        fields = {
            "name": each.name,
            "email": f"Signer.{number}@letters-bench.org",
            "profession": each.profession,
            "country": each.country,
            "credit": "The long measure",
            "consent_publish": "on",
        }
        network = ".".join(str(chance.randrange(1, 255)) for _ in range(4))
        body = urlencode(fields)
        prepared.append(request("POST", path, port=site.port, body=body, network=network))
    return iter(prepared)
