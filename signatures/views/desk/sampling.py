"""Audits by sample at the desk: announcing one, and writing down what was said on the telephone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign.letters.models import Letter
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_change,
    letter_to_see,
    letter_to_vet,
    may_change,
    may_vet,
)
from campaign.pages import PageContext
from campaign.templatetags.locale_format import number
from signatures.errors import (
    AuditRunning,
    DetailsChanged,
    LetterNotOpen,
    LinkUnknown,
    RecordBusy,
)
from signatures.forms.desk.sampling import AnnounceForm, CallForm
from signatures.models import MAX_SAMPLE, MIN_SAMPLE, SampleAudit, SampleQuestion
from signatures.sampling import announcing, answering, drawing, results


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditsDeskContext(PageContext):
    about: AboutLetter
    running: SampleAudit | None
    ended: Sequence[SampleAudit]
    may_announce: bool
    # Whom who may vet can call.
    to_call: QuerySet[SampleQuestion]
    form: AnnounceForm
    errors: bool
    least: int
    most: int
    draw_after: timedelta
    days: int


@desk_view("GET", "HEAD", "POST")
def audits(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_see(request, slug)
    form = AnnounceForm()
    if request.method == "POST":
        letter = letter_to_change(request, slug)
        form = AnnounceForm(request.POST)
        if form.is_valid() and _announce(request, letter, form):
            return HttpResponseRedirect(reverse("desk_audits", args=[slug]), status=303)
    running = answering.running(letter=letter)
    nobody = SampleQuestion.objects.none()
    may_call = running is not None and may_vet(request, letter)
    context = AuditsDeskContext(
        about=about(letter),
        running=running,
        ended=[each for each in results.audits(letter=letter) if each.ended_at],
        may_announce=may_change(request, letter),
        to_call=(
            answering.to_call(running=running, now=timezone.now())
            if running and may_call
            else nobody
        ),
        form=form,
        errors=bool(form.errors),
        least=MIN_SAMPLE,
        most=MAX_SAMPLE,
        draw_after=drawing.DRAW_AFTER,
        days=announcing.TIME_TO_ANSWER.days,
    )
    status = 422 if form.errors else 200
    return desk_page(request, "signatures/desk/audits/audits.html", context, status=status)


@desk_view("POST")
def call(request: DeskRequest, slug: str, question_id: int) -> HttpResponse:
    letter = letter_to_vet(request, slug)
    related = SampleQuestion.objects.select_related("audit", "signature")
    question = get_object_or_404(related, pk=question_id, audit__letter=letter)
    form = CallForm(request.POST)
    if form.is_valid():
        _record_call(request, question, form)
    return HttpResponseRedirect(reverse("desk_audits", args=[slug]), status=303)


def _announce(request: DeskRequest, letter: Letter, form: AnnounceForm) -> bool:
    try:
        announced = announcing.announce(
            letter=letter,
            organizer=request.user,
            sample_size=form.cleaned_data["sample"],
            now=timezone.now(),
        )
    except AuditRunning:
        form.add_error(None, _("An audit was announced already. The next one waits for its end."))
    except LetterNotOpen:
        form.add_error(None, _("The letter is not public yet, so nobody has signed it."))
    except RecordBusy:
        form.add_error(None, _("Nobody counts in the letter’s record yet."))
    else:
        said = _("Audit %(n)s is announced, and public.")
        messages.success(request, said % {"n": number(announced.number)})
        return True
    return False


def _record_call(request: DeskRequest, question: SampleQuestion, form: CallForm) -> None:
    try:
        is_written = answering.record_call(
            question=question,
            organizer=request.user,
            is_signed=form.cleaned_data["answer"] == "yes",
            expected_revision=form.cleaned_data["revision"],
            now=timezone.now(),
        )
    except DetailsChanged:
        messages.error(
            request, _("The signer changed their details meanwhile. Please look once more.")
        )
    except LinkUnknown:
        messages.error(request, _("This signature is not the one that was drawn any more."))
    else:
        if is_written:
            messages.success(request, _("Written down. Who answered what is not public."))
        else:
            messages.error(request, _("It was answered meanwhile, or the time is over."))
