"""The mail server of EMAIL_URL: whether what is handed to it, with the log-in, is encrypted.

Speaks no further than EHLO and STARTTLS: logs in nowhere and sends nothing.
"""

import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from queue import Empty, Queue
from threading import Thread
from typing import Protocol

from campaign.mail.doctor.findings import Code, Finding, found

PROBE_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    host: str
    port: int
    # TLS from the start, or by STARTTLS.
    is_tls: bool = False
    is_starttls: bool = False
    has_login: bool = False

    @property
    def is_here(self) -> bool:
        with suppress(ValueError):
            return ip_address(self.host).is_loopback
        return self.host == "localhost"


@dataclass(frozen=True, slots=True)
class Greeting:
    # Whether TLS can be had, and what is wrong with its certificate; empty if nothing.
    has_tls: bool
    certificate_fault: str = ""
    # Reached in a network of one's own, as between containers.
    is_inside: bool = False


class Probe(Protocol):
    def __call__(self, server: Server, /, *, seconds: float) -> Greeting:
        """Raises OSError, of which smtplib's errors are."""
        ...


def check(server: Server, *, probe: Probe, seconds: float) -> list[Finding]:
    host = server.host
    try:
        greeting = probe(server, seconds=seconds)
    except OSError as error:
        return [found(Code.SERVER_UNREACHABLE, host=host, error=type(error).__name__)]
    if server.is_here and not (server.is_tls or server.is_starttls):
        return [found(Code.SERVER_HERE)]
    if greeting.is_inside and not (server.is_tls or server.is_starttls):
        return [found(Code.SERVER_INSIDE, host=host)]
    if not greeting.has_tls:
        open_login = server.has_login and not server.is_starttls
        return [found(Code.SERVER_OPEN_LOGIN if open_login else Code.SERVER_NO_TLS, host=host)]
    if greeting.certificate_fault:
        return [found(Code.SERVER_CERTIFICATE, host=host, fault=greeting.certificate_fault)]
    if not (server.is_tls or server.is_starttls):
        paste = f"EMAIL_URL=smtp://…@{host}:{server.port}?tls=1"
        code = Code.SERVER_OPEN_LOGIN if server.has_login else Code.SERVER_TLS_UNUSED
        return [found(code, host=host, paste=paste)]
    return [found(Code.SERVER_GOOD, host=host)]


def prober(context: ssl.SSLContext | None = None) -> Probe:
    """What asks a real server. Certificates are checked as sending does."""
    trusted = context or ssl.create_default_context()

    def probe(server: Server, *, seconds: float) -> Greeting:
        # Given, or smtplib asks the DNS for it, for however long that takes.
        name = socket.gethostname()
        connection = (
            smtplib.SMTP_SSL(local_hostname=name, timeout=seconds, context=trusted)
            if server.is_tls
            else smtplib.SMTP(local_hostname=name, timeout=seconds)
        )
        return _within(seconds, lambda: _ask(connection, server, trusted), connection)

    return probe


def _ask(connection: smtplib.SMTP, server: Server, context: ssl.SSLContext) -> Greeting:
    is_inside = False
    try:
        # What the certificate is checked against.
        connection._host = server.host  # type: ignore[attr-defined]
        connection.connect(server.host, server.port)
        is_inside = _is_inside(connection)
        connection.ehlo_or_helo_if_needed()
        if server.is_tls:
            return Greeting(True, is_inside=is_inside)
        if not connection.has_extn("starttls"):
            return Greeting(False, is_inside=is_inside)
        connection.starttls(context=context)
        return Greeting(True, is_inside=is_inside)
    except ssl.SSLCertVerificationError as error:
        return Greeting(True, error.verify_message, is_inside=is_inside)
    finally:
        # Without QUIT, for whose answer one would have to wait.
        connection.close()


def _is_inside(connection: smtplib.SMTP) -> bool:
    peer = connection.sock.getpeername() if connection.sock else ("",)
    try:
        return ip_address(str(peer[0]).partition("%")[0]).is_private
    except ValueError:
        return False


def _within(seconds: float, work: Callable[[], Greeting], connection: smtplib.SMTP) -> Greeting:
    """In a thread: the time-outs of a socket are of each read, and looking a name up has none. A
    server that says a word each second is cut off."""
    results: Queue[Greeting | Exception] = Queue(1)

    def run() -> None:
        try:
            results.put(work())
        except Exception as error:
            results.put(error)

    Thread(target=run, name="mail-doctor", daemon=True).start()
    try:
        result = results.get(timeout=seconds)
    except Empty:
        with suppress(OSError, AttributeError):
            connection.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]
        raise TimeoutError from None
    if isinstance(result, OSError):
        raise result
    if isinstance(result, Exception):
        # Names that cannot be encoded, answers that cannot be read.
        raise ConnectionError(type(result).__name__) from result
    return result
