"""The page behind the link in an invitation. Looking at it does nothing; its button accepts."""

from dataclasses import dataclass

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from campaign.organizers import errors, invitations
from campaign.organizers.forms import NewcomerForm
from campaign.organizers.models import Invitation
from campaign.organizers.views.desk import desk_page
from campaign.pages import PageContext


@never_cache
@require_http_methods(("GET", "HEAD", "POST"))
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    try:
        found = invitations.invitation_behind(token, now=now)
        if request.user.is_authenticated:
            return _as_organizer(request, token, found)
        if invitations.account_behind(found.email):
            return _log_in_first(request, token, found)
        return _as_newcomer(request, token, found)
    except errors.InvitationUnknown:
        return _problem(request, "unknown", status=404)
    except errors.InvitationUsed:
        return _problem(request, "used", status=410)
    except errors.InvitationExpired:
        return _problem(request, "expired", status=410)
    except errors.ForSomebodyElse:
        return _problem(request, "foreign", status=403, token=token)


def _as_organizer(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    assert request.user.is_authenticated  # noqa: S101 - asked by the caller; for the type checker
    holder = invitations.account_behind(found.email)
    if holder is None or holder.pk != request.user.pk:
        raise errors.ForSomebodyElse
    if request.method != "POST":
        return _show(request, token, found)
    invitations.accept_as(invitation=found, organizer=holder, now=timezone.now())
    messages.success(request, _("You are in the team %(team)s.") % {"team": found.team})
    return redirect("desk")


def _log_in_first(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    if request.method != "POST":
        return _show(request, token, found, log_in=True)
    return redirect_to_login(reverse("invitation", args=[token]))


def _as_newcomer(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    form = NewcomerForm(request.POST if request.method == "POST" else None, email=found.email)
    if not form.is_valid():
        return _show(request, token, found, form=form)
    try:
        organizer = invitations.accept_as_newcomer(
            invitation=found,
            name=form.cleaned_data["name"],
            password=form.cleaned_data["password"],
            now=timezone.now(),
        )
    except errors.AccountExists:
        return _log_in_first(request, token, found)
    messages.success(request, _("You are in the team %(team)s.") % {"team": found.team})
    response: HttpResponse = perform_login(
        request, organizer, redirect_url=reverse("desk"), email=organizer.email
    )
    return response


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationContext(PageContext):
    invitation: Invitation
    token: str
    form: NewcomerForm | None
    log_in: bool


def _show(
    request: HttpRequest,
    token: str,
    found: Invitation,
    *,
    form: NewcomerForm | None = None,
    log_in: bool = False,
) -> HttpResponse:
    context = InvitationContext(invitation=found, token=token, form=form, log_in=log_in)
    return desk_page(request, "campaign/organizers/invitation.html", context, section="")


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationProblemContext(PageContext):
    reason: str
    token: str


def _problem(request: HttpRequest, reason: str, *, status: int, token: str = "") -> HttpResponse:
    context = InvitationProblemContext(reason=reason, token=token)
    return desk_page(
        request, "campaign/organizers/invitation_problem.html", context, section="", status=status
    )
