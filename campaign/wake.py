"""Asking a worker to run a task soon, by the task's name: behaviours know no task.

The sweeps (`campaign.celery`) are what makes things happen; waking only makes them happen sooner.
So it never fails and never retries: a message that is lost is made good by the next sweep.
"""

import time
from enum import StrEnum
from queue import Full, Queue
from threading import Lock, Thread

import structlog
from celery import current_app
from django.db import transaction

from campaign.process_cache import ProcessCache

log = structlog.get_logger(__name__)

# More than a process asks for in the time that a broker takes to refuse.
MAX_WAITING = 1000
THROTTLE_SECONDS = 1.0


class Task(StrEnum):
    """Every task that there is. Beat, routes and behaviours name it from here; workers of another
    version may know it by this very name, so a name that was released stays."""

    SEQUENCE_LETTER = "signatures.tasks.sequence_letter"
    SEQUENCE_WAITING = "signatures.tasks.sequence_waiting"
    WATCH_RECORDS = "signatures.tasks.watch_records"
    EXTEND_SITE_LOG = "signatures.tasks.extend_site_log"
    ATTEST_SITE_LOG = "signatures.tasks.attest_site_log"
    SEND_OWED_MAIL = "signatures.tasks.send_owed_mail"
    SEND_PRESS_MAIL = "signatures.tasks.send_press_mail"
    FAN_OUT_UPDATES = "signatures.tasks.fan_out_updates"
    SEND_UPDATES = "signatures.tasks.send_updates"
    REMIND_UNCONFIRMED = "signatures.tasks.remind_unconfirmed"
    TELL_ORGANIZERS = "signatures.tasks.tell_organizers"
    SEND_WEBHOOKS = "signatures.tasks.send_webhooks"
    ASK_ABOUT_NEW_TEXTS = "signatures.tasks.ask_about_new_texts"
    CHECK_DUE_PROOFS = "signatures.tasks.check_due_proofs"
    SETTLE_VOUCHED = "signatures.tasks.settle_vouched"
    LOOK_UP_EVIDENCE = "signatures.tasks.look_up_evidence"
    END_LOST_MEMBERSHIPS = "signatures.tasks.end_lost_memberships"
    SCREEN_STANDING = "signatures.tasks.screen_standing"
    GUARD_LETTERS = "signatures.tasks.guard_letters"
    WORK_OFF_BULK_DEEDS = "signatures.tasks.work_off_bulk_deeds"
    WORK_OFF_IMPORTS = "signatures.tasks.work_off_imports"
    SEEK_REPEATS = "signatures.tasks.seek_repeats"
    SPELL_NAMES = "signatures.tasks.spell_names"
    FORGET_OLD_DATA = "signatures.tasks.forget_old_data"
    PROCESS_RETURNED_MAIL = "signatures.tasks.process_returned_mail"
    CHECK_MAIL = "signatures.tasks.check_mail"
    READ_BOUNCE_MAILBOX = "signatures.tasks.read_bounce_mailbox"
    RUN_SAMPLE_AUDITS = "signatures.tasks.run_sample_audits"
    TAKE_DECIDED_SNAPSHOTS = "signatures.tasks.take_decided_snapshots"
    MAKE_LETTER_PDFS = "signatures.tasks.make_letter_pdfs"
    MAKE_PACKAGES = "signatures.tasks.make_packages"
    SEND_OWED_INVITATIONS = "campaign.organizers.tasks.send_owed_invitations"
    SEND_OWED_ACCOUNT_MAIL = "campaign.organizers.tasks.send_owed_account_mail"
    CLOSE_DUE_LETTERS = "campaign.letters.tasks.close_due_letters"


# When, by the monotonic clock.
_published: ProcessCache[str, float] = ProcessCache(
    "wakes", max_entries=10_000, seconds=THROTTLE_SECONDS
)
_throttle = Lock()


def wake(task: Task, *args: int) -> None:
    """After the commit, ask a worker to run the task, at most once a second from each process."""
    transaction.on_commit(lambda: _publish(task, *args))


def _publish(task: Task, *args: int) -> None:
    # Counted here: what is undone has asked for nothing, and must not silence what follows.
    name = f"{task}{args}"
    with _throttle:
        now = time.monotonic()
        if now - _published.get(name, -THROTTLE_SECONDS) < THROTTLE_SECONDS:
            return
        _published.keep(name, now)
    publisher.publish(task, *args)


class Publisher:
    """Hands messages to the broker in a thread of its own: a broker that hangs holds up nobody.

    Messages may be lost, when the process ends or too many wait: sweeps make them good.
    """

    def __init__(self) -> None:
        self._waiting: Queue[tuple[Task, tuple[int, ...]]] = Queue(MAX_WAITING)
        self._thread: Thread | None = None
        self._starting = Lock()

    def publish(self, task: Task, *args: int) -> None:
        try:
            self._waiting.put_nowait((task, args))
        except Full:
            log.warning("broker_unreachable", task=str(task), error="Full")
            return
        with self._starting:
            # Also after a fork, which takes no threads along.
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._run, name="celery-publisher", daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """For tests: until all is handed over, or given up."""
        self._waiting.join()

    def _run(self) -> None:
        while True:
            task, args = self._waiting.get()
            try:
                # The task itself where this process knows it, else its name alone.
                current_app.signature(str(task), args=args).apply_async()
            except Exception as error:
                log.warning("broker_unreachable", task=str(task), error=type(error).__name__)
            finally:
                self._waiting.task_done()


publisher = Publisher()
