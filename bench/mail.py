"""The mails of an update, handed to a bare mail server by worker processes."""

import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from bench import letters
from bench.results import Result
from bench.site import ROOT, Site
from bench.updates import scheduled, sink
from campaign.letters.models import Letter, Update
from campaign.mail.splicing import Prebuilt
from signatures.models import Signature, UpdateDelivery
from signatures.notifications import fan_out
from signatures.notifications.update_mail import UpdateMail

MAILS = 12_000
YARDSTICK_MAILS = 2_000
_WORKER = """
import django
django.setup()
from signatures.notifications import update_sending
update_sending.send_until_done(batches=1_000_000)
"""


def run(site: Site) -> Iterator[Result]:
    letter = letters.published_letter()
    letters.many_signed(letter, MAILS, hears_news=True)
    yardstick = _smtplib_loop(letter)
    one, two = (_sent(letter, workers) for workers in (1, 2))
    broken = tuple(
        f"{each.taken:,} taken and {each.distinct:,} distinct of {MAILS:,}"
        for each in (one, two)
        if not each.taken == each.distinct == MAILS
    )
    if two.rate < 5000:
        broken += (f"two workers send {two.rate:,.0f} a second, not 5,000",)
    yield Result(
        work="mail",
        value=one.rate,
        unit="mails/s",
        target=900,
        yardstick=yardstick,
        target_ratio=0.6,
        broken=broken,
        notes=(
            f"{MAILS:,} mails of {len(_example(letter).wire_bytes()):,} bytes into a bare server",
            f"two workers {two.rate:,.0f}/s; yardstick: smtplib and messages built before",
        ),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    taken: int
    distinct: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.taken / self.seconds


def _sent(letter: Letter, workers: int) -> _Told:
    update = scheduled(letter)
    fan_out.fan_out(update=update, now=timezone.now())
    with sink() as server:
        environment = os.environ | {"EMAIL_URL": f"smtp://127.0.0.1:{server.port}"}
        processes = [
            subprocess.Popen([sys.executable, "-c", _WORKER], cwd=ROOT, env=environment)
            for _worker in range(workers)
        ]
        for process in processes:
            process.wait()
    UpdateDelivery.objects.filter(update=update).delete()
    return _Told(server.told["taken"], server.told["distinct"], server.told["seconds"])


def _smtplib_loop(letter: Letter) -> float:
    """Mails a second by `smtplib.sendmail`, over one connection, of bytes that are there."""
    mail = _example(letter)
    lines = mail.wire_bytes()
    with sink() as server, smtplib.SMTP("127.0.0.1", server.port) as connection:
        connection.ehlo()
        begun = time.perf_counter()
        for number in range(YARDSTICK_MAILS):
            connection.sendmail("letters@letters-bench.org", f"{number}@letters-bench.org", lines)
        return YARDSTICK_MAILS / (time.perf_counter() - begun)


def _example(letter: Letter) -> Prebuilt:
    update = Update.objects.filter(letter=letter).first() or scheduled(letter)
    signature = Signature.objects.filter(letter=letter)[0]
    return UpdateMail(update=update, language="en").to(signature, delivery_id=1)
