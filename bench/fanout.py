"""An update to a million signatories: how long until all of its mails are owed."""

import os
import time
from collections.abc import Iterator

from django.utils import timezone

from bench import letters
from bench.results import Result
from bench.site import Site
from bench.updates import scheduled
from signatures.models import UpdateDelivery
from signatures.notifications import fan_out
from signatures.notifications.update_progress import progress

MANY = int(os.environ.get("BENCH_UPDATES", "1000000"))


def run(site: Site) -> Iterator[Result]:
    letter = letters.published_letter()
    letters.many_signed(letter, MANY, hears_news=True)
    update = scheduled(letter)
    begun = time.perf_counter()
    fan_out.fan_out(update=update, now=timezone.now())
    seconds = time.perf_counter() - begun
    owed = progress(update=update)["waiting"]
    UpdateDelivery.objects.filter(update=update).delete()
    yield Result(
        work="fanout",
        value=seconds,
        unit="s",
        target=30,
        less_is_better=True,
        broken=() if owed == MANY else (f"{owed:,} owed of {MANY:,}",),
        notes=(f"{MANY:,} mails owed in one transaction",),
    )
