"""`make demo` on a machine where nothing of ours has ever run: all 10,500, exact, and only once."""

import hashlib
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from itertools import takewhile
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from campaign.letters.models import Letter
from demo.letters import letters
from signatures.record.format.checkpoint import open_checkpoint
from signatures.record.format.notes import Verifier
from signatures.record.keys import load_key
from tests.signatures.factories import BRIGID
from tests.signatures.views.visitors import typed

pytestmark = pytest.mark.long

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[2]
# A busy machine takes ten times as long as an idle one; who waits for what is there waits for less.
SET_UP_TIMEOUT_SECONDS = 600
PATIENCE_SECONDS = 60
COUNTED = ("people", "organisations", "level_1", "level_2", "level_3", "level_4", "anonymous")


def demo_process(data: Path, *options: str, port: int = 8000) -> "subprocess.Popen[str]":
    """With no setting from outside but where its data goes and where it serves."""
    return subprocess.Popen(
        [sys.executable, "manage.py", "demo", *options],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DEMO": "1",
            "PORT": str(port),
            "DATA_DIR": str(data),
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def set_up(data: Path) -> str:
    """Run it to its end; what it said."""
    process = demo_process(data, "--setup-only")
    said, _nothing = process.communicate(timeout=SET_UP_TIMEOUT_SECONDS)
    assert process.returncode == 0, said
    return said


@pytest.mark.timeout(1800)
def test_a_killed_start_begins_anew_is_exact_is_never_repeated_and_is_signed_by_a_newcomer(
    tmp_path: Path,
) -> None:
    data = tmp_path / "var"
    process = demo_process(data)
    assert process.stdout is not None
    with process.stdout:
        assert "10,500" in process.stdout.readline()
        process.kill()
    process.wait()

    assert "10,500" in set_up(data)
    with closing(sqlite3.connect(data / "undersigned.sqlite3")) as database:
        database.row_factory = sqlite3.Row
        people_tally_and_entries_are_exact(database)
        last_checkpoints_verify_and_are_kept_outside_too(database, data)
    # Nobody else on the machine may read what it keeps secret.
    for name in ("secret-key", "record-key.pem"):
        assert (data / name).stat().st_mode & 0o077 == 0

    before = everything_in(data)
    assert set_up(data) == ""
    assert everything_in(data) == before

    a_newcomer_signs_and_is_counted(data)


def a_newcomer_signs_and_is_counted(data: Path) -> None:
    """In the served demo, whose worker and beat are threads of the one process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    letter = f"http://127.0.0.1:{port}/letters/{letters()[0].slug}"
    process = demo_process(data, port=port)
    try:
        assert process.stdout is not None
        said = list(takewhile(lambda line: "Ctrl-C" not in line, process.stdout))
        assert f"Ready: http://127.0.0.1:{port}/\n" in said
        assert f"  Ways to verify  http://127.0.0.1:{port}/demo/proofs/\n" in said
        assert "10,500" in read(f"{letter}/")
        assert BRIGID.email in read(f"{letter}/sign/", typed(BRIGID))
        [mail] = eventually(lambda: list((data / "mail").glob("*.eml")))
        assert BRIGID.email in read(f"http://127.0.0.1:{port}/demo/mail/{mail.stem}/")
        link = re.search(r"http://\S+/s/\S+/", mail.read_text().replace("=\n", ""))
        assert link is not None
        assert "Thank you" in read(link[0], {"seen": "1", "answer": "sign"})
        eventually(lambda: json.loads(read(f"{letter}/count"))["total"] == 10_501)
        assert "Brigid O’Malloran" in read(f"{letter}/signatories/?q=omalloran")
        # A look goes to the demo's own internet, in the process that serves and works.
        shown = read(f"http://127.0.0.1:{port}/demo/proofs/website/", {})
        assert "controls" in shown
        eventually(lambda: json.loads(read(f"{letter}/count"))["total"] == 10_502)
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_SECONDS)


def read(address: str, form: Mapping[str, object] | None = None) -> str:
    data = urlencode(form).encode() if form is not None else None
    with urlopen(address, data, timeout=PATIENCE_SECONDS) as response:
        page: str = response.read().decode()
    return page


def eventually(found: Callable[[], T]) -> T:
    """What another process makes true before long."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (answer := found()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return answer


def people_tally_and_entries_are_exact(database: sqlite3.Connection) -> None:
    for statement in letters():
        letter = database.execute(
            "SELECT id FROM letters_letter WHERE slug = ?", (statement.slug,)
        ).fetchone()["id"]
        people = database.execute(
            "SELECT count(*) AS signed, count(DISTINCT number) AS numbers, max(number) AS last, "
            "sum(kind = 'person') AS people, sum(kind = 'organisation') AS organisations, "
            "sum(level = 1) AS level_1, sum(level = 2) AS level_2, sum(level = 3) AS level_3, "
            "sum(level = 4) AS level_4, sum(NOT consent_publish) AS anonymous "
            "FROM signatures_signature WHERE letter_id = ? AND state = 'confirmed'",
            (letter,),
        ).fetchone()
        tally = database.execute(
            "SELECT * FROM signatures_checkpoint WHERE letter_id = ? ORDER BY size DESC", (letter,)
        ).fetchone()
        assert people["signed"] == people["numbers"] == statement.signatures
        assert people["last"] <= tally["signings"] == statement.signed
        assert [people[name] for name in COUNTED] == [tally[name] for name in COUNTED]
        entries = database.execute(
            "SELECT count(*) FROM signatures_entry WHERE letter_id = ?", (letter,)
        ).fetchone()[0]
        assert entries == tally["size"]
    assert database.execute("SELECT count(*) FROM letters_event").fetchone()[0] == 0
    snapshots = database.execute(
        "SELECT milestone FROM signatures_snapshot JOIN letters_letter AS letter "
        "ON letter.id = letter_id WHERE letter.slug = ? ORDER BY number",
        (letters()[0].slug,),
    )
    assert [row["milestone"] for row in snapshots] == [100, 1_000, 10_000]


def last_checkpoints_verify_and_are_kept_outside_too(
    database: sqlite3.Connection, data: Path
) -> None:
    key = load_key(data / "record-key.pem")
    kept = {path.read_text() for path in (data / "checkpoints").glob("*-letters-*")}
    for letter in database.execute("SELECT id, origin FROM letters_letter").fetchall():
        last = database.execute(
            "SELECT note, size, root FROM signatures_checkpoint WHERE letter_id = ? "
            "ORDER BY size DESC",
            (letter["id"],),
        ).fetchone()
        verifier = Verifier.of(name=letter["origin"], private_key=key)
        opened = open_checkpoint(note=last["note"], verifier=verifier)
        assert (opened.size, opened.root) == (last["size"], last["root"])
        assert last["note"] in kept
    assert len(kept) == len(letters())


def everything_in(data: Path) -> dict[str, str]:
    """A hash of each file, and of all that the database holds."""
    with closing(sqlite3.connect(data / "undersigned.sqlite3")) as database:
        held = "\n".join(database.iterdump())
    files = [path for path in data.rglob("*") if path.is_file() and "sqlite3" not in path.name]
    hashes = {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return hashes | {"database": hashlib.sha256(held.encode()).hexdigest()}


@pytest.mark.django_db
def test_it_refuses_to_make_a_demo_of_a_site_that_is_none(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo", "--setup-only")
    assert not Letter.objects.exists()
