"""`make run`: the demo's site on Django's own server, which begins anew when a file changes."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]
SERVER = "DJANGO_SETTINGS_MODULE=demo.development_settings .venv/bin/python manage.py"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Of a server on an empty database."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {
        "PATH": os.environ["PATH"],
        "DEMO": "1",
        "PORT": port,
        "DATA_DIR": str(tmp_path / "var"),
        "DJANGO_SETTINGS_MODULE": "demo.development_settings",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "--verbosity=0"], cwd=ROOT, env=environment, check=True)
    process = subprocess.Popen(
        [*manage, "runserver", f"127.0.0.1:{port}"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # The server is a child of the process that watches the files.
        start_new_session=True,
    )
    yield f"http://127.0.0.1:{port}"
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(timeout=20)


def wait_for(address: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urlopen(f"{address}/healthz", timeout=10):
                return
        except URLError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_development_server_answers_and_lets_nobody_keep_a_style_sheet(address: str) -> None:
    wait_for(address)
    with urlopen(f"{address}/static/css/undersigned.css", timeout=10) as response:
        assert response.headers["Cache-Control"] == "max-age=0, public"
        assert response.read() == (ROOT / "static/css/undersigned.css").read_bytes()
    with urlopen(f"{address}/about/", timeout=10) as response:
        assert "invented for the demonstration" in response.read().decode()


def test_make_run_sets_the_demo_up_and_then_serves_it() -> None:
    done = subprocess.run(
        ["make", "--dry-run", "--silent", "run", "PORT=8123"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-2:] == [
        "DEMO=1 PORT=8123 .venv/bin/python manage.py demo --setup-only",
        f"DEMO=1 PORT=8123 {SERVER} runserver 127.0.0.1:8123",
    ]
