"""What can be wrong with a team or an invitation. Views turn these into sentences."""

from datetime import datetime

from campaign.organizers.models import Organizer


class TeamError(Exception):
    pass


class NotAllowed(TeamError):
    """The one who acts is no owner (any more)."""


class NotAMember(TeamError):
    """Whom it is about is not in the team (any more)."""


class LastOwner(TeamError):
    """A team without an owner could not be looked after by anyone."""


class CountsLater(TeamError):
    """Two organizers are needed, and this one has not been in the team, or in this role, for long
    enough to be one of them."""

    def __init__(self, organizer: Organizer, since: datetime) -> None:
        super().__init__(f"organizer {organizer.pk}")
        self.organizer, self.since = organizer, since


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


class ApplicationUnknown(TeamError):
    """No link to an application, or to one whose time to confirm is over."""


class AlreadyApplied(TeamError):
    """Another application from this address waits for an answer."""


class AlreadyDecided(TeamError):
    """The application was approved or declined meanwhile."""


class AlreadyBegun(TeamError):
    """Somebody is in the team: from now on its owners invite."""
