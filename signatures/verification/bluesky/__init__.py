"""Proof by a line in the profile of an account on Bluesky."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from signatures.models import Level
from signatures.verification.bluesky import profile
from signatures.verification.bluesky.handles import clean_handle
from signatures.verification.bluesky.problems import PROBLEMS
from signatures.verification.method import Look, Method, Offer, Sentences, Word

METHOD = Method(
    code=profile.CODE,
    label=_("Bluesky"),
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
    provider="Bluesky",
    private_as="account_id",
    offer=Offer(
        label=_("Your handle"),
        help_text=_("As your profile shows it, for example noor.bsky.social."),
        button=_("Show this account"),
        clean=clean_handle,
        attributes={"inputmode": "url", "autocomplete": "off"},
    ),
    look=Look(at=profile.look),
    problems=PROBLEMS,
)
