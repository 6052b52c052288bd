"""A team's audit trail, for its owners."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from campaign.organizers import audit
from campaign.organizers.views.desk import DeskRequest, desk_page, desk_view
from campaign.organizers.views.teams import team_to_run

_LARGEST = 2**63 - 1


@desk_view("GET", "HEAD")
def trail(request: DeskRequest, slug: str) -> HttpResponse:
    team = team_to_run(request, slug)
    page = audit.page(team=team, after=_key(request.GET.get("after", "")))
    words = _words()
    context = {
        "team": team,
        "desk_section": "teams",
        "rows": [
            {"entry": each, "words": words.get(each.action, each.action)} for each in page.entries
        ],
        "next": page.next,
        "later": "after" in request.GET,
    }
    return desk_page(request, "campaign/organizers/audit.html", context)


def _key(value: str) -> int | None:
    """Nonsense is the first page."""
    if value.isascii() and value.isdigit() and len(value) < 20 and int(value) <= _LARGEST:
        return int(value)
    return None


def _words() -> dict[str, str]:
    return {
        "create": _("Began a letter"),
        "details": _("Changed address or times"),
        "write": _("Saved a text"),
        "remove_text": _("Removed a language"),
        "authoritative": _("Chose the authoritative language"),
        "revise": _("Began a new version"),
        "discard": _("Discarded a version"),
        "publish": _("Published"),
        "close": _("Closed a letter"),
        "approve": _("Approved"),
        "hold": _("Held"),
        "reject": _("Rejected"),
        "undo": _("Took a decision back"),
        "vetting": _("Vouched for a name after vetting"),
        "call_back": _("Confirmed a name by a call back"),
        "see_email": _("Looked at an e-mail address"),
        "watch": _("Put names on the watch list"),
        "unwatch": _("Took a name off the watch list"),
        "invite": _("Invited"),
        "revoke_invitation": _("Took an invitation back"),
        "join": _("Joined the team"),
        "change_role": _("Changed a role"),
        "remove_member": _("Removed a member"),
        "leave": _("Left the team"),
    }
