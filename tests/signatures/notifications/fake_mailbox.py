"""A mailbox on this machine that speaks as much IMAP and POP3 as its reader asks for."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

from campaign.environment import Mailbox

USER, PASSWORD = "bounces@letters.example", 'pass"word \\ of ours'


class FakeMailbox:
    """Numbered from 1, as they arrived; what is deleted is gone when a visit ends as it should."""

    def __init__(self) -> None:
        self.messages: dict[int, bytes] = {}
        self.seen: set[int] = set()
        self.visits = 0
        # Hangs up instead of answering the next command that begins so.
        self.hangs_up_at = ""
        # Says nothing at all.
        self.is_silent = False

    def put(self, *messages: bytes) -> None:
        for each in messages:
            self.messages[max(self.messages, default=0) + 1] = each


@contextmanager
def serving(box: FakeMailbox, scheme: str) -> Iterator[Mailbox]:
    speaks = _Imap if scheme == "imap" else _Pop

    class Handler(speaks):  # type: ignore[misc, valid-type]
        mailbox = box

    class Server(ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            port = server.server_address[1]
            yield Mailbox(scheme, "127.0.0.1", int(port), USER, PASSWORD, "INBOX")
        finally:
            server.shutdown()
            thread.join()


class _Conversation(StreamRequestHandler):
    mailbox: FakeMailbox

    def handle(self) -> None:
        self.mailbox.visits += 1
        self.deleted: set[int] = set()
        if self.mailbox.is_silent:
            self.rfile.readline()
            return
        self.greet()
        for line in self.rfile:
            said = line.decode().rstrip("\r\n")
            command = said.partition(" ")[2] if isinstance(self, _Imap) else said
            if self.mailbox.hangs_up_at and command.startswith(self.mailbox.hangs_up_at):
                self.mailbox.hangs_up_at = ""
                return
            if not self.answer(said):
                return

    def greet(self) -> None:
        raise NotImplementedError

    def answer(self, said: str) -> bool:
        raise NotImplementedError

    def say(self, *lines: str | bytes) -> None:
        for each in lines:
            self.wfile.write((each.encode() if isinstance(each, str) else each) + b"\r\n")

    def expunge(self) -> None:
        for each in self.deleted:
            self.mailbox.messages.pop(each, None)


class _Imap(_Conversation):
    def greet(self) -> None:
        self.say("* OK ready")

    def answer(self, said: str) -> bool:
        tag, _space, command = said.partition(" ")
        box = self.mailbox
        quoted = PASSWORD.replace("\\", "\\\\").replace('"', '\\"')
        match command.split():
            case ["CAPABILITY"]:
                self.say("* CAPABILITY IMAP4rev1")
            case ["LOGIN", *_typed]:
                if command != f'LOGIN "{USER}" "{quoted}"':
                    self.say(f"{tag} NO wrong")
                    return True
            case ["SELECT", '"INBOX"']:
                self.say(f"* {len(box.messages)} EXISTS")
            case ["UID", "SEARCH", "UNSEEN"]:
                unseen = [str(each) for each in box.messages if each not in box.seen]
                self.say(" ".join(["* SEARCH", *unseen]))
            case ["UID", "FETCH", uid, what]:
                limit = int(re.findall(r"<0\.(\d+)>", what)[0])
                raw = box.messages[int(uid)][:limit]
                start = f"* {uid} FETCH (UID {uid} BODY[]<0> {{{len(raw)}}}"
                self.say(start, raw + b")")
            case ["UID", "STORE", uid, "+FLAGS.SILENT", flag]:
                marked = self.deleted if flag == r"(\Deleted)" else box.seen
                marked.add(int(uid))
            case ["CLOSE"]:
                self.expunge()
            case ["LOGOUT"]:
                self.say("* BYE", f"{tag} OK")
                return False
            case _:
                self.say(f"{tag} BAD {command.split()[0]}")
                return True
        self.say(f"{tag} OK done")
        return True


class _Pop(_Conversation):
    def greet(self) -> None:
        self.say("+OK ready")

    def answer(self, said: str) -> bool:
        box = self.mailbox
        match said.split():
            case ["USER", name] if name == USER:
                self.say("+OK")
            case ["PASS", *_typed]:
                self.say("+OK" if said == f"PASS {PASSWORD}" else "-ERR wrong")
            case ["LIST"]:
                listed = (f"{number} {len(raw)}" for number, raw in box.messages.items())
                self.say("+OK", *listed, ".")
            case ["RETR", number]:
                self.say("+OK", *self.lines(int(number)), ".")
            case ["TOP", number, most]:
                self.say("+OK", *self.lines(int(number))[: int(most)], ".")
            case ["DELE", number]:
                self.deleted.add(int(number))
                self.say("+OK")
            case ["QUIT"]:
                self.expunge()
                self.say("+OK bye")
                return False
            case _:
                self.say("-ERR what?")
        return True

    def lines(self, number: int) -> list[bytes]:
        found = self.mailbox.messages[number].replace(b"\r\n", b"\n").split(b"\n")
        return [b"." + line if line.startswith(b".") else line for line in found]
