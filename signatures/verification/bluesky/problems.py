"""What can be wrong with a handle or a profile, in sentences for the signer."""

from django.utils.translation import gettext_lazy as _

from signatures.verification.problems import OwnProblem

HANDLE_EMPTY = OwnProblem("handle_empty", _("Enter your handle, such as noor.bsky.social."))
HANDLE_INVALID = OwnProblem(
    "handle_invalid",
    _(
        "This is not a handle. It has only Latin letters, digits, hyphens and dots, such as "
        "noor.bsky.social: copy it from your profile."
    ),
)
HANDLE_UNKNOWN = OwnProblem(
    "handle_unknown",
    _("We found no account with this handle. Compare it with your profile."),
)
HANDLE_AMBIGUOUS = OwnProblem(
    "handle_ambiguous",
    _("The DNS of this handle names two accounts. Remove the record that is not yours."),
)
HANDLE_NOT_CLAIMED = OwnProblem(
    "handle_not_claimed",
    _(
        "The account that this handle leads to calls itself by another one. "
        "Start again with the handle that stands in your profile."
    ),
)
HANDLE_MOVED = OwnProblem(
    "handle_moved",
    _(
        "This handle leads to another account by now, so what you had shown has ended. "
        "Start again with the handle that your account has."
    ),
)
SERVER_REFUSED = OwnProblem(
    "server_refused",
    _(
        "Your account is kept at an address that we do not go to: it must be a public name, "
        "on HTTPS, without a port or a path."
    ),
)
NOT_IN_PROFILE = OwnProblem(
    "not_in_profile",
    _(
        "We read the profile, and neither the line nor the link was there. "
        "If you have just saved it, try again in a minute."
    ),
)

PROBLEMS = (
    HANDLE_EMPTY,
    HANDLE_INVALID,
    HANDLE_UNKNOWN,
    HANDLE_AMBIGUOUS,
    HANDLE_NOT_CLAIMED,
    HANDLE_MOVED,
    SERVER_REFUSED,
    NOT_IN_PROFILE,
)
