"""For a program that watches the site, as Prometheus reads it: what waits, for how long, and what
is wrong, as the database has it now; then what the processes counted (`campaign/counters.py`).
Figures alone: no letter, no name, no address.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from campaign import answers, counters, health, limited, limits
from campaign.letters.models import Event, Letter, LetterState
from campaign.mail import breaker
from campaign.mail.outbox import Outbox
from campaign.organizers import account_mail, applications, mailing
from signatures.backups import last_made
from signatures.models import Vetting, VettingState
from signatures.notifications import (
    deliveries,
    inquiries,
    invitation_mails,
    press_mails,
    report_mails,
    update_progress,
    update_tests,
)
from signatures.notifications.notices import mails as notice_mails

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

# Each table that owes mail, but for updates.
OUTBOXES: Sequence[Outbox[Any]] = (
    deliveries.outbox,
    report_mails.outbox,
    inquiries.outbox,
    invitation_mails.outbox,
    press_mails.outbox,
    update_tests.outbox,
    notice_mails.outbox,
    account_mail.outbox,
    mailing.outbox,
)

# What it is called, what it says, and its value for each label.
Gauge = tuple[str, str, dict[str, float]]


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Nothing is there for another machine, whatever stands in front of us."""
    if not limits.is_of_this_machine(request):
        raise Http404
    text = "".join(_written(gauge) for gauge in gauges(timezone.now()))
    answers.hand_over()
    return HttpResponse(text.encode() + counters.written(), content_type=CONTENT_TYPE)


def _written(gauge: Gauge) -> str:
    name, words, values = gauge
    lines = [f"{name}{label} {value:.15g}\n" for label, value in values.items()]
    return f"# HELP {name} {words}\n# TYPE {name} gauge\n" + "".join(lines)


def gauges(now: datetime) -> Iterator[Gauge]:
    """Each by an index, however many have signed."""
    paused = Letter.objects.filter(state=LetterState.PUBLISHED, halted_at__isnull=False)
    yield (
        "undersigned_letters_paused",
        "Letters that take no signatures, since their record cannot be continued.",
        {"": paused.count()},
    )
    yield (
        "undersigned_record_events_waiting",
        "Events that the sequencer has not written into a record yet.",
        {"": Event.objects.count()},
    )
    at_work = Event.objects.filter(letter__halted_at=None)
    yield (
        "undersigned_record_oldest_event",
        "The number of the oldest of them, 0 for none: it changes as the sequencer goes on.",
        {"": at_work.aggregate(oldest=Min("pk"))["oldest"] or 0},
    )
    yield from _mails(now)
    yield (
        "undersigned_mail_server_refuses",
        "1 while the mail server takes nothing from us.",
        {"": int(breaker.trouble() is not None)},
    )
    to_check = Vetting.objects.filter(state__in=(VettingState.WAITING, VettingState.SECONDED))
    yield (
        "undersigned_signatures_to_check",
        "Signatures that wait for the organizers.",
        {"": to_check.count()},
    )
    yield (
        "undersigned_applications_waiting",
        "Applications to publish that wait for a site operator.",
        {"": applications.waiting().count()},
    )
    yield (
        "undersigned_redis_gone",
        "1 while Redis does not answer: limits count nobody.",
        {"": int(health.redis_state() == "gone")},
    )
    yield (
        "undersigned_backup_made_timestamp_seconds",
        "When manage.py backup made the newest backup of this machine; 0 for never.",
        {"": last_made.at(settings.DATA_DIR)},
    )
    yield (
        "undersigned_counter_files_unreadable",
        "Files of what processes counted that are left out, since something wrote over them.",
        {"": counters.unreadable()},
    )
    today = now.date().isoformat()
    yield (
        "undersigned_limit_refusals_today",
        "By limit, how often somebody was refused today (UTC).",
        {
            f'{{limit="{name}"}}': days[today]
            for name, days in sorted(limited.by_day(now=now).items())
            if days[today]
        },
    )


def _mails(now: datetime) -> Iterator[Gauge]:
    waiting = {each.model._meta.model_name: each.waiting(now=now) for each in OUTBOXES}
    yield (
        "undersigned_mail_waiting",
        "E-mails that are owed now, by the table that owes them: due, claimed by a worker, or"
        " postponed after a try.",
        {
            f'{{table="{table}",state="{state}"}}': number
            for table, found in waiting.items()
            for state, number in (
                ("due", found.due),
                ("claimed", found.claimed),
                ("postponed", found.postponed),
            )
        },
    )
    yield (
        "undersigned_mail_oldest_seconds",
        "By the table, for how long the one that has been due for longest has been.",
        {
            f'{{table="{table}"}}': max(0, (now - (found.due_since or now)).total_seconds())
            for table, found in waiting.items()
        },
    )
    of_updates = update_progress.of_sending()
    yield (
        "undersigned_update_mails",
        "E-mails of the updates that are being sent, by their state.",
        {f'{{state="{state}"}}': number for state, number in of_updates.items()},
    )
