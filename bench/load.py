"""Clients that press on a server: keep-alive connections, each with one request under way.

One thread over epoll, requests prepared beforehand: some fifteen microseconds for each answer, so
that on a small machine the server is what is measured. Yardstick and work use the same client.
"""

import re
import select
import shutil
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

CONNECTIONS = 64

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(slots=True)
class Outcome:
    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    # Seconds from sending to the last byte of the answer, sorted.
    latencies: list[float] = field(default_factory=list)
    # Connections that the server closed or that were silent at the end.
    broken: int = 0

    @property
    def answers(self) -> int:
        return self.statuses.total()

    @property
    def rate(self) -> float:
        return self.answers / self.seconds

    def percentile(self, percent: float) -> float:
        place = int(len(self.latencies) * percent / 100)
        return self.latencies[min(place, len(self.latencies) - 1)]


@dataclass(slots=True)
class _Connection:
    socket: socket.socket
    started: float = 0.0
    received: bytearray = field(default_factory=bytearray)
    # Length of the whole answer, once its head is there.
    expected: int = 0


def press(
    *,
    port: int,
    requests: Iterator[bytes],
    seconds: float,
    connections: int = CONNECTIONS,
    answered: Callable[[bytes], None] | None = None,
) -> Outcome:
    """Send requests for so long, or until there are no more; wait for each that was sent.

    `answered` gets the head and body of each answer, in the thread that measures: be quick.
    """
    outcome = Outcome()
    poll = select.epoll()
    open_connections: dict[int, _Connection] = {}
    for _number in range(connections):
        connected = socket.create_connection(("127.0.0.1", port), timeout=5)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        open_connections[connected.fileno()] = _Connection(connected)
        poll.register(connected.fileno(), select.EPOLLIN)
    begun = time.perf_counter()
    until = begun + seconds
    under_way = sum(_send(each, requests, until) for each in open_connections.values())
    last = begun
    while under_way and time.perf_counter() < until + 30:
        for descriptor, _event in poll.poll(1.0):
            connection = open_connections[descriptor]
            data = connection.socket.recv(262_144)
            if not data:
                poll.unregister(descriptor)
                outcome.broken += 1
                under_way -= 1
                continue
            connection.received += data
            if not _is_whole(connection):
                continue
            last = time.perf_counter()
            outcome.latencies.append(last - connection.started)
            outcome.statuses[int(connection.received[9:12])] += 1
            if answered:
                answered(bytes(connection.received))
            connection.received.clear()
            connection.expected = 0
            under_way -= not _send(connection, requests, until)
    outcome.seconds = last - begun
    outcome.broken += under_way
    outcome.latencies.sort()
    poll.close()
    for each in open_connections.values():
        each.socket.close()
    return outcome


def get(*, port: int, path: str, seconds: float, connections: int = CONNECTIONS) -> Outcome:
    """The same page over and over; with wrk where the machine has it, since nginx outruns us."""
    wrk = shutil.which("wrk")
    if wrk is None:
        return press(
            port=port,
            requests=iter(lambda: request("GET", path, port=port), b""),
            seconds=seconds,
            connections=connections,
        )
    command = [
        wrk,
        "-t2",
        f"-c{connections}",
        f"-d{seconds:.0f}s",
        f"http://127.0.0.1:{port}{path}",
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    answers, took = re.search(r"(\d+) requests in ([\d.]+)s", said).groups()  # type: ignore[union-attr]
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    bad = int(refused[1]) if refused else 0
    return Outcome(seconds=float(took), statuses=Counter({200: int(answers) - bad, 500: bad}))


def client_for_gets() -> str:
    return "wrk" if shutil.which("wrk") else "bench/load.py"


def request(method: str, path: str, *, port: int, body: str = "", network: str = "") -> bytes:
    """The bytes of a request as a browser would send it, with the headers that matter to us."""
    origin = f"http://127.0.0.1:{port}"
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept: text/html"]
    if network:
        lines.append(f"X-Forwarded-For: {network}")
    if method == "POST":
        lines += [
            f"Origin: {origin}",
            "Sec-Fetch-Site: same-origin",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
        ]
    return "\r\n".join([*lines, "", body]).encode("ascii")


def _send(connection: _Connection, requests: Iterator[bytes], until: float) -> bool:
    if time.perf_counter() >= until:
        return False
    following = next(requests, None)
    if following is None:
        return False
    connection.started = time.perf_counter()
    connection.socket.sendall(following)
    return True


def _is_whole(connection: _Connection) -> bool:
    if not connection.expected:
        end = connection.received.find(b"\r\n\r\n")
        if end < 0:
            return False
        length = _LENGTH.search(connection.received, 0, end + 2)
        if length is None:
            raise ValueError(f"an answer without its length: {bytes(connection.received[:end])!r}")
        connection.expected = end + 4 + int(length[1])
    return len(connection.received) >= connection.expected
