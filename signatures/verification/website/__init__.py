"""Proof by what stands on a site."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from signatures.models import Level
from signatures.verification.method import Look, Method, Offer, Sentences, Word
from signatures.verification.network.hosts import clean_host
from signatures.verification.website import front_page

METHOD = Method(
    code="website",
    label=_("Website"),
    level=Level.CONTROLS,
    word=Word.SIGNER,
    sentences=Sentences(
        standing=gettext_noop("controls %(subject)s (a mark on the site), %(when)s"),
        missing=gettext_noop("showed control of %(subject)s (a mark on the site), %(when)s"),
    ),
    is_by_signer=True,
    is_of_name=True,
    is_of_host=True,
    offer=Offer(
        label=_("Address of your site"),
        help_text=_("As your browser shows it, for example www.noor.example."),
        button=_("Show this site"),
        clean=clean_host,
        attributes={"inputmode": "url", "autocomplete": "url"},
    ),
    look=Look(at=front_page.look),
    placing=front_page.placing,
)
