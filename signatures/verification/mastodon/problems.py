"""What can be wrong with a handle or a profile, in sentences for the signer."""

from django.utils.translation import gettext_lazy as _

from signatures.verification.problems import OwnProblem

HANDLE_EMPTY = OwnProblem(
    "account_empty", _("Enter your handle with its server, such as @noor@social.example.")
)
HANDLE_INVALID = OwnProblem(
    "account_invalid",
    _(
        "This is not a handle with its server, such as @noor@social.example. "
        "Copy it from your profile, or copy the address of your profile."
    ),
)
ACCOUNT_UNKNOWN = OwnProblem(
    "account_unknown",
    _("The server knows no account with this handle. Compare it with your profile."),
)
OTHER_HANDLE = OwnProblem(
    "other_handle",
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
ACCOUNT_MOVED = OwnProblem(
    "account_moved",
    _("This account has moved to another one. Start again with the handle of the new one."),
)
ACCOUNT_GONE = OwnProblem(
    "account_gone", _("The server says that this account was deleted or suspended.")
)
SERVER_REFUSED = OwnProblem(
    "server_refused",
    _(
        "Your account is kept at an address that we do not go to: it must be a public name, "
        "on HTTPS, without a port."
    ),
)
SERVER_SILENT = OwnProblem(
    "server_silent",
    _(
        "The server does not show this profile to programs that have no account there, so we "
        "cannot look. Show something else, or ask who runs it."
    ),
)
UNREADABLE = OwnProblem(
    "unreadable",
    _(
        "The server answered with something that is no profile as we can read it. "
        "This often passes: please try again in a while."
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
    ACCOUNT_UNKNOWN,
    OTHER_HANDLE,
    HANDLE_MOVED,
    ACCOUNT_MOVED,
    ACCOUNT_GONE,
    SERVER_REFUSED,
    SERVER_SILENT,
    UNREADABLE,
    NOT_IN_PROFILE,
)
