"""What measurements of updates share: one that is released, and a server that takes its mails."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.site import ROOT, free_port
from campaign.letters import updates
from campaign.letters.models import Letter, Update, UpdateState
from campaign.letters.updates import Content, Words
from campaign.organizers.models import Organizer

_BODY = "\n\n".join(["What we asked for was heard, and *this* is what comes next. " * 4] * 4)


@dataclass
class Sink:
    port: int
    told: dict[str, Any]


@contextmanager
def sink(limit: int = 0) -> Iterator[Sink]:
    running = Sink(free_port(), {})
    command = [sys.executable, "-m", "bench.smtp_sink", str(running.port), str(limit)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        try:
            yield running
        finally:
            process.terminate()
            running.told |= json.loads(process.stdout.read())


def scheduled(letter: Letter) -> Update:
    first, second = (
        Organizer.objects.get_or_create(email=f"{name}@letters-bench.org")[0]
        for name in ("first", "second")
    )
    update = updates.create(
        letter=letter,
        organizer=first,
        content=Content(words={"en": Words("What comes next", _BODY)}, audience={}),
    )
    Update.objects.filter(pk=update.pk).update(
        state=UpdateState.SCHEDULED,
        seal=updates.seal_of(update=update),
        released_by=first,
        approved_by=second,
    )
    update.refresh_from_db()
    return update
