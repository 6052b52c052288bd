"""Proof by a code sent to an address at an organisation."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from signatures.models import Level
from signatures.verification.method import Method, Offer, Sentences, Word
from signatures.verification.work_email import mailed_code

METHOD = Method(
    code=mailed_code.CODE,
    label=_("Work e-mail"),
    level=Level.CONTROLS,
    word=Word.SIGNER,
    sentences=Sentences(standing=gettext_noop("has an e-mail address at %(subject)s, %(when)s")),
    is_by_signer=True,
    is_of_host=True,
    private_as="address",
    offer=Offer(
        label=_("Your address at work"),
        help_text=_("We send a code there. Readers see only what stands after the @."),
        button=_("Send me a code"),
        clean=mailed_code.clean_work_address,
        max_length=254,
        input_type="email",
        attributes={"inputmode": "email", "autocomplete": "email"},
        start=mailed_code.start_with,
    ),
    placing=mailed_code.placing,
)
