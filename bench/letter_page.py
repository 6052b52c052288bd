"""The letter page for anonymous readers: from the site itself, and behind nginx as we ship it."""

import os
from contextlib import ExitStack
from statistics import median

from bench import letters, yardsticks
from bench.load import client_for_gets, get
from bench.nginx import shipped_nginx
from bench.results import Result
from bench.site import Site, fetch, serving

ROUNDS = 3
SECONDS = 3
SIGNATURES = 10_500


def run(site: Site) -> list[Result]:
    letter = letters.published_letter()
    letters.signed(letter, SIGNATURES)
    path = f"/letters/{letter.slug}/"
    with ExitStack() as stack:
        stack.enter_context(serving(site))
        status, page = fetch(site.port, path)
        broken = () if status == 200 else (f"the page answers {status}",)
        ports = {"site": (site.port, path)}
        if yardsticks.has_nginx():
            ports["static"] = (stack.enter_context(yardsticks.nginx_static(page)), "/")
            ports["shipped"] = (stack.enter_context(shipped_nginx(site)), path)
        rates: dict[str, list[float]] = {name: [] for name in ports}
        for _round in range(ROUNDS):
            for name, (port, where) in ports.items():
                outcome = get(port=port, path=where, seconds=SECONDS)
                if outcome.statuses[500]:
                    broken = (f"{outcome.statuses[500]} answers of {name} were errors",)
                rates[name].append(outcome.rate)
    hello, anew = _hello(site), _anew(site, path)
    value = median(rates["site"])
    static = median(rates["static"]) if "static" in rates else None
    results = [
        Result(
            work="letter_page",
            value=value,
            unit="pages/s",
            target=5000,
            yardstick=static,
            target_ratio=0.08,
            broken=broken,
            notes=(
                f"{len(page):,} bytes a page; client: {client_for_gets()}",
                f"Django's hello on the same server {hello:,.0f}/s: ratio {value / hello:.2f}",
                f"rendered for each request {anew:,.0f}/s",
            ),
        )
    ]
    if static is not None:
        results.append(
            Result(
                work="letter_page_nginx",
                value=median(rates["shipped"]),
                unit="pages/s",
                target=0.75 * static,
                yardstick=static,
                target_ratio=0.75,
                broken=broken,
            )
        )
    return results


def _hello(site: Site) -> float:
    with serving(site, app="bench.hello"):
        return median(get(port=site.port, path="/", seconds=SECONDS).rate for _ in range(ROUNDS))


def _anew(site: Site, path: str) -> float:
    """As for a crawler of many letters: nothing is kept that somebody asked for before."""
    os.environ["SHARED_PAGE_SECONDS"] = "0"
    try:
        with serving(site):
            return median(
                get(port=site.port, path=path, seconds=SECONDS).rate for _ in range(ROUNDS)
            )
    finally:
        del os.environ["SHARED_PAGE_SECONDS"]
