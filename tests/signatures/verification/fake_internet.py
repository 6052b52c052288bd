"""A small internet on this machine: a name server, sites with certificates, and nobody else.

All names are invented. What a test does not set up does not exist.
"""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from socket import AF_INET, SOCK_DGRAM, socket
from threading import Lock, Thread
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from signatures.verification import placed_line
from signatures.verification.network import environment

LOCAL = "127.0.0.1"
# Elsewhere on the same machine: nothing listens there.
ELSEWHERE = "127.0.0.2"

Answer = Callable[["Handler"], None]


@dataclass
class Site:
    """What a site answers at each path: text of a type, a status, or a way to misbehave."""

    pages: dict[str, tuple[str, str] | int | Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    # Headers in small letters, and the body.
    posted: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def front(self, html: str) -> None:
        self.pages["/"] = ("text/html; charset=utf-8", html)

    def shows(self, token: str) -> None:
        self.front(f'<meta name="undersigned" content="{placed_line.LABEL}{token}">')


class Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_POST(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers["content-length"]))
        self._site().posted.append((headers, body))
        self.do_GET()

    def _site(self) -> Site:
        return self.server.world.sites.get((self.headers["Host"] or "").lower(), Site())

    def do_GET(self) -> None:
        site = self._site()
        site.asked.append(self.path)
        site.agents.add(self.headers["User-Agent"] or "")
        answer = site.pages.get(self.path, 404)
        with suppress(OSError):
            if callable(answer):
                answer(self)
            elif isinstance(answer, int):
                self.send_error(answer)
            else:
                self.say(answer[1].encode(), content_type=answer[0])

    def say(self, body: bytes, *, content_type: str = "text/html", **headers: str) -> None:
        self.send_response(200)
        for name, value in {
            "Content-Type": content_type,
            "Content-Length": str(len(body)),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def raw(self, answer: bytes) -> None:
        self.wfile.write(answer)

    def moved(self, to: str) -> None:
        self.send_response(302)
        self.send_header("Location", to)
        self.end_headers()

    def drip(self, what: bytes, *, seconds: float = 0.05) -> None:
        """Never silent for long, and never done."""
        while True:
            self.wfile.write(what)
            self.wfile.flush()
            time.sleep(seconds)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    world: "LocalWorld"

    def process_request(self, request: Any, client_address: Any) -> None:
        self.world.connections += 1
        super().process_request(request, client_address)

    def finish_request(self, request: Any, client_address: Any) -> None:
        # Here, and not when accepting: a client that is slow to shake hands stops only itself.
        with suppress(OSError):
            secure = self.world.tls.wrap_socket(request, server_side=True)
            super().finish_request(secure, client_address)
            secure.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


class LocalWorld:
    def __init__(self, folder: Path) -> None:
        self.sites: dict[str, Site] = {}
        # By name and kind; a list of lists answers differently each time, the last one for ever.
        self.records: dict[tuple[str, str], list[list[str]]] = {}
        self.silent: set[str] = set()
        self.questions: list[tuple[str, str]] = []
        self.connections = 0
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority = _Authority(folder)
        self.tls.sni_callback = self._choose  # type: ignore[assignment]
        self.tls.load_cert_chain(self._authority.certificate_for("nobody.example"))
        self._wrong: dict[str, Path] = {}

    def site(self, host: str, *, address: str = LOCAL, certificate: str = "") -> Site:
        """A site at this name; `certificate` for another name, or `expired`."""
        site = self.sites[host] = Site()
        self.says(host, "A", address)
        if certificate == "expired":
            self._wrong[host] = self._authority.certificate_for(host, days=-1)
        elif certificate:
            self._wrong[host] = self._authority.certificate_for(certificate)
        return site

    def says(self, name: str, kind: str, *values: str) -> None:
        self.records[name, kind] = [list(values)]

    def then_says(self, name: str, kind: str, *values: str) -> None:
        self.records[name, kind].append(list(values))

    def answer(self, query: dns.message.Message) -> dns.message.Message | None:
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True).lower(), question.rdtype.name
        self.questions.append((name, kind))
        if name in self.silent:
            return None
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        if not any(known == name for known, _kind in self.records):
            response.set_rcode(dns.rcode.NXDOMAIN)
            return response
        answers = self.records.get((name, kind), [[]])
        values = answers.pop(0) if len(answers) > 1 else answers[0]
        if values:
            quoted = [f'"{value}"' if kind == "TXT" else value for value in values]
            response.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *quoted))
        return response

    @contextmanager
    def running(self) -> Iterator[environment.World]:
        web = _Server((LOCAL, 0), Handler)
        web.world = self
        names = socket(AF_INET, SOCK_DGRAM)
        names.bind((LOCAL, 0))
        for work in (lambda: web.serve_forever(0.01), lambda: self._serve_names(names)):
            Thread(target=work, daemon=True).start()
        try:
            yield environment.World(
                nameservers=(LOCAL,),
                dns_port=names.getsockname()[1],
                https_port=web.server_port,
                authorities=str(self._authority.path),
                also_public=(ip_network(f"{LOCAL}/32"), ip_network(f"{ELSEWHERE}/32")),
            )
        finally:
            web.shutdown()
            web.server_close()
            # A datagram wakes the thread; closing alone does not.
            names.sendto(b"", names.getsockname())

    def _serve_names(self, names: socket) -> None:
        with names:
            while True:
                wire, client = names.recvfrom(4096)
                if not wire:
                    return
                response = self.answer(dns.message.from_wire(wire))
                if response is not None:
                    names.sendto(response.to_wire(), client)

    def _choose(self, connection: ssl.SSLSocket, host: str | None, _: ssl.SSLContext) -> None:
        if host is None:
            return
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._wrong.get(host) or self._authority.certificate_for(host))
        connection.context = context


class _Authority:
    """Makes certificates that only its own file vouches for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("An authority for tests")
        self._made: dict[tuple[str, int], Path] = {}
        self._lock = Lock()
        certificate = (
            self._builder(self._name, days=1)
            .public_key(self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.path = folder / "authority.pem"
        self.path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def certificate_for(self, host: str, *, days: int = 1) -> Path:
        """A file with key and certificate; with negative days one that has run out."""
        # Asked for by several connections at once.
        with self._lock:
            if (host, days) not in self._made:
                self._made[host, days] = self._make(host, days)
            return self._made[host, days]

    def _make(self, host: str, days: int) -> Path:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            self._builder(_named(host), days=days)
            .public_key(key.public_key())
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        path = self._folder / f"{host}{days}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        return path

    def _builder(self, subject: x509.Name, *, days: int) -> x509.CertificateBuilder:
        # The machine's own clock: a test that travels in time brings its own certificates along.
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=2))
            .not_valid_after(now + timedelta(days=days))
        )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def kinds_asked(world: LocalWorld, name: str) -> list[str]:
    return [kind for asked, kind in world.questions if asked == name]


__all__ = ["ELSEWHERE", "LOCAL", "Handler", "LocalWorld", "Site", "kinds_asked"]
