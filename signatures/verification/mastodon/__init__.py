"""Proof by a line or a link in the profile of an account on Mastodon, or on what speaks with it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from signatures.models import Level
from signatures.verification.mastodon import profile
from signatures.verification.mastodon.handles import clean_handle
from signatures.verification.mastodon.problems import PROBLEMS
from signatures.verification.method import Look, Method, Offer, Sentences, Word

METHOD = Method(
    code=profile.CODE,
    label=_("Mastodon"),
    level=Level.CONTROLS,
    word=Word.SIGNER,
    sentences=Sentences(
        standing=gettext_noop(
            "controls the account %(subject)s at %(provider)s (a line in its profile), %(when)s"
        ),
        missing=gettext_noop(
            "showed control of the account %(subject)s at %(provider)s (a line in its profile), "
            "%(when)s"
        ),
    ),
    is_by_signer=True,
    is_of_name=True,
    provider="Mastodon",
    private_as="account_id",
    offer=Offer(
        label=_("Your account on Mastodon"),
        help_text=_(
            "The handle or the address of your profile, for example @noor@social.example. "
            "Other servers that speak with Mastodon work, too."
        ),
        button=_("Show this account"),
        clean=clean_handle,
        attributes={"inputmode": "email", "autocomplete": "off"},
    ),
    look=Look(at=profile.look),
    problems=PROBLEMS,
)
