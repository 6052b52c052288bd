"""Proof by a call of the organizers, at a number found elsewhere. They attest it at the desk."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from signatures.models import Level
from signatures.verification.method import Method, Sentences, Word

METHOD = Method(
    code="call_back",
    label=_("Confirmed by a call back"),
    level=Level.INDEPENDENT,
    word=Word.ORGANIZERS,
    sentences=Sentences(standing=gettext_noop("confirmed by a call from the organizers, %(when)s")),
    is_of_name=True,
)
