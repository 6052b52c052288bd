"""One web process: time to its first answer, and memory after a thousand requests of every kind."""

import itertools
import re
from pathlib import Path

from bench import letters
from bench.confirm import YES
from bench.load import press, request
from bench.results import Result
from bench.sign import posts
from bench.site import Site, fetch, serving
from signatures.links import token_for

EACH = 1000
SIGNATURES = 5000


def run(site: Site) -> list[Result]:
    letter = letters.published_letter()
    letters.signed(letter, SIGNATURES)
    other = letters.published_letter()
    tokens = [token_for(signature=each) for each in letters.pending(other, EACH)]
    here = f"/letters/{letter.slug}"
    kinds = {
        "home": (("GET", "/"),),
        "letter": (("GET", f"{here}/"), ("GET", f"/ar{here}/")),
        "list": tuple(("GET", f"{here}/signatories/?after={n}") for n in range(1, EACH)),
        "search": tuple(
            ("GET", f"{here}/signatories/?q={chr(97 + n % 26)}{n}") for n in range(EACH)
        ),
        "count": (("GET", f"{here}/count"),),
        "record": (("GET", f"{here}/record/"), ("GET", f"{here}/record/tile/entries/000")),
        "confirm page": tuple(("GET", f"/s/{token}/") for token in tokens),
        "confirm": tuple(("POST", f"/s/{token}/") for token in tokens),
        "own page": tuple(("GET", f"/s/{token}/") for token in tokens),
        "unknown": tuple(("GET", f"/nowhere/{n}/") for n in range(EACH)),
    }
    errors = 0
    with serving(site, workers=1) as server:
        first = server.first_answer
        fetch(site.port, "/")
        begun = _resident(server.children)
        for asked in kinds.values():
            requests = (
                request(
                    method,
                    path,
                    port=site.port,
                    body=YES if method == "POST" else "",
                )
                for method, path in itertools.islice(itertools.cycle(asked), EACH)
            )
            done = press(port=site.port, requests=requests, seconds=120, connections=4)
            errors += done.statuses[500] + done.broken
        signing = posts(site, f"{here}/sign/", itertools.count(1_000_000), EACH)
        errors += press(port=site.port, requests=signing, seconds=120, connections=4).statuses[500]
        resident = _resident(server.children)
    broken = (f"{errors} requests failed",) if errors else ()
    if first > 2:
        broken = (*broken, f"the first answer took {first:.1f} s, not 2")
    return [
        Result(
            work="web_memory",
            value=resident,
            unit="MB",
            target=100,
            less_is_better=True,
            broken=broken,
            notes=(
                f"first answer after {first:.2f} s; {begun:.0f} MB before {EACH:,} requests of "
                f"each of {len(kinds) + 1} kinds",
            ),
        )
    ]


def _resident(processes: list[int]) -> float:
    """Of the largest one, in megabytes: the one that answers."""
    sizes = []
    for pid in processes:
        said = Path(f"/proc/{pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", said)
        sizes.append(int(found[1]) / 1024 if found else 0.0)
    return max(sizes)
