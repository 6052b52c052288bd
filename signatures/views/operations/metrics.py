"""For a program that watches the site, as Prometheus reads it: what waits, for how long, and what
is wrong, as the database has it now; then what the processes counted (`campaign/counters.py`).
Figures alone: no letter, no name, no address.
"""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Min, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from campaign import answers, counters, health, limited, limits
from campaign.letters.models import Event, Letter, LetterState
from campaign.mail import breaker
from signatures.backups import last_made
from signatures.models import Delivery, DeliveryState, Vetting, VettingState

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

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
    # What is to be sent later only does not wait yet.
    due = Q(due_at__lte=now) | Q(attempts__gt=0)
    mail = Delivery.objects.filter(due, state__in=DeliveryState.unsent()).aggregate(
        waiting=Count("pk"), oldest=Min("created_at")
    )
    yield "undersigned_mail_waiting", "E-mails that are owed to signers.", {"": mail["waiting"]}
    age = (now - mail["oldest"]).total_seconds() if mail["oldest"] else 0
    yield (
        "undersigned_mail_oldest_seconds",
        "For how long the oldest of them has waited.",
        {"": max(0, age)},
    )
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
