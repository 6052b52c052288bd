"""What can go wrong for a signer. Raised in behaviours, told in words by the views."""


class LetterNotOpen(Exception):
    """The letter takes no signatures now: not yet, or no longer."""


class LinkUnknown(Exception):
    """The link was altered, or belongs to nothing that still exists."""


class LinkExpired(Exception):
    """The link was real, but the time to confirm is over. It can be sent anew."""


class DetailsChanged(Exception):
    """What would be confirmed or changed is no longer what the signer saw."""


class WrongCode(Exception):
    """Not the code that was sent, or one too many tries."""


class NotSigned(Exception):
    """The signature is not confirmed, so there is nothing to edit or withdraw."""


class NotWaiting(Exception):
    """The signature does not wait for this decision: somebody decided, or the signer withdrew."""


class ClaimedByAnother(Exception):
    """Another organizer has opened this signature and is at it."""


class AnotherMustApprove(Exception):
    """The name is watched, and this organizer has approved it already: a second one must."""


class NothingToUndo(Exception):
    """No decision of one's own within the last minutes that still stands as it was made."""


class NotConfirmed(Exception):
    """Only a signature that is confirmed and public can be lifted to a higher level."""


class RecordBusy(Exception):
    """The record is being written right now, or still empty. A moment later it works."""
