"""An update to a million signatories: mails owed, then handed to a bare mail server by workers."""

import json
import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from bench import letters
from bench.results import Result
from bench.site import ROOT, Site, free_port, running
from campaign.letters import updates
from campaign.letters.models import Letter, Translation, Update, UpdateState
from campaign.letters.updates import Content, Words
from campaign.mail.splicing import Prebuilt
from campaign.organizers.models import Organizer
from signatures.models import Signature, UpdateDelivery
from signatures.notifications import fan_out
from signatures.notifications.update_mail import UpdateMail
from signatures.notifications.update_progress import progress
from signatures.signing import sign

MANY = int(os.environ.get("BENCH_UPDATES", "1000000"))
MAILS = 12_000
YARDSTICK_MAILS = 2_000
THROTTLED = 10_500
THROTTLE_PER_SECOND = 14
_WORKER = """
import django
django.setup()
from signatures.notifications import update_sending
update_sending.send_until_done(batches=1_000_000)
"""
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
_BODY = "\n\n".join(["What we asked for was heard, and *this* is what comes next. " * 4] * 4)


def run(site: Site) -> Iterator[Result]:
    yield _fanout()
    yield _mail()
    # A quarter of an hour of waiting for a slow server: only when it is asked for.
    if os.environ.get("BENCH_THROTTLED"):
        yield _throttled()


def _fanout() -> Result:
    letter = letters.published_letter()
    letters.many_signed(letter, MANY, hears_news=True)
    update = _scheduled(letter)
    begun = time.perf_counter()
    fan_out.fan_out(update=update, now=timezone.now())
    seconds = time.perf_counter() - begun
    owed = progress(update=update)["waiting"]
    UpdateDelivery.objects.filter(update=update).delete()
    return Result(
        work="fanout",
        value=seconds,
        unit="s",
        target=30,
        less_is_better=True,
        broken=() if owed == MANY else (f"{owed:,} owed of {MANY:,}",),
        notes=(f"{MANY:,} mails owed in one transaction",),
    )


def _mail() -> Result:
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
    return Result(
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


def _throttled() -> Result:
    """An update to all that a letter has, into a server that takes few a second, while people
    sign: their confirmations go first."""
    letter = letters.published_letter()
    letters.many_signed(letter, THROTTLED, hears_news=True)
    update = _scheduled(letter)
    fan_out.fan_out(update=update, now=timezone.now())
    asked: dict[str, float] = {}
    with _sink(limit=THROTTLE_PER_SECOND) as sink:
        environment = os.environ | {"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
        command: list[object] = [sys.executable, "-c", _BEAT]
        begun = time.perf_counter()
        with running(command, environment=environment):
            while progress(update=update)["sent"] < THROTTLED:
                email = f"signs-{len(asked)}@letters-bench.org"
                asked[email] = time.time()
                _sign(letter, email)
                time.sleep(_SIGNS_EVERY_SECONDS)
        seconds = time.perf_counter() - begun
    waits = [sink.told["at"].get(email, float("inf")) - at for email, at in asked.items()]
    # The last ones were asked for when the server was about to be switched off.
    waits = waits[: -int(_LATEST_SECONDS / _SIGNS_EVERY_SECONDS)]
    broken: tuple[str, ...] = ()
    if seconds > _WITHIN_SECONDS:
        broken += (f"{seconds:,.0f} s, not {_WITHIN_SECONDS}",)
    if max(waits, default=0.0) > _LATEST_SECONDS:
        broken += (f"a confirmation came after {max(waits):.1f} s",)
    return Result(
        work="mail_throttled",
        value=THROTTLED / seconds,
        unit="mails/s",
        target=THROTTLED / _WITHIN_SECONDS,
        yardstick=THROTTLE_PER_SECOND,
        broken=broken,
        notes=(
            f"{sink.told['distinct']:,} addresses; {sink.told['refused']:,} refusals",
            f"{len(waits)} confirmations meanwhile, the latest after {max(waits, default=0):.1f} s",
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
    update = _scheduled(letter)
    fan_out.fan_out(update=update, now=timezone.now())
    with _sink() as sink:
        environment = os.environ | {"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
        processes = [
            subprocess.Popen([sys.executable, "-c", _WORKER], cwd=ROOT, env=environment)
            for _worker in range(workers)
        ]
        for process in processes:
            process.wait()
    UpdateDelivery.objects.filter(update=update).delete()
    return _Told(sink.told["taken"], sink.told["distinct"], sink.told["seconds"])


def _smtplib_loop(letter: Letter) -> float:
    """Mails a second by `smtplib.sendmail`, over one connection, of bytes that are there."""
    mail = _example(letter)
    lines = mail.wire_bytes()
    with _sink() as sink, smtplib.SMTP("127.0.0.1", sink.port) as connection:
        connection.ehlo()
        begun = time.perf_counter()
        for number in range(YARDSTICK_MAILS):
            connection.sendmail("letters@letters-bench.org", f"{number}@letters-bench.org", lines)
        return YARDSTICK_MAILS / (time.perf_counter() - begun)


def _example(letter: Letter) -> Prebuilt:
    update = Update.objects.filter(letter=letter).first() or _scheduled(letter)
    signature = Signature.objects.filter(letter=letter)[0]
    delivery = UpdateDelivery(pk=1, update=update, signature=signature)
    return UpdateMail(update=update, language="en").to(delivery, signature)


@dataclass
class _Sink:
    port: int
    told: dict[str, Any]


@contextmanager
def _sink(limit: int = 0) -> Iterator[_Sink]:
    sink = _Sink(free_port(), {})
    command = [sys.executable, "-m", "bench.smtp_sink", str(sink.port), str(limit)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        try:
            yield sink
        finally:
            process.terminate()
            sink.told |= json.loads(process.stdout.read())


def _sign(letter: Letter, email: str) -> None:
    translation = Translation.objects.get(text__letter=letter, is_authoritative=True)
    details = letters.details(len(email))
    sign(letter=letter, translation=translation, email=email, details=details, language="en")


def _scheduled(letter: Letter) -> Update:
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
