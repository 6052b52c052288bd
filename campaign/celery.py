"""Celery: with Redis as separate processes, without it as threads of the one web process."""

import os
from threading import Thread

from celery import Celery
from celery.beat import EmbeddedService
from celery.schedules import crontab
from celery.signals import worker_shutting_down
from celery.worker import WorkController

from campaign import stopping
from campaign.wake import Task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campaign.settings")

app = Celery("undersigned")
# In every thread: `campaign.wake` asks for the current one.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["campaign.organizers", "campaign.letters", "signatures"])

worker_shutting_down.connect(stopping.ask_to_stop)

# The sweeps are what makes things happen; `campaign.wake` only makes them happen sooner.
_SWEEPS: dict[Task, float | crontab] = {
    Task.SEQUENCE_WAITING: 2.0,
    Task.WATCH_RECORDS: 30.0,
    Task.EXTEND_SITE_LOG: 20.0,
    Task.ATTEST_SITE_LOG: 20.0,
    Task.SEND_OWED_MAIL: 5.0,
    Task.SEND_PRESS_MAIL: 15.0,
    Task.FAN_OUT_UPDATES: 10.0,
    Task.SEND_UPDATES: 5.0,
    Task.ASK_ABOUT_NEW_TEXTS: 60.0,
    Task.REMIND_UNCONFIRMED: 60.0,
    Task.TELL_ORGANIZERS: 60.0,
    Task.SEND_WEBHOOKS: 5.0,
    Task.CHECK_DUE_PROOFS: 10.0,
    Task.SETTLE_VOUCHED: 15.0,
    Task.LOOK_UP_EVIDENCE: 10.0,
    Task.SEND_OWED_INVITATIONS: 15.0,
    Task.SEND_OWED_ACCOUNT_MAIL: 5.0,
    Task.CLOSE_DUE_LETTERS: 15.0,
    Task.TAKE_DECIDED_SNAPSHOTS: 15.0,
    Task.MAKE_LETTER_PDFS: 15.0,
    Task.MAKE_PACKAGES: 15.0,
    Task.RUN_SAMPLE_AUDITS: 30.0,
    Task.PROCESS_RETURNED_MAIL: 20.0,
    Task.READ_BOUNCE_MAILBOX: 60.0,
    Task.CHECK_MAIL: crontab(minute="43"),
    Task.SCREEN_STANDING: 20.0,
    Task.GUARD_LETTERS: 20.0,
    Task.WORK_OFF_BULK_DEEDS: 10.0,
    Task.WORK_OFF_IMPORTS: 10.0,
    Task.SEEK_REPEATS: 60.0,
    Task.SPELL_NAMES: 60.0,
    Task.FORGET_OLD_DATA: crontab(minute="17"),
}
app.conf.beat_schedule = {
    task.value: {"task": task.value, "schedule": seconds} for task, seconds in _SWEEPS.items()
}


def work_in_this_process() -> None:
    """Start a worker and beat as threads. For one process with the embedded engine only."""
    worker = WorkController(
        app=app, pool="threads", concurrency=2, without_gossip=True, without_mingle=True
    )
    Thread(target=worker.start, name="celery-worker", daemon=True).start()
    service = EmbeddedService(app, thread=True)
    service.start()  # type: ignore[union-attr]  # the stubs think of a process, too
