"""Proof by what LinkedIn says that it has verified of an account."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from campaign.account_providers import LINKEDIN
from signatures.models import Level
from signatures.verification.linkedin import showing
from signatures.verification.linkedin.problems import PROBLEMS
from signatures.verification.method import Method, Sentences, Word

METHOD = Method(
    code=showing.CODE,
    label=_("Verified on LinkedIn"),
    level=Level.CONTROLS,
    word=Word.OTHERS,
    sentences=Sentences(
        standing=gettext_noop("verified on LinkedIn, in this name: %(subject)s, %(when)s"),
        by_other_name=gettext_noop(
            "verified on LinkedIn, under another name: %(subject)s, %(when)s"
        ),
    ),
    is_by_signer=True,
    is_of_many=True,
    is_of_name=True,
    provider="LinkedIn",
    subjects={
        showing.IDENTITY: _("identity"),
        showing.WORKPLACE: _("workplace"),
        f"{showing.IDENTITY} {showing.WORKPLACE}": _("identity and workplace"),
    },
    service=LINKEDIN,
    service_class="signatures.verification.linkedin.provider.LinkedIn",
    take=showing.take,
    problems=PROBLEMS,
)
