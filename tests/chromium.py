"""Finds a Chromium that starts: the machine's, else one that Playwright downloaded.

As a command it prints the path, or exits with status 1.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
START_SECONDS = 60


@cache
def find() -> str | None:
    return next((path for path in _candidates() if _starts(path)), None)


def _candidates() -> Iterator[str]:
    for name in NAMES:
        # A shell without /usr/bin on its path is no reason to go without.
        if path := shutil.which(name) or shutil.which(name, path="/usr/bin"):
            yield path
    with sync_playwright() as playwright:
        yield playwright.chromium.executable_path


def _starts(path: str) -> bool:
    """Whether it is there and finds its libraries; some distributions' only print an advice."""
    try:
        done = subprocess.run(
            [path, "--version"], capture_output=True, timeout=START_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


if __name__ == "__main__":
    found = find()
    if found is None:
        sys.exit(1)
    sys.stdout.write(f"{found}\n")
