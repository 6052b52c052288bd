"""Snapshots at the desk: those that were taken, one more by hand, and numbers to take them at."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from campaign.letters.texts import published_texts
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    desk_page,
    desk_view,
    letter_to_brief,
    named_here,
    recorded,
)
from campaign.templatetags.locale_format import number
from signatures.errors import RecordBusy
from signatures.forms.desk.milestones import MilestonesForm, written
from signatures.models import Snapshot
from signatures.notifications import press_followers
from signatures.press import standing as standings
from signatures.press.standing import Standing
from signatures.record import snapshots


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestonesContext(AboutLetter):
    form: MilestonesForm
    followers: int
    snapshots: Sequence[tuple[Snapshot, Standing]]


@desk_view("GET", "HEAD", "POST")
def milestones(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_brief(request, slug)
    form = MilestonesForm(initial={"milestones": written(letter.milestones)})
    if request.method == "POST":
        form = MilestonesForm(request.POST)
        if form.is_valid():
            chosen = form.cleaned_data["milestones"]
            with recorded(request, letter, "milestones"):
                snapshots.choose_milestones(letter=letter, milestones=chosen)
            said = _("Saved: %(numbers)s.") if chosen else _("Saved.")
            messages.success(request, said % {"numbers": written(chosen)})
            return HttpResponseRedirect(reverse("desk_snapshots", args=[slug]), status=303)
    taken = Snapshot.objects.filter(letter=letter).select_related("checkpoint")
    published = list(published_texts(letter=letter))
    context = MilestonesContext(
        letter=letter,
        translation=named_here(*published),
        form=form,
        followers=press_followers.following(letter=letter),
        snapshots=standings.at_snapshots(
            letter=letter,
            published=published,
            snapshots=taken.order_by("-number").defer("breakdown"),
        ),
    )
    status = 422 if form.errors else 200
    return desk_page(request, "signatures/desk/snapshots.html", context, status=status)


@desk_view("POST")
def take(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_brief(request, slug)
    try:
        with recorded(request, letter, "snapshot"):
            taken = snapshots.take(letter=letter)
    except RecordBusy:
        messages.warning(
            request, _("The record is being written just now. Please try again in a moment.")
        )
    else:
        messages.success(request, _("Snapshot %(n)s is taken.") % {"n": number(taken.number)})
    return HttpResponseRedirect(reverse("desk_snapshots", args=[slug]), status=303)
