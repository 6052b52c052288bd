"""Proof by what stands in the DNS of a domain."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from signatures.models import Level
from signatures.verification.domain import dns_record
from signatures.verification.method import Look, Method, Offer, Sentences, Word
from signatures.verification.network.hosts import clean_domain

METHOD = Method(
    code="domain",
    label=_("Domain"),
    level=Level.CONTROLS,
    word=Word.SIGNER,
    sentences=Sentences(
        standing=gettext_noop("controls %(subject)s (a DNS record), %(when)s"),
        missing=gettext_noop("showed control of %(subject)s (a DNS record), %(when)s"),
    ),
    is_by_signer=True,
    is_of_name=True,
    is_of_host=True,
    offer=Offer(
        label=_("Your domain"),
        help_text=_("For example noor.example."),
        button=_("Show this domain"),
        clean=clean_domain,
        attributes={"inputmode": "url"},
    ),
    look=Look(at=dns_record.look),
    placing=dns_record.placing,
)
