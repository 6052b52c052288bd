"""`manage.py demo` with its data there already, to the first page."""

import os
import subprocess
import sys
import time
from statistics import median
from tempfile import TemporaryDirectory

from bench.results import Result
from bench.site import ROOT, Site, fetch, free_port, running, wait_for_answer

ROUNDS = 3
LETTER = "/letters/ask-before-you-train/"


def run(_site: Site) -> list[Result]:
    with TemporaryDirectory(prefix="undersigned-bench-") as data:
        port = free_port()
        production = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "TRUSTED_PROXIES")
        own = {name: value for name, value in os.environ.items() if name not in production}
        own |= {
            "DEMO": "1",
            "DATA_DIR": data,
            "RECORD_KEY_FILE": f"{data}/record-key.pem",
            "SITE_URL": f"http://127.0.0.1:{port}",
            "PORT": str(port),
        }
        command: list[object] = [sys.executable, "manage.py", "demo"]
        begun = time.perf_counter()
        subprocess.run(
            [*map(str, command), "--setup-only"],
            cwd=ROOT,
            env=own,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        first = time.perf_counter() - begun
        warm, status = [], 0
        for _round in range(ROUNDS):
            begun = time.perf_counter()
            with running(command, quiet=True, environment=own) as process:
                wait_for_answer(port, process=process, path=LETTER)
                warm.append(time.perf_counter() - begun)
                status = fetch(port, LETTER)[0]
    broken = () if status == 200 else (f"the letter answers {status}",)
    if first > 20:
        broken = (*broken, f"the first start took {first:.0f} s, not 20")
    return [
        Result(
            work="demo_start",
            value=median(warm),
            unit="s",
            target=4,
            less_is_better=True,
            broken=broken,
            notes=(f"setting up its data on first start: {first:.1f} s",),
        )
    ]
