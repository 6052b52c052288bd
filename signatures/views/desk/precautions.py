"""What stands out among those who sign, and holding such signatures from now on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
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
    recorded,
)
from campaign.pages import PageContext
from campaign.parsing import whole_number
from campaign.templatetags.locale_format import number
from signatures.errors import NothingInCommon, PrecautionOver
from signatures.forms.desk.precautions import DomainForm
from signatures.models import Precaution, Trait
from signatures.moderation import bursts
from signatures.moderation import precautions as holding

SPANS = tuple(timedelta(minutes=minutes) for minutes in (10, 60, 24 * 60))
_USUAL_SPAN = SPANS[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    within: timedelta
    minutes: int
    is_shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    precaution: Precaution
    held: holding.Held
    in_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PrecautionsContext(PageContext):
    about: AboutLetter
    spans: Sequence[Span]
    lately: bursts.Lately
    usual: int
    rows: Sequence[Row]
    form: DomainForm


@desk_view("GET", "HEAD", "POST")
def precautions(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_vet(request, slug)
    now = timezone.now()
    form = DomainForm(request.POST if "domain" in request.POST else None)
    if request.method == "POST" and (form.is_valid() or not form.is_bound):
        if form.is_bound:
            _hold_domain(request, letter, form, now)
        elif request.POST.get("action") == "stop":
            _stop(request, letter, now)
        else:
            _begin(request, letter, now)
        return HttpResponseRedirect(reverse("desk_precautions", args=[slug]), status=303)
    within = _span(request)
    lately = bursts.lately(letter=letter, within=within, now=now)
    context = PrecautionsContext(
        about=about(letter),
        spans=[
            Span(within=each, minutes=each // timedelta(minutes=1), is_shown=each == within)
            for each in SPANS
        ],
        lately=lately,
        usual=round(lately.usual),
        rows=list(_rows(letter, now)),
        form=form,
    )
    status = 422 if form.errors else 200
    return desk_page(request, "signatures/desk/vetting/precautions.html", context, status=status)


def _span(request: DeskRequest) -> timedelta:
    minutes = whole_number(request.GET.get("within", ""))
    return next((each for each in SPANS if each == timedelta(minutes=minutes or 0)), _USUAL_SPAN)


def _rows(letter: Letter, now: datetime) -> Iterator[Row]:
    held = holding.held_by(letter=letter)
    standing = set(holding.in_force(now=now).filter(letter=letter).values_list("pk", flat=True))
    for each in holding.of_letter(letter=letter):
        yield Row(
            precaution=each,
            held=held.get(each.pk, holding.Held()),
            in_force=each.pk in standing,
        )


def _begin(request: DeskRequest, letter: Letter, now: datetime) -> None:
    trait = request.POST.get("trait", "")
    if trait not in Trait.values:
        messages.error(request, _("Choose what to hold."))
        return
    like, _colon, revision = request.POST.get("like", "").replace("\0", "").partition(":")
    try:
        with recorded(request, letter, "begin_precaution"):
            holding.begin(
                letter=letter,
                trait=Trait(trait),
                like=like,
                expected_revision=whole_number(revision, most=2**31 - 1) or 0,
                organizer=request.user,
                now=now,
            )
    except NothingInCommon:
        messages.error(
            request,
            _("That signature is gone or was changed meanwhile. Look at what stands out now."),
        )
        return
    messages.success(
        request, _("Held from now on, within a few seconds, and for a day at most. Stop it below.")
    )


def _hold_domain(request: DeskRequest, letter: Letter, form: DomainForm, now: datetime) -> None:
    with recorded(request, letter, "begin_precaution"):
        domain = holding.hold_domain(
            letter=letter, domain=form.cleaned_data["domain"], organizer=request.user, now=now
        )
    said = _("Addresses of %(domain)s are held from now on, until somebody stops it.")
    messages.success(request, said % {"domain": f"\u2068{domain}\u2069"})


def _stop(request: DeskRequest, letter: Letter, now: datetime) -> None:
    precaution_id = whole_number(request.POST.get("precaution", "")) or 0
    try:
        with recorded(request, letter, "stop_precaution"):
            holding.stop(
                letter=letter, precaution_id=precaution_id, organizer=request.user, now=now
            )
    except PrecautionOver:
        messages.info(request, _("It was over already."))
        return
    waiting = holding.held_by(letter=letter).get(precaution_id, holding.Held()).waiting
    messages.success(
        request,
        ngettext(
            "Stopped. %(n)s that it held waits still, until you approve it.",
            "Stopped. %(n)s that it held wait still, until you approve them.",
            waiting,
        )
        % {"n": number(waiting)},
    )
