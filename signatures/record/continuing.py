"""The way on when an older copy of the database came back, and what it lacks is nowhere else.

To sign on from there would be a second history of the same log. So a new log begins, under a name
of its own: it has the leaves that are left, and behind them one that seals the last checkpoint of
the log that was lost, and so says in public how many lines are missing.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from campaign import database
from campaign.letters.models import EventKind, Letter
from signatures.models import Continuation, Correction
from signatures.record import rollback_guard, sequencer, site_log, tally
from signatures.record.format.merkle import Tree
from signatures.record.format.notes import Verifier
from signatures.record.sequencer import record_key

log = structlog.get_logger(__name__)


class CannotContinue(Exception):
    """Nothing is lost, or something is wrong that no new log can explain."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A log whose end the database does not hold, by the checkpoint that is kept outside it."""

    note: str
    origin: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """How a log goes on: under which name, behind how many leaves, and from which logs. There are
    several where a log that had gone on once was lost itself."""

    origin: str
    shared: int
    lost: Sequence[Lost]

    @property
    def lines(self) -> int:
        """More numbers than these were given in no lost line."""
        return sum(each.size - self.shared for each in self.lost)


def plan(*, letter: Letter) -> Plan:
    """What `continue_letter` would do. Raises CannotContinue, DatabaseBehind or BrokenTree."""
    last = tally.latest(letter_id=letter.pk)
    tree = sequencer.tree_of(letter_id=letter.pk, last=last)
    return _plan(origin=letter.origin, tree=tree)


def plan_of_site() -> Plan:
    return _plan(origin=site_log.verifier_of_site().name, tree=site_log.sound_tree())


def continue_letter(*, letter_id: int, now: Callable[[], datetime] = timezone.now) -> Plan:
    """Begin the new log of a letter that is halted since its record is behind what was published,
    and take signatures again.

    In one transaction: killed anywhere, nothing has happened, and a second run finds nothing lost.
    Raises CannotContinue, DatabaseBehind or BrokenTree, and then nothing is written.
    """
    with transaction.atomic():
        if not database.try_lock_letter(letter_id=letter_id):
            raise CannotContinue("The record is being written just now. Try again.")
        letter = Letter.objects.get(pk=letter_id)
        if letter.halted_at is None:
            raise CannotContinue("This letter is not paused, so its record can go on as it is.")
        last = tally.latest(letter_id=letter_id)
        tree = sequencer.tree_of(letter_id=letter_id, last=last)
        planned = _plan(origin=letter.origin, tree=tree)
        at = now().replace(microsecond=0)
        at = max(at, last.as_of) if last else at
        letter.origin = planned.origin
        checkpoint = sequencer.go_on(
            letter=letter,
            last=last,
            tree=tree,
            hashes=[_sha256(each.note) for each in planned.lost],
            lost=planned.lines,
            at=at,
        )
        _tell(planned, letter=letter, at=at, last_number=last.last_number if last else 0)
        going_on = Letter.objects.filter(pk=letter_id, halted_at=letter.halted_at)
        going_on.update(origin=planned.origin, halted_at=None)
        transaction.on_commit(
            lambda: rollback_guard.keep(origin=planned.origin, note=checkpoint.note)
        )
    log.warning("record_continued", letter_id=letter_id, origin=planned.origin, lost=planned.lines)
    return planned


def continue_site_log(*, now: Callable[[], datetime] = timezone.now) -> Plan:
    """The same for the site's log, which an older copy of the database has lost as well."""
    with transaction.atomic():
        if not database.try_lock_letter(letter_id=site_log.SITE):
            raise CannotContinue("The site's log is being written just now. Try again.")
        planned = plan_of_site()
        at, note = site_log.go_on(
            origin=planned.origin,
            lost=[(each.origin, each.size, each.root) for each in planned.lost],
            now=now,
        )
        _tell(planned, letter=None, at=at)
        transaction.on_commit(lambda: rollback_guard.keep(origin=planned.origin, note=note))
    log.warning("site_log_continued", origin=planned.origin, lost=planned.lines)
    return planned


def _plan(*, origin: str, tree: Tree) -> Plan:
    lost: list[Lost] = []
    while found := rollback_guard.kept(verifier=Verifier.of(name=origin, private_key=record_key())):
        note, last = found
        # The first is the log that the database has the beginning of.
        if not lost and last.size <= tree.size and tree.root_at(last.size) != last.root:
            raise CannotContinue(
                f"{origin}: the database holds another record than the one that was published, "
                "not an older one. Nothing can explain that: restore another backup."
            )
        lost.append(Lost(note, origin, last.size, last.root))
        origin = rollback_guard.successor(origin)
    if not lost or (len(lost) == 1 and lost[0].size <= tree.size):
        raise CannotContinue("The database holds all that was published: nothing is lost.")
    if any(each.size < tree.size for each in lost):
        raise CannotContinue(
            "The database holds more of this log than was published of one that went on from it. "
            "Restore the newest backup."
        )
    return Plan(origin, tree.size, lost)


def _tell(planned: Plan, *, letter: Letter | None, at: datetime, last_number: int = 0) -> None:
    """What the export, the pages and the corrections say of it."""
    for index, each in enumerate(planned.lost, start=planned.shared):
        continued = Continuation.objects.create(
            letter=letter,
            index=index,
            shared=planned.shared,
            size=each.size,
            note=each.note,
            at=at,
            last_number=last_number,
            site_index=None if letter else index,
        )
        last_number += continued.lost
        if letter:
            Correction.objects.create(letter=letter, index=index, kind=EventKind.CONTINUE, at=at)


def _sha256(note: str) -> str:
    return hashlib.sha256(note.encode()).hexdigest()
