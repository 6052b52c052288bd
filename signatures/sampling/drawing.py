"""The draw: by a checkpoint that did not exist when it was announced, and a secret that nobody but
the site knew.

Organizers know neither before. The site knows its secret, and writes the record: that it did not
try until it liked the outcome, no draw by its own record can show.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from campaign import database
from campaign.letters.models import Event, Letter
from campaign.wake import Task, wake
from signatures.models import (
    Checkpoint,
    Continuation,
    Delivery,
    DeliveryState,
    Entry,
    Message,
    SampleAnswer,
    SampleAudit,
    SampleQuestion,
    Signature,
    SignatureState,
)
from signatures.notifications import leaving
from signatures.record import tally
from signatures.record.format import sampling
from signatures.record.sequencer import CLOCK_TOLERANCE
from signatures.sampling.announcing import TIME_TO_ANSWER

# Behind the line of the site's log that tells of the announcement.
DRAW_AFTER = timedelta(minutes=10)
# Where nothing happens to the letter for so long, the last checkpoint draws.
QUIET_FOR = timedelta(days=1)
_LEAVES_PER_QUERY = 10_000
_LEAVING = ("withdraw", "remove", "erase")


def draw_due(*, now: datetime) -> int:
    """Draw whatever can be drawn; how many audits that were. Safe to run in many places."""
    due = SampleAudit.objects.filter(drawn_at=None, logged_at__lte=now - DRAW_AFTER)
    ids = list(due.order_by("pk").values_list("pk", flat=True))
    drawn = sum(_draw(pk, now=now) for pk in ids)
    if drawn:
        wake(Task.SEND_OWED_MAIL)
    return drawn


def seed_of(*, audit: SampleAudit, now: datetime) -> Checkpoint | None:
    """The first checkpoint dated ten minutes or more after the log told of the announcement. Where
    the letter's record has none for a day, and nothing waits to be written, the last one.

    In a transaction. None: not yet.
    """
    if audit.logged_at is None:
        return None
    earliest, letter_id = audit.logged_at + DRAW_AFTER, audit.letter_id
    later = Checkpoint.objects.filter(letter=letter_id, as_of__gte=earliest).order_by("size")
    if found := later.first():
        return found
    # Clocks differ: what another machine writes next must not be dated within that day.
    if now < earliest + QUIET_FOR + CLOCK_TOLERANCE:
        return None
    if not database.try_lock_letter(letter_id=letter_id):
        return None
    is_halted = Letter.objects.filter(pk=letter_id, halted_at__isnull=False).exists()
    if is_halted or Event.objects.filter(letter=letter_id).exists():
        return None
    return later.first() or tally.latest(letter_id=letter_id)


def is_late(*, audit: SampleAudit, now: datetime) -> bool:
    """Whether readers are to be told that the draw waits for the record."""
    is_drawn = audit.drawn_at is not None
    since = audit.logged_at or audit.announced_at
    return not is_drawn and now >= since + 2 * DRAW_AFTER


def was_quiet(*, audit: SampleAudit) -> bool:
    """Whether the last checkpoint of before the announcement drew, since none came."""
    if audit.checkpoint is None or audit.logged_at is None:
        return False
    return audit.checkpoint.as_of < audit.logged_at + DRAW_AFTER


def counting(*, checkpoint: Checkpoint) -> Iterator[tuple[int, str]]:
    """Number and public id of each signature that counts in a checkpoint, by its leaves alone, so
    that anyone who has these finds the same."""
    last: dict[str, bool] = {}
    for leaf in _leaves(checkpoint):
        if leaf["e"] in _LEAVING:
            last[leaf["s"]] = False
        elif leaf["e"] == "restore":
            last[leaf["s"]] = True
    lost = dict(
        Continuation.objects.filter(letter=checkpoint.letter_id).values_list(
            "index", F("size") - F("shared")
        )
    )
    number = 0
    for leaf in _leaves(checkpoint):
        number += lost.get(leaf["n"], 0)
        if leaf["e"] == "sign":
            number += 1
            if last.get(leaf["s"], True):
                yield number, leaf["s"]


def _draw(pk: int, *, now: datetime) -> bool:
    with transaction.atomic():
        waiting = SampleAudit.objects.select_for_update(of=("self",)).filter(pk=pk, drawn_at=None)
        audit = waiting.first()
        checkpoint = seed_of(audit=audit, now=now) if audit else None
        if audit is None or checkpoint is None:
            return False
        drawn = sampling.draw(
            root=bytes(checkpoint.root),
            secret=bytes(audit.secret),
            candidates=counting(checkpoint=checkpoint),
            most=audit.sample_size,
        )
        SampleAudit.objects.filter(pk=pk).update(
            checkpoint=checkpoint,
            population=checkpoint.total,
            drawn=[number for number, _public_id in drawn],
            drawn_at=now,
            ends_at=now + TIME_TO_ANSWER,
        )
        _ask(audit, [public_id for _number, public_id in drawn], now=now)
    return True


def _ask(audit: SampleAudit, public_ids: list[str], *, now: datetime) -> None:
    """A question for each of those drawn, and one e-mail where there is somebody to write to.

    Nobody to write to is left of those who were erased, withdrew or were taken off since; nor of
    those whose mail comes back, or who left all mails of the site."""
    of_audit = Signature.objects.filter(letter=audit.letter_id, public_id__in=public_ids)
    # Locked, so that nobody is erased between the question and its e-mail.
    rows = list(of_audit.select_for_update(of=("self",)).values_list("pk", flat=True))
    reached = set(
        leaving.reading(letter_id=audit.letter_id)
        .filter(pk__in=rows, state__in=(SignatureState.CONFIRMED, SignatureState.HELD))
        .values_list("pk", flat=True)
    )
    who: list[int | None] = [*rows, *[None] * (len(public_ids) - len(rows))]
    SampleQuestion.objects.bulk_create(
        SampleQuestion(
            audit=audit,
            signature_id=each,
            answer=SampleAnswer.WAITING if each in reached else SampleAnswer.UNREACHED,
        )
        for each in who
    )
    Delivery.objects.bulk_create(
        Delivery(
            signature_id=each,
            message=Message.SAMPLE,
            state=DeliveryState.OWED,
            due_at=now,
            created_at=now,
            # After what somebody waits for.
            priority=1,
        )
        for each in sorted(reached)
    )


def _leaves(checkpoint: Checkpoint) -> Iterator[dict[str, Any]]:
    entries = Entry.objects.filter(letter=checkpoint.letter_id)
    for start in range(0, checkpoint.size, _LEAVES_PER_QUERY):
        end = min(start + _LEAVES_PER_QUERY, checkpoint.size)
        rows = entries.filter(index__gte=start, index__lt=end).order_by("index")
        for leaf in rows.values_list("leaf", flat=True):
            yield json.loads(bytes(leaf))
