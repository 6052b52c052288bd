"""Behind the link that confirms a report, and later tells what became of it."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaign.letters.models import Letter
from campaign.letters.texts import translation_for
from campaign.pages import render_page
from signatures.errors import LinkUnknown, NotListed
from signatures.forms.signer.agreeing import AgreeForm
from signatures.models import Report, ReportOutcome, Signature
from signatures.moderation import reports
from signatures.views.public.base import (
    NamedUnder,
    SitePage,
    interface_languages,
    named_under,
    public_letter,
)
from signatures.views.signer.base import private


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLinkContext(SitePage):
    letter: Letter
    named: NamedUnder
    report: Report
    token: str
    signatory: Signature | None
    waiting: bool
    answered: bool
    outcome: str | Promise
    answered_at: datetime | None
    form: AgreeForm
    errors: bool


@require_http_methods(["GET", "HEAD", "POST"])
@private
def link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what was reported and how it stands; only the POST of an unconfirmed one acts."""
    try:
        found = reports.report_behind(token)
    except LinkUnknown:
        unknown = SitePage(languages=interface_languages("report_link", token))
        return render_page(request, "signatures/signer/reports/unknown.html", unknown, status=404)
    # One that is with the organizers already needs no second yes.
    is_sent = request.method == "POST" and found.case_id is None
    form = AgreeForm(
        request.POST if is_sent else None,
        label=_("I made this report, and want the organizers to look at it."),
    )
    if form.is_valid():
        # The page says it when the name has left the list.
        with suppress(NotListed):
            reports.confirm(report=found, now=timezone.now())
        return HttpResponseRedirect(reverse("report_link", args=[token]), status=303)
    case = found.case
    shown = found.signature if found.signature and reports.is_listed(found.signature) else None
    answered = case is not None and case.answered_at is not None
    context = ReportLinkContext(
        letter=found.letter,
        named=_title(found, shown),
        report=found,
        token=token,
        # A name that left the list is told to nobody.
        signatory=shown,
        waiting=case is not None and not answered,
        answered=answered,
        outcome=ReportOutcome(case.outcome).label if case and answered else "",
        answered_at=case.answered_at if case else None,
        form=form,
        errors=bool(form.errors),
        languages=interface_languages("report_link", token),
    )
    status = 422 if form.errors else 200
    return render_page(request, "signatures/signer/reports/link.html", context, status=status)


def _title(report: Report, shown: Signature | None) -> NamedUnder:
    text = public_letter(report.letter.slug)[1]
    if shown:
        return named_under(shown, text=text)
    translation = translation_for(text=text, language=get_language() or "en")
    if translation is None:
        raise Http404
    return NamedUnder(translation=translation, replaced=None)
