"""Against a mail server in a thread, with and without STARTTLS."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from campaign.mail.doctor import server
from campaign.mail.doctor.server import Greeting, Server, prober

HERE = "127.0.0.1"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Self-signed, for this machine; the key stands behind it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail")])
    now = datetime.now(tz=UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(HERE))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "mail.pem"
    path.write_bytes(
        made.public_bytes(Encoding.PEM)
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return path


@contextmanager
def running(
    *, tls: Path | None = None, at_once: bool = False, drips: bool = False
) -> Iterator[int]:
    """The port of a mail server that knows EHLO and, with a certificate, STARTTLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if tls:
        context.load_cert_chain(tls)

    def talk(plain: socket.socket) -> None:
        connection = context.wrap_socket(plain, server_side=True) if at_once else plain
        try:
            connection.sendall(b"220 mail\r\n")
            while line := connection.recv(1000).upper():
                while drips:
                    connection.sendall(b"250-word\r\n")
                    time.sleep(0.02)
                if line.startswith(b"EHLO"):
                    connection.sendall(b"250-mail\r\n250 STARTTLS\r\n" if tls else b"250 mail\r\n")
                elif line.startswith(b"STARTTLS"):
                    connection.sendall(b"220 go on\r\n")
                    connection = context.wrap_socket(connection, server_side=True)
        finally:
            connection.close()

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _address = listener.accept()
                with suppress(OSError):
                    talk(connection)

    with socket.create_server((HERE, 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_what_a_server_offers_is_seen(certificate: Path) -> None:
    trusting = prober(ssl.create_default_context(cafile=certificate))
    untrusting = prober()
    with running() as port:
        assert trusting(Server(host=HERE, port=port), seconds=5) == Greeting(False, is_inside=True)
    with running(tls=certificate) as port:
        assert trusting(Server(host=HERE, port=port), seconds=5) == Greeting(True, is_inside=True)
        found = untrusting(Server(host=HERE, port=port), seconds=5)
        assert (found.has_tls, found.certificate_fault) == (True, "self-signed certificate")
    with running(tls=certificate, at_once=True) as port:
        here = Server(host=HERE, port=port, is_tls=True)
        assert trusting(here, seconds=5) == Greeting(True, is_inside=True)
        assert untrusting(here, seconds=5).certificate_fault == "self-signed certificate"


def test_the_name_of_the_certificate_counts(certificate: Path) -> None:
    trusting = prober(ssl.create_default_context(cafile=certificate))
    with running(tls=certificate) as port:
        found = trusting(Server(host="localhost", port=port), seconds=5)

    assert "localhost" in found.certificate_fault


def test_a_server_that_keeps_talking_is_cut_off() -> None:
    with running(drips=True) as port:
        began = time.monotonic()
        found = server.check(Server(host=HERE, port=port), probe=prober(), seconds=0.3)
        took = time.monotonic() - began

    assert [(each.code, each.about["error"]) for each in found] == [
        ("server_unreachable", "TimeoutError")
    ]
    assert took < 3


@pytest.mark.parametrize("host", ["127.0.0.1", "x" * 300, "mail..example", "\u0000", "löcher"])
def test_a_server_that_is_not_there_is_told(host: str) -> None:
    found = server.check(Server(host=host, port=1), probe=prober(), seconds=2)

    assert [each.code for each in found] == ["server_unreachable"]


@pytest.mark.parametrize(
    ("asked", "greeting", "expected"),
    [
        ({"is_starttls": True}, Greeting(True), "server_good"),
        ({"is_tls": True}, Greeting(True), "server_good"),
        ({"is_starttls": True}, Greeting(True, "expired"), "server_certificate"),
        ({}, Greeting(True, "expired"), "server_certificate"),
        ({}, Greeting(True), "server_tls_unused"),
        ({"has_login": True}, Greeting(True), "server_open_login"),
        ({"has_login": True}, Greeting(False), "server_open_login"),
        ({"has_login": True, "is_starttls": True}, Greeting(False), "server_no_tls"),
        ({}, Greeting(False), "server_no_tls"),
        ({}, Greeting(False, is_inside=True), "server_inside"),
        ({"has_login": True}, Greeting(True, "expired", is_inside=True), "server_inside"),
        ({"is_starttls": True}, Greeting(False, is_inside=True), "server_no_tls"),
        ({"host": "127.0.0.1"}, Greeting(False), "server_here"),
        ({"host": "::1", "has_login": True}, Greeting(True, "expired"), "server_here"),
        ({"host": "localhost", "is_starttls": True}, Greeting(False), "server_no_tls"),
    ],
)
def test_a_server_is_judged(asked: dict[str, bool], greeting: Greeting, expected: str) -> None:
    def probe(_server: Server, *, seconds: float) -> Greeting:
        return greeting

    one = Server(**{"host": "mail.letters.org", "port": 587} | asked)  # type: ignore[arg-type]
    assert [each.code for each in server.check(one, probe=probe, seconds=1)] == [expected]
