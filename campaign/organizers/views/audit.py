"""A team's audit trail, for its owners: to read, to search, and as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypedDict
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaign import csv_cells
from campaign.organizers import audit
from campaign.organizers.audit import EVERYTHING, AuditQuery
from campaign.organizers.audit_forms import AuditForm
from campaign.organizers.models import AuditEntry, Team
from campaign.organizers.views.desk import DeskRequest, desk_page, desk_view
from campaign.organizers.views.teams import team_to_run
from campaign.pages import PageContext
from campaign.parsing import whole_number


class AuditRow(TypedDict):
    entry: AuditEntry
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailContext(PageContext):
    team: Team
    filter_form: AuditForm
    filtered: bool
    # What was asked for, as it stands in an address.
    query: str
    rows: Sequence[AuditRow]
    entries: Sequence[AuditEntry]
    next: int | None
    later: bool


@desk_view("GET", "HEAD")
def trail(request: DeskRequest, slug: str) -> HttpResponse:
    team = team_to_run(request, slug)
    words, form = _words(), _form(team, request.GET)
    asked = form.asked()
    page = audit.page(team=team, after=whole_number(request.GET.get("after", "")), asked=asked)
    context = TrailContext(
        team=team,
        filter_form=form,
        filtered=asked != EVERYTHING,
        query=urlencode({name: request.GET[name] for name in form.fields if request.GET.get(name)}),
        rows=[{"entry": each, "words": words.get(each.action, each.action)} for each in page.rows],
        entries=page.rows,
        next=page.next,
        later="after" in request.GET,
    )
    return desk_page(request, "campaign/organizers/audit.html", context, section="teams")


@desk_view("POST")
def export(request: DeskRequest, slug: str) -> HttpResponse:
    """All that the address asks for, newest first. That it was taken is an entry, too."""
    team = team_to_run(request, slug)
    asked = _form(team, request.GET).asked()
    lines = csv_cells.BOM + "".join(_lines(team, asked)).encode()
    audit.record(
        team=team, organizer=request.user, action="export_audit", subject=f"team {team.slug}"
    )
    return HttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{team.slug}-audit.csv"'},
    )


def _form(team: Team, asked: QueryDict) -> AuditForm:
    words = _words()
    actions = {each: words.get(each, each) for each in audit.actions(team=team)}
    return AuditForm(asked, actors=audit.actors(team=team), actions=actions)


def _lines(team: Team, asked: AuditQuery) -> Iterator[str]:
    """In UTC and with the codes of things, so that a program reads it as well."""
    yield _line(
        _("When (UTC)"),
        pgettext("audit", "Who"),
        pgettext("audit", "What"),
        _("Code"),
        pgettext("audit", "Of"),
        pgettext("audit", "More"),
    )
    words = _words()
    for entry in audit.entries(team=team, asked=asked):
        yield _line(
            f"{entry.at:%Y-%m-%d %H:%M:%S}",
            str(entry.organizer),
            words.get(entry.action, entry.action),
            entry.action,
            entry.subject,
            entry.detail,
        )


def _line(*cells: str) -> str:
    return ",".join(map(csv_cells.text, cells)) + "\r\n"


def in_words(entry: AuditEntry) -> str:
    return _words().get(entry.action, entry.action)


def _words() -> dict[str, str]:
    return {
        "create": _("Began a letter"),
        "delete_letter": _("Deleted a draft"),
        "details": _("Changed address or times"),
        "assembly": _("Let more sign from one network, for an assembly"),
        "end_assembly": _("Ended an assembly"),
        "form": _("Changed what the signing form asks"),
        "ask_question": _("Asked signers a question"),
        "end_question": _("Ended a question to signers"),
        "form_words": _("Saved words for signers"),
        "write": _("Saved a text"),
        "remove_text": _("Removed a language"),
        "authoritative": _("Chose the authoritative language"),
        "revise": _("Began a new version"),
        "discard": _("Discarded a version"),
        "bring_back_draft": _("Brought a draft back"),
        "approve_draft": _("Approved a draft"),
        "owners_approved_draft": _("All owners approved a draft"),
        "take_back_approval": _("Took back the approval of a draft"),
        "import_read": _("Took in a file of people who signed elsewhere"),
        "import_ask": _("Wanted the people of a file to be asked"),
        "import_approve": _("Approved that the people of a file are asked"),
        "import_cancel": _("Cancelled a file of people who signed elsewhere"),
        "import_stopped": _("A file stopped by itself: too many did not sign"),
        "publish": _("Published"),
        "propose": _("Proposed a new version"),
        "approve_version": _("Approved and published a new version"),
        "take_back_version": _("Took back a proposed version"),
        "close": _("Closed a letter"),
        "archive": _("Archived a letter"),
        "bring_back": _("Brought a letter back from the archive"),
        "take_down": _("Took a letter down, as an operator of the site"),
        "put_back": _("Put a letter back, as an operator of the site"),
        "embargo": _("Set or moved an embargo"),
        "end_embargo": _("Ended an embargo"),
        "add_reporter": _("Let a reporter read a letter under embargo"),
        "cut_off_reporter": _("Cut a reporter off"),
        "ask_organisation": _("Asked an organisation to stand behind a letter"),
        "remove_organisation": _("Took out an organisation behind a letter"),
        "accent": _("Chose a colour for the letter’s page"),
        "head_picture": _("Saved the picture over the letter"),
        "head_picture_remove": _("Took out the picture over the letter"),
        "press": _("Saved the press page"),
        "press_quote": _("Saved a quote for the press"),
        "press_quote_remove": _("Took out a quote for the press"),
        "press_picture": _("Saved a picture for the press"),
        "press_picture_remove": _("Took out a picture for the press"),
        "approve": _("Approved"),
        "hold": _("Held"),
        "reject": _("Rejected"),
        "undo": _("Took a decision back"),
        "confirm_changes": _("Looked again at changed details"),
        "vetting": _("Vouched for a name after vetting"),
        "call_back": _("Confirmed a name by a call back"),
        "see_email": _("Looked at an e-mail address"),
        "look_up_email": _("Looked an e-mail address up"),
        "answer_report": _("Answered reports of a name"),
        "invite_signatories": _("Invited people to sign first"),
        "remind_signatories": _("Reminded people who were invited to sign"),
        "revoke_signing_invitation": _("Took back an invitation to sign"),
        "announce_audit": _("Announced an audit by sample"),
        "record_audit_call": _("Wrote down an answer on the telephone, in an audit"),
        "doubt": _("Sent back to be checked"),
        "remove": _("Took a name off the list"),
        "remove_many": _("Asked to take many off the list at once"),
        "hold_many": _("Asked to hold many at once"),
        "approve_many": _("Approved a deed about many"),
        "cancel_many": _("Cancelled a deed about many"),
        "undo_many": _("Had a deed about many undone"),
        "restore": _("Put a name back on the list"),
        "pin": _("Named somebody first"),
        "unpin": _("Named somebody first no longer"),
        "reorder": _("Changed the order of those named first"),
        "milestones": _("Chose numbers to take a snapshot at"),
        "snapshot": _("Took a snapshot"),
        "make_package": _("Had a package made for a delivery"),
        "see_package": _("Downloaded a package for a delivery"),
        "note_delivery": _("Noted a delivery"),
        "correct_delivery": _("Corrected a delivery"),
        "strike_delivery": _("Struck out a delivery"),
        "add_campaign_tag": _("Added a word for links to a letter"),
        "remove_campaign_tag": _("Took out a word for links to a letter"),
        "watch": _("Put names on the watch list"),
        "unwatch": _("Wanted names off the watch list"),
        "keep_watched": _("Kept names on the watch list"),
        "begin_precaution": _("Began to hold who signs, as a precaution"),
        "stop_precaution": _("Stopped a precaution"),
        "upload_roster": _("Uploaded a roster"),
        "replace_roster": _("Uploaded other lines for a roster"),
        "confirm_roster": _("Confirmed a roster"),
        "discard_roster": _("Discarded lines of a roster"),
        "delete_roster": _("Deleted a roster"),
        "write_update": _("Saved an update"),
        "test_update": _("Sent a test of an update to themselves"),
        "send_update": _("Released an update"),
        "approve_update": _("Approved an update"),
        "let_go_update": _("Let a held update go"),
        "take_back_update": _("Took an update back"),
        "discard_update": _("Discarded an update"),
        "pause_update": _("Paused an update"),
        "resume_update": _("Let an update go on"),
        "cancel_update": _("Cancelled an update"),
        "show_update": _("Put an update on the letter’s page"),
        "hide_update": _("Took an update off the letter’s page"),
        "send_update_again": _("Sent again what had perhaps not arrived of an update"),
        "create_webhook": _("Made a webhook"),
        "change_webhook": _("Changed a webhook"),
        "replace_webhook_secret": _("Replaced the secret of a webhook"),
        "delete_webhook": _("Deleted a webhook"),
        "export_audit": _("Downloaded the audit trail"),
        "export_addresses": _("Exported names and e-mail addresses, encrypted"),
        "export_names": _("Exported the list without addresses, encrypted"),
        "export_answers": _("Exported what signers answered, encrypted"),
        "approve_application": _("Approved the application from which the team began"),
        "begin_team": _("Began the team"),
        "invite": _("Invited"),
        "revoke_invitation": _("Took an invitation back"),
        "join": _("Joined the team"),
        "change_role": _("Changed a role"),
        "remove_member": _("Removed a member"),
        "leave": _("Left the team"),
    }
