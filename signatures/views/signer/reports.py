"""Behind the link that confirms a report, shows the name, and later tells what became of it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import update_wrapper

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaign import limits
from campaign.letters.models import Letter
from campaign.letters.texts import translation_for
from campaign.pages import render_page
from signatures.errors import LinkUnknown, NotListed
from signatures.forms.signer.agreeing import AgreeForm
from signatures.forms.signer.evidence import NamedRecordForm
from signatures.forms.signer.membership import NamedMembershipForm, named_membership_form
from signatures.models import ClaimantProof, Report, ReportOutcome, Signature
from signatures.moderation import claimants, reports
from signatures.verification import placed_line
from signatures.verification.problems import Problem, ProofRefused
from signatures.views.public.base import (
    NamedUnder,
    SitePage,
    interface_languages,
    named_under,
    public_letter,
)
from signatures.views.signer.base import private, see_other


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPart:
    """How the claimant can show that the name is theirs; empty where there is nothing to show."""

    proof: ClaimantProof | None = None
    shown: bool = False
    member_form: NamedMembershipForm | None = None
    record_form: NamedRecordForm | None = None
    line: str = ""
    me_url: str = ""
    looking: bool = False
    problem: str = ""
    refused: str = ""


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
    wrong: forms.Form | None
    errors: bool
    claim: ClaimPart = field(default_factory=ClaimPart)


def _with_report(
    view: Callable[[HttpRequest, Report, str], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Find the report behind the token; a token that is not its own gets a helpful page."""

    def finding(request: HttpRequest, token: str) -> HttpResponse:
        try:
            found = reports.report_behind(token)
        except LinkUnknown:
            unknown = SitePage(languages=interface_languages("report_link", token))
            return render_page(
                request, "signatures/signer/reports/unknown.html", unknown, status=404
            )
        return view(request, found, token)

    return require_http_methods(["GET", "HEAD", "POST"])(private(update_wrapper(finding, view)))


@_with_report
def link(request: HttpRequest, found: Report, token: str) -> HttpResponse:
    """GET shows what was reported and how it stands; only the POST of an unconfirmed one acts."""
    # One that is with the organizers already needs no second yes.
    is_sent = request.method == "POST" and found.case_id is None
    form = _agree_form(request.POST if is_sent else None)
    if form.is_valid():
        # The page says it when the name has left the list.
        with suppress(NotListed):
            reports.confirm(report=found, now=timezone.now())
        return see_other("report_link", token)
    return _page(request, found, token, form=form, wrong=form if form.errors else None)


@_with_report
def member(request: HttpRequest, found: Report, token: str) -> HttpResponse:
    """The claimant is a member of a society in the name that they reported."""
    form = named_membership_form(found.letter_id, request.POST)
    if request.method != "POST" or form is None or not claimants.may_show(report=found):
        return see_other("report_link", token)
    if not form.is_valid():
        return _page(request, found, token, wrong=form)
    try:
        claimants.show_membership(
            report=found,
            roster=form.cleaned_data["roster"],
            number=form.cleaned_data["number"],
            network=limits.network_key(request),
        )
    except ProofRefused as refused:
        form.add_error("number", refused.sentence)
        return _page(request, found, token, wrong=form, status=_status_of(refused))
    return see_other("report_link", token)


@_with_report
def record(request: HttpRequest, found: Report, token: str) -> HttpResponse:
    """The claimant names a public record, whose official website they are about to show."""
    if request.method != "POST" or not _may_name_records(found):
        return see_other("report_link", token)
    form = NamedRecordForm(request.POST)
    if not form.is_valid():
        return _page(request, found, token, wrong=form)
    claimants.name_record(report=found, identifier=form.cleaned_data["link"])
    return see_other("report_link", token)


@_with_report
def look(request: HttpRequest, found: Report, token: str) -> HttpResponse:
    if request.method != "POST" or not _may_name_records(found):
        return see_other("report_link", token)
    try:
        claimants.ask_for_look(report=found)
    except ProofRefused as refused:
        return _page(request, found, token, refused=refused.sentence, status=_status_of(refused))
    return see_other("report_link", token)


def _page(
    request: HttpRequest,
    found: Report,
    token: str,
    *,
    form: AgreeForm | None = None,
    wrong: forms.Form | None = None,
    refused: str = "",
    status: int = 0,
) -> HttpResponse:
    case = found.case
    shown = found.signature if found.signature and reports.is_listed(found.signature) else None
    answered = case is not None and case.answered_at is not None
    waiting = case is not None and not answered
    context = ReportLinkContext(
        letter=found.letter,
        named=_title(found, shown),
        report=found,
        token=token,
        # A name that left the list is told to nobody.
        signatory=shown,
        waiting=waiting,
        answered=answered,
        outcome=ReportOutcome(case.outcome).label if case and answered else "",
        answered_at=case.answered_at if case else None,
        form=form or _agree_form(),
        wrong=wrong,
        errors=wrong is not None,
        claim=_claim(found, wrong, refused) if waiting else ClaimPart(),
        languages=interface_languages("report_link", token),
    )
    status = status or (422 if wrong else 200)
    return render_page(request, "signatures/signer/reports/link.html", context, status=status)


def _claim(found: Report, wrong: forms.Form | None, refused: str) -> ClaimPart:
    proof = ClaimantProof.objects.filter(report=found).first()
    if proof and proof.shown_at:
        return ClaimPart(proof=proof, shown=True)
    record_form = wrong if isinstance(wrong, NamedRecordForm) else NamedRecordForm()
    member_form = (
        wrong if isinstance(wrong, NamedMembershipForm) else named_membership_form(found.letter_id)
    )
    letter_url = settings.SITE_URL + reverse("letter", args=[found.letter.slug])
    token = proof.token if proof else ""
    return ClaimPart(
        proof=proof,
        member_form=member_form,
        record_form=record_form if _may_name_records(found) else None,
        line=placed_line.LABEL + token if token else "",
        me_url=f"{letter_url}#{placed_line.FRAGMENT}{token}" if token else "",
        looking=proof is not None and claimants.is_being_checked(proof),
        problem=claimants.sentence_of(proof.problem) if proof else "",
        refused=refused,
    )


def _may_name_records(found: Report) -> bool:
    return settings.LOOK_UP_PUBLIC_RECORDS and claimants.may_show(report=found)


def _agree_form(data: object = None) -> AgreeForm:
    return AgreeForm(data, label=_("I made this report, and want the organizers to look at it."))


def _status_of(refused: ProofRefused) -> int:
    return 429 if refused.reason == Problem.TOO_MANY else 422


def _title(report: Report, shown: Signature | None) -> NamedUnder:
    text = public_letter(report.letter.slug)[1]
    if shown:
        return named_under(shown, text=text)
    translation = translation_for(text=text, language=get_language() or "en")
    if translation is None:
        raise Http404
    return NamedUnder(translation=translation, replaced=None)
