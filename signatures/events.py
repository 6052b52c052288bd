"""What happened to a signature, as it waits for its place in the record.

An event is written in the statement that makes it true (`engine.insert_after`), so that neither is
ever there without the other; the sequencer is only asked to hurry.
"""

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


def params(
    *,
    kind: EventKind,
    level: int | None = None,
    translation_id: int | None = None,
    commitment: str = "",
    before: str = "",
    after: str = "",
    reason: str = "",
    told_name: str = "",
) -> tuple[Any, ...]:
    """For WRITE. `before` and `after` are shapes (`Signature.shape`), nothing where it counts as
    nothing; `told_name` is public from here on."""
    return (
        kind.value,
        None if level is None else int(level),
        translation_id,
        commitment,
        before,
        after,
        str(reason),
        told_name,
    )


def ask_for_sequencing(*, letter_id: int) -> None:
    wake(Task.SEQUENCE_LETTER, letter_id)
