"""A team's page: who is in it, what each role may do, who is invited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaign import languages, limits
from campaign.organizers import enrolment, errors, invitations, seconding, teams
from campaign.organizers.access import teams_inviting, teams_of
from campaign.organizers.forms import InvitationForm, RoleForm, TeamForm
from campaign.organizers.models import Invitation, Membership, Organizer, Role, Team
from campaign.organizers.views.desk import DeskRequest, desk_page, desk_view
from campaign.pages import PageContext


def team_to_see(request: DeskRequest, slug: str) -> Team:
    return get_object_or_404(teams_of(organizer=request.user), slug=slug)


def team_to_run(request: DeskRequest, slug: str) -> Team:
    return get_object_or_404(teams_inviting(organizer=request.user), slug=slug)


@desk_view("GET", "HEAD")
def all_teams(request: DeskRequest) -> HttpResponse:
    mine = teams_of(organizer=request.user)
    if len(mine) == 1 and not request.user.is_staff:
        return redirect("desk_team", mine[0].slug)
    return _teams_page(request, TeamForm())


@desk_view("POST")
def begin(request: DeskRequest) -> HttpResponse:
    """A new team, by a site operator."""
    form = TeamForm(request.POST)
    if not request.user.is_staff:
        raise Http404
    if not form.is_valid():
        return _teams_page(request, form, status=422)
    try:
        team = enrolment.begin_team(name=form.cleaned_data["name"], by=request.user)
    except errors.TeamNameTaken:
        form.add_error("name", _("There is a team of this name already."))
        return _teams_page(request, form, status=409)
    messages.success(request, _("The team is there. Invite the others."))
    return redirect("desk_team", team.slug)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsContext(PageContext):
    teams: QuerySet[Team]
    form: TeamForm
    may_begin: bool


def _teams_page(request: DeskRequest, form: TeamForm, *, status: int = 200) -> HttpResponse:
    context = TeamsContext(
        teams=teams_of(organizer=request.user), form=form, may_begin=request.user.is_staff
    )
    return desk_page(
        request, "campaign/organizers/teams.html", context, section="teams", status=status
    )


@desk_view("GET", "HEAD")
def team(request: DeskRequest, slug: str) -> HttpResponse:
    return _page(request, team_to_see(request, slug), InvitationForm())


@desk_view("POST")
def invite(request: DeskRequest, slug: str) -> HttpResponse:
    team = team_to_run(request, slug)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _page(request, team, form, status=422)
    if not limits.hit(limits.Limit.INVITE_FROM_TEAM, team.pk.to_bytes(8, "big")):
        form.add_error(None, _("These were many invitations in one hour. Go on a little later."))
        return _page(request, team, form, status=429)
    language = languages.interface_for(get_language() or "en")
    try:
        invitations.invite(
            team=team,
            by=request.user,
            email=form.cleaned_data["email"],
            role=Role(form.cleaned_data["role"]),
            language=language,
            now=timezone.now(),
        )
    except errors.AlreadyAMember:
        form.add_error("email", _("This person is in the team already."))
    except errors.AlreadyInvited:
        form.add_error("email", _("An invitation to this address is open already."))
    except errors.NotAllowed:
        raise Http404 from None
    else:
        messages.success(request, _("Invited. The link in the e-mail works for seven days."))
        return redirect("desk_team", team.slug)
    return _page(request, team, form, status=409)


@desk_view("POST")
def revoke(request: DeskRequest, slug: str, invitation_id: int) -> HttpResponse:
    team = team_to_run(request, slug)
    invitation = get_object_or_404(Invitation, team=team, pk=invitation_id)
    try:
        invitations.revoke(invitation=invitation, by=request.user, now=timezone.now())
    except errors.InvitationUsed:
        messages.error(request, _("The invitation was accepted meanwhile."))
    else:
        messages.success(request, _("Taken back. The link in the e-mail no longer works."))
    return redirect("desk_team", team.slug)


@desk_view("POST")
def change_role(request: DeskRequest, slug: str, organizer_id: int) -> HttpResponse:
    team = team_to_run(request, slug)
    member = _member(team, organizer_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the roles in the list."))
        return redirect("desk_team", team.slug)
    role = Role(form.cleaned_data["role"])
    try:
        teams.change_role(team=team, by=request.user, member=member, role=role, now=timezone.now())
    except errors.TeamError as error:
        return _refused(request, team, error)
    messages.success(request, _("%(name)s: %(role)s.") % {"name": member, "role": role.label})
    return redirect("desk_team", team.slug)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveContext(PageContext):
    team: Team
    member: Organizer


@desk_view("GET", "HEAD", "POST")
def remove(request: DeskRequest, slug: str, organizer_id: int) -> HttpResponse:
    team = team_to_run(request, slug)
    member = _member(team, organizer_id)
    if member == request.user:
        return redirect("desk_team_leave", team.slug)
    if request.method != "POST":
        context = RemoveContext(team=team, member=member)
        return desk_page(request, "campaign/organizers/remove.html", context, section="teams")
    try:
        teams.remove_member(team=team, by=request.user, member=member, now=timezone.now())
    except errors.TeamError as error:
        return _refused(request, team, error)
    messages.success(request, _("%(name)s is no longer in the team.") % {"name": member})
    return redirect("desk_team", team.slug)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveContext(PageContext):
    team: Team


@desk_view("GET", "HEAD", "POST")
def leave(request: DeskRequest, slug: str) -> HttpResponse:
    team = team_to_see(request, slug)
    if request.method != "POST":
        context = LeaveContext(team=team)
        return desk_page(request, "campaign/organizers/leave.html", context, section="teams")
    try:
        teams.leave(team=team, organizer=request.user, now=timezone.now())
    except errors.TeamError as error:
        return _refused(request, team, error)
    messages.success(request, _("You are no longer in the team %(team)s.") % {"team": team})
    return redirect("desk")


def _member(team: Team, organizer_id: int) -> Organizer:
    return get_object_or_404(Organizer, memberships__team=team, pk=organizer_id)


def _refused(request: DeskRequest, team: Team, error: errors.TeamError) -> HttpResponse:
    if isinstance(error, errors.LastOwner):
        messages.error(
            request, _("A team needs an owner. Make somebody else an owner of it first.")
        )
    else:
        messages.error(request, _("The team changed meanwhile: nothing was done."))
    in_it = teams_of(organizer=request.user).filter(pk=team.pk).exists()
    return redirect("desk_team", team.slug) if in_it else redirect("desk")


class MemberRow(TypedDict):
    organizer: Organizer
    role: str
    get_role_display: str
    # One of two from then on; None if that is so already.
    counts_from: datetime | None


class InvitationRow(TypedDict):
    invitation: Invitation
    until: datetime
    expired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamContext(PageContext):
    team: Team
    members: Sequence[MemberRow]
    roles: Sequence[tuple[str, str | Promise]]
    duties: Sequence[dict[str, Any]]
    runs: bool
    form: InvitationForm | None
    invitations: Sequence[InvitationRow]


def _page(
    request: DeskRequest, team: Team, form: InvitationForm, status: int = 200
) -> HttpResponse:
    members = Membership.objects.filter(team=team).select_related("organizer")
    runs = teams_inviting(organizer=request.user).filter(pk=team.pk).exists()
    now = timezone.now()
    context = TeamContext(
        team=team,
        members=[
            {
                "organizer": each.organizer,
                "role": each.role,
                "get_role_display": each.get_role_display(),
                "counts_from": seconding.waits_until(membership=each, now=now),
            }
            for each in sorted(members, key=_by_role_and_name)
        ],
        roles=Role.choices,
        duties=what_roles_may(),
        runs=runs,
        form=form if runs else None,
        invitations=_open_invitations(team, now=now) if runs else (),
    )
    return desk_page(
        request, "campaign/organizers/team.html", context, section="teams", status=status
    )


def _open_invitations(team: Team, *, now: datetime) -> list[InvitationRow]:
    found = Invitation.objects.filter(team=team, accepted_at=None, revoked_at=None)
    return [
        {
            "invitation": each,
            "until": each.created_at + invitations.VALID_FOR,
            "expired": now >= each.created_at + invitations.VALID_FOR,
        }
        for each in found.order_by("created_at", "pk")
    ]


def _by_role_and_name(membership: Membership) -> tuple[int, str]:
    return Role.values.index(membership.role), str(membership.organizer).casefold()


def what_roles_may() -> list[dict[str, Any]]:
    """One row for each thing to do, in the order of the roles; docs/roles.md says the same."""
    rows = (
        (_("Read letters, their texts and counts; see who is in the team"), tuple(Role)),
        (_("Write, publish and close letters"), Role.writing()),
        (_("Write the press page: facts, quotes, pictures, contact"), Role.briefing()),
        (
            _("Take signatures off the list and put them back; choose who is named first"),
            Role.curating(),
        ),
        (_("See signers' private data, vet signatures"), Role.vetting()),
        (_("Invite and remove people, change roles, read the audit trail"), Role.inviting()),
    )
    return [
        {"words": words, "roles": [role in allowed for role in Role]} for words, allowed in rows
    ]
