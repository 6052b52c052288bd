"""How it goes on with a signature that is off the list, and stays off it.

Count and list do not change. But if the record knows the signature, the last that readers learned
was that it is being checked: then record and corrections tell what came of it, too.
"""

from django.db.models import Exists, Q

from campaign import engine
from campaign.letters.models import Event, EventKind
from signatures import events
from signatures.models import Because, Signature, SignatureState

_MOVE = """
    UPDATE signatures_signature SET state = %s WHERE id = %s AND state = %s
    RETURNING id, letter_id, public_id, number
"""


def move(*, signature: Signature, to: SignatureState, because: Because, kind: EventKind) -> bool:
    """From the state that `signature` has here; False if it is in another by now.

    Inside the caller's transaction, whose commit the caller asks the sequencer to follow.
    """
    if not is_in_record(signature=signature):
        mine = Signature.objects.filter(pk=signature.pk, state=signature.state)
        return bool(mine.update(state=to))
    row = engine.insert_after(
        first=_MOVE,
        first_params=(to.value, signature.pk, str(signature.state)),
        columns=events.WRITTEN_WITH_NUMBER,
        then=events.WRITE_WITH_NUMBER,
        params=events.params(kind=kind, reason=because),
    )
    return row is not None


def is_in_record(*, signature: Signature) -> bool:
    """Whether this signing has its place in the record, or an event that waits for one.

    One statement: the sequencer takes the event and gives the number at once.
    """
    waiting = Event.objects.filter(
        letter=signature.letter_id, public_id=signature.public_id, kind=EventKind.SIGN
    )
    mine = Signature.objects.filter(pk=signature.pk)
    return mine.filter(Q(number__isnull=False) | Exists(waiting)).exists()
