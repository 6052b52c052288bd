"""“This isn’t me”: the form beside every name on a list, and the link that confirms a report.

Anyone may open the form, so its page is the same for all. A number that stands on no list answers
alike, whatever the reason; and a report that was sent alike, whatever became of it.
"""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaign import limits
from campaign.letters.models import Letter
from campaign.pages import render_page
from campaign.shared_pages import shared_page
from signatures.addresses import email_key
from signatures.forms.public.reports import ReportForm
from signatures.listing import pagination, queries
from signatures.models import ReportKind, Signature
from signatures.moderation import reports
from signatures.views.public.base import (
    LetterPage,
    NamedUnder,
    NoSignatoryContext,
    SitePage,
    letter_languages,
    named_under,
    public_letter,
    translation_here,
)


@require_http_methods(["GET", "HEAD", "POST"])
@shared_page
def report(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = _listed(slug, number)
    if found is None:
        return _not_listed(request, slug, number)
    if request.method != "POST":
        return _form_page(request, slug, found, ReportForm())
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _form_page(request, slug, found, form, status=422)
    if not limits.hit(limits.Limit.REPORTS_FROM_NETWORK, limits.network_key(request)):
        form.add_error(
            None, _("Very many reports came from your network. Please try again in an hour.")
        )
        return _form_page(request, slug, found, form, status=429)
    typed = form.cleaned_data
    if limits.hit(limits.Limit.REPORTS_TO_ADDRESS, email_key(typed["email"])):
        reports.file(
            signature=found,
            name=typed["name"],
            email=typed["email"],
            kind=ReportKind(typed["kind"]),
            words=typed["words"],
            language=get_language() or "en",
            now=timezone.now(),
        )
    return HttpResponseRedirect(reverse("report_sent", args=[slug, number]), status=303)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSentContext(LetterPage):
    days: int


@require_safe
@shared_page
def sent(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """After the form. Says nothing of the name, which may have left the list since."""
    if number > pagination.LARGEST_NUMBER:
        raise Http404
    letter, text = public_letter(slug)
    context = ReportSentContext(
        letter=letter,
        translation=translation_here(text),
        days=reports.TIME_TO_CONFIRM.days,
        languages=letter_languages(text, "report_sent", slug, number),
    )
    return render_page(request, "signatures/public/reports/sent.html", context)


def _listed(slug: str, number: int) -> Signature | None:
    if number > pagination.LARGEST_NUMBER:
        raise Http404
    found = queries.signatory(letter=public_letter(slug)[0], number=number)
    return found.row if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFormContext(SitePage):
    letter: Letter
    named: NamedUnder
    signatory: Signature
    form: ReportForm
    errors: bool


def _form_page(
    request: HttpRequest, slug: str, found: Signature, form: ReportForm, *, status: int = 200
) -> HttpResponse:
    letter, text = public_letter(slug)
    context = ReportFormContext(
        letter=letter,
        named=named_under(found, text=text),
        signatory=found,
        form=form,
        errors=bool(form.errors),
        languages=letter_languages(text, "report", slug, found.number),
    )
    return render_page(request, "signatures/public/reports/form.html", context, status=status)


def _not_listed(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    letter, text = public_letter(slug)
    context = NoSignatoryContext(
        letter=letter,
        translation=translation_here(text),
        number=number,
        languages=letter_languages(text, "report", slug, number),
    )
    return render_page(request, "signatures/public/no_signatory.html", context, status=404)
