"""An update to all that a letter has, into a mail server that takes few a second, while people
sign: their confirmations go first. It takes a quarter of an hour, most of it waiting."""

import os
import sys
import time
from collections.abc import Iterator

from django.utils import timezone

from bench import letters
from bench.results import Result
from bench.site import Site, running
from bench.updates import scheduled, sink
from campaign.letters.models import Letter, Translation
from signatures.notifications import fan_out
from signatures.notifications.update_progress import progress
from signatures.signing import sign

MAILS = 10_500
TAKEN_PER_SECOND = 14
# As beat has it done.
_BEAT = """
import time
import django
django.setup()
from signatures.tasks import send_owed_mail, send_updates
while True:
    send_owed_mail()
    send_updates()
    time.sleep(1)
"""
_WITHIN_SECONDS = 15 * 60
_SIGNS_EVERY_SECONDS = 5.0
_LATEST_SECONDS = 10.0


def run(site: Site) -> Iterator[Result]:
    letter = letters.published_letter()
    letters.many_signed(letter, MAILS, hears_news=True)
    update = scheduled(letter)
    fan_out.fan_out(update=update, now=timezone.now())
    asked: dict[str, float] = {}
    with sink(limit=TAKEN_PER_SECOND) as server:
        environment = os.environ | {"EMAIL_URL": f"smtp://127.0.0.1:{server.port}"}
        command: list[object] = [sys.executable, "-c", _BEAT]
        with running(command, environment=environment):
            while not progress(update=update)["sent"]:
                time.sleep(0.1)
            begun = time.perf_counter()
            while progress(update=update)["sent"] < MAILS:
                email = f"signs-{len(asked)}@letters-bench.org"
                asked[email] = time.time()
                _sign(letter, email)
                time.sleep(_SIGNS_EVERY_SECONDS)
        seconds = time.perf_counter() - begun
    waits = [server.told["at"].get(email, float("inf")) - at for email, at in asked.items()]
    # The last ones were asked for when the server was about to be switched off.
    waits = waits[: -int(_LATEST_SECONDS / _SIGNS_EVERY_SECONDS)]
    broken: tuple[str, ...] = ()
    if seconds > _WITHIN_SECONDS:
        broken += (f"{seconds:,.0f} s, not {_WITHIN_SECONDS}",)
    if max(waits, default=0.0) > _LATEST_SECONDS:
        broken += (f"a confirmation came after {max(waits):.1f} s",)
    yield Result(
        work="mail_throttled",
        value=MAILS / seconds,
        unit="mails/s",
        target=MAILS / _WITHIN_SECONDS,
        yardstick=TAKEN_PER_SECOND,
        broken=broken,
        notes=(
            f"{server.told['distinct']:,} addresses; {server.told['refused']:,} refusals",
            f"{len(waits)} confirmations meanwhile, the latest after {max(waits, default=0):.1f} s",
        ),
    )


def _sign(letter: Letter, email: str) -> None:
    translation = Translation.objects.get(text__letter=letter, is_authoritative=True)
    details = letters.details(len(email))
    sign(letter=letter, translation=translation, email=email, details=details, language="en")
