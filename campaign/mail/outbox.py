"""Sending what tables owe: claimed in batches with a lease, one connection for each batch.

Whoever dies while sending leaves a lease that runs out, and another takes the mail up with the same
Message-ID: so it is sent at least once, and a mailbox can tell a repeat. A table whose mail may be
sent at most once counts what was claimed as owed no more.
"""

import smtplib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import structlog
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, connection, models, transaction
from django.db.models import BooleanField, Count, Min, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from campaign import counters, database, stopping
from campaign.mail import breaker
from campaign.mail.refusals import Refusal, is_lasting, judge

log = structlog.get_logger(__name__)

# Claim few: what a killed worker held waits until its lease is over.
BATCH_ROWS = 50
LEASE = timedelta(seconds=90)
MAX_REFUSALS = 12
# Older mail is not tried any more once it was refused, whosever fault that is.
GIVE_UP_AFTER = timedelta(days=7)
LONGEST_PAUSE_SECONDS = 6 * 3600
FIRST_PAUSE_SECONDS = 20
# A server that takes so many a second takes one more in the next. It may have been another mail's,
# so that several tries come before a longer pause.
THROTTLED_PAUSE_SECONDS, THROTTLED_TRIES = 1, 8

# Materialized, or PostgreSQL may run the locking SELECT once for each row, each time with other
# rows skipped, and claim more than the batch.
_CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT id FROM {table} WHERE {due} ORDER BY {order} LIMIT %s {skip_locked}
    )
    UPDATE {table}
    SET {claiming}{leased_until} = %s, {attempts} = {attempts} + 1
    FROM due WHERE {table}.id = due.id
    RETURNING {table}.id
"""
_DUE = "{owed} AND {due_at} <= %s AND ({leased_until} IS NULL OR {leased_until} < %s)"

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a table owes at one moment. What is to be sent only later, and was not tried yet, is
    none of it."""

    due: int
    claimed: int
    # Tried before, and due again later.
    postponed: int
    due_since: datetime | None


class Outbox(ABC, Generic[Row]):
    """The mail that one table owes, one e-mail a row.

    The table has the columns of `mail.models.OwedMail`, behind a prefix if it says so.
    """

    model: type[Row]
    prefix = ""
    # In SQL: which rows owe mail, and what a claim writes besides its lease.
    owed: str
    claiming = ""
    # Columns that go before the time.
    urgency: Sequence[str] = ()
    # What says that a row owes mail again.
    owing: Mapping[str, Any] = MappingProxyType({})
    give_up_after = GIVE_UP_AFTER

    @abstractmethod
    def build(self, row: Row) -> Sequence[EmailMessage]:
        """What is to be sent now; nothing where the mail has become pointless meanwhile."""

    @abstractmethod
    def settle(self, rows: QuerySet[Row], row: Row, *, is_sent: bool, reply: str) -> None:
        """Write that the row owes nothing any more. It alone is in `rows`, unless another has
        claimed it since: then nobody is."""

    def refused_for_good(self, row: Row, *, reply: str, at: datetime) -> None:
        """The mailbox itself was refused for good; it is settled already. Most tables know no more
        of an address."""

    @abstractmethod
    def owed_since(self, row: Row) -> datetime: ...

    def owed_params(self, now: datetime) -> Sequence[datetime]:
        """Of `owed`."""
        return ()

    def rows(self) -> QuerySet[Row]:
        """With all that building needs."""
        return self.model._default_manager.all()

    def send(self, *, batch: int = BATCH_ROWS, mail: BaseEmailBackend | None = None) -> int:
        """Send one batch; how many rows were taken up. Safe to run in many places at once.

        A mail server that is down, or refuses us whoever the recipient is, costs nothing but time:
        what it did not take stays owed, and after some refusals in a row sending pauses. An address
        that is refused for good fails. A connection that is given is left open for the next batch.
        """
        now = timezone.now()
        # First, or whoever may try a server that refused us could have nothing to try it with.
        if not self._is_any_due(now):
            return 0
        permission = breaker.ask(most=batch)
        if not permission.most:
            return 0
        rows = self.claim(now=now, batch=permission.most, fresh_first=permission.is_trial)
        if rows:
            own = mail or get_connection()
            try:
                _Batch(self, rows, now + LEASE, own, permission).send()
            finally:
                if mail is None:
                    own.close()
        return len(rows)

    def send_until_done(self, *, batches: int, batch: int = BATCH_ROWS) -> None:
        """Batch after batch over one connection, until nothing is due or the worker must stop."""
        mail = get_connection()
        try:
            for _batch in range(batches):
                if stopping.is_asked() or self.send(batch=batch, mail=mail) < batch:
                    return
        finally:
            mail.close()

    def waiting(self, *, now: datetime) -> Waiting:
        names = {name: f"{self.prefix}{name}" for name in ("due_at", "leased_until", "attempts")}
        is_claimed = Q(**{f"{names['leased_until']}__gte": now})
        is_due = ~is_claimed & Q(**{f"{names['due_at']}__lte": now})
        is_postponed = ~is_claimed & ~is_due & Q(**{f"{names['attempts']}__gt": 0})
        owed = RawSQL(self.owed, self.owed_params(now), BooleanField())  # noqa: S611
        return Waiting(
            **self.model._default_manager.filter(owed).aggregate(
                due=Count("pk", filter=is_due),
                claimed=Count("pk", filter=is_claimed),
                postponed=Count("pk", filter=is_postponed),
                due_since=Min(names["due_at"], filter=is_due),
            )
        )

    def claim(self, *, now: datetime, batch: int, fresh_first: bool = False) -> Sequence[Row]:
        """`fresh_first` for a trial: mail that was refused before must not speak for the rest."""
        names = self._names()
        first = [*self.urgency, names["attempts"]] if fresh_first else self.urgency
        statement = _CLAIM.format(
            due=_DUE.format(owed=self.owed, **names),
            order=", ".join([*first, names["due_at"]]),
            skip_locked=database.skip_locked(),
            claiming=self.claiming,
            **names,
        )
        [lease_ends] = _as_written([now + LEASE])
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [*self._due_params(now), batch, lease_ends])
            claimed = [row[0] for row in cursor.fetchall()]
        rows = self.rows().filter(pk__in=claimed).order_by(*self.urgency, names["due_at"], "pk")
        if orphans := set(claimed) - {row.pk for row in rows}:
            # Owed in the very moment in which what it is about was deleted.
            self.model._default_manager.filter(pk__in=orphans).delete()
        return list(rows)

    def renew(self, rows: Sequence[Row], *, lease_ends: datetime) -> None:
        name = f"{self.prefix}leased_until"
        self.held(rows).update(**{name: lease_ends})
        for row in rows:
            setattr(row, name, lease_ends)

    def give_back(self, rows: Sequence[Row]) -> None:
        """What was not tried is due at once, for another."""
        if rows:
            self.owe_again(self.held(rows))

    def finish(self, row: Row, *, is_sent: bool, reply: str = "") -> None:
        self.settle(self.held([row]), row, is_sent=is_sent, reply=reply)
        counters.count(counters.mails, self.model._meta.model_name, "sent" if is_sent else "failed")

    def postpone(
        self,
        row: Row,
        *,
        reply: str = "",
        counts: bool = True,
        is_throttled: bool = False,
    ) -> None:
        """Due again later, each time after twice as long. Fails after so many refusals of the
        recipient, or when it is too old."""
        now = timezone.now()
        refusals = getattr(row, f"{self.prefix}refusals") + counts
        if refusals >= MAX_REFUSALS or now - self.owed_since(row) > self.give_up_after:
            self.finish(row, is_sent=False, reply=reply)
            return
        first, tries = FIRST_PAUSE_SECONDS, 1
        if is_throttled:
            first, tries = THROTTLED_PAUSE_SECONDS, THROTTLED_TRIES
        counters.count(counters.mails, self.model._meta.model_name, "postponed")
        doublings = min(max(getattr(row, f"{self.prefix}attempts") - tries, 0), 12)
        pause = min(first * 2**doublings, LONGEST_PAUSE_SECONDS)
        self.owe_again(
            self.held([row]),
            **{
                f"{self.prefix}due_at": now + timedelta(seconds=pause),
                f"{self.prefix}refusals": refusals,
                f"{self.prefix}reply": reply,
            },
        )

    def owe_again(self, rows: QuerySet[Row], **fields: Any) -> int:
        """How many are owed now. Where the same was owed anew meanwhile, that one goes, and this
        is dropped."""
        fields |= {f"{self.prefix}leased_until": None, **self.owing}
        try:
            with transaction.atomic():
                return rows.update(**fields)
        except IntegrityError:
            owed = 0
        for pk in list(rows.values_list("pk", flat=True)):
            one = rows.filter(pk=pk)
            try:
                with transaction.atomic():
                    owed += one.update(**fields)
            except IntegrityError:
                one.delete()
        return owed

    def held(self, rows: Sequence[Row]) -> QuerySet[Row]:
        """Those that the batch still holds: a claim of what it was too slow for is another's."""
        name = f"{self.prefix}leased_until"
        return self.model._default_manager.filter(
            **{
                "pk__in": [row.pk for row in rows],
                f"{name}__in": {getattr(row, name) for row in rows},
            }
        )

    def _is_any_due(self, now: datetime) -> bool:
        due = _DUE.format(owed=self.owed, **self._names())
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT 1 FROM {self.model._meta.db_table} WHERE {due} LIMIT 1",  # noqa: S608
                self._due_params(now),
            )
            return cursor.fetchone() is not None

    def _due_params(self, now: datetime) -> list[Any]:
        return _as_written([*self.owed_params(now), now, now])

    def _names(self) -> dict[str, str]:
        columns = ("due_at", "leased_until", "attempts")
        return {name: f"{self.prefix}{name}" for name in columns} | {
            "table": self.model._meta.db_table
        }


class _Batch(Generic[Row]):
    """Claimed rows, sent one by one over one connection for as long as their lease holds them."""

    def __init__(
        self,
        outbox: Outbox[Row],
        rows: Sequence[Row],
        lease_ends: datetime,
        mail: BaseEmailBackend,
        permission: breaker.Permission,
    ) -> None:
        self.outbox, self.waiting, self.lease_ends = outbox, list(rows), lease_ends
        self.mail, self.permission = mail, permission

    def send(self) -> None:
        try:
            while not stopping.is_asked() and self._is_held():
                if not self._open() or self._send(self.waiting.pop(0)):
                    return
        finally:
            self.outbox.give_back(self.waiting)

    def _is_held(self) -> bool:
        """Whether there is a next one that the lease holds; it is renewed when half is over."""
        now = timezone.now()
        if not self.waiting or now >= self.lease_ends:
            return False
        if now > self.lease_ends - LEASE / 2:
            self.lease_ends = now + LEASE
            self.outbox.renew(self.waiting, lease_ends=self.lease_ends)
        return True

    def _open(self) -> bool:
        try:
            # Does nothing while the connection of the batch stands.
            self.mail.open()
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail_server_unreachable", error=type(error).__name__)
            breaker.refused(self.permission, reply=judge(error).reply, is_down=True)
            return False
        return True

    def _send(self, row: Row) -> bool:
        """Whether sending must pause now."""
        try:
            messages = self.outbox.build(row)
            if messages:
                self.mail.send_messages(messages)
        except (OSError, smtplib.SMTPException) as error:
            return self._refused(row, judge(error), error)
        except Exception:
            # One that cannot even be built must not hold up all that wait behind it.
            log.exception("mail_not_built", mail=self._name(row))
            self.outbox.postpone(row)
            return False
        self.outbox.finish(row, is_sent=True)
        if messages:
            breaker.took_mail(self.permission)
        return False

    def _refused(self, row: Row, refusal: Refusal, error: Exception) -> bool:
        if not refusal.is_ours:
            log.info("recipient_refused", mail=self._name(row), reply=refusal.reply)
            if refusal.is_final:
                self._give_up(row, refusal)
            else:
                self.outbox.postpone(row, reply=refusal.reply)
            breaker.took_mail(self.permission)
            return False
        log.warning(
            "mail_not_sent",
            mail=self._name(row),
            error=type(error).__name__,
            reply=refusal.reply,
        )
        if not isinstance(error, smtplib.SMTPRecipientsRefused):
            # The server may have hung up: the next one gets a new connection.
            self.mail.close()
        self.outbox.postpone(
            row, reply=refusal.reply, counts=False, is_throttled=refusal.is_throttling
        )
        return breaker.refused(self.permission, reply=refusal.reply)

    def _give_up(self, row: Row, refusal: Refusal) -> None:
        with transaction.atomic():
            self.outbox.finish(row, is_sent=False, reply=refusal.reply)
            if is_lasting(refusal):
                self.outbox.refused_for_good(row, reply=refusal.reply, at=timezone.now())

    def _name(self, row: Row) -> str:
        return f"{self.outbox.model._meta.model_name} {row.pk}"


def _as_written(times: Sequence[datetime]) -> list[Any]:
    """As the ORM writes them: SQLite compares times as text, and a lease is known by its end."""
    return [connection.ops.adapt_datetimefield_value(each) for each in times]
