"""What happened to a signature, as it waits for its place in the record.

An event is written in the statement that makes it true (`transitions.apply`), so that neither is
ever there without the other; the sequencer is only asked to hurry.
"""

from dataclasses import dataclass
from typing import Any

from campaign.letters.models import EventKind
from campaign.wake import Task, wake

# What a statement that changes a signature must return, for WRITE to follow it.
WRITTEN = ("id", "letter_id", "public_id")
_WRITE = """
    INSERT INTO letters_event
        (letter_id, kind, signature_id, public_id, level, text_sha256, commitment, before, after,
            reason, told_name{number})
    SELECT letter_id, %s, id, public_id, CAST(%s AS smallint),
        COALESCE((SELECT sha256 FROM letters_translation WHERE id = %s), ''), %s, %s, %s,
        %s, %s{number}
    FROM written RETURNING id
"""
WRITE = _WRITE.format(number="")
# Of who leaves and may sign anew before it is written: then the row has another number, or none.
WRITTEN_WITH_NUMBER = (*WRITTEN, "number")
WRITE_WITH_NUMBER = _WRITE.format(number=", number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is told of a signature that stands: its text, if that is new, a commitment to its
    details, and what it counts as (`Signature.tally_key`)."""

    translation_id: int | None = None
    commitment: str = ""
    after: str = ""


NO_CONTENT = Content()


def params(
    *,
    kind: EventKind,
    level: int | None,
    content: Content,
    before: str,
    reason: str,
    told_name: str,
) -> tuple[Any, ...]:
    """For WRITE. `before` is what it counted as, if it did; `told_name` is public from here on."""
    return (
        kind.value,
        None if level is None else int(level),
        content.translation_id,
        content.commitment,
        before,
        content.after,
        reason,
        told_name,
    )


def ask_for_sequencing(*, letter_id: int) -> None:
    wake(Task.SEQUENCE_LETTER, letter_id)
