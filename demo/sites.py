"""What stands on the sites and in the names of the demo's own little internet.

Kept as lines of JSON in DATA_DIR, so that what was shown stands there after a restart, too.
"""

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path
from threading import Lock

from django.conf import settings

from signatures.verification import bluesky, domain, mastodon
from signatures.verification.domain.dns_record import record_name
from signatures.verification.network.hosts import bare

ENDING = ".example"
# Far more than anybody presses buttons for.
MOST = 50_000


class NoRoom(Exception):
    """More stands on the invented sites than a demo is for."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A token on a site, in the DNS of its domain, in the profile of the account that has this
    handle, or in those of a server; an empty one: a site that shows none."""

    method: str
    host: str
    token: str


class Sites:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._pages: dict[str, set[str]] = {}
        self._texts: dict[str, set[str]] = {}
        self._profiles: dict[str, set[str]] = {}
        self._servers: dict[str, set[str]] = {}
        self._size = 0
        self._is_read = False

    def place(self, placed: Placed) -> None:
        """Safe to repeat. Only names that nobody can own; raises NoRoom."""
        assert placed.host.endswith(ENDING)  # noqa: S101 - the form and the generator see to it
        with self._lock:
            self._read()
            if self._size >= MOST:
                raise NoRoom
            if self._take(placed):
                with self._path.open("a", encoding="utf-8") as lines:
                    lines.write(_line(placed))

    def write_anew(self, all_of_them: Iterable[Placed]) -> None:
        """These and nothing else: for a demo that begins."""
        with self._lock:
            self._path.write_text("".join(map(_line, all_of_them)), encoding="utf-8")
            self._pages.clear()
            self._texts.clear()
            self._profiles.clear()
            self._servers.clear()
            self._size, self._is_read = 0, False

    def tokens_on(self, host: str) -> list[str] | None:
        """What the site shows, with and without `www.`; None where there is no site."""
        with self._lock:
            self._read()
            found = self._pages.get(bare(host))
        return None if found is None else sorted(found - {""})

    def texts_at(self, name: str) -> list[str] | None:
        """Tokens in the TXT records of a name; None where there is no such record."""
        with self._lock:
            self._read()
            found = self._texts.get(name)
        return None if found is None else sorted(found)

    def tokens_in_profile(self, handle: str) -> list[str] | None:
        """What the account's profile shows; None where there is no account."""
        with self._lock:
            self._read()
            found = self._profiles.get(handle)
        return None if found is None else sorted(found)

    def tokens_on_server(self, host: str) -> list[str] | None:
        """What the profiles of its accounts show; None where there is no server."""
        with self._lock:
            self._read()
            found = self._servers.get(host)
        return None if found is None else sorted(found)

    def is_host(self, name: str) -> bool:
        """Whether something answers there."""
        told = (self.tokens_on(name), self.tokens_in_profile(name), self.tokens_on_server(name))
        return any(tokens is not None for tokens in told)

    def __contains__(self, host: object) -> bool:
        name = str(host)
        return self.is_host(name) or self.texts_at(record_name(name)) is not None

    def _read(self) -> None:
        if not self._is_read and self._path.exists():
            for line in self._path.read_text(encoding="utf-8").splitlines():
                self._take(Placed(*json.loads(line)))
        self._is_read = True

    def _take(self, placed: Placed) -> bool:
        """Whether it was not there before."""
        host = bare(placed.host)
        if placed.method == domain.METHOD.code:
            tokens = self._texts.setdefault(record_name(host), set())
        elif placed.method == bluesky.METHOD.code:
            tokens = self._profiles.setdefault(host, set())
        elif placed.method == mastodon.METHOD.code:
            tokens = self._servers.setdefault(host, set())
        else:
            tokens = self._pages.setdefault(host, set())
        if placed.token in tokens:
            return False
        tokens.add(placed.token)
        self._size += 1
        return True


@cache
def the_sites() -> Sites:
    """Those of this demo."""
    return Sites(settings.DATA_DIR / "invented-sites.jsonl")


def _line(placed: Placed) -> str:
    return json.dumps(astuple(placed)) + "\n"
