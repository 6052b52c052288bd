"""What can be wrong with an account there, in sentences for the signer."""

from django.utils.translation import gettext_lazy as _

from signatures.verification.problems import OwnProblem

NOTHING_VERIFIED = OwnProblem(
    "linkedin_nothing",
    _(
        "LinkedIn says that it has verified neither identity nor workplace of this account. "
        "Do that there first, then start again."
    ),
)

PROBLEMS = (NOTHING_VERIFIED,)
