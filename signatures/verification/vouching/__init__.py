"""Proof by the word of somebody who is vetted."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from signatures.models import Level
from signatures.verification.method import Method, Sentences, Word
from signatures.verification.vouching import giving

METHOD = Method(
    code=giving.CODE,
    label=_("Vouched for"),
    level=Level.CONTROLS,
    word=Word.OTHERS,
    sentences=Sentences(standing=gettext_noop("vouched for by two signatories, %(when)s")),
    is_of_name=True,
)
