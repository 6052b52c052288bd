"""Finding many signatures by one query, removing or holding them, and how far that has come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
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
)
from campaign.organizers.errors import CountsLater
from campaign.organizers.views.desk import counts_later
from campaign.pages import PageContext
from campaign.templatetags.locale_format import number
from signatures.errors import (
    BulkInWrongState,
    BulkOfStranger,
    MoreThanCounted,
    NobodyFits,
    OwnBulkDeed,
    ProposalExpired,
    QueryTooSlow,
    TooManyAtOnce,
    UnknownNetwork,
)
from signatures.forms.desk.bulk import BulkForm, QueryForm, in_words
from signatures.models import BulkAction, BulkDeed, BulkState, SignatureState
from signatures.moderation.bulk import asking, querying
from signatures.moderation.bulk.progress import is_moving
from signatures.moderation.bulk.progress import progress as progress_of

_ROWS = 20
_CHIPS = {
    BulkState.PROPOSED: "waiting",
    BulkState.RUNNING: "open",
    BulkState.DONE: "closed",
    BulkState.CANCELLED: "closed",
    BulkState.UNDOING: "waiting",
    BulkState.UNDONE: "closed",
}
_REFUSALS = (
    *(BulkInWrongState, BulkOfStranger, CountsLater, MoreThanCounted, NobodyFits, OwnBulkDeed),
    *(ProposalExpired, QueryTooSlow, TooManyAtOnce, UnknownNetwork),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    deed: BulkDeed
    chip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the query finds, as it is counted now."""

    counted: querying.Counted
    # What they are, in words, with how many of them.
    states: Sequence[tuple[str, int]]
    levels: Sequence[tuple[str, int]]
    # Of those who have not confirmed no names are shown.
    examples: Sequence[Any]
    needs_second: bool
    is_too_many: bool
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkContext(PageContext):
    about: AboutLetter
    query_form: QueryForm
    # All that was asked for, to be sent with the deed.
    typed: Mapping[str, str]
    found: Found | None
    form: BulkForm
    most_alone: int
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeedContext(PageContext):
    about: AboutLetter
    deed: BulkDeed
    chip: str
    query: Sequence[tuple[str, str]]
    again_query: str
    counts: Mapping[str, int]
    settled: int
    is_moving: bool
    has_expired: bool
    is_own: bool
    may_cancel: bool
    may_undo: bool


@desk_view("GET", "HEAD", "POST")
def bulk(request: DeskRequest, slug: str) -> HttpResponse:
    """A query and what it finds; with a POST the deed, about what was counted before."""
    letter = letter_to_vet(request, slug)
    is_post = request.method == "POST"
    sent = request.POST if is_post else request.GET
    query_form = QueryForm(sent if is_post or "count" in sent else None)
    form = BulkForm(request.POST if is_post else None)
    if is_post and query_form.is_valid() and form.is_valid():
        return _asked(request, letter, query_form, form)
    found = None
    if query_form.is_bound and query_form.is_valid():
        try:
            found = _found(letter, query_form)
        except (QueryTooSlow, UnknownNetwork) as refusal:
            query_form.add_error(None, _why_not(refusal))
    if found and not is_post:
        counted = found.counted
        form = BulkForm(
            initial={"counted": counted.total, "boundary": counted.boundary, "key": uuid4()}
        )
    context = BulkContext(
        about=about(letter),
        query_form=query_form,
        typed=query_form.typed() if found else {},
        found=found,
        form=form,
        most_alone=asking.MAX_ALONE,
        rows=[
            Row(deed=each, chip=_CHIPS[BulkState(each.state)])
            for each in BulkDeed.objects.filter(letter=letter)
            .select_related("asked_by", "approved_by")
            .order_by("-asked_at", "-pk")[:_ROWS]
        ],
    )
    status = 422 if is_post or query_form.errors else 200
    return desk_page(request, "signatures/desk/bulk/bulk.html", context, status=status)


@desk_view("GET", "HEAD", "POST")
def deed(request: DeskRequest, slug: str, deed_id: int) -> HttpResponse:
    letter = letter_to_vet(request, slug)
    found = _deed_of(letter, deed_id)
    if request.method == "POST":
        try:
            messages.success(request, _step(request, found))
        except _REFUSALS as refusal:
            messages.error(request, _why_not(refusal))
        return _see_other("desk_bulk_deed", slug, found.pk)
    counts = progress_of(deed=found)
    is_stopped = found.state in (BulkState.DONE, BulkState.CANCELLED)
    context = DeedContext(
        about=about(letter),
        deed=found,
        chip=_CHIPS[BulkState(found.state)],
        query=in_words(found.query),
        again_query=f"?{urlencode({**found.query, 'count': '1'})}",
        counts=counts,
        settled=found.total - counts["waiting"],
        is_moving=is_moving(deed=found),
        has_expired=asking.has_expired(deed=found, now=timezone.now()),
        is_own=found.asked_by_id == request.user.pk,
        may_cancel=found.state in (BulkState.PROPOSED, BulkState.RUNNING),
        may_undo=is_stopped and counts["done"] > 0,
    )
    return desk_page(request, "signatures/desk/bulk/deed.html", context)


@desk_view("GET", "HEAD")
def progress(request: DeskRequest, slug: str, deed_id: int) -> HttpResponse:
    found = _deed_of(letter_to_vet(request, slug), deed_id)
    return JsonResponse({"moving": is_moving(deed=found), **progress_of(deed=found)})


def _deed_of(letter: Letter, deed_id: int) -> BulkDeed:
    deeds = BulkDeed.objects.select_related("asked_by", "approved_by", "undone_by")
    found = get_object_or_404(deeds, letter=letter, pk=deed_id)
    found.letter = letter
    return found


def _found(letter: Letter, form: QueryForm) -> Found:
    counted = querying.count(letter=letter, query=form.query())
    now = timezone.now()
    shown = [each for each in counted.examples if each.state != SignatureState.PENDING]
    return Found(
        counted=counted,
        states=[(str(each.label), counted.by_state[each]) for each in querying.ACTED_UPON],
        levels=[
            (label, counted.by_level[int(level)])
            for level, label in form.fields["level"].choices  # type: ignore[attr-defined]
            if level and counted.by_level[int(level)]
        ],
        examples=shown,
        needs_second=asking.needs_second(
            letter=letter,
            total=counted.total,
            vetted=form.query().with_vetted and counted.vetted > 0,
            now=now,
        ),
        is_too_many=counted.total > asking.MAX_SIGNATURES,
        most=asking.MAX_SIGNATURES,
    )


def _asked(
    request: DeskRequest, letter: Letter, query_form: QueryForm, form: BulkForm
) -> HttpResponse:
    typed = form.cleaned_data
    try:
        made = asking.ask(
            letter=letter,
            organizer=request.user,
            action=BulkAction(typed["action"]),
            query=query_form.query(),
            typed=query_form.typed(),
            counted=typed["counted"],
            boundary=typed["boundary"],
            because=form.because_told,
            note=typed["note"],
            key=typed["key"],
            now=timezone.now(),
        )
    except _REFUSALS as refusal:
        messages.error(request, _why_not(refusal))
        again = urlencode({**query_form.typed(), "count": "1"})
        here = reverse("desk_bulk", args=[letter.slug])
        return HttpResponseRedirect(f"{here}?{again}", status=303)
    if made.state == BulkState.PROPOSED:
        messages.success(request, _("Nothing is done yet: a second organizer has to approve it."))
    else:
        messages.success(
            request,
            ngettext(
                "Begun: %(n)s signature, one after the other.",
                "Begun: %(n)s signatures, one after the other.",
                made.total,
            )
            % {"n": number(made.total)},
        )
    return _see_other("desk_bulk_deed", letter.slug, made.pk)


def _step(request: DeskRequest, found: BulkDeed) -> str:
    now = timezone.now()
    match request.POST.get("step"):
        case "approve":
            asking.approve(deed=found, organizer=request.user, now=now)
            return _("Approved. It is begun.")
        case "cancel":
            asking.cancel(deed=found, organizer=request.user, now=now)
            return _("Cancelled. What was done by then stays, and can be undone.")
        case "undo":
            asking.undo(deed=found, organizer=request.user)
            return _("It is being undone, but for what somebody has changed since.")
        case _:
            raise BulkInWrongState


def _why_not(refusal: Exception) -> str:
    if isinstance(refusal, CountsLater):
        return counts_later(refusal)
    return {
        BulkInWrongState: _("Nothing was done: somebody was faster. Here is how it stands now."),
        BulkOfStranger: _(
            "Nothing was done: the organizer who asked for it may not vet this letter any more."
        ),
        MoreThanCounted: _(
            "Nothing was done: more fit by now than you read. Here they are counted anew."
        ),
        NobodyFits: _("Nothing was done: no signature fits any more."),
        OwnBulkDeed: _("You asked for it: another organizer has to approve it."),
        ProposalExpired: _(
            "Nothing was done: it was asked for too long ago. Cancel it, and count anew."
        ),
        QueryTooSlow: _(
            "Counting takes too long. Say more of what you look for, such as a shorter time."
        ),
        TooManyAtOnce: _("More fit than one deed can be about. Say more of what you look for."),
        UnknownNetwork: _(
            "No signature has this number, or the network that it came from is forgotten by now."
        ),
    }[type(refusal)]


def _see_other(name: str, *args: object) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=args), status=303)
