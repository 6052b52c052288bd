"""Workers that are killed in the middle, and what others do at the same moment."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures import erasure
from signatures.models import (
    Because,
    BulkAction,
    BulkDeed,
    BulkRow,
    Correction,
    Delivery,
    Message,
    Removal,
    Signature,
)
from signatures.moderation.bulk import asking, working
from signatures.moderation.bulk.querying import Query, count
from signatures.press import corrections
from tests.concurrency import at_once
from tests.signatures.factories import (
    listed,
    make_organizer,
    make_team,
    open_letter,
    sequence,
    someone,
)
from tests.signatures.record.record_invariants import check_that_it_adds_up

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[4]
# Works until it is killed.
BUSY = """
import django
django.setup()
from signatures.moderation.bulk import working
print("ready", flush=True)
while True:
    working.work_off()
"""


def ask(letter: Letter, organizer: Organizer) -> BulkDeed:
    counted = count(letter=letter, query=Query())
    return asking.ask(
        letter=letter,
        organizer=organizer,
        action=BulkAction.REMOVE,
        query=Query(),
        typed={},
        counted=counted.total,
        boundary=counted.boundary,
        because=Because.AUTOMATED,
        key=uuid4(),
        now=timezone.now(),
    )


def kill_at_work(*, settles: str) -> None:
    """Once it has brought some more into this state."""
    rows = BulkRow.objects.filter(state=settles)
    before = rows.count()
    told = connection.settings_dict
    url = f"postgresql://{told['USER']}@{quote(told['HOST'], safe='')}/{told['NAME']}"
    command: Any = [sys.executable, "-c", BUSY]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"DATABASE_URL": url}, stdout=subprocess.PIPE
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"ready\n"
        deadline = time.monotonic() + 60
        while rows.count() == before and time.monotonic() < deadline:
            time.sleep(0.01)
        worker.send_signal(signal.SIGKILL)
        worker.wait(timeout=10)


@pytest.mark.long
def test_killed_in_the_middle_it_goes_on_where_it_was() -> None:
    letter = open_letter()
    organizer = make_organizer(team=make_team())
    listed(letter, *(someone(number) for number in range(90)))
    deed = ask(letter, organizer)
    kill_at_work(settles="undone")
    done = BulkRow.objects.filter(state="done").count()
    removed = Signature.objects.filter(state="removed")
    assert (done > 0, removed.count()) == (True, done)
    kill_at_work(settles="undone")
    working.work_off()
    assert (removed.count(), Removal.objects.count()) == (90, 90)
    assert Delivery.objects.filter(message=Message.REMOVED).count() == 90
    sequence(letter)
    [line] = corrections.page(letter=letter).rows
    assert (line.count, Correction.objects.count()) == (90, 90)
    check_that_it_adds_up(letter)
    deed.refresh_from_db()
    asking.undo(deed=deed, organizer=organizer)
    kill_at_work(settles="undone")
    working.work_off()
    assert Signature.objects.filter(state="confirmed").count() == 90
    assert not Delivery.objects.filter(message__in=(Message.REMOVED, Message.RESTORED)).exists()
    sequence(letter)
    assert [each.count for each in corrections.page(letter=letter).rows] == [90, 90]
    check_that_it_adds_up(letter)


def test_cancelled_and_erased_while_two_work_everyone_is_in_one_state() -> None:
    letter = open_letter()
    organizer = make_organizer(team=make_team())
    gang = listed(letter, *(someone(number) for number in range(12)))
    deed = ask(letter, organizer)
    answers = at_once(
        [
            partial(working.work_off, seconds=0, batch=5),
            partial(working.work_off, seconds=0, batch=5),
            partial(asking.cancel, deed=deed, organizer=organizer, now=timezone.now()),
            partial(erasure.erase, signature=gang[11]),
        ]
    )
    assert [each for each in answers if isinstance(each, Exception)] == []
    working.work_off()
    deed.refresh_from_db()
    assert deed.state == "cancelled"
    done = set(BulkRow.objects.filter(state="done").values_list("signature_id", flat=True))
    removed = set(Signature.objects.filter(state="removed").values_list("pk", flat=True))
    assert done == removed
    assert set(BulkRow.objects.values_list("state", flat=True)) <= {"done", "cancelled"}
    sequence(letter)
    check_that_it_adds_up(letter)
