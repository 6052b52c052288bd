"""How often which limit refused somebody: for every organizer to read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaign import limited
from campaign.limits import LARGE_AT_ONCE, Limit
from campaign.organizers.views.desk import DeskRequest, desk_page, desk_view
from campaign.pages import PageContext

_WEEK_DAYS = 7

WORDS: Mapping[str, object] = {
    Limit.SIGN_FROM_NETWORK.name: _("Signing, from one network"),
    Limit.UNPROVED_FROM_NETWORK.name: _("Signing without proof of work, from one network"),
    Limit.REFUSED_SIGNINGS_OF_LETTER.name: _("Refused signings that counted as an attack"),
    Limit.CODE_FROM_NETWORK.name: _("Wrong codes, from one network"),
    Limit.PROOFS_OF_SIGNATURE.name: _("Proofs begun, of one signature"),
    Limit.CHECKS_OF_SIGNATURE.name: _("Proofs looked at, of one signature"),
    Limit.CHECKS_OF_DOMAIN.name: _("Proofs looked at, at one domain"),
    Limit.CHECKS_OF_ACCOUNT_HOSTS.name: _("Accounts looked at, at one host"),
    Limit.CODES_TO_ADDRESS.name: _("Codes mailed, to one address"),
    Limit.CODES_TO_DOMAIN.name: _("Codes mailed, to one domain"),
    Limit.ERASING_MAILS_TO_ADDRESS.name: _("Mails about erasing, to one address"),
    Limit.RESETS_TO_ADDRESS.name: _("Passwords forgotten, of one address"),
    Limit.VOUCHING_CODES.name: _("Wrong codes of vouching, of one signature"),
    Limit.EVIDENCE_OF_SIGNATURE.name: _("Records pointed at, of one signature"),
    Limit.MEMBERSHIPS_OF_SIGNATURE.name: _("Memberships tried, of one signature"),
    Limit.MEMBERSHIPS_FROM_NETWORK.name: _("Wrong memberships, from one network"),
    Limit.OWN_MEMBERSHIPS_OF_SIGNATURE.name: _("Own memberships tried, of one signature"),
    Limit.OWN_MEMBERSHIPS_OF_ROSTER.name: _("Own memberships tried, of one roster"),
    Limit.WRONG_MEMBERSHIPS_OF_ROSTER.name: _("Wrong memberships, of one roster"),
    Limit.WRONG_MEMBERSHIPS_OF_NAME.name: _("Wrong memberships, of one name"),
    Limit.DOWNLOADS_FROM_NETWORK.name: _("Downloads, from one network"),
    Limit.LARGE_DOWNLOADS_FROM_NETWORK.name: _("Large downloads, from one network"),
    LARGE_AT_ONCE: _("Large downloads at the same moment"),
    Limit.API_FROM_NETWORK.name: _("API, from one network"),
    Limit.REPORTS_FROM_NETWORK.name: _("Reports of names, from one network"),
    Limit.REPORTS_TO_ADDRESS.name: _("Reports of names, from one address"),
    Limit.LOOKS_OF_CLAIMANT.name: _("Websites of claimants looked at, of one report"),
    Limit.CLAIMS_HELD_OF_LETTER.name: _("Names held by claimants, of one letter"),
    Limit.INQUIRIES_FROM_NETWORK.name: _("“What have I signed?”, from one network"),
    Limit.INQUIRIES_ABOUT_ADDRESS.name: _("“What have I signed?”, about one address"),
    Limit.FOLLOWS_FROM_NETWORK.name: _("Reporters who follow, from one network"),
    Limit.FOLLOWS_TO_ADDRESS.name: _("Reporters who follow, at one address"),
    Limit.DEMO_BUTTONS.name: _("Buttons of the demo"),
    Limit.APPLICATIONS_FROM_NETWORK.name: _("Applications to publish, from one network"),
    Limit.APPLICATIONS_TO_ADDRESS.name: _("Applications to publish, of one address"),
    Limit.APPLICATIONS_TOLD.name: _("E-mails to operators about applications"),
    Limit.INVITE_FROM_TEAM.name: _("Invitations, of one team"),
    Limit.SIGNING_INVITATIONS_OF_TEAM.name: _("Invitations to sign, of one team"),
    Limit.SIGNING_INVITATIONS_TO_DOMAIN.name: _("Invitations to sign, to one mail domain"),
    Limit.SIGNING_INVITATIONS_TO_ADDRESS.name: _("Invitations to sign, to one address"),
    Limit.WEBHOOK_PRESSES_OF_TEAM.name: _("Webhooks tried, of one team"),
    Limit.PRIVATE_EXPORTS_OF_ORGANIZER.name: _("Private exports, by one organizer"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    words: object
    today: int
    week: int
    month: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitedContext(PageContext):
    rows: Sequence[Row]
    # Uses that no limit counted, by the same three spans.
    not_counted: Row


@desk_view("GET", "HEAD")
def what_was_limited(request: DeskRequest) -> HttpResponse:
    now = timezone.now()
    counted = limited.by_day(now=now)
    rows = [_row(words, counted.get(name, {}), now) for name, words in WORDS.items()]
    context = LimitedContext(
        rows=sorted((row for row in rows if row.month), key=lambda row: -row.month),
        not_counted=_row("", counted.get(limited.NOT_COUNTED, {}), now),
    )
    return desk_page(request, "campaign/organizers/limited.html", context, section="limits")


def _row(words: object, by_day: Mapping[str, int], now: datetime) -> Row:
    week = {f"{now - timedelta(days=ago):%Y-%m-%d}" for ago in range(_WEEK_DAYS)}
    return Row(
        words=words,
        today=by_day.get(f"{now:%Y-%m-%d}", 0),
        week=sum(number for day, number in by_day.items() if day in week),
        month=sum(by_day.values()),
    )
