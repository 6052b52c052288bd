"""A mail server that takes whatever comes, as fast as it can, or behaves as badly as it is told.

aiosmtpd neither pipelines nor breaks off in the middle of a message; this does.
"""

import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum


class Deed(Enum):
    """What becomes of a message once DATA was said."""

    TAKE = "take"
    # The connection is cut after some lines of it.
    CUT = "cut"
    # It is taken, but the answer comes too late.
    ANSWER_LATE = "answer late"
    # It is taken, and the connection is cut before the answer.
    CUT_AFTER = "cut after"


@dataclass
class Sink:
    """`on_recipient` gives the reply to RCPT; `on_data` what becomes of the nth message, from 1."""

    pipelining: bool = True
    on_recipient: Callable[[str], str] = lambda _address: "250 ok"
    on_data: Callable[[int], Deed] = lambda _count: Deed.TAKE
    # Seconds for which a late answer keeps its client waiting.
    late_seconds: float = 2.0
    # Messages that are offered, by recipient; of those that were taken, also the bytes.
    offered: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    taken_at: list[float] = field(default_factory=list)
    connections: int = 0
    under_way: int = 0
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self) -> None:
        """Until every conversation has ended."""
        while self.under_way:
            time.sleep(0.005)

    @contextmanager
    def running(self) -> Iterator["Sink"]:
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with sink.lock:
                    sink.connections += 1
                    sink.under_way += 1
                with suppress(OSError):
                    _Conversation(sink, self).run()
                with sink.lock:
                    sink.under_way -= 1

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        with Server(("127.0.0.1", self.port), Handler) as server:
            self.port = server.server_address[1]
            thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
            thread.start()
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()


class _Conversation:
    def __init__(self, sink: Sink, handler: socketserver.StreamRequestHandler) -> None:
        self.sink, self.handler = sink, handler
        self.recipients: list[str] = []

    def say(self, line: str) -> None:
        self.handler.wfile.write(f"{line}\r\n".encode())

    def run(self) -> None:
        self.say("220 sink.example")
        while line := self.handler.rfile.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                self.say("250-sink.example")
                if self.sink.pipelining:
                    self.say("250-PIPELINING")
                self.say("250 8BITMIME")
            elif verb == b"RCPT":
                address = line.split(b"<")[1].split(b">")[0].decode()
                reply = self.sink.on_recipient(address)
                if reply.startswith("250"):
                    self.recipients.append(address)
                self.say(reply)
                if reply.startswith("421"):
                    return
            elif verb == b"DATA":
                if not self.recipients:
                    self.say("503 no recipient")
                elif not self._data():
                    return
            elif verb == b"RSET":
                self.recipients = []
                self.say("250 ok")
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def _line(self) -> bytes:
        """Nothing where the client has hung up, be it with our answers unread."""
        try:
            return self.handler.rfile.readline()
        except ConnectionError:
            return b""

    def _data(self) -> bool:
        """Whether the conversation goes on."""
        self.say("354 go ahead")
        [address] = self.recipients
        self.recipients = []
        with self.sink.lock:
            self.sink.offered.append(address)
            deed = self.sink.on_data(len(self.sink.offered))
        lines: list[bytes] = []
        while (line := self._line()) != b".\r\n":
            if not line:
                return False
            lines.append(line[1:] if line.startswith(b"..") else line)
            if deed is Deed.CUT and len(lines) == 3:
                self.handler.connection.shutdown(socket.SHUT_RDWR)
                return False
        with self.sink.lock:
            self.sink.taken.append(address)
            self.sink.messages.append(b"".join(lines))
            self.sink.taken_at.append(time.monotonic())
        if deed is Deed.CUT_AFTER:
            self.handler.connection.shutdown(socket.SHUT_RDWR)
            return False
        if deed is Deed.ANSWER_LATE:
            time.sleep(self.sink.late_seconds)
        self.say("250 taken")
        return True
