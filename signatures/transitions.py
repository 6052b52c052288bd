"""The states of a signature: the table of all moves, and the one function that makes them.

Nothing else writes a state. `docs/states.md` is made from the table; what the record tells by it is
what both verifiers accept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, Q

from campaign import database
from campaign.letters.models import Event, EventKind
from signatures import events
from signatures.models import Because, Level, Signature, SignatureState

_PENDING, _CONFIRMED = SignatureState.PENDING, SignatureState.CONFIRMED
_HELD, _REJECTED = SignatureState.HELD, SignatureState.REJECTED
_WITHDRAWN, _REMOVED = SignatureState.WITHDRAWN, SignatureState.REMOVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A move of a signature; None as a state is that there is no row, before or after."""

    name: str
    from_states: tuple[SignatureState | None, ...]
    to_state: SignatureState | None
    # What is written as level. None: it stays, or the caller gives it.
    level: Level | None = None
    # The event if the record doesn't know this signing yet, and if it does; None: none is written.
    first_event: EventKind | None = None
    event: EventKind | None = None
    # What the public is told with `event`. None where people choose, or where nothing left or
    # came back.
    reason: Because | None = None
    # Whether the details or the text are others after it: what was seen before counts no more.
    revises: bool = False


class Clause(NamedTuple):
    """A part of a statement, with its parameters."""

    sql: str
    params: tuple[object, ...]


# What a signer does.
SIGN = Transition(
    name="sign",
    from_states=(None, _PENDING, _WITHDRAWN),
    to_state=_PENDING,
    level=Level.PENDING,
)
DENY = Transition(name="deny", from_states=(_PENDING,), to_state=None)
FORGET = Transition(name="forget", from_states=(_PENDING,), to_state=None)
CONFIRM = Transition(
    name="confirm",
    from_states=(_PENDING,),
    to_state=_CONFIRMED,
    level=Level.CONFIRMED,
    first_event=EventKind.SIGN,
)
HOLD = Transition(name="hold", from_states=(_PENDING,), to_state=_HELD, level=Level.PENDING)
EDIT = Transition(
    name="edit",
    from_states=(_CONFIRMED,),
    to_state=_CONFIRMED,
    event=EventKind.EDIT,
    revises=True,
)
EDIT_AND_HOLD = Transition(
    name="edit and hold",
    from_states=(_CONFIRMED,),
    to_state=_HELD,
    level=Level.PENDING,
    event=EventKind.REMOVE,
    reason=Because.CHECKING,
    revises=True,
)
EDIT_HELD = Transition(name="edit while held", from_states=(_HELD,), to_state=_HELD, revises=True)
SIGN_NEW_TEXT = Transition(
    name="sign a new text",
    from_states=(_CONFIRMED,),
    to_state=_CONFIRMED,
    event=EventKind.EDIT,
    revises=True,
)
SIGN_NEW_TEXT_HELD = Transition(
    name="sign a new text while held", from_states=(_HELD,), to_state=_HELD, revises=True
)
WITHDRAW = Transition(
    name="withdraw",
    from_states=(_CONFIRMED, _HELD),
    to_state=_WITHDRAWN,
    level=Level.PENDING,
    event=EventKind.WITHDRAW,
    reason=Because.SIGNER,
)
# Without an event: why it left the list is told already.
WITHDRAW_REMOVED = Transition(
    name="withdraw when removed",
    from_states=(_REMOVED,),
    to_state=_WITHDRAWN,
    level=Level.PENDING,
)
# Under a new public id, as everyone who signs anew: the record doesn't know it.
UNDO_WITHDRAWAL = Transition(
    name="undo a withdrawal",
    from_states=(_WITHDRAWN,),
    to_state=_PENDING,
    level=Level.PENDING,
    revises=True,
)
ERASE = Transition(
    name="erase",
    from_states=tuple(SignatureState),
    to_state=None,
    event=EventKind.ERASE,
    reason=Because.SIGNER,
)
# What proofs do.
VERIFY = Transition(
    name="verify", from_states=(_CONFIRMED,), to_state=_CONFIRMED, event=EventKind.VERIFY
)
# What organizers do.
APPROVE = Transition(
    name="approve",
    from_states=(_HELD,),
    to_state=_CONFIRMED,
    level=Level.CONFIRMED,
    first_event=EventKind.SIGN,
    event=EventKind.RESTORE,
    reason=Because.CHECKED,
)
REJECT = Transition(
    name="reject",
    from_states=(_HELD,),
    to_state=_REJECTED,
    level=Level.PENDING,
    event=EventKind.REMOVE,
    reason=Because.UNCONFIRMED,
)
UNDO_APPROVAL = Transition(
    name="undo an approval",
    from_states=(_CONFIRMED,),
    to_state=_HELD,
    level=Level.PENDING,
    event=EventKind.REMOVE,
    reason=Because.CHECKING,
)
UNDO_REJECTION = Transition(
    name="undo a rejection",
    from_states=(_REJECTED,),
    to_state=_HELD,
    level=Level.PENDING,
    event=EventKind.REMOVE,
    reason=Because.CHECKING,
)
DOUBT = Transition(
    name="doubt",
    from_states=(_CONFIRMED, _REJECTED),
    to_state=_HELD,
    level=Level.PENDING,
    event=EventKind.REMOVE,
    reason=Because.CHECKING,
)
UNDO_DOUBT = Transition(
    name="undo a doubt",
    from_states=(_HELD,),
    to_state=_CONFIRMED,
    level=Level.CONFIRMED,
    first_event=EventKind.SIGN,
    event=EventKind.RESTORE,
    reason=Because.MISTAKE,
)
REMOVE = Transition(
    name="remove",
    from_states=(_CONFIRMED,),
    to_state=_REMOVED,
    level=Level.PENDING,
    event=EventKind.REMOVE,
)
RESTORE = Transition(
    name="restore",
    from_states=(_REMOVED,),
    to_state=_CONFIRMED,
    level=Level.CONFIRMED,
    event=EventKind.RESTORE,
)

TABLE = (
    *(SIGN, DENY, FORGET, CONFIRM, HOLD),
    *(EDIT, EDIT_AND_HOLD, EDIT_HELD, SIGN_NEW_TEXT, SIGN_NEW_TEXT_HELD),
    *(WITHDRAW, WITHDRAW_REMOVED, UNDO_WITHDRAWAL, ERASE),
    VERIFY,
    *(APPROVE, REJECT, UNDO_APPROVAL, UNDO_REJECTION, DOUBT, UNDO_DOUBT),
    *(REMOVE, RESTORE),
)

_ALWAYS = Clause("", ())
_NOTHING: Mapping[str, object] = MappingProxyType({})


def apply(
    *,
    transition: Transition,
    signature: Signature,
    expected_revision: int,
    level: Level | None = None,
    changes: Mapping[str, object] = _NOTHING,
    provided: Clause = _ALWAYS,
    content: events.Content = events.NO_CONTENT,
    reason: Because | None = None,
    told_name: str = "",
    follow: Clause | None = None,
) -> tuple[Any, ...] | None:
    """Move the row and write what the record is told of it: both or neither, by one statement.

    Only if the row still has the state that `signature` has here, `expected_revision` and, while it
    is counted, the level; and `provided` holds. Otherwise None, and nothing is written. The row
    that is returned begins with id, letter and public id; `signature` itself is left as it was.

    `changes` are further columns. `content` is told of one that stands afterwards, and of no other.
    `follow` is an `INSERT … FROM written` that a transition without event brings instead. The
    caller asks for sequencing, after the commit.
    """
    if signature.state not in transition.from_states:
        return None
    kind = _event_kind(transition, signature)
    keeps_number = kind is not None and transition.to_state != _CONFIRMED
    written = changes if level is None else {"level": level.value, **changes}
    columns = events.WRITTEN_WITH_NUMBER if keeps_number else events.WRITTEN
    update = _update(transition, signature.state, tuple(written), provided.sql, columns)
    counted = (signature.level,) if signature.state == _CONFIRMED else ()
    params = (*written.values(), signature.pk, expected_revision, *counted, *provided.params)
    if kind is not None:
        follow = Clause(
            events.WRITE_WITH_NUMBER if keeps_number else events.WRITE,
            events.params(
                kind=kind,
                level=_told_level(transition, signature, level),
                content=content if transition.to_state == _CONFIRMED else events.NO_CONTENT,
                before=_counted_as(signature),
                reason=_told_reason(transition, kind, reason),
                told_name=told_name,
            ),
        )
    if follow is None:
        with connection.cursor() as cursor:
            cursor.execute(update, params)
            row: tuple[Any, ...] | None = cursor.fetchone()
            return row
    return database.write_then_insert(
        first=update,
        first_params=params,
        columns=columns,
        then=follow.sql,
        params=follow.params,
    )


def end(*, transition: Transition, signature: Signature) -> None:
    """Delete the row with what refers to it, and write the event. In the caller's transaction,
    which holds the row's lock.

    The event is without the row's id, which leads nowhere any more.
    """
    kind = _event_kind(transition, signature)
    if kind is not None:
        Event.objects.create(
            letter_id=signature.letter_id,
            kind=kind,
            public_id=signature.public_id,
            before=_counted_as(signature),
            reason=_told_reason(transition, kind, None),
            number=signature.number,
        )
    signature.delete()


def is_in_record(*, signature: Signature) -> bool:
    """Whether this signing has its place in the record, or an event that waits for one.

    Where the state doesn't tell, by one statement: the sequencer takes the event and gives the
    number at once.
    """
    if signature.state in (_PENDING, _CONFIRMED, _REMOVED):
        return signature.state != _PENDING
    waiting = Event.objects.filter(
        letter=signature.letter_id, public_id=signature.public_id, kind=EventKind.SIGN
    )
    mine = Signature.objects.filter(pk=signature.pk)
    return mine.filter(Q(number__isnull=False) | Exists(waiting)).exists()


def _event_kind(transition: Transition, signature: Signature) -> EventKind | None:
    if transition.event == transition.first_event:
        return transition.event
    return transition.event if is_in_record(signature=signature) else transition.first_event


def _told_level(transition: Transition, signature: Signature, level: Level | None) -> int | None:
    if transition.to_state != _CONFIRMED:
        return None
    written = level if transition.level is None else transition.level
    return signature.level if written is None else written


def _told_reason(transition: Transition, kind: EventKind, reason: Because | None) -> str:
    if kind == transition.first_event:
        return ""
    return str(reason or transition.reason or "")


def _counted_as(signature: Signature) -> str:
    return signature.tally_key if signature.state == _CONFIRMED else ""


@cache
def _update(
    transition: Transition,
    state: str,
    changes: tuple[str, ...],
    provided: str,
    returning: tuple[str, ...],
) -> str:
    written = [f"{column} = %s" for column in changes]
    if transition.level is not None:
        written.insert(0, f"level = {transition.level.value}")
    if transition.to_state != state:
        written.insert(0, f"state = '{transition.to_state}'")
    if transition.revises:
        written.append("revision = revision + 1")
    holds = ["id = %s", f"state = '{state}'", "revision = %s"]
    if state == _CONFIRMED:
        holds.append("level = %s")
    if provided:
        holds.append(provided)
    return (
        f"UPDATE signatures_signature SET {', '.join(written)} "  # noqa: S608
        f"WHERE {' AND '.join(holds)} RETURNING {', '.join(returning)}"
    )
