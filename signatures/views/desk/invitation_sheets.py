"""Inviting a list of people: first what would happen, row by row, then the press that does it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from campaign import languages
from campaign.letters.models import Letter
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_change,
)
from campaign.pages import PageContext
from campaign.templatetags.locale_format import number
from signatures.errors import LetterNotOpen, SheetUnreadable
from signatures.forms.desk.invitations import SheetForm
from signatures.invitations import inviting
from signatures.invitations import sheet as sheets
from signatures.invitations.inviting import Invited, Invitee
from signatures.invitations.sheet import Sheet
from signatures.views.desk import uploads
from signatures.views.desk.invitations import said_closed, said_limit

PROBLEMS_SHOWN = 100
NAMES_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetContext(PageContext):
    about: AboutLetter
    may_invite: bool
    form: SheetForm
    errors: bool
    # What would happen; nothing before a file was sent.
    was_read: bool
    fresh: Sequence[Invitee]
    names: Sequence[str]
    known: int
    again: int
    problems: Sequence[str]
    problem_count: int
    sealed: str


@desk_view("GET", "HEAD", "POST")
def sheet(request: DeskRequest, slug: str) -> HttpResponse:
    """A POST reads the file, and changes nothing."""
    letter = letter_to_change(request, slug)
    form = SheetForm(initial={"language": languages.interface_for(get_language() or "en")})
    read = None
    if request.method == "POST":
        form = SheetForm(
            **uploads.sent(
                request,
                # With what else the form sends.
                most_bytes=2 * sheets.MOST_BYTES,
                too_large=sheets.too_large(),
                too_much_typed=sheets.too_large(),
            )
        )
        read = form.cleaned_data["sheet"] if form.is_valid() else None
    return _page(request, letter, form, read)


@desk_view("POST")
def send(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_change(request, slug)
    try:
        invitees = sheets.unseal(request.POST.get("sealed", ""), letter=letter)
        done = inviting.invite_many(
            letter=letter, organizer=request.user, invitees=invitees, now=timezone.now()
        )
    except SheetUnreadable as unreadable:
        messages.error(request, str(unreadable))
        return HttpResponseRedirect(reverse("desk_invitations_list", args=[slug]), status=303)
    except LetterNotOpen:
        messages.error(request, said_closed())
    else:
        _tell(request, done)
    return HttpResponseRedirect(reverse("desk_invitations", args=[slug]), status=303)


def _page(
    request: DeskRequest, letter: Letter, form: SheetForm, read: Sheet | None
) -> HttpResponse:
    found = read or Sheet()
    fresh = inviting.unknown(letter=letter, invitees=found.invitees)
    context = SheetContext(
        about=about(letter),
        may_invite=inviting.may_invite(letter=letter, now=timezone.now()),
        form=form,
        errors=bool(form.errors),
        was_read=read is not None,
        fresh=fresh,
        names=[each.name for each in fresh[:NAMES_SHOWN]],
        known=len(found.invitees) - len(fresh),
        again=found.again,
        problems=list(sheets.in_words(found.problems[:PROBLEMS_SHOWN])),
        problem_count=len(found.problems),
        sealed=sheets.seal(letter=letter, invitees=fresh) if fresh else "",
    )
    status = 422 if form.errors else 200
    return desk_page(request, "signatures/desk/invitations/list.html", context, status=status)


def _tell(request: DeskRequest, done: Invited) -> None:
    said = ngettext("%(n)s person invited.", "%(n)s people invited.", done.fresh)
    messages.success(request, said % {"n": number(done.fresh)})
    if done.known:
        said = ngettext(
            "%(n)s was invited before, and is not asked again.",
            "%(n)s were invited before, and are not asked again.",
            done.known,
        )
        messages.info(request, said % {"n": number(done.known)})
    if done.beyond_limit:
        said = ngettext(
            "%(n)s person was not invited.",
            "%(n)s people were not invited.",
            done.beyond_limit,
        )
        later = _("The same file adds only those who are missing.")
        told = (said % {"n": number(done.beyond_limit)}, said_limit(), later)
        messages.warning(request, " ".join(told))
