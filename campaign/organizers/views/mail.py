"""Whether mail of this site will be believed: for every organizer to read, since it decides whether
signers hear of a letter. Only operators can change what is set."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign.mail.doctor import example, results, setup, words
from campaign.mail.doctor.words import Said, State
from campaign.organizers.access import teams_writing
from campaign.organizers.models import Organizer
from campaign.organizers.views.desk import DeskRequest, desk_page, desk_view
from campaign.pages import PageContext

# What has to be done comes first.
_ORDER = (State.BAD, State.WARNING, State.UNKNOWN, State.GOOD)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDoctorContext(PageContext):
    # Of a site that sends, or examples.
    findings: Sequence[Said]
    sends_mail: bool
    is_demo: bool
    checked_at: datetime | None
    is_pending: bool
    bad: int
    may_ask: bool
    is_operator: bool


@desk_view("GET", "HEAD", "POST")
def mail_doctor(request: DeskRequest) -> HttpResponse:
    if request.method == "POST":
        return _ask(request)
    result, sends_mail = results.latest(now=timezone.now()), setup.sends_mail()
    findings = result.findings if sends_mail else example.FINDINGS
    told = sorted(
        (words.said(each, isolated=True) for each in findings),
        key=lambda each: _ORDER.index(each.state),
    )
    context = MailDoctorContext(
        findings=told,
        sends_mail=sends_mail,
        is_demo=settings.DEMO,
        checked_at=result.checked_at if sends_mail else None,
        is_pending=result.is_pending,
        bad=sum(each.state is State.BAD for each in told),
        may_ask=sends_mail and _may_ask(request.user),
        is_operator=request.user.is_staff,
    )
    return desk_page(request, "campaign/organizers/mail_doctor.html", context, section="mail")


def _ask(request: DeskRequest) -> HttpResponse:
    if not setup.sends_mail() or not _may_ask(request.user):
        raise Http404
    if results.ask(now=timezone.now()):
        messages.success(request, _("Being looked at. Load this page again in a few seconds."))
    else:
        messages.info(request, _("Somebody asked just now. Load this page again in a few seconds."))
    return redirect("desk_mail_doctor")


def _may_ask(organizer: Organizer) -> bool:
    return organizer.is_staff or teams_writing(organizer=organizer).exists()
