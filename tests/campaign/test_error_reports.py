"""What a service that gathers errors is told: where, and nothing of persons."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
import sentry_sdk
import structlog
from django.test import Client

from campaign import error_reports
from tests.signatures.factories import open_letter

SECRETS = ("noor@quay.example", "Noor Haddad", "203.0.113.9", "AAAAbbbbCCCC")


class Gathered(HTTPServer):
    """A service of our own on this machine, which keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.bodies: list[bytes] = []

    @property
    def dsn(self) -> str:
        return f"http://0123456789abcdef@127.0.0.1:{self.server_port}/7"

    def reports(self) -> list[dict[str, Any]]:
        sentry_sdk.flush(timeout=30)
        return [json.loads(body.splitlines()[2]) for body in self.bodies]


class _Answers(BaseHTTPRequestHandler):
    server: Gathered

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.headers["Content-Encoding"] == "br"
        self.server.bodies.append(brotli.decompress(body))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_args: object) -> None:
        """Nothing is written between the tests' dots."""


@pytest.fixture
def gathered() -> Iterator[Gathered]:
    with Gathered() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        handler = error_reports.Handler(server.dsn)
        logging.getLogger().addHandler(handler)
        yield server
        logging.getLogger().removeHandler(handler)
        sentry_sdk.get_client().close(timeout=0)
        sentry_sdk.get_global_scope().set_client(None)
        server.shutdown()


def _fail(address: str, name: str) -> None:
    raise ValueError(f"{address} at /s/AAAAbbbbCCCC/")


def test_an_error_of_ours_is_told_by_its_name_and_place(gathered: Gathered) -> None:
    try:
        _fail("noor@quay.example", "Noor Haddad")
    except ValueError:
        structlog.get_logger("signatures").exception("mail_not_built", mail="Noor Haddad")

    [report] = gathered.reports()
    assert set(report) == {
        *("event_id", "timestamp", "platform", "level", "logger", "message", "exception")
    }
    assert (report["level"], report["message"]) == ("error", "mail_not_built")
    [error] = report["exception"]["values"]
    assert (error["type"], error["value"]) == ("ValueError", "[address] at /s/[token]/")
    assert [frame["function"] for frame in error["stacktrace"]["frames"]] == [
        "test_an_error_of_ours_is_told_by_its_name_and_place",
        "_fail",
    ]


@pytest.mark.django_db
def test_a_page_that_fails_is_told_without_its_request(
    gathered: Gathered, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = open_letter()

    def fail(*_args: object, **_named: object) -> None:
        _fail(*SECRETS[:2])

    monkeypatch.setattr("django.core.handlers.base.BaseHandler.resolve_request", fail)
    client = Client(raise_request_exception=False)
    response = client.post(
        f"/letters/{letter.slug}/sign/?name=Noor%20Haddad",
        {"name": "Noor Haddad", "email": "noor@quay.example"},
        headers={"cookie": "sessionid=AAAAbbbbCCCC"},
        REMOTE_ADDR="203.0.113.9",
    )
    assert response.status_code == 500

    [report] = gathered.reports()
    assert (report["logger"], report["message"]) == ("django.request", "django.request")
    assert report["exception"]["values"][-1]["type"] == "ValueError"
    sent = b"".join(gathered.bodies).decode()
    assert [secret for secret in SECRETS if secret in sent] == []
    assert letter.slug not in sent


def test_what_is_no_error_is_not_told(gathered: Gathered) -> None:
    structlog.get_logger("signatures").warning("limit_not_counted", limit="x")
    logging.getLogger("django.request").warning("Not Found: /s/AAAAbbbbCCCC/")
    assert gathered.reports() == []


def test_an_error_without_exception_has_its_name_alone(gathered: Gathered) -> None:
    structlog.get_logger("signatures").error("record_refused", why="noor@quay.example")
    logging.getLogger("library").error("No such name: %s", "Noor Haddad")
    assert [report["message"] for report in gathered.reports()] == ["record_refused", "library"]
    assert [set(report) & {"exception", "extra", "logentry"} for report in gathered.reports()] == [
        set(),
        set(),
    ]


def test_a_service_that_is_gone_stops_nobody() -> None:
    handler = error_reports.Handler("http://0123456789abcdef@127.0.0.1:9/7")
    try:
        handler.emit(logging.LogRecord("library", logging.ERROR, "", 0, "lost", (), None))
    finally:
        sentry_sdk.get_client().close(timeout=0)
        sentry_sdk.get_global_scope().set_client(None)


@pytest.mark.parametrize(
    ("dsn", "loaded"), [("", "False"), ("http://0123456789abcdef@127.0.0.1:9/7", "True")]
)
def test_only_a_site_that_wants_reports_loads_what_sends_them(
    dsn: str, loaded: str, tmp_path: Path
) -> None:
    code = "import sys, django; django.setup(); print('sentry_sdk' in sys.modules)"
    environment = {"DEMO": "1", "ENV_FILE": "/dev/null", "SENTRY_DSN": dsn}
    environment |= {"DJANGO_SETTINGS_MODULE": "campaign.settings", "DATA_DIR": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == loaded
