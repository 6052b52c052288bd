"""Sending updates: each mail at most once, whatever is killed; throttling costs time, never mail.

Mails are claimed in batches with a lease and begun in small chunks: before the first byte of a
chunk goes out, the database knows it. What a lost worker had begun is `unknown` and is never tried
again by itself; what it had only claimed waits again.
"""

import random
import smtplib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from campaign import counters, database, stopping
from campaign.compiled import Compiled, Slot
from campaign.letters.models import Update, UpdateState
from campaign.mail import breaker, rates, routes, warm_up
from campaign.mail.refusals import Refusal, is_lasting, judge
from campaign.mail.splicing import Prebuilt
from campaign.mail.wire import Answer, Fate, Wire
from signatures.models import UpdateDelivery, UpdateDeliveryState
from signatures.notifications import bounces, deliveries, leaving
from signatures.notifications.update_mail import Recipient, UpdateMail

log = structlog.get_logger(__name__)

BATCH_ROWS = 500
# As many are unknown at most when a worker is killed. A statement of more than fifty parameters
# would be parsed by psycopg each time.
CHUNK_ROWS = 40
# A slow server is given fewer at once: confirmations go between two chunks.
_FIRST_CHUNK_ROWS, _SMALLEST_CHUNK_ROWS = 20, 5
LEASE = timedelta(seconds=120)
# After a refusal for now; after the last one the mail has failed.
RETRY_MINUTES = (1, 5, 30, 120, 360)
_JITTER = 0.2
# A server that throttles us whoever the recipient is: the route of all mail.
_EVERYWHERE = ""
# So many domains in a row that throttle us are no coincidence.
_DOMAINS_IN_A_ROW = 3
# A pause of a route that is over so soon is waited for.
_SHORT_WAIT = timedelta(seconds=5)
# How long a batch waits for its turn under a rate that is set, far within its lease.
_PATIENCE = timedelta(seconds=30)
_RATE_WAIT_SECONDS = 0.05

_CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT id FROM signatures_updatedelivery
        WHERE state = 'waiting' AND due_at <= %s AND update_id IN ({updates}) {routes}
        ORDER BY due_at LIMIT %s {skip_locked}
    )
    UPDATE signatures_updatedelivery
    SET state = 'claimed', leased_until = %s, attempts = attempts + 1
    FROM due WHERE signatures_updatedelivery.id = due.id
    RETURNING due_at, signatures_updatedelivery.id, update_id, signature_id, route, refusals
"""
# Rows that we still hold, as their lease tells. In slots of a fixed number, so that each statement
# is prepared once.
_HELD = f"id IN ({', '.join(['%s'] * CHUNK_ROWS)}) AND leased_until = %s"

# No lock on the update: whoever pauses it a moment later waits for no worker, and what is begun by
# then is sent. Not a join, or rows are looked for among all that were claimed of the update.
_BEGIN = """
    UPDATE signatures_updatedelivery SET is_begun = TRUE, leased_until = %s
    WHERE {held} AND state = 'claimed'
      AND (SELECT state FROM letters_update WHERE id = update_id) = 'sending'
    RETURNING id
"""
# Also where the lease ran out meanwhile and they were told unknown. It need not be on disk before
# the next chunk, which waits for all that was written before: a database that crashes between them
# has these as begun.
_SETTLE = """
    UPDATE signatures_updatedelivery SET state = %s, leased_until = NULL, settled_at = %s
    WHERE {held} AND state IN ('claimed', 'unknown') {at_ease}
"""
# Of the signers in a chunk, those who hear news at this moment.
_SLOTS = [Slot(f"signer{place}") for place in range(CHUNK_ROWS)]
_HEARING = Compiled(
    lambda: (
        leaving.hearing(letter_id=Slot("letter"))
        .filter(Q(pk__in=_SLOTS))
        .values_list(*Recipient._fields)
    )
)


@dataclass(slots=True)
class _Row:
    """What is needed of a delivery that we have claimed."""

    leased_until: datetime
    pk: int
    update_id: int
    signature_id: int | None
    route: str
    refusals: int

    def __str__(self) -> str:
        return f"update delivery {self.pk}"


def send_until_done(*, batches: int) -> None:
    """Batch after batch, until nothing is due or the worker must stop."""
    sender = _Sender()
    try:
        for _batch in range(batches):
            if stopping.is_asked() or not (_send_batch(sender) or _waited_for_route()):
                return
    finally:
        sender.wire.close()


def _send_batch(sender: "_Sender") -> int:
    """How many mails were taken up. Safe to run in many places at once."""
    now = timezone.now()
    settle_lost(now=now)
    at_work = Update.objects.filter(state=UpdateState.SENDING, letter__taken_down_at=None)
    updates = list(at_work.values_list("pk", flat=True))
    paused = routes.paused(now=now)
    budget = warm_up.remaining(now=now)
    if not updates or _EVERYWHERE in paused or budget == 0:
        return 0
    permission = breaker.ask(most=BATCH_ROWS if budget is None else min(budget, BATCH_ROWS))
    if not permission.most:
        return 0
    rows = _claim(updates, now=now, most=permission.most, without=paused)
    if rows:
        _Batch(rows, sender=sender, permission=permission).send()
    else:
        finish_done(now=now)
    return len(rows)


def settle_lost(*, now: datetime) -> None:
    """What a worker held whose lease is over waits again, or is unknown if it was begun; and what
    a worker gave back of a cancelled update is cancelled."""
    lost = UpdateDelivery.objects.filter(state=UpdateDeliveryState.CLAIMED, leased_until__lt=now)
    # It keeps its lease, by which a worker that was only slow can still tell what became of it.
    lost.filter(is_begun=True).update(state=UpdateDeliveryState.UNKNOWN, settled_at=now)
    lost.filter(is_begun=False).update(state=UpdateDeliveryState.WAITING, leased_until=None)
    cancelled = Update.objects.filter(state=UpdateState.CANCELLED).values("pk")
    UpdateDelivery.objects.filter(state=UpdateDeliveryState.WAITING, update__in=cancelled).update(
        state=UpdateDeliveryState.CANCELLED, settled_at=now
    )


def finish_done(*, now: datetime) -> None:
    """Updates of which nothing waits any more, nor is being sent."""
    open_rows = UpdateDelivery.objects.filter(
        state__in=(UpdateDeliveryState.WAITING, UpdateDeliveryState.CLAIMED)
    )
    done = Update.objects.filter(state=UpdateState.SENDING).exclude(
        pk__in=open_rows.values("update")
    )
    for pk in list(done.values_list("pk", flat=True)):
        if done.filter(pk=pk).update(state=UpdateState.SENT, finished_at=now):
            log.info("update_sent", update=pk)


def _claim(
    updates: Sequence[int], *, now: datetime, most: int, without: Sequence[str]
) -> list[_Row]:
    adapt = connection.ops.adapt_datetimefield_value
    statement = _CLAIM.format(
        updates=", ".join(["%s"] * len(updates)),
        routes=f"AND route NOT IN ({', '.join(['%s'] * len(without))})" if without else "",
        skip_locked=database.skip_locked(),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [adapt(now), *updates, *without, most, adapt(now + LEASE)])
        claimed = sorted(cursor.fetchall())
    return [_Row(now + LEASE, *rest) for _due_at, *rest in claimed]


def _waited_for_route() -> bool:
    """Whether there is something to do after a short pause, which is over now."""
    now = timezone.now()
    end = routes.next_end(now=now)
    if end is None or end - now > _SHORT_WAIT or stopping.is_asked():
        return False
    time.sleep(max(0.0, (end - now).total_seconds()))
    return True


@dataclass
class _Results:
    """What became of a chunk, written at its end. What is in none of these is left as begun."""

    sent: list[_Row] = field(default_factory=list)
    unknown: list[_Row] = field(default_factory=list)
    suppressed: list[_Row] = field(default_factory=list)
    # Nothing was handed over, and nobody refused the recipient.
    untried: list[_Row] = field(default_factory=list)
    refused: list[tuple[_Row, Refusal]] = field(default_factory=list)


class _Batch:
    """Claimed rows, sent in chunks over one connection."""

    def __init__(
        self,
        rows: Sequence[_Row],
        *,
        sender: "_Sender",
        permission: breaker.Permission,
    ) -> None:
        self.waiting = list(rows)
        self.sender, self.wire, self.permission = sender, sender.wire, permission
        # Domains that throttled us in this batch, and how many did since the last mail was taken.
        self.throttled: set[str] = set()
        self.in_a_row = 0
        self.slowed = routes.slowed()

    def send(self) -> None:
        try:
            goes_on = True
            while goes_on and self.waiting and not stopping.is_asked():
                self._let_confirmations_by()
                chunk = self._next_chunk()
                goes_on = bool(chunk) and self._open() and self._send_chunk(chunk)
        finally:
            self.wire.drop_offer()
            _give_back(self.waiting)

    def _let_confirmations_by(self) -> None:
        """They never wait behind an update. Where we are throttled, one that was refused is tried
        again first, or we would take its place in each second."""
        deliveries.send_owed()
        now = timezone.now()
        if self.slowed and (until := deliveries.throttled_until(now=now)):
            time.sleep((until - now).total_seconds())
            deliveries.send_owed()

    def _next_chunk(self) -> list[_Row]:
        """As fast as it may go; nothing where only domains are left that want less of us. A large
        domain that has had its share does not keep the others waiting."""
        until = timezone.now() + _PATIENCE
        had_its_share: set[str] = set()
        while not stopping.is_asked() and timezone.now() < until:
            passed_by = self.throttled | had_its_share
            rows = [row for row in self.waiting if row.route not in passed_by]
            del rows[self.sender.chunk_rows :]
            granted = rates.granted([row.route for row in rows])
            chunk = [row for row, may_go in zip(rows, granted, strict=True) if may_go]
            if chunk or not (rows or had_its_share):
                return chunk
            if rows:
                had_its_share |= {row.route for row in rows}
            else:
                had_its_share.clear()
                time.sleep(_RATE_WAIT_SECONDS)
        return []

    def _open(self) -> bool:
        try:
            self.wire.open()
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail_server_unreachable", error=type(error).__name__)
            return self._slow_down_all(judge(error), is_down=True)
        return True

    def _send_chunk(self, chunk: Sequence[_Row]) -> bool:
        """Whether the next one may follow."""
        rows = _begin(chunk)
        taken = {row.pk for row in chunk}
        self.waiting = [row for row in self.waiting if row.pk not in taken]
        results, goes_on, begun_at = _Results(), True, time.monotonic()
        try:
            built = self._build(rows, results)
            for place, (row, mail) in enumerate(built):
                if not goes_on or row.route in self.throttled:
                    results.untried.append(row)
                    continue
                following = next(
                    (mail for row, mail in built[place + 1 :] if row.route not in self.throttled),
                    None,
                )
                answer = self.wire.send(mail, following=following)
                goes_on = self._settle(row, answer, results)
        finally:
            _write(results)
        self.sender.paced(len(rows), seconds=time.monotonic() - begun_at)
        if results.sent:
            warm_up.count_sent(len(results.sent), now=timezone.now())
        domains = {row.route for row in results.sent} | {_EVERYWHERE}
        if results.sent and domains & self.slowed:
            routes.took_mail(domains & self.slowed)
            self.slowed -= domains
        return goes_on and len(rows) == len(chunk)

    def _build(self, rows: Sequence[_Row], results: _Results) -> list[tuple[_Row, Prebuilt]]:
        """The mails of those who hear news at this moment. One that cannot be built must not hold
        up all that wait behind it."""
        hearing, built = self.sender.mails.hearing(rows), []
        for row in rows:
            recipient = hearing.get(row.signature_id or 0)
            if recipient is None:
                results.suppressed.append(row)
                continue
            try:
                built.append((row, self.sender.mails.to(row, recipient)))
            except Exception:
                log.exception("mail_not_built", mail=str(row))
                results.refused.append((row, Refusal(is_ours=False, is_final=False, reply="")))
        return built

    def _settle(self, row: _Row, answer: Answer, results: _Results) -> bool:
        """Whether the next one may follow."""
        match answer.fate:
            case Fate.TAKEN:
                results.sent.append(row)
                self.in_a_row = 0
                breaker.took_mail(self.permission)
                return True
            case Fate.UNKNOWN:
                results.unknown.append(row)
                log.warning("mail_unknown", mail=str(row))
                return self._slow_down_all(answer.refusal)
            case Fate.UNTRIED:
                results.untried.append(row)
                return self._slow_down_all(answer.refusal)
            case Fate.REFUSED:
                return self._refused(row, answer, results)

    def _refused(self, row: _Row, answer: Answer, results: _Results) -> bool:
        refusal = answer.refusal or Refusal(is_ours=True, is_final=False, reply="")
        log.info("update_refused", mail=str(row), reply=refusal.reply)
        if refusal.is_throttling:
            results.untried.append(row)
            self.in_a_row += 1
            if answer.is_before_recipient or self.in_a_row >= _DOMAINS_IN_A_ROW:
                return self._slow_down_all(refusal)
            self.throttled.add(row.route)
            routes.slow_down(domain=row.route, reply=refusal.reply, now=timezone.now())
            return True
        results.refused.append((row, refusal))
        if refusal.is_ours:
            return self._slow_down_all(refusal)
        breaker.took_mail(self.permission)
        return True

    def _slow_down_all(self, refusal: Refusal | None, *, is_down: bool = False) -> bool:
        """The server wants less of us, or nothing, whoever the recipient is. Whether sending may go
        on at once."""
        reply = refusal.reply if refusal else ""
        if refusal and refusal.is_throttling:
            routes.slow_down(domain=_EVERYWHERE, reply=reply, now=timezone.now())
            return False
        return not breaker.refused(self.permission, reply=reply, is_down=is_down) and not is_down


class _Mails:
    """Updates as they are mailed, composed once for each language. What was released stays as it
    is, so that a worker may keep them for as long as it sends."""

    def __init__(self) -> None:
        self._updates: dict[int, Update] = {}
        self._composed: dict[tuple[int, str], UpdateMail] = {}

    def hearing(self, rows: Sequence[_Row]) -> dict[int, Recipient]:
        """By id, the signers who hear news at this moment: who left, withdrew or was erased is not
        among them."""
        missing = {row.update_id for row in rows} - set(self._updates)
        if missing:
            found = Update.objects.select_related("letter").in_bulk(missing)
            self._updates |= found
        by_letter: dict[int, list[int]] = {}
        for row in rows:
            letter_id = self._updates[row.update_id].letter_id
            by_letter.setdefault(letter_id, []).append(row.signature_id or 0)
        return {
            recipient.id: recipient
            for letter_id, keys in by_letter.items()
            for recipient in map(Recipient._make, _hearing(letter_id, keys))
        }

    def to(self, row: _Row, recipient: Recipient) -> Prebuilt:
        key = (row.update_id, recipient.language)
        if key not in self._composed:
            update = self._updates[row.update_id]
            self._composed[key] = UpdateMail(update=update, language=recipient.language)
        return self._composed[key].to(recipient, delivery_id=row.pk)


@dataclass
class _Sender:
    """What one who sends keeps from batch to batch."""

    wire: Wire = field(default_factory=Wire)
    mails: _Mails = field(default_factory=_Mails)
    # How many are begun at once: as many as went within a second.
    chunk_rows: int = _FIRST_CHUNK_ROWS

    def paced(self, rows: int, *, seconds: float) -> None:
        fitting = int(rows / max(seconds, 0.001))
        self.chunk_rows = min(max(fitting, _SMALLEST_CHUNK_ROWS), CHUNK_ROWS)


def _begin(rows: Sequence[_Row]) -> list[_Row]:
    """Those that are ours still, of updates that are not stopped: from here each is sent by us or
    by nobody."""
    lease_ends = timezone.now() + LEASE
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN.format(held=_HELD), [_as_written(lease_ends), *_held(rows)])
        begun = {pk for (pk,) in cursor.fetchall()}
    mine = [row for row in rows if row.pk in begun]
    for row in mine:
        row.leased_until = lease_ends
    _give_back([row for row in rows if row.pk not in begun])
    return mine


def _write(results: _Results) -> None:
    now = timezone.now()
    _settle(results.sent, UpdateDeliveryState.SENT, now=now)
    _settle(results.unknown, UpdateDeliveryState.UNKNOWN, now=now)
    _settle(results.suppressed, UpdateDeliveryState.SUPPRESSED, now=now)
    _wait_again(results.untried)
    for row, refusal in results.refused:
        _refuse(row, refusal, now=now)


def _settle(rows: Sequence[_Row], state: UpdateDeliveryState, *, now: datetime) -> None:
    if rows:
        _count(state, by=len(rows))
        with connection.cursor() as cursor:
            statement = _SETTLE.format(held=_HELD, at_ease=database.without_waiting_for_disk())
            cursor.execute(statement, [state, _as_written(now), *_held(rows)])


def _refuse(row: _Row, refusal: Refusal, *, now: datetime) -> None:
    """Failed, or due again later. What is refused because of us is not counted against it."""
    refusals = row.refusals + (not refusal.is_ours)
    if refusal.is_final or refusals > len(RETRY_MINUTES):
        _count(UpdateDeliveryState.FAILED, by=1)
        _ours([row]).update(
            state=UpdateDeliveryState.FAILED,
            leased_until=None,
            settled_at=now,
            reply=refusal.reply,
            refusals=refusals,
        )
        if is_lasting(refusal):
            bounces.update_refused_for_good(
                delivery_id=row.pk, signature_id=row.signature_id, reply=refusal.reply, at=now
            )
        return
    minutes = RETRY_MINUTES[max(refusals, 1) - 1] * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 -- no secret
    _wait_again(
        [row], due_at=now + timedelta(minutes=minutes), refusals=refusals, reply=refusal.reply
    )


def _give_back(rows: Sequence[_Row]) -> None:
    """What was not begun is free for another, if we still hold it."""
    if rows:
        _ours(rows).filter(state=UpdateDeliveryState.CLAIMED, is_begun=False).update(
            state=UpdateDeliveryState.WAITING, leased_until=None
        )


def _wait_again(rows: Sequence[_Row], **changes: object) -> None:
    if rows:
        _ours(rows).update(
            state=UpdateDeliveryState.WAITING, leased_until=None, is_begun=False, **changes
        )


def _count(state: UpdateDeliveryState, *, by: int) -> None:
    counters.count(counters.mails, UpdateDelivery._meta.model_name, state.value, by=by)


def _ours(rows: Sequence[_Row]) -> QuerySet[UpdateDelivery]:
    """Known by their lease, also where it ran out meanwhile and they were told unknown."""
    return UpdateDelivery.objects.filter(
        pk__in=[row.pk for row in rows],
        leased_until__in={row.leased_until for row in rows},
        state__in=(UpdateDeliveryState.CLAIMED, UpdateDeliveryState.UNKNOWN),
    )


def _held(rows: Sequence[_Row]) -> list[Any]:
    """For the slots of `_HELD`; rows of one chunk have one lease."""
    return [*_in_slots([row.pk for row in rows]), _as_written(rows[0].leased_until)]


def _hearing(letter_id: int, keys: Sequence[int]) -> list[tuple[Any, ...]]:
    named = {slot.name: key for slot, key in zip(_SLOTS, _in_slots(keys), strict=True)}
    return _HEARING.tuples(letter=letter_id, **named)


def _in_slots(keys: Sequence[int]) -> list[int]:
    return [*keys, *[keys[-1]] * (CHUNK_ROWS - len(keys))]


def _as_written(when: datetime | None) -> Any:
    """As the ORM writes it: SQLite compares times as text."""
    return connection.ops.adapt_datetimefield_value(when)
