"""A letter's embargo: its hour, for owners, and the reporters who may read before it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaign.letters import embargo as embargoes
from campaign.letters import errors, reporters
from campaign.letters.embargo_forms import EmbargoForm, ReporterForm, hour_seen
from campaign.letters.models import Letter, LetterState, Reporter
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_brief,
    may_run,
)
from campaign.pages import PageContext


@dataclass(frozen=True, slots=True)
class ReporterRow:
    reporter: Reporter
    # Empty where it lets nobody in any more.
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbargoContext(PageContext):
    about: AboutLetter
    is_draft: bool
    is_hidden: bool
    may_run: bool
    form: EmbargoForm
    reporter_form: ReporterForm
    rows: Sequence[ReporterRow]
    errors: bool


@desk_view("GET", "HEAD", "POST")
def embargo(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_brief(request, slug)
    if request.method != "POST":
        return _page(request, letter)
    _require_owner(request, letter)
    form = EmbargoForm(request.POST, letter=letter)
    if not form.is_valid():
        return _page(request, letter, form=form, status=422)
    until = form.cleaned_data["embargo_until"]

    def move() -> str:
        embargoes.set_hour(
            letter=letter,
            organizer=request.user,
            until=until,
            expected_until=form.expected_until,
            now=timezone.now(),
        )
        return _("Saved.")

    return _told(request, letter, move)


@desk_view("POST")
def end(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_brief(request, slug)
    _require_owner(request, letter)

    def end_it() -> str:
        seen = hour_seen(request.POST.get("seen", ""))
        if seen is None:
            raise errors.EmbargoChanged
        embargoes.open_now(
            letter=letter, organizer=request.user, expected_until=seen, now=timezone.now()
        )
        return _("The embargo is over: everyone can read the letter now.")

    return _told(request, letter, end_it)


@desk_view("POST")
def reporter_new(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_brief(request, slug)
    form = ReporterForm(request.POST)
    if not form.is_valid():
        return _page(request, letter, reporter_form=form, status=422)

    def add() -> str:
        added = reporters.add(
            letter=letter,
            organizer=request.user,
            **form.cleaned_data,
            language=get_language() or "en",
            now=timezone.now(),
        )
        if added.email:
            return _("Added. The link is being sent.")
        return _("Added. Copy the link below, and pass it on yourself.")

    return _told(request, letter, add)


@desk_view("POST")
def reporter_cut_off(request: DeskRequest, slug: str, reporter_id: int) -> HttpResponse:
    letter = letter_to_brief(request, slug)
    reporter = get_object_or_404(
        Reporter.objects.select_related("letter__team"), letter=letter, pk=reporter_id
    )

    def cut_off() -> str:
        reporters.cut_off(reporter=reporter, organizer=request.user, now=timezone.now())
        return _("Cut off. The link lets nobody in any more.")

    return _told(request, letter, cut_off)


def _require_owner(request: DeskRequest, letter: Letter) -> None:
    if not may_run(request, letter):
        raise Http404


def _told(request: DeskRequest, letter: Letter, step: Callable[[], str]) -> HttpResponse:
    """Back to the page, with what the step says or why nothing was done."""
    try:
        messages.success(request, step())
    except errors.EmbargoChanged:
        messages.error(request, _("Somebody moved the hour meanwhile. Look at it again."))
    except errors.EmbargoOver:
        messages.error(
            request,
            _("The letter is public, or will be within a minute: it cannot be hidden again."),
        )
    except errors.EmbargoHourPassed:
        messages.error(request, _("This time has passed: choose a later one."))
    except errors.NotPublished:
        messages.error(request, _("Publish the letter first: reporters read its final text."))
    except errors.TooManyReporters:
        messages.error(request, _("A letter has at most 200 named reporters."))
    return HttpResponseRedirect(reverse("desk_embargo", args=[letter.slug]), status=303)


def _page(
    request: DeskRequest,
    letter: Letter,
    *,
    form: EmbargoForm | None = None,
    reporter_form: ReporterForm | None = None,
    status: int = 200,
) -> HttpResponse:
    is_hidden = letter.state != LetterState.DRAFT and letter.is_under_embargo
    found = Reporter.objects.filter(letter=letter).order_by("-pk")

    def is_let_in(reporter: Reporter) -> bool:
        return is_hidden and reporters.is_let_in(reporter, now=timezone.now())

    context = EmbargoContext(
        about=about(letter),
        is_draft=letter.state == LetterState.DRAFT,
        is_hidden=is_hidden,
        may_run=may_run(request, letter),
        form=form or EmbargoForm(letter=letter),
        reporter_form=reporter_form or ReporterForm(),
        rows=[
            ReporterRow(each, reporters.link_for(each) if is_let_in(each) else "") for each in found
        ],
        errors=status == 422,
    )
    return desk_page(request, "campaign/letters/embargo.html", context, status=status)
