"""“What have I signed?”: a page that answers alike for every address, and by e-mail alone."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaign import languages, limits
from campaign.pages import render_page
from campaign.shared_pages import shared_page
from signatures.addresses import email_key
from signatures.forms.public.what_signed import WhatSignedForm
from signatures.notifications import inquiries
from signatures.views.public.base import SitePage, interface_languages


@require_http_methods(["GET", "HEAD", "POST"])
@shared_page
def what_signed(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _form_page(request, WhatSignedForm())
    form = WhatSignedForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    if not limits.hit(limits.Limit.INQUIRIES_FROM_NETWORK, limits.network_key(request)):
        form.add_error(
            None, _("Very many questions came from your network. Please try again in an hour.")
        )
        return _form_page(request, form, status=429)
    email = form.cleaned_data["email"]
    # Beyond it nothing is owed, and nobody is told: every address has as many, signed or not.
    if limits.hit(limits.Limit.INQUIRIES_ABOUT_ADDRESS, email_key(email)):
        language = languages.interface_for(get_language() or "en")
        inquiries.ask(email=email, language=language, now=timezone.now())
    return HttpResponseRedirect(reverse("what_signed_sent"), status=303)


@require_safe
@shared_page
def what_signed_sent(request: HttpRequest) -> HttpResponse:
    context = SitePage(languages=interface_languages("what_signed_sent"))
    return render_page(request, "signatures/public/what_signed/sent.html", context)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatSignedContext(SitePage):
    form: WhatSignedForm
    errors: bool


def _form_page(request: HttpRequest, form: WhatSignedForm, *, status: int = 200) -> HttpResponse:
    context = WhatSignedContext(
        form=form, errors=bool(form.errors), languages=interface_languages("what_signed")
    )
    return render_page(request, "signatures/public/what_signed/form.html", context, status=status)
