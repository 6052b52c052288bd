"""Workers that are killed in the middle, and several at one file."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures.importing import asking, reading, working
from signatures.importing.progress import progress
from signatures.models import SheetImport, SheetPart, SigningInvitation
from tests.concurrency import at_once
from tests.signatures.importing.imported import checked, rows_of, sent

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[3]
# Works until it is killed.
BUSY = """
import django
django.setup()
from signatures.importing import working
print("ready", flush=True)
while True:
    working.work_off()
"""
PEOPLE = 400


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ROWS_IN_PART", 10)
    monkeypatch.setattr(asking, "MAX_ALONE", 10_000)


def begin(letter: Letter, organizer: Organizer) -> SheetImport:
    sheet = checked(letter, organizer, rows_of(*range(PEOPLE)))
    asking.ask(sheet=sheet, organizer=organizer, expected_revision=1, now=timezone.now())
    return sheet


def kill_at_work() -> None:
    """Once it has asked some more."""
    before = SigningInvitation.objects.count()
    told = connection.settings_dict
    url = f"postgresql://{told['USER']}@{quote(told['HOST'], safe='')}/{told['NAME']}"
    command: Any = [sys.executable, "-c", BUSY]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"DATABASE_URL": url}, stdout=subprocess.PIPE
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"ready\n"
        deadline = time.monotonic() + 60
        while SigningInvitation.objects.count() == before and time.monotonic() < deadline:
            time.sleep(0.005)
        worker.send_signal(signal.SIGKILL)


def asked_and_left(sheet: SheetImport) -> tuple[int, int]:
    return SigningInvitation.objects.count(), SheetPart.objects.filter(sheet=sheet).count() * 10


@pytest.mark.long
@pytest.mark.skipif(connection.vendor == "sqlite", reason="another process has its own database")
def test_a_killed_worker_loses_nobody_and_asks_nobody_twice(
    letter: Letter, ottilie: Organizer
) -> None:
    sheet = begin(letter, ottilie)
    for _time in range(3):
        kill_at_work()
        asked, left = asked_and_left(sheet)
        assert asked + left == PEOPLE
    working.work_off()
    sheet.refresh_from_db()
    assert (sheet.state, sheet.asked, asked_and_left(sheet)) == ("done", PEOPLE, (PEOPLE, 0))
    keys = SigningInvitation.objects.values_list("address_key", flat=True)
    assert len({bytes(key) for key in keys}) == PEOPLE


def test_several_workers_share_the_work(letter: Letter, ottilie: Organizer) -> None:
    sheet = begin(letter, ottilie)
    at_once([working.work_off] * 3)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.asked, asked_and_left(sheet)) == ("done", PEOPLE, (PEOPLE, 0))


def test_read_and_checked_by_several_at_once_it_is_read_once(
    letter: Letter, ottilie: Organizer
) -> None:
    sheet = sent(letter, ottilie, rows_of(*range(PEOPLE)))
    at_once([working.work_off] * 3)
    working.work_off()
    sheet.refresh_from_db()
    assert (sheet.state, sheet.total, sheet.found["fresh"]) == ("ready", PEOPLE, PEOPLE)
    assert sheet.parts.count() == PEOPLE // 10


def test_work_goes_on_where_time_was_up(letter: Letter, ottilie: Organizer) -> None:
    sheet = begin(letter, ottilie)
    working.work_off(seconds=0)
    sheet.refresh_from_db()
    assert progress(sheet=sheet)["waiting"] == PEOPLE
    assert asked_and_left(sheet) == (10, PEOPLE - 10)
    working.work_off()
    assert asked_and_left(sheet) == (PEOPLE, 0)


def test_cancelled_while_it_is_asked_it_is_one_or_the_other(
    letter: Letter, ottilie: Organizer
) -> None:
    sheet = begin(letter, ottilie)
    cancel = partial(asking.cancel, sheet=sheet, organizer=ottilie, now=timezone.now())
    at_once([working.work_off, cancel])
    working.work_off()
    sheet.refresh_from_db()
    assert (sheet.state, asked_and_left(sheet)) == ("cancelled", (0, 0))
