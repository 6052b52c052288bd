"""The site's log, attested by others: real witnesses and a real time-stamping service, here."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from campaign.letters.models import Letter
from campaign.templatetags.locale_format import second
from signatures import checks as signatures_checks
from signatures import tasks
from signatures.management.commands import witness as witness_command
from signatures.models import SiteCheckpoint
from signatures.record import site_log, timestamping, witness_client
from signatures.record.format.cosignatures import Cosigner, cosign, cosigned_at
from signatures.record.witness_server import Witness
from tests.signatures.factories import BRIGID, SALMA, listed, open_letter, sequence
from tests.signatures.views.visitors import Page

pytestmark = pytest.mark.django_db
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
COSIGNER = Cosigner.of(name="witness.newsroom.example", private_key=KEY)


@pytest.fixture
def letter() -> Letter:
    letter = open_letter()
    sequence(letter)
    site_log.extend()
    return letter


def grow(letter: Letter, who: Any) -> None:
    listed(letter, who)
    site_log.extend()


@contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[int]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def newsroom(folder: Path) -> Witness:
    return Witness(
        folder=folder, name=COSIGNER.name, private_key=KEY, logs=[site_log.verifier_of_site()]
    )


@pytest.fixture
def newsrooms_witness(letter: Letter, tmp_path: Path, settings: Settings) -> Iterator[Witness]:
    witness = newsroom(tmp_path / "witness")
    with serving(witness_command.server_for(witness, port=0)) as port:
        settings.WITNESSES = [f"http://127.0.0.1:{port} {COSIGNER}"]
        yield witness


def latest_note() -> str:
    latest = site_log.latest()
    assert latest is not None
    return latest.note


def test_a_witness_cosigns_each_checkpoint_once(
    newsrooms_witness: Witness, letter: Letter, client: Client
) -> None:
    assert (witness_client.ask_all(), witness_client.ask_all()) == (1, 0)
    first = latest_note()
    assert cosigned_at(note=first, cosigner=COSIGNER) is not None
    grow(letter, BRIGID)
    tasks.extend_site_log()
    tasks.attest_site_log()
    tasks.attest_site_log()
    assert latest_note().count(COSIGNER.name) == 1
    assert cosigned_at(note=latest_note(), cosigner=COSIGNER) is not None
    served = client.get("/record/checkpoint").content.decode()
    assert cosigned_at(note=served, cosigner=COSIGNER) is not None
    seen = newsrooms_witness.last_seen(site_log.verifier_of_site())
    assert seen is not None
    assert seen.size == 2


def test_a_witness_that_has_seen_more_than_we_remember_is_asked_again(
    newsrooms_witness: Witness, letter: Letter
) -> None:
    witness_client.ask_all()
    SiteCheckpoint.objects.update(note=latest_note().rsplit("\u2014", 1)[0])
    grow(letter, BRIGID)
    assert witness_client.ask_all() == 1


def answering(status: int, body: bytes) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            pass

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


def _forged() -> bytes:
    return cosign(text="another text\n", name=COSIGNER.name, private_key=KEY, at=1).encode()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"\xff nonsense"),
        (200, _forged()),
        (403, b"no"),
        (409, b"99\n"),
        (409, b"many\n"),
        (302, b""),
        (500, b"oops"),
    ],
)
def test_an_answer_that_is_no_cosignature_changes_nothing(
    letter: Letter, settings: Settings, status: int, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    before = latest_note()
    with serving(answering(status, body)) as port:
        settings.WITNESSES = [f"http://127.0.0.1:{port} {COSIGNER}"]
        assert witness_client.ask_all() == 0
    assert latest_note() == before
    assert "witness_failed" in caplog.text


def test_nobody_there_is_told_in_the_log_and_the_next_is_asked(
    newsrooms_witness: Witness, letter: Letter, settings: Settings
) -> None:
    gone = Cosigner.of(name="gone.example", private_key=KEY)
    settings.WITNESSES = [f"http://127.0.0.1:9 {gone}", *settings.WITNESSES]
    assert witness_client.ask_all() == 1


def test_without_a_log_there_is_nothing_to_attest(settings: Settings) -> None:
    settings.WITNESSES = [f"http://127.0.0.1:9 {COSIGNER}"]
    settings.TIMESTAMP_URL = "http://127.0.0.1:9/"
    assert witness_client.ask_all() == 0
    assert timestamping.stamp() is False


# --- the command --------------------------------------------------------------------------------


def test_the_command_keeps_one_key_and_stops_when_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_server: ThreadingHTTPServer) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ThreadingHTTPServer, "serve_forever", stop)
    said = []
    for _start in range(2):
        out = StringIO()
        log = str(site_log.verifier_of_site())
        call_command("witness", str(tmp_path), name="w.example", log=[log], port=0, stdout=out)
        said.append(out.getvalue().splitlines())
    assert said[0][0] == said[1][0]
    assert Cosigner.parse(said[0][0]).name == "w.example"
    assert said[0][2] == "Stopped."


@pytest.mark.parametrize(("name", "log"), [("two words", None), ("w.example", "nonsense")])
def test_the_command_refuses_nonsense(tmp_path: Path, name: str, log: str | None) -> None:
    logs = [log or str(site_log.verifier_of_site())]
    with pytest.raises(CommandError):
        call_command("witness", str(tmp_path), name=name, log=logs, port=0)


def test_its_server_answers_one_question_only(tmp_path: Path, letter: Letter) -> None:
    import requests

    with serving(witness_command.server_for(newsroom(tmp_path), port=0)) as port:
        here = f"http://127.0.0.1:{port}"
        assert requests.post(f"{here}/other", data=b"x", timeout=5).status_code == 404
        assert requests.post(f"{here}/add-checkpoint", data=b"x", timeout=5).status_code == 400
        assert requests.get(here, timeout=5).status_code == 501
        huge = {"Content-Length": "9999999"}
        assert requests.post(f"{here}/add-checkpoint", headers=huge, timeout=5).status_code == 400


def test_its_server_keeps_connections_and_none_that_was_not_read_to_its_end(
    tmp_path: Path, letter: Letter
) -> None:
    with serving(witness_command.server_for(newsroom(tmp_path), port=0)) as port:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        for path, headers, status, stays in (
            ("/add-checkpoint", {}, 400, True),
            ("/add-checkpoint", {}, 400, True),
            ("/other", {}, 404, False),
            ("/add-checkpoint", {"Content-Length": "x"}, 400, False),
            ("/add-checkpoint", {"Transfer-Encoding": "chunked"}, 400, False),
            ("/add-checkpoint", {}, 400, True),
        ):
            connection.request("POST", path, body=b"POST /other HTTP/1.1", headers=headers)
            answer = connection.getresponse()
            answer.read()
            assert (answer.version, answer.status) == (11, status), path
            assert answer.getheader("Connection") == (None if stays else "close"), path
            assert (connection.sock is not None) is stays, path
        connection.close()


def test_the_command_tells_its_key_at_once_and_needs_two_settings(tmp_path: Path) -> None:
    """As a service runs it: what it says goes to a pipe."""
    kept = {name: os.environ[name] for name in ("PATH", "DATA_DIR")}
    arguments = ["witness", str(tmp_path / "w"), "--name", "w.example", "--port", "0"]
    started = subprocess.Popen(
        [sys.executable, "manage.py", *arguments, "--log", str(site_log.verifier_of_site())],
        env=kept | {"SITE_URL": "https://w.example", "SECRET_KEY": "of no use here"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert started.stdout is not None
        assert Cosigner.parse(started.stdout.readline().strip()).name == "w.example"
        assert started.stdout.readline().startswith("Listening at http://127.0.0.1:")
        assert started.poll() is None
    finally:
        started.terminate()
        started.communicate()


# --- time-stamps --------------------------------------------------------------------------------


class Stamps:
    """A time-stamping service as openssl has one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked = 0
        (folder / "ts.cnf").write_text(
            "[v3]\nextendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"
            "basicConstraints=CA:FALSE\n"
            "[ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n"
            "[tsa]\ndefault_tsa=here\n[here]\n"
            f"dir={folder}\nserial={folder}/serial\ncrypto_device=builtin\n"
            f"signer_cert={folder}/tsa.pem\nsigner_key={folder}/tsa.key\n"
            "signer_digest=sha256\ndefault_policy=1.2.3.4.1\nother_policies=1.2.3.4.1\n"
            "digests=sha256\naccuracy=secs:1\nclock_precision_digits=0\nordering=yes\n"
            "tsa_name=yes\ness_cert_id_chain=no\ness_cert_id_alg=sha256\n"
        )
        make = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj"
        self._openssl(
            f"{make} /CN=Root -keyout root.key -out root.pem -extensions ca "
            f"-config {self._request()}"
        )
        self._openssl(
            "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=Stamps "
            f"-keyout tsa.key -out tsa.csr -config {self._request()}"
        )
        self._openssl(
            "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -days 2 "
            "-extfile ts.cnf -extensions v3 -out tsa.pem"
        )

    def answer(self, query: bytes) -> bytes:
        self.asked += 1
        (self.folder / "query").write_bytes(query)
        self._openssl("ts -reply -config ts.cnf -section here -queryfile query -out reply")
        return (self.folder / "reply").read_bytes()

    def verifies(self, message: bytes, token: bytes) -> bool:
        (self.folder / "message").write_bytes(message)
        (self.folder / "token").write_bytes(token)
        said = self._openssl("ts -verify -data message -in token -CAfile root.pem")
        return "Verification: OK" in said

    def server(self) -> ThreadingHTTPServer:
        stamps = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = stamps.answer(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: Any) -> None:
                pass

        return ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def _request(self) -> str:
        path = self.folder / "req.cnf"
        path.write_text(
            "[req]\ndistinguished_name=dn\n[dn]\n"
            "[ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n"
        )
        return str(path)

    def _openssl(self, command: str) -> str:
        done = subprocess.run(
            ["openssl", *command.split()],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout + done.stderr


@pytest.fixture
def stamps(tmp_path: Path, settings: Settings) -> Iterator[Stamps]:
    folder = tmp_path / "stamps"
    folder.mkdir()
    service = Stamps(folder)
    with serving(service.server()) as port:
        settings.TIMESTAMP_URL = f"http://127.0.0.1:{port}/"
        settings.TIMESTAMP_ROOTS = str(folder / "root.pem")
        yield service


def test_the_log_is_stamped_once_an_hour_and_openssl_agrees(
    letter: Letter, stamps: Stamps, client: Client
) -> None:
    assert client.get("/record/timestamp").status_code == 404
    tasks.attest_site_log()
    assert timestamping.stamp() is False
    grow(letter, SALMA)
    assert timestamping.stamp() is False
    assert stamps.asked == 1
    stamped = site_log.latest_stamped()
    assert stamped is not None
    assert stamped.size == 1
    token = client.get("/record/timestamp")
    assert token["Content-Type"] == "application/timestamp-reply"
    message = client.get("/record/stamped-checkpoint").content
    assert message == site_log.own_note(stamped).encode()
    assert stamps.verifies(message, token.content)
    assert "openssl ts -verify" in Page(client.get("/record/")).text


def test_the_last_lines_are_stamped_when_the_hour_is_over(letter: Letter, stamps: Stamps) -> None:
    assert timestamping.stamp() is True
    grow(letter, SALMA)
    nearly = timezone.now() - timestamping.STAMP_EVERY
    for since, stamped in ((timedelta(minutes=1), False), (timedelta(0), True)):
        SiteCheckpoint.objects.exclude(stamped_at=None).update(stamped_at=nearly + since)
        assert timestamping.stamp() is stamped
    latest = site_log.latest()
    assert latest == site_log.latest_stamped()
    # There is nothing more to stamp, however long it takes.
    SiteCheckpoint.objects.update(stamped_at=nearly - timestamping.STAMP_EVERY)
    assert timestamping.stamp() is False
    assert stamps.asked == 2


def test_the_time_told_is_that_of_the_token(letter: Letter, stamps: Stamps, client: Client) -> None:
    SiteCheckpoint.objects.update(as_of=datetime(2026, 10, 22, 14, 5, tzinfo=UTC))
    timestamping.stamp()
    stamped = site_log.latest_stamped()
    assert stamped is not None
    assert stamped.stamped_at is not None
    (stamps.folder / "token").write_bytes(bytes(stamped.timestamp or b""))
    said = stamps._openssl("ts -reply -in token -text")
    [told] = [line for line in said.splitlines() if line.startswith("Time stamp: ")]
    assert stamped.stamped_at == datetime.strptime(
        told, "Time stamp: %b %d %H:%M:%S %Y GMT"
    ).replace(tzinfo=UTC)
    assert f"(RFC 3161), {second(stamped.stamped_at)}" in Page(client.get("/record/")).text


def test_line_of_a_witness_does_not_break_the_stamp(
    newsrooms_witness: Witness, stamps: Stamps, client: Client
) -> None:
    assert timestamping.stamp() is True
    assert witness_client.ask_all() == 1
    message = client.get("/record/stamped-checkpoint").content
    assert COSIGNER.name not in message.decode()
    assert stamps.verifies(message, client.get("/record/timestamp").content)


def test_a_stamp_by_somebody_else_is_not_taken(
    letter: Letter, stamps: Stamps, settings: Settings, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    Stamps(other)
    settings.TIMESTAMP_ROOTS = str(other / "root.pem")
    assert timestamping.stamp() is False
    assert site_log.latest_stamped() is None


def test_a_stamp_of_another_time_is_not_taken(
    letter: Letter, stamps: Stamps, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = timezone.now() + timestamping.STAMP_EVERY * 2
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert timestamping.stamp() is False


@pytest.mark.parametrize(("status", "body"), [(200, b"nonsense"), (200, b""), (500, b"")])
def test_an_answer_that_is_no_stamp_changes_nothing(
    letter: Letter,
    stamps: Stamps,
    settings: Settings,
    status: int,
    body: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with serving(answering(status, body)) as port:
        settings.TIMESTAMP_URL = f"http://127.0.0.1:{port}/"
        assert timestamping.stamp() is False
    assert site_log.latest_stamped() is None
    # Why is told, but of an answer that names the address.
    assert "timestamp_failed" in caplog.text
    assert ("'why'" in caplog.text) is (status == 200)
    assert str(port) not in caplog.text.partition("timestamp_failed")[2]


# --- settings -----------------------------------------------------------------------------------


def test_settings_that_attest_nothing_are_refused(settings: Settings, tmp_path: Path) -> None:
    assert signatures_checks.attestors_can_be_believed() == []
    settings.WITNESSES = [f"https://witness.example/log {COSIGNER}"]
    assert signatures_checks.attestors_can_be_believed() == []
    for wrong in ("https://witness.example", f"http://witness.example {COSIGNER}", "x y"):
        settings.WITNESSES = [wrong]
        assert [each.id for each in signatures_checks.attestors_can_be_believed()] == [
            "undersigned.E010"
        ]
    settings.WITNESSES = []
    settings.TIMESTAMP_URL = "https://stamps.example/"
    (tmp_path / "empty.pem").write_text("")
    for roots in ("", str(tmp_path), str(tmp_path / "none.pem"), str(tmp_path / "empty.pem")):
        settings.TIMESTAMP_ROOTS = roots
        assert [each.id for each in signatures_checks.attestors_can_be_believed()] == [
            "undersigned.E011"
        ]


def test_sites_without_either_do_not_load_what_these_need() -> None:
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import django, sys; django.setup(); import signatures.tasks; "
            "print('rfc3161_client' in sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "False\n"
