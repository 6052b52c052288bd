"""Where a signature stands, in its row and in the record, and where the table leads from there."""

from signatures.models import SignatureState
from signatures.transitions import Transition

# The state of the row and what the record says of it.
Place = tuple[SignatureState | None, str]
# What the record says before, the event, and what it says afterwards.
Turn = tuple[str, str, str]

NOWHERE: Place = (None, "nothing")
# What the record says of a signature in this state, if it knows the signing.
IN_RECORD = {
    SignatureState.CONFIRMED: "live",
    SignatureState.HELD: "removed",
    SignatureState.REJECTED: "removed",
    SignatureState.REMOVED: "removed",
    SignatureState.WITHDRAWN: "withdrawn",
    None: "erased",
}


def after(place: Place, transition: Transition) -> tuple[Turn | None, Place]:
    """What the record hears when this is done there, and where it leads."""
    _state, said = place
    kind = transition.first_event if said == "nothing" else transition.event
    if transition.to_state == SignatureState.PENDING:
        # Under a public id that the record has never heard of.
        return None, (transition.to_state, "nothing")
    if kind is None:
        return None, (transition.to_state, said)
    says = IN_RECORD[transition.to_state]
    return (said, kind.value, says), (transition.to_state, says)
