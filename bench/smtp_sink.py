"""`python -m bench.smtp_sink PORT`: a bare mail server that takes all, and counts.

`LIMIT` as a second argument: it takes so many a second, and refuses what is more with 421.
On SIGTERM it prints as JSON how many it took, from when to when, and how many distinct addresses.
"""

import asyncio
import json
import signal
import sys
import time


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


class Conversation(asyncio.Protocol):
    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.buffer = b""
        self.in_data = False
        self.recipient = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        replies = []
        while True:
            if self.in_data:
                end = self.buffer.find(b"\r\n.\r\n")
                if end < 0:
                    break
                self.buffer = self.buffer[end + 5 :]
                self.in_data = False
                self.counter.recipients.append((time.time(), self.recipient))
                replies.append(b"250 taken\r\n")
                continue
            line, found, rest = self.buffer.partition(b"\r\n")
            if not found:
                break
            self.buffer = rest
            replies.append(self._reply(line))
        if replies:
            self.transport.write(b"".join(replies))

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


async def serve(port: int, limit: int) -> None:
    counter, loop = Counter(limit), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Conversation(counter), "127.0.0.1", port)
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    async with server:
        print("ready", flush=True)
        await stop.wait()
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
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
