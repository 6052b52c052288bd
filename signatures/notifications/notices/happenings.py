"""What has happened that organizers want to hear of, read from rows that are there anyway.

Each search looks at few rows, since it is made once a minute: at the record's checkpoints, and
behind indexes that hold only what waits or has failed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Exists, OuterRef

from campaign.letters.models import Letter, LetterState, Update, UpdateState
from campaign.mail import breaker
from signatures.models import (
    Cause,
    Checkpoint,
    Delivery,
    DeliveryState,
    Message,
    NoticeKind,
    Precaution,
    ReportCase,
    Signature,
    SignatureState,
    Snapshot,
    Trait,
    Vetting,
    VettingState,
)
from signatures.notifications.update_progress import progress
from signatures.record import tally

# What is older is no news any more, if no worker ran for so long.
LOOK_BACK = timedelta(days=2)
WAITING_TOO_LONG = timedelta(days=1)
BURST_WITHIN = timedelta(minutes=10)
BURST_AFTER = timedelta(hours=1)
MIN_BURST = 50
# Times the pace of the hour before.
BURST_FACTOR = 5
# Of one that ends and begins again within this time, only its first begin and last end are told.
WORK_IS_OVER_AFTER = timedelta(hours=1)
SERVER_FAILING_FOR = timedelta(minutes=10)
MIN_FAILED = 5
MIN_FAILED_PERCENT = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Either it has a key, so that it is told once, or it lasts and is told once in a while."""

    kind: NoticeKind
    letter: Letter | None
    figures: Mapping[str, int | str] = field(default_factory=dict)
    key: str = ""
    at_most_once_in: timedelta | None = None


def found(*, now: datetime) -> Iterator[Found]:
    yield from _milestones(now)
    yield from _old_vetting(now)
    yield from _reports(now)
    yield from _bursts(now)
    yield from _proof_of_work(now)
    yield from _silent_server(now)
    yield from _failed_confirmations(now)
    yield from _updates(now)


def _milestones(now: datetime) -> Iterator[Found]:
    taken = Snapshot.objects.filter(
        cause=Cause.MILESTONE, checkpoint__as_of__gte=now - LOOK_BACK
    ).defer("breakdown")
    for each in taken.select_related("letter__team"):
        yield Found(
            kind=NoticeKind.MILESTONE,
            key=f"milestone:{each.pk}",
            letter=each.letter,
            figures={"signatures": each.milestone or 0, "snapshot": each.number},
        )


def _old_vetting(now: datetime) -> Iterator[Found]:
    waiting = Vetting.objects.filter(state__in=(VettingState.WAITING, VettingState.SECONDED))
    old = waiting.filter(opened_at__lt=now - WAITING_TOO_LONG)
    counts = dict(old.values_list("letter").annotate(Count("pk")))
    for letter in Letter.objects.filter(pk__in=counts).select_related("team"):
        yield Found(
            kind=NoticeKind.VETTING,
            letter=letter,
            figures={
                "waiting_long": counts[letter.pk],
                "waiting": waiting.filter(letter=letter).count(),
            },
            at_most_once_in=timedelta(days=1),
        )


def _reports(now: datetime) -> Iterator[Found]:
    waiting = ReportCase.objects.filter(answered_at=None)
    for case in waiting.filter(opened_at__gte=now - LOOK_BACK).select_related("letter__team"):
        yield Found(
            kind=NoticeKind.REPORT,
            key=f"report:{case.pk}",
            letter=case.letter,
            figures={"waiting": waiting.filter(letter=case.letter).count()},
        )


def _bursts(now: datetime) -> Iterator[Found]:
    """So many signings came into the record within minutes, and at five times the hour's pace."""
    recent = Checkpoint.objects.filter(letter=OuterRef("pk"), as_of__gt=now - BURST_WITHIN)
    letters = Letter.objects.filter(Exists(recent), state=LetterState.PUBLISHED)
    for letter in letters.select_related("team"):
        until_then = tally.signings_until(letter=letter, at=now - BURST_WITHIN)
        lately = tally.signings_until(letter=letter, at=now) - until_then
        before = until_then - tally.signings_until(
            letter=letter, at=now - BURST_WITHIN - BURST_AFTER
        )
        if lately >= MIN_BURST and lately * BURST_AFTER >= BURST_FACTOR * before * BURST_WITHIN:
            yield Found(
                kind=NoticeKind.BURST,
                letter=letter,
                figures={
                    "signings": lately,
                    "minutes": BURST_WITHIN // timedelta(minutes=1),
                    "signings_in_the_hour_before": before,
                },
                at_most_once_in=timedelta(hours=1),
            )


def _proof_of_work(now: datetime) -> Iterator[Found]:
    """That it is asked for by itself, and that it is over for good. What an organizer began is in
    the audit trail."""
    for run in _runs_of_work():
        begun, ended = run[0].begun_at, _end_of(run[-1])
        if begun >= now - LOOK_BACK:
            yield Found(
                kind=NoticeKind.WORK,
                key=f"begun:{run[0].pk}",
                letter=run[0].letter,
                figures={"state": "begun", "since": begun.isoformat()},
            )
        if now - LOOK_BACK <= ended <= now - WORK_IS_OVER_AFTER:
            yield Found(
                kind=NoticeKind.WORK,
                key=f"ended:{run[-1].pk}",
                letter=run[0].letter,
                figures={
                    "state": "ended",
                    "since": begun.isoformat(),
                    "until": ended.isoformat(),
                    "held": Vetting.objects.filter(precaution__in=run).count(),
                },
            )


def _runs_of_work() -> list[list[Precaution]]:
    """Of each letter, those that follow one another closely, in their order."""
    by_itself = Precaution.objects.filter(trait=Trait.WORK, begun_by=None, letter__isnull=False)
    runs: list[list[Precaution]] = []
    for each in by_itself.select_related("letter__team").order_by("letter", "begun_at", "pk"):
        before = runs[-1][-1] if runs else None
        is_another = before is None or before.letter_id != each.letter_id
        if before is None or is_another or _end_of(before) + WORK_IS_OVER_AFTER < each.begun_at:
            runs.append([])
        runs[-1].append(each)
    return runs


def _end_of(precaution: Precaution) -> datetime:
    """When it ended, or will by itself."""
    return precaution.stopped_at or precaution.ends_at or datetime.max.replace(tzinfo=UTC)


def _silent_server(now: datetime) -> Iterator[Found]:
    trouble = breaker.trouble()
    since = trouble.failing_since if trouble else None
    if since and since <= now - SERVER_FAILING_FOR:
        yield Found(
            kind=NoticeKind.MAIL,
            letter=None,
            figures={"since": since.isoformat()},
            # One that works again for a moment now and then is one trouble.
            at_most_once_in=timedelta(hours=6),
        )


def _failed_confirmations(now: datetime) -> Iterator[Found]:
    since = now - _DAY
    failed = Delivery.objects.filter(
        state=DeliveryState.FAILED, message=Message.CONFIRMATION, created_at__gte=since
    )
    counted = failed.values_list("signature__letter").annotate(Count("signature", distinct=True))
    counts = {letter: count for letter, count in counted if count >= MIN_FAILED}
    for letter in Letter.objects.filter(pk__in=counts).select_related("team"):
        # Not the mails themselves: they have no index by time, and a letter may have a million.
        pending = Signature.objects.filter(
            letter=letter, state=SignatureState.PENDING, asked_at__gte=since
        ).count()
        signings = tally.signings_until(letter=letter, at=now) - tally.signings_until(
            letter=letter, at=since
        )
        count = counts[letter.pk]
        asked = max(pending + signings, count)
        if count * 100 >= MIN_FAILED_PERCENT * asked:
            yield Found(
                kind=NoticeKind.MAIL,
                letter=letter,
                figures={"failed": count, "asked": asked},
                at_most_once_in=timedelta(days=1),
            )


def _updates(now: datetime) -> Iterator[Found]:
    sent = Update.objects.filter(state=UpdateState.SENT, finished_at__gte=now - LOOK_BACK)
    for update in sent.select_related("letter__team"):
        yield Found(
            kind=NoticeKind.UPDATE,
            key=f"update:{update.pk}",
            letter=update.letter,
            figures={"number": update.number, **progress(update=update)},
        )
