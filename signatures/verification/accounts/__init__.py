"""Proof by an account at a service that signers sign in to."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from signatures.models import Level
from signatures.verification.accounts import showing
from signatures.verification.method import Method, Sentences, Word

METHOD = Method(
    code=showing.CODE,
    label=_("Account"),
    level=Level.CONTROLS,
    word=Word.SIGNER,
    sentences=Sentences(
        standing=gettext_noop("account %(subject)s at %(provider)s, %(when)s"),
        # Some services tell no name.
        without_subject=gettext_noop("an account at %(provider)s, %(when)s"),
    ),
    is_by_signer=True,
)
