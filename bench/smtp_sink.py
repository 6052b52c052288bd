"""`python -m bench.smtp_sink PORT`: a bare mail server that takes all, and counts.

`LIMIT` as a second argument: it takes so many a second, and refuses what is more with 450.
On SIGTERM it prints as JSON how many it took, from when to when, and how many distinct addresses.

One thread over epoll, without asyncio: what it costs is taken from those who are measured.
"""

import json
import select
import signal
import socket
import sys
import time

_READ_BYTES = 65_536


class Counter:
    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.recipients: list[tuple[float, bytes]] = []
        self.refused = 0
        self._second, self._taken = 0, 0

    def may_take(self) -> bool:
        if not self.limit:
            return True
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._taken = second, 0
        self._taken += 1
        if self._taken > self.limit:
            self.refused += 1
            return False
        return True


class Conversation:
    def __init__(self, connection: socket.socket, counter: Counter) -> None:
        self.connection, self.counter = connection, counter
        self.buffer = b""
        self.in_data = False
        self.recipient = b""
        connection.sendall(b"220 sink\r\n")

    def goes_on(self) -> bool:
        """Answer what has come; False once the client has hung up."""
        try:
            data = self.connection.recv(_READ_BYTES)
            if data:
                self.buffer += data
                self.connection.sendall(b"".join(self._replies()))
        except ConnectionError:
            return False
        return bool(data)

    def _replies(self) -> list[bytes]:
        replies, read = [], 0
        while True:
            end = self.buffer.find(b"\r\n.\r\n" if self.in_data else b"\r\n", read)
            if end < 0:
                break
            if self.in_data:
                self.in_data = False
                self.counter.recipients.append((time.time(), self.recipient))
                replies.append(b"250 taken\r\n")
                read = end + 5
            else:
                replies.append(self._reply(self.buffer[read:end]))
                read = end + 2
        self.buffer = self.buffer[read:]
        return replies

    def _reply(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"EHLO":
            return b"250-sink\r\n250 PIPELINING\r\n"
        if verb == b"RCPT":
            if not self.counter.may_take():
                self.recipient = b""
                return b"450 4.7.0 too many messages, slow down\r\n"
            self.recipient = line[9:].split(b">")[0]
        if verb == b"DATA":
            if not self.recipient:
                return b"503 no recipient\r\n"
            self.in_data = True
            return b"354 go ahead\r\n"
        if verb == b"QUIT":
            return b"221 bye\r\n"
        return b"250 ok\r\n"


def serve(port: int, counter: Counter) -> None:
    poll, conversations = select.epoll(), dict[int, Conversation]()
    with socket.create_server(("127.0.0.1", port)) as server:
        poll.register(server, select.EPOLLIN)
        print("ready", flush=True)
        while True:
            for descriptor, _event in poll.poll():
                if descriptor == server.fileno():
                    connection, _address = server.accept()
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    poll.register(connection, select.EPOLLIN)
                    conversations[connection.fileno()] = Conversation(connection, counter)
                elif not conversations[descriptor].goes_on():
                    poll.unregister(descriptor)
                    conversations.pop(descriptor).connection.close()


def main(port: int, limit: int = 0) -> None:
    counter = Counter(limit)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        serve(port, counter)
    except KeyboardInterrupt:
        times = [at for at, _recipient in counter.recipients]
        told = {
            "taken": len(times),
            "distinct": len({recipient for _at, recipient in counter.recipients}),
            "refused": counter.refused,
            "seconds": max(times) - min(times) if times else 0.0,
            "at": {recipient.decode(): at for at, recipient in counter.recipients[:100_000]},
        }
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
