"""A site is lost under load, and comes back.

On servers of its own, with people confirming all the while: a backup, a base for the write-ahead
log, then the database server is killed. The backup is behind what was published by then, so it is
refused. The archived log leads to the last moment, and to a moment before; a backup of what came
back is restored into an empty server. Each time rows = tally = leaves, and every checkpoint that
was ever published is consistent with what is there.

Ends with an error at the first thing that is not as it has to be.
"""

import json
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from bench import letters
from bench.load import Outcome, press, request
from bench.site import ROOT, Site, fetch, sequencing, serving
from campaign import environment
from campaign.letters.models import Letter
from signatures.links import token_for
from signatures.models import Checkpoint
from signatures.record import halting, sequencer, tally
from signatures.record.format.checkpoint import open_checkpoint
from tests import services
from tests.signatures.record.record_invariants import check_that_it_adds_up

SIGNERS = 8000
CLIENTS = 16
PER_SECOND = 50
WARM_UP_SECONDS = 3
AFTER_SECONDS = 6
_begun = time.monotonic()


class DrillFailed(Exception):
    pass


def run(lost: Site) -> None:
    os.environ["BACKUP_PASSPHRASE"] = secrets.token_urlsafe(24)
    backups = lost.data / "backups"
    letter = letters.published_letter()
    with serving(lost), sequencing(), _load(lost, letter) as outcome:
        time.sleep(WARM_UP_SECONDS)
        early = _backup(backups)
        _say(f"backup under load: {early.name}")
        base = services.base_backup(lost.database_url)
        time.sleep(AFTER_SECONDS / 2)
        moment = _now()
        time.sleep(AFTER_SECONDS / 2)
        _require(not outcome, "the load ended before all was tried: more signers are needed")
    accepted = outcome[0].statuses[303]
    _require(accepted == outcome[0].answers and not outcome[0].broken, f"{outcome[0].statuses}")
    _wait_until_written(letter)
    published = _published(letter)
    _say(f"{accepted:,} confirmed, {len(published)} checkpoints published")

    services.kill_postgres(lost.database_url)
    _say("the database server is killed")

    with services.postgres(durable=True) as empty:
        said = _manage(empty, "restore", early, "--yes", fails=True)
        _require("were published, and this backup ends at" in said, said)
        _say("the backup is refused: it is behind what was published")

    with services.recovered(lost.database_url, base=base, moment=moment) as recovered:
        _use(recovered)
        halting.watch()
        behind = Letter.objects.get(pk=letter.pk)
        _require(behind.is_paused, "a letter goes on behind what was published")
        _say(f"back to {moment}: the letter is paused, as it is behind what was published")

    with services.recovered(lost.database_url, base=base) as recovered:
        _use(recovered)
        _check(letter, published, accepted)
        _say("back to the last moment by the write-ahead log: nothing is lost")
        os.environ["DATABASE_URL"] = recovered
        late = _backup(backups)
        _use(recovered, close=True)

    with services.postgres(durable=True) as empty:
        _manage(empty, "restore", late)
        _manage(empty, "restore", late, "--yes")
        _use(empty)
        _check(letter, published, accepted)
        _say("a backup of that, restored into an empty server: the same")
        os.environ["DATABASE_URL"] = empty
        with serving(lost):
            _require(_total(lost, letter.slug) == accepted, "the page counts something else")
        _say("the site is up again, and counts them all")
        _use(empty, close=True)
    _require((settings.DATA_DIR / "checkpoints").is_dir(), "no checkpoint is kept")
    _say("all of it came back")


@contextmanager
def _load(lost: Site, letter: Letter) -> Iterator[list[Outcome]]:
    """People confirm until the block ends; then the list has how it went."""
    waiting = letters.pending(letter, SIGNERS)
    over = threading.Event()
    outcome: list[Outcome] = []

    def posts() -> Iterator[bytes]:
        begun = time.monotonic()
        for number, each in enumerate(waiting):
            if over.is_set():
                return
            time.sleep(max(0, begun + number / PER_SECOND - time.monotonic()))
            path = f"/s/{token_for(signature=each)}/"
            body = "seen=1&consent_publish=on&answer=sign"
            yield request("POST", path, port=lost.port, body=body)

    def run() -> None:
        outcome.append(press(port=lost.port, requests=posts(), seconds=600, connections=CLIENTS))

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield outcome
    finally:
        over.set()
        thread.join()


def _check(letter: Letter, published: list[str], accepted: int) -> None:
    """Rows = tally = leaves, and each published checkpoint is one of this record's past."""
    found = Letter.objects.get(pk=letter.pk)
    check_that_it_adds_up(found)
    last = tally.latest(letter_id=found.pk)
    _require(last is not None and last.total == accepted, "not all who confirmed are counted")
    tree = sequencer.tree_of(letter_id=found.pk, last=last)
    for note in published:
        seen = open_checkpoint(note=note, verifier=sequencer.verifier_of(found))
        _require(tree.root_at(seen.size) == seen.root, f"a checkpoint of size {seen.size} differs")
    halting.watch()
    _require(not Letter.objects.get(pk=found.pk).is_paused, "the letter is paused")


def _published(letter: Letter) -> list[str]:
    notes = Checkpoint.objects.filter(letter=letter).order_by("size")
    return list(notes.values_list("note", flat=True))


def _wait_until_written(letter: Letter) -> None:
    """What is confirmed and not yet in the record: the sequencer writes it."""
    while sequencer.sequence(letter_id=letter.pk):
        pass


def _backup(into: Path) -> Path:
    _manage(os.environ["DATABASE_URL"], "backup", into)
    return max(each for each in into.iterdir() if not each.name.startswith("."))


def _manage(database_url: str, *words: object, fails: bool = False) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *map(str, words)],
        cwd=ROOT,
        env=environment.for_program(DATABASE_URL=database_url),
        capture_output=True,
        text=True,
        check=False,
    )
    _require(bool(done.returncode) is fails, f"{words[0]}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def _use(database_url: str, *, close: bool = False) -> None:
    """In this process, too; nobody may be connected when a server stops."""
    connection.close()
    if not close:
        connection.settings_dict["HOST"] = str(services.postgres_folder(database_url))
        connection.settings_dict["NAME"] = urlsplit(database_url).path[1:]


def _now() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()::text")
        return str(cursor.fetchone()[0])


def _total(lost: Site, slug: str) -> int:
    return int(json.loads(fetch(lost.port, f"/api/v1/letters/{slug}/count")[1])["total"])


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise DrillFailed(otherwise)


def _say(what: str) -> None:
    print(f"{time.monotonic() - _begun:6.1f} s  {what}", flush=True)
