"""What can be wrong with a team or an invitation. Views turn these into sentences."""


class TeamError(Exception):
    pass


class NotAllowed(TeamError):
    """The one who acts is no owner (any more)."""


class NotAMember(TeamError):
    """Whom it is about is not in the team (any more)."""


class LastOwner(TeamError):
    """A team without an owner could not be looked after by anyone."""


class AlreadyAMember(TeamError):
    pass


class AlreadyInvited(TeamError):
    """An invitation to this address is open."""


class InvitationUnknown(TeamError):
    pass


class InvitationUsed(TeamError):
    pass


class InvitationExpired(TeamError):
    """Past its week, or taken back."""


class ForSomebodyElse(TeamError):
    """Logged in with an account that the invited address does not belong to."""


class AccountExists(TeamError):
    """The invited address has an account: its owner must log in."""


class TeamNameTaken(TeamError):
    """There is a team of this name."""
