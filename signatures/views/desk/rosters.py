"""A letter's rosters of unions and societies, at the desk."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaign.letters.models import Letter
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_vet,
)
from campaign.organizers.errors import CountsLater
from campaign.organizers.views.desk import counts_later
from campaign.pages import PageContext
from campaign.parsing import whole_number
from campaign.templatetags.locale_format import number
from signatures.errors import AnotherMustConfirm, ProposalChanged, RosterExists, RosterGone
from signatures.forms.desk.rosters import (
    TOO_LARGE,
    TOO_MUCH_PASTED,
    RosterForm,
    RosterLinesForm,
    refusals_told,
)
from signatures.models import Roster
from signatures.verification.rosters import upload
from signatures.verification.rosters.membership import counting
from signatures.verification.rosters.parsing import MOST_BYTES, Reading
from signatures.views.desk import uploads

_MOST_IDS = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RostersContext(PageContext):
    about: AboutLetter
    form: RosterForm
    rosters: QuerySet[Roster]


@desk_view("GET", "HEAD", "POST")
def rosters(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_vet(request, slug)
    form = RosterForm()
    if request.method == "POST":
        form = RosterForm(**_sent(request))
        if form.is_valid() and _upload(request, letter, form):
            return _see_other("desk_rosters", slug)
    context = RostersContext(about=about(letter), form=form, rosters=_with_proofs(letter))
    status = 422 if form.errors else 200
    return desk_page(request, "signatures/desk/rosters/rosters.html", context, status=status)


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterContext(PageContext):
    about: AboutLetter
    form: RosterLinesForm
    roster: Roster
    uploaded_it: bool


@desk_view("GET", "HEAD", "POST")
def roster(request: DeskRequest, slug: str, roster_id: int) -> HttpResponse:
    """One: upload other lines for it, confirm what another uploaded, or delete it with what was
    shown by it."""
    letter = letter_to_vet(request, slug)
    found = get_object_or_404(_with_proofs(letter), pk=min(roster_id, _MOST_IDS))
    form = RosterLinesForm()
    if request.method == "POST":
        sent = _sent(request)
        try:
            if request.POST.get("action") in ("confirm", "discard"):
                _settle(request, found)
                return _see_other("desk_rosters", slug)
            if request.POST.get("action") == "delete":
                upload.delete(roster=found, organizer=request.user)
                messages.success(
                    request, _("Deleted. What was shown by it disappears within a minute.")
                )
                return _see_other("desk_rosters", slug)
            form = RosterLinesForm(**sent)
            if form.is_valid():
                reading: Reading = form.cleaned_data["reading"]
                upload.replace(roster=found, organizer=request.user, lines=reading.lines)
                _tell(request, reading)
                return _see_other("desk_rosters", slug)
        except RosterGone:
            messages.error(request, _("Another organizer has deleted this roster meanwhile."))
            return _see_other("desk_rosters", slug)
    context = RosterContext(
        about=about(letter),
        form=form,
        roster=found,
        uploaded_it=found.proposed_by_id == request.user.pk,
    )
    status = 422 if form.errors else 200
    return desk_page(request, "signatures/desk/rosters/roster.html", context, status=status)


def _settle(request: DeskRequest, found: Roster) -> None:
    """Confirm, or discard, the lines that another organizer uploaded."""
    proposal = whole_number(request.POST.get("proposal", ""), most=2**31 - 1) or 0
    try:
        if request.POST["action"] == "discard":
            upload.discard(roster=found, organizer=request.user, proposal=proposal)
            messages.success(request, _("Discarded. Nobody is found in these lines."))
        else:
            upload.confirm(roster=found, organizer=request.user, proposal=proposal)
            messages.success(request, _("Confirmed. Members can show it from now on."))
    except AnotherMustConfirm:
        messages.error(request, _("You have uploaded it: a second organizer must confirm it."))
    except CountsLater as error:
        messages.error(request, counts_later(error))
    except ProposalChanged:
        messages.error(
            request, _("Other lines wait by now, or none. Please look at this roster once more.")
        )


def _sent(request: DeskRequest) -> dict[str, Any]:
    """What a form takes. Asked for before anything else."""
    return uploads.sent(
        request, most_bytes=MOST_BYTES, too_large=TOO_LARGE, too_much_typed=TOO_MUCH_PASTED
    )


def _upload(request: DeskRequest, letter: Letter, form: RosterForm) -> bool:
    reading: Reading = form.cleaned_data["reading"]
    try:
        upload.upload(
            letter=letter,
            name=form.cleaned_data["name"],
            organizer=request.user,
            lines=reading.lines,
        )
    except RosterExists:
        form.add_error(
            "name", _("This letter has a roster of this name. Open it to replace its lines.")
        )
        return False
    _tell(request, reading)
    return True


def _tell(request: DeskRequest, reading: Reading) -> None:
    """What became of each line."""
    members = len(reading.lines)
    messages.success(
        request,
        ngettext("%(n)s member taken.", "%(n)s members taken.", members) % {"n": number(members)},
    )
    messages.info(request, _("It counts once a second organizer has confirmed it."))
    if reading.has_header:
        messages.info(request, _("The first line was taken for the heading."))
    if reading.again:
        messages.info(
            request,
            ngettext(
                "%(n)s line stood there twice and counts once.",
                "%(n)s lines stood there before and count once.",
                reading.again,
            )
            % {"n": number(reading.again)},
        )
    if refused := reading.refused_count:
        told = ngettext(
            "%(n)s line could not be read.", "%(n)s lines could not be read.", refused
        ) % {"n": number(refused)}
        messages.warning(request, " ".join([told, *refusals_told(reading)]))


def _with_proofs(letter: Letter) -> Any:
    """The letter's rosters by name, each with how many show by it that they are members."""
    mine = counting().filter(signature__letter=letter.pk, subject=OuterRef("name"))
    proofs = mine.order_by().values("subject").annotate(n=Count("pk")).values("n")
    shown = Roster.objects.filter(letter=letter).annotate(shown_by=Coalesce(Subquery(proofs), 0))
    return shown.select_related("uploaded_by", "proposed_by", "confirmed_by").order_by("name", "pk")


def _see_other(name: str, slug: str) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=[slug]), status=303)
