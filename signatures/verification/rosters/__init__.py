"""Proof by a list of members that the organizers have from a union or society."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from signatures.models import Level
from signatures.verification.method import Method, Sentences, Word
from signatures.verification.rosters import membership

METHOD = Method(
    code=membership.CODE,
    label=_("Membership"),
    level=Level.INDEPENDENT,
    word=Word.OTHERS,
    sentences=Sentences(
        standing=gettext_noop(
            "member of %(subject)s, by a list that the organizers uploaded, %(when)s"
        ),
        by_other_name=gettext_noop(
            "member of %(subject)s under another name, by a list that the organizers uploaded, "
            "%(when)s"
        ),
    ),
    is_by_signer=True,
    is_of_many=True,
    is_of_name=True,
)
