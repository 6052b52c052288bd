"""Celery: with Redis as separate processes, without it as threads of the one web process."""

import os
import time
from queue import Full, Queue
from threading import Lock, Thread

import structlog
from celery import Celery, Task
from celery.beat import EmbeddedService
from celery.schedules import crontab
from celery.signals import worker_shutting_down
from celery.worker import WorkController
from django.db import transaction

from campaign import stopping
from campaign.process_cache import ProcessCache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campaign.settings")

log = structlog.get_logger(__name__)
app = Celery("undersigned")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["campaign.organizers", "campaign.letters", "signatures"])

worker_shutting_down.connect(stopping.ask_to_stop)

# The sweeps are what makes things happen; a kick only makes them happen sooner.
app.conf.beat_schedule = {
    "sequence": {"task": "signatures.tasks.sequence_waiting", "schedule": 2.0},
    "records": {"task": "signatures.tasks.watch_records", "schedule": 30.0},
    "site_log": {"task": "signatures.tasks.extend_site_log", "schedule": 20.0},
    "attest": {"task": "signatures.tasks.attest_site_log", "schedule": 20.0},
    "mail": {"task": "signatures.tasks.send_owed_mail", "schedule": 5.0},
    "new_texts": {"task": "signatures.tasks.ask_about_new_texts", "schedule": 60.0},
    "proofs": {"task": "signatures.tasks.check_due_proofs", "schedule": 10.0},
    "vouches": {"task": "signatures.tasks.settle_vouched", "schedule": 15.0},
    "evidence": {"task": "signatures.tasks.look_up_evidence", "schedule": 10.0},
    "invitations": {
        "task": "campaign.organizers.tasks.send_owed_invitations",
        "schedule": 15.0,
    },
    "account_mail": {
        "task": "campaign.organizers.tasks.send_owed_account_mail",
        "schedule": 5.0,
    },
    "close": {"task": "campaign.letters.tasks.close_due_letters", "schedule": 15.0},
    "decided": {"task": "signatures.tasks.take_decided_snapshots", "schedule": 15.0},
    "screening": {"task": "signatures.tasks.screen_standing", "schedule": 20.0},
    "repeats": {"task": "signatures.tasks.seek_repeats", "schedule": 60.0},
    "names": {"task": "signatures.tasks.spell_names", "schedule": 60.0},
    "retention": {"task": "signatures.tasks.forget_old_data", "schedule": crontab(minute="17")},
}

# More than a process kicks in the time that a broker takes to refuse.
MAX_WAITING = 1000
# At most one kick of a task in this time, from each process.
KICK_SECONDS = 1.0
# When, by the monotonic clock.
_kicked: ProcessCache[str, float] = ProcessCache("kicks", max_entries=10_000, seconds=KICK_SECONDS)
_kicks = Lock()


def kick_on_commit(task: "Task[..., object]", *args: int) -> None:
    """Ask a worker to run the task soon, at most once a second from each process.

    Never fails and never retries: a message that is lost is made good by the next sweep.
    """
    name = f"{task.name}{args}"
    with _kicks:
        if time.monotonic() - _kicked.get(name, 0.0) < KICK_SECONDS:
            return
        _kicked.keep(name, time.monotonic())
    transaction.on_commit(lambda: _publish(task, *args))


class Publisher:
    """Hands messages to the broker in a thread of its own: a broker that hangs holds up nobody.

    Messages may be lost, when the process ends or too many wait: sweeps make them good.
    """

    def __init__(self) -> None:
        self._waiting: Queue[tuple[Task[..., object], tuple[int, ...]]] = Queue(MAX_WAITING)
        self._thread: Thread | None = None
        self._starting = Lock()

    def publish(self, task: "Task[..., object]", *args: int) -> None:
        try:
            self._waiting.put_nowait((task, args))
        except Full:
            log.warning("broker_unreachable", task=task.name, error="Full")
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
                task.apply_async(args=args)
            except Exception as error:
                log.warning("broker_unreachable", task=task.name, error=type(error).__name__)
            finally:
                self._waiting.task_done()


publisher = Publisher()


def _publish(task: "Task[..., object]", *args: int) -> None:
    publisher.publish(task, *args)


def work_in_this_process() -> None:
    """Start a worker and beat as threads. For one process with the embedded engine only."""
    worker = WorkController(
        app=app, pool="threads", concurrency=2, without_gossip=True, without_mingle=True
    )
    Thread(target=worker.start, name="celery-worker", daemon=True).start()
    service = EmbeddedService(app, thread=True)
    service.start()  # type: ignore[union-attr]  # the stubs think of a process, too
