"""Proof by the judgement of the organizers. They attest it at the desk."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from signatures.models import Level
from signatures.verification.method import Method, Sentences, Word

METHOD = Method(
    code="vetting",
    label=_("Vetted by the organizers"),
    level=Level.VETTED,
    word=Word.ORGANIZERS,
    sentences=Sentences(standing=gettext_noop("vetted by the organizers, %(when)s")),
    is_of_name=True,
)
