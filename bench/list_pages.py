"""The list of a million: pages at any depth, filters, and search by name, one reader at a time."""

import os
import random
from collections.abc import Iterator
from urllib.parse import urlencode

from bench import letters
from bench.load import press, request
from bench.results import Result
from bench.site import Site, serving
from campaign.letters.models import Letter

LARGE = int(os.environ.get("BENCH_LIST", "1000000"))
SMALL = 10_000
REQUESTS = 400
_NAMES = [name.lower() for name in letters.GIVEN.split()]


def run(site: Site) -> list[Result]:
    small, large = letters.published_letter(), letters.published_letter()
    letters.many_signed(small, SMALL)
    letters.many_signed(large, LARGE)
    with serving(site):
        return [
            _measure(site, "list_deep", 25, _pages(small, SMALL), _pages(large, LARGE)),
            _measure(site, "list_search", 50, _searches(small), _searches(large)),
        ]


def _measure(
    site: Site, work: str, target: float, small: Iterator[str], large: Iterator[str]
) -> Result:
    """p99 in milliseconds at c1, and the same at ten thousand as the yardstick."""
    press(port=site.port, requests=_gets(site, small, 20), seconds=60, connections=1)
    base = press(port=site.port, requests=_gets(site, small), seconds=60, connections=1)
    press(port=site.port, requests=_gets(site, large, 20), seconds=60, connections=1)
    deep = press(port=site.port, requests=_gets(site, large), seconds=60, connections=1)
    failed = deep.answers - deep.statuses[200] + base.answers - base.statuses[200]
    broken = (f"{failed} answers were not 200",) if failed else ()
    ratio = deep.percentile(50) / base.percentile(50)
    if ratio > 1.5:
        broken = (*broken, f"{ratio:.1f} times the median of {SMALL:,}, not 1.5")
    return Result(
        work=work,
        value=deep.percentile(99) * 1000,
        unit="ms p99",
        target=target,
        yardstick=base.percentile(99) * 1000,
        less_is_better=True,
        broken=broken,
        notes=(
            f"p50 {deep.percentile(50) * 1000:.1f} ms of {LARGE:,} rows; "
            f"{base.percentile(50) * 1000:.1f} ms of {SMALL:,} (yardstick: its p99)",
        ),
    )


def _gets(site: Site, paths: Iterator[str], count: int = REQUESTS) -> Iterator[bytes]:
    return (
        request("GET", path, port=site.port) for path, _n in zip(paths, range(count), strict=False)
    )


def _pages(letter: Letter, rows: int) -> Iterator[str]:
    """Every kind of page, each with another number, so that none is kept from before."""
    chance = random.Random(1)
    while True:
        number = chance.randrange(200, rows)
        asked: dict[str, object] = {"after": number}
        if chance.random() < 0.3:
            asked = {"order": "name", "after": f"{number}~{chance.choice(_NAMES)}"}
        offered = {
            "profession": letters.PROFESSIONS,
            "country": letters.COUNTRIES,
            "level": ("1", "2", "3", "4"),
            "kind": ("person", "organisation"),
        }
        wanted = [name for name in offered if chance.random() < 0.35]
        asked |= {name: chance.choice(offered[name]) for name in wanted}
        yield f"/letters/{letter.slug}/signatories/?{urlencode(asked)}"


def _searches(letter: Letter) -> Iterator[str]:
    """Parts of names: frequent, rare and without any."""
    chance = random.Random(2)
    while True:
        rare = f"{chance.randrange(16**4):04x}"
        q = chance.choice(
            (chance.choice(letters.GIVEN.split()), rare, f"{rare} berg", "nobody" + rare)
        )
        after = chance.randrange(200, SMALL)
        yield f"/letters/{letter.slug}/signatories/?{urlencode({'q': q, 'after': after})}"
