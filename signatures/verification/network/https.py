"""Reading a page of a stranger's site without becoming anybody's tool.

HTTPS on its own port only. The name is resolved once, every address must be public, and the
connection goes to an address that was checked. No redirects, no proxies, no cookies, five seconds
for each page, 512 KiB. What is posted goes the same way, and of its answer only the status counts.
"""

import io
import json
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from threading import Lock
from typing import Any, TypeVar

from django.conf import settings

from signatures.verification.network import dns, environment
from signatures.verification.problems import NotShown, Problem

FETCH_TIMEOUT_SECONDS = 5.0
# Whoever is told something may have work with it.
POST_TIMEOUT_SECONDS = 15.0
MOST_BYTES = 512 * 1024
# A host with many addresses of which none answers is not tried for ever.
MAX_ADDRESSES_TRIED = 3
READABLE = ("text/html", "application/xhtml+xml", "text/plain")
# Also descriptions of accounts (https://www.w3.org/TR/did-core/).
JSON = ("application/json", "application/did+ld+json", "application/did+json")
NAME = "Undersigned"

# With the embedded engine the two worker threads also count and send: only one may wait for sites.
one_at_a_time = Lock()


Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Page:
    content_type: str
    text: str


@dataclass(frozen=True, slots=True)
class Site:
    """A host with the addresses that were checked; all its pages are read from these."""

    host: str
    addresses: tuple[dns.Address, ...]

    def read(self, path: str) -> Page:
        """The page at this path. Raises NotShown, with STATUS also for one that is not there."""
        return self._read(path, "text/html, text/plain", READABLE, MOST_BYTES)

    def read_json(
        self, path: str, *, most_bytes: int = MOST_BYTES, kinds: tuple[str, ...] = JSON
    ) -> Any:
        """What a program is told at this path, of any shape. Raises NotShown."""
        readable = tuple(kind.partition(";")[0] for kind in kinds)
        try:
            return json.loads(self._read(path, ", ".join(kinds), readable, most_bytes).text)
        except (ValueError, RecursionError) as error:
            raise NotShown(Problem.BROKEN) from error

    def _read(self, path: str, accept: str, readable: tuple[str, ...], most_bytes: int) -> Page:
        request = _request(self.host, path, {"Accept": accept, "Accept-Encoding": "identity"})
        return self._exchange(
            request,
            lambda response: _page(response, readable, most_bytes),
            seconds=FETCH_TIMEOUT_SECONDS,
        )

    def post(self, path: str, *, body: bytes, headers: Mapping[str, str]) -> int:
        """The status of the answer, also of a redirect, which is not followed. Its body is not
        read. Raises NotShown."""
        told = {**headers, "Content-Length": str(len(body))}
        request = _request(self.host, path, told, method="POST") + body
        return self._exchange(request, _status, seconds=POST_TIMEOUT_SECONDS)

    def _exchange(
        self, request: bytes, read: Callable[[HTTPResponse], Read], *, seconds: float
    ) -> Read:
        deadline = time.monotonic() + seconds
        try:
            with _connect(self, deadline) as connection:
                connection.settimeout(_left(deadline))
                connection.sendall(request)
                response = HTTPResponse(_Timed(connection, deadline))  # type: ignore[arg-type]
                return read(response)
        except ssl.SSLCertVerificationError as error:
            raise NotShown(Problem.CERTIFICATE) from error
        except TimeoutError as error:
            raise NotShown(Problem.TOO_SLOW) from error
        except (ssl.SSLError, HTTPException, ValueError) as error:
            raise NotShown(Problem.BROKEN) from error
        except OSError as error:
            raise NotShown(Problem.UNREACHABLE) from error


def approach(host: str) -> Site:
    """Resolve the host, once. Raises NotShown, and connects to nothing."""
    return Site(host, tuple(dns.addresses_of(host)))


class _Timed:
    """What http.client reads from: each read gets only the time that is left of the whole."""

    def __init__(self, connection: ssl.SSLSocket, deadline: float) -> None:
        self._raw = _TimedReads(connection, deadline)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._raw)


class _TimedReads(io.RawIOBase):
    def __init__(self, connection: ssl.SSLSocket, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(_left(self._deadline))
        return self._connection.recv_into(buffer)


def _connect(site: Site, deadline: float) -> ssl.SSLSocket:
    world = environment.world
    context = ssl.create_default_context(cafile=world.authorities)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    failure: OSError = ConnectionError()
    for address in site.addresses[:MAX_ADDRESSES_TRIED]:
        try:
            plain = socket.create_connection(
                (str(address), world.https_port), timeout=_left(deadline)
            )
        except TimeoutError:
            raise
        except OSError as error:
            failure = error
            continue
        try:
            plain.settimeout(_left(deadline))
            return context.wrap_socket(plain, server_hostname=site.host)
        except BaseException:
            plain.close()
            raise
    raise failure


def _request(host: str, path: str, headers: Mapping[str, str], *, method: str = "GET") -> bytes:
    lines = (
        f"{method} {path} HTTP/1.1",
        f"Host: {host}",
        f"User-Agent: {NAME}/1.0 (+{settings.SITE_URL}/how-we-verify/)",
        *(f"{name}: {value}" for name, value in headers.items()),
        "Connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def _status(response: HTTPResponse) -> int:
    with response:
        response.begin()
        return response.status


def _page(response: HTTPResponse, readable: tuple[str, ...], most_bytes: int) -> Page:
    with response:
        response.begin()
        if 300 <= response.status < 400:
            raise NotShown(Problem.REDIRECT, location=response.headers.get("Location", ""))
        if response.status != 200:
            raise NotShown(Problem.STATUS, status=response.status)
        content_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        packed = response.headers.get("Content-Encoding", "identity").strip().lower() != "identity"
        if content_type not in readable or packed:
            raise NotShown(Problem.CONTENT_TYPE)
        body = response.read(most_bytes + 1)
        if len(body) > most_bytes or (response.length or 0) > 0:
            raise NotShown(Problem.TOO_LARGE)
    # What we look for is ASCII, which all encodings that sites use today have in common.
    return Page(content_type, body.decode("utf-8", "replace"))


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
