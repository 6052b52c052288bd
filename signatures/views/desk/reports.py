"""Reports before the organizers: those that wait, those that were answered, and the answer."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_vet,
)
from campaign.organizers.errors import CountsLater
from campaign.pages import PageContext
from signatures.errors import (
    AnotherMustApprove,
    ClaimedByAnother,
    DetailsChanged,
    NotConfirmed,
    NothingReported,
    NotWaiting,
    ReportsChanged,
)
from signatures.forms.desk.reports import AnswerReportForm
from signatures.models import Because, ReportCase, Signature, SignatureState, VettingState
from signatures.moderation import claimants, recheck, removal, reports
from signatures.views.desk.vetting import refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportsContext(PageContext):
    about: AboutLetter
    waiting: QuerySet[ReportCase]
    answered: QuerySet[ReportCase]
    answers: reports.Answers


@desk_view("GET", "HEAD")
def waiting(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_vet(request, slug)
    context = ReportsContext(
        about=about(letter),
        waiting=reports.waiting_cases(letter=letter),
        answered=reports.answered_cases(letter=letter),
        answers=reports.answers(letter=letter),
    )
    return desk_page(request, "signatures/desk/reports/reports.html", context)


@desk_view("GET", "HEAD", "POST")
def answer(request: DeskRequest, slug: str, public_id: str) -> HttpResponse:
    """The case stands on the page of its signature, where GET leads."""
    letter = letter_to_vet(request, slug)
    signature = get_object_or_404(Signature, letter=letter, public_id=public_id)
    signature.letter = letter
    if request.method == "POST":
        _answer(request, signature, request.POST.get("action", ""))
    page = reverse("desk_signature", args=[slug, public_id])
    if signature.state == SignatureState.PENDING:
        page = reverse("desk_reports", args=[slug])
    return HttpResponseRedirect(page, status=303)


def _answer(request: DeskRequest, signature: Signature, action: str) -> None:
    form = AnswerReportForm(request.POST)
    if not form.is_valid():
        for sentences in form.errors.values():
            messages.error(request, " ".join(str(each) for each in sentences))
        return
    expected_newest_report = form.cleaned_data["seen"]
    expected_revision = form.cleaned_data["revision"]
    note, organizer = form.cleaned_data["note"], request.user
    try:
        if action == "dismiss":
            reports.dismiss(
                signature=signature,
                organizer=organizer,
                expected_newest_report=expected_newest_report,
                expected_revision=expected_revision,
                note=note,
            )
            said = _("Answered: nothing was changed. Each claimant is told by e-mail.")
        elif action == "hold":
            recheck.doubt(
                signature=signature,
                organizer=organizer,
                expected_revision=expected_revision,
                note=note,
                expected_newest_report=expected_newest_report,
            )
            said = _("Off the list, and waiting to be checked. Each claimant is told by e-mail.")
        elif action == "remove":
            removal.remove(
                signature=signature,
                organizer=organizer,
                expected_revision=expected_revision,
                because=Because.NOT_THEM,
                note=note,
                expected_newest_report=expected_newest_report,
            )
            said = _(
                "Removed, and the corrections say that a report came before. Each claimant is told "
                "by e-mail now, the signer in ten minutes."
            )
        elif action == "put_back":
            state = claimants.put_back(
                signature=signature,
                organizer=organizer,
                expected_newest_report=expected_newest_report,
                expected_revision=expected_revision,
                note=note,
            )
            said = (
                _("Approved. A second organizer must approve it, too; the case waits until then.")
                if state == VettingState.SECONDED
                else _("Back on the list. Each claimant is told by e-mail.")
            )
        elif action == "turn_away":
            claimants.turn_away(
                signature=signature,
                organizer=organizer,
                expected_newest_report=expected_newest_report,
                expected_revision=expected_revision,
                note=note,
            )
            said = _("It stays off the list. Each claimant is told by e-mail.")
        else:
            return
    except (NotWaiting, ClaimedByAnother, AnotherMustApprove, CountsLater) as error:
        messages.error(request, refusal(error))
    except NothingReported:
        messages.error(request, _("No report waits any more: somebody has answered."))
    except ReportsChanged:
        messages.error(
            request,
            _("Something new was reported or shown about this name. Please read it first."),
        )
    except DetailsChanged:
        messages.error(
            request, _("The signer changed their details meanwhile. Please look once more.")
        )
    except NotConfirmed:
        messages.error(request, _("It is not on the list any more."))
    else:
        messages.success(request, said)
