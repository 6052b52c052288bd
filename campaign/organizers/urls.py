from django.urls import path

from campaign.organizers.views import audit, invitations, limited, mail, start, teams

_TEAM = "desk/team/<slug:slug>"
_MEMBER = f"{_TEAM}/members/<int:organizer_id>"

urlpatterns = [
    path("start/", start.start, name="start"),
    path("start/sent/", start.sent, name="start_sent"),
    # What follows /key/ is kept out of every log.
    path("start/key/<str:token>/", start.application, name="application"),
    path("desk/mail/", mail.mail_doctor, name="desk_mail_doctor"),
    path("desk/limits/", limited.what_was_limited, name="desk_limits"),
    path("desk/team/", teams.all_teams, name="desk_teams"),
    path("desk/new-team/", teams.begin, name="desk_team_new"),
    path(f"{_TEAM}/", teams.team, name="desk_team"),
    path(f"{_TEAM}/audit/", audit.trail, name="desk_team_audit"),
    path(f"{_TEAM}/audit/export/", audit.export, name="desk_team_audit_export"),
    path(f"{_TEAM}/invite/", teams.invite, name="desk_team_invite"),
    path(f"{_TEAM}/invitations/<int:invitation_id>/revoke/", teams.revoke, name="desk_team_revoke"),
    path(f"{_MEMBER}/role/", teams.change_role, name="desk_team_role"),
    path(f"{_MEMBER}/remove/", teams.remove, name="desk_team_remove"),
    path(f"{_TEAM}/leave/", teams.leave, name="desk_team_leave"),
    path("accounts/invitations/key/<str:token>/", invitations.invitation, name="invitation"),
]
