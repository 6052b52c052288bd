"""An internet of the demo's own: a name server and an HTTPS server, on this machine alone.

It knows the names that the demo has made up, all in `.example`, and answers to every other one that
it does not exist. So the real fetching and resolving run against it, and nothing of a demo ever
asks the real internet. A throw-away authority signs its certificates; nobody else trusts it.
"""

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from demo import accounts, servers
from demo.sites import ENDING, Sites, the_sites
from signatures.verification import placed_line
from signatures.verification.network import environment
from signatures.verification.website import front_page

LOCAL = "127.0.0.1"
_SECONDS = 5.0
# As long as one process may run.
_DAYS = 3650
_CERTIFICATES_KEPT = 500
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{host}</title>{lines}</head>
<body><h1>{host}</h1><p>An invented site.</p></body></html>
"""


def install() -> "Internet":
    """Put it in the place of the real one, for this process. In the demo only."""
    if not settings.DEMO:
        raise ImproperlyConfigured("Only the demonstration has an internet of its own.")
    internet = Internet(the_sites())
    environment.world = internet.world
    return internet


class Internet:
    """Holds two ports from the start; whatever costs time waits for the first known name."""

    def __init__(self, sites: Sites) -> None:
        self._sites = sites
        self._folder = settings.DATA_DIR / "invented-authority"
        self._names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._names.bind((LOCAL, 0))
        self._web = _Server((LOCAL, 0), _Handler)
        self._web.sites = sites
        self._is_serving = False
        self.world = environment.World(
            nameservers=(LOCAL,),
            dns_port=self._names.getsockname()[1],
            https_port=self._web.server_port,
            authorities=str(self._folder / "authority.pem"),
            also_public=(ip_network(f"{LOCAL}/32"),),
        )
        Thread(target=self._answer_names, name="demo-names", daemon=True).start()

    def close(self) -> None:
        # A datagram wakes the thread; closing alone does not.
        self._names.sendto(b"", self._names.getsockname())
        if self._is_serving:
            self._web.shutdown()
        self._web.server_close()

    def answer(self, query: dns.message.Message) -> dns.message.Message:
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        values: dict[str, list[str]] = {}
        if name.endswith(ENDING):
            if self._sites.is_host(name):
                self._serve()
                values["A"] = [LOCAL]
            if texts := self._sites.texts_at(name):
                values["TXT"] = [f'"{placed_line.LABEL}{text}"' for text in texts]
        if not values:
            response.set_rcode(dns.rcode.NXDOMAIN)
        elif found := values.get(question.rdtype.name):
            kind = question.rdtype.name
            response.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
        return response

    def _answer_names(self) -> None:
        with self._names:
            while True:
                wire, client = self._names.recvfrom(4096)
                if not wire:
                    return
                with suppress(dns.exception.DNSException, IndexError, OSError):
                    self._names.sendto(self.answer(dns.message.from_wire(wire)).to_wire(), client)

    def _serve(self) -> None:
        """Called from the one thread that answers names."""
        if not self._is_serving:
            self._is_serving = True
            authority = _Authority(self._folder)
            self._web.secure = partial(_secured, authority.context_for, self._sites)
            Thread(target=self._web.serve_forever, name="demo-sites", daemon=True).start()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    sites: Sites
    secure: Callable[[socket.socket], ssl.SSLSocket]

    def finish_request(self, request: Any, client_address: Any) -> None:
        # Here, and not when accepting: a client that is slow to shake hands stops only itself.
        request.settimeout(_SECONDS)
        with suppress(OSError), self.secure(request) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hangs up in the middle is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        host = (self.headers["Host"] or "").lower()
        tokens = self.server.sites.tokens_on(host)
        lines = [placed_line.LABEL + token for token in tokens or ()]
        if lines and self.path == front_page.WELL_KNOWN:
            self._say("text/plain", "\n".join(lines) + "\n")
        elif tokens is not None and self.path == "/":
            tags = (f'<meta name="undersigned" content="{line}">' for line in lines)
            self._say("text/html", _PAGE.format(host=escape(host), lines="".join(tags)))
        elif (told := self._of_account(host) or self._of_server(host)) is not None:
            self._say(*told)
        else:
            self.send_error(404)

    def _of_account(self, host: str) -> tuple[str, str] | None:
        tokens = self.server.sites.tokens_in_profile(host)
        return None if tokens is None else accounts.page(host, self.path, tokens)

    def _of_server(self, host: str) -> tuple[str, str] | None:
        tokens = self.server.sites.tokens_on_server(host)
        return None if tokens is None else servers.page(host, self.path, tokens)

    def _say(self, content_type: str, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{content_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """The demo's terminal is for what matters."""


def _secured(
    context_for: Callable[[str], ssl.SSLContext], sites: Sites, plain: socket.socket
) -> ssl.SSLSocket:
    """With the certificate of the name that was asked for, if it is one of ours."""

    def choose(connection: ssl.SSLObject, host: str | None, _: ssl.SSLContext) -> int | None:
        if host is None or not sites.is_host(host.lower()):
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        connection.context = context_for(host.lower())
        return None

    greeting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    greeting.sni_callback = choose
    return greeting.wrap_socket(plain, server_side=True)


class _Authority:
    """Signs for as long as the process lives; only the file in its folder vouches for it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("An authority for the demonstration")
        self._kept: dict[str, ssl.SSLContext] = {}
        self._lock = Lock()
        certificate = (
            self._builder(self._name)
            .public_key(self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        path = folder / "authority.pem"
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def context_for(self, host: str) -> ssl.SSLContext:
        with self._lock:
            if host not in self._kept:
                if len(self._kept) >= _CERTIFICATES_KEPT:
                    self._kept.clear()
                self._kept[host] = self._made_for(host)
            return self._kept[host]

    def _made_for(self, host: str) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            self._builder(_named("An invented site"))
            .public_key(key.public_key())
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        # OpenSSL takes it from a file only.
        path = self._folder / "site.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _builder(self, subject: x509.Name) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=_DAYS))
        )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
