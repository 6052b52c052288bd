"""A letter's list of watched names, at the desk."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import ngettext

from campaign.letters.models import Letter
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_vet,
    recorded,
)
from campaign.pages import PageContext
from campaign.templatetags.locale_format import number
from signatures.forms.desk.vetting import WatchedForm
from signatures.models import Watched
from signatures.moderation import unwatching
from signatures.screening import watchlist

MAX_NAMES_SHOWN = 500
_REFUSED_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedContext(PageContext):
    about: AboutLetter
    form: WatchedForm
    names: QuerySet[Watched]
    count: int
    shown_at_most: int


@desk_view("GET", "HEAD", "POST")
def watched(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_vet(request, slug)
    form = WatchedForm()
    if request.method == "POST" and "remove" in request.POST:
        ids = [int(each) for each in request.POST.getlist("remove") if _is_id(each)]
        if request.POST.get("action") == "keep":
            _keep(request, letter, ids)
        else:
            _drop(request, letter, ids)
        return HttpResponseRedirect(reverse("desk_watched", args=[slug]), status=303)
    if request.method == "POST":
        form = WatchedForm(request.POST, request.FILES)
        if form.is_valid():
            with recorded(request, letter, "watch"):
                added = watchlist.add(
                    letter=letter, names=form.cleaned_data["lines"], organizer=request.user
                )
            _tell(request, added)
            return HttpResponseRedirect(reverse("desk_watched", args=[slug]), status=303)
    mine = watchlist.watched_by(letter=letter)
    context = WatchedContext(
        about=about(letter),
        form=form,
        # What a second organizer is asked about comes first.
        names=mine.select_related("dropped_by").order_by(
            F("dropped_by").asc(nulls_last=True), "name", "pk"
        )[:MAX_NAMES_SHOWN],
        count=mine.count(),
        shown_at_most=MAX_NAMES_SHOWN,
    )
    status = 422 if form.errors else 200
    return desk_page(request, "signatures/desk/vetting/watched.html", context, status=status)


def _drop(request: DeskRequest, letter: Letter, ids: list[int]) -> None:
    with recorded(request, letter, "unwatch"):
        dropped = unwatching.drop(letter=letter, ids=ids, organizer=request.user)
    if dropped.removed or not dropped.asked:
        messages.success(
            request,
            ngettext("%(n)s name removed.", "%(n)s names removed.", dropped.removed)
            % {"n": number(dropped.removed)},
        )
    if dropped.asked:
        messages.info(
            request,
            ngettext(
                "%(n)s name stays watched until a second organizer takes it off, too.",
                "%(n)s names stay watched until a second organizer takes them off, too.",
                dropped.asked,
            )
            % {"n": number(dropped.asked)},
        )


def _keep(request: DeskRequest, letter: Letter, ids: list[int]) -> None:
    with recorded(request, letter, "keep_watched"):
        kept = unwatching.keep(letter=letter, ids=ids)
    messages.success(
        request,
        ngettext("%(n)s name stays watched.", "%(n)s names stay watched.", kept)
        % {"n": number(kept)},
    )


def _tell(request: DeskRequest, added: watchlist.Added) -> None:
    messages.success(
        request,
        ngettext("%(n)s name added.", "%(n)s names added.", added.new) % {"n": number(added.new)},
    )
    if added.known:
        messages.info(
            request,
            ngettext(
                "%(n)s was on the list already.", "%(n)s were on the list already.", added.known
            )
            % {"n": number(added.known)},
        )
    if added.refused:
        shown = " · ".join(line[:60] for line in added.refused[:_REFUSED_SHOWN])
        messages.warning(
            request,
            ngettext(
                "%(n)s line is no name that anyone could sign with: %(lines)s",
                "%(n)s lines are no names that anyone could sign with, such as: %(lines)s",
                len(added.refused),
            )
            % {"n": number(len(added.refused)), "lines": shown},
        )


def _is_id(raw: str) -> bool:
    return raw.isascii() and raw.isdigit() and len(raw) < 19
