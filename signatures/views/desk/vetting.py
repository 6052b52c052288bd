"""The vetting desk: the queue, one signature, and what is decided about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
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
from signatures.denial import denials
from signatures.errors import (
    AnotherMustApprove,
    ClaimedByAnother,
    DetailsChanged,
    NothingToUndo,
    NotWaiting,
)
from signatures.forms.desk.vetting import DecisionForm, QueueForm
from signatures.models import Decision, Recheck, Signature, SignatureState, Vetting, VettingState
from signatures.moderation import approvals, decisions, resemblance
from signatures.moderation import queue as queueing
from signatures.moderation import undo as undoing
from signatures.names.lookalikes import look_alikes_in
from signatures.verification import attested
from signatures.views.desk.signature_context import SignatureContext, beside, whole_address

RECHECKS_SHOWN = 50
_DECIDING = ("approve", "lift", "hold", "reject")


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueContext(PageContext):
    about: AboutLetter
    filter_form: QueueForm
    filtered: bool
    rows: Sequence[Vetting]
    can_decide: bool
    next_url: str | None
    first_url: str | None
    rechecks: Iterable[Recheck]
    pace: queueing.Pace
    denials: int
    undoable: Sequence[Decision]


@desk_view("GET", "HEAD")
def queue(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_vet(request, slug)
    form = QueueForm(request.GET)
    filters = form.filters()
    after = whole_number(request.GET.get("after", ""))
    page = queueing.page(letter=letter, filters=filters, after=after)
    names = ("q", "state", "reason", "precaution")
    asked = {name: value for name in names if (value := getattr(filters, name))}
    here = reverse("desk_vetting", args=[slug])
    context = QueueContext(
        about=about(letter),
        filter_form=form,
        filtered=bool(asked),
        rows=page.rows,
        can_decide=filters.state not in queueing.DECIDED,
        next_url=f"{here}?{urlencode(asked | {'after': page.next})}" if page.next else None,
        first_url=(f"{here}?{urlencode(asked)}" if asked else here) if after else None,
        rechecks=() if after else attested.to_look_at(letter=letter)[:RECHECKS_SHOWN],
        pace=queueing.pace(letter=letter),
        denials=denials(letter_id=letter.pk),
        undoable=undoing.undoable(letter=letter, organizer=request.user),
    )
    return desk_page(request, "signatures/desk/vetting/queue.html", context)


@desk_view("GET", "HEAD", "POST")
def one(request: DeskRequest, slug: str, public_id: str) -> HttpResponse:
    """One that waits. Opening it is a lease of five minutes, which runs out by itself."""
    letter = letter_to_vet(request, slug)
    confirmed_once = Signature.objects.exclude(state=SignatureState.PENDING)
    signature = get_object_or_404(confirmed_once, letter=letter, public_id=public_id)
    signature.letter = letter
    vetting = (
        Vetting.objects.select_related("watched", "precaution", "claimed_by")
        .filter(signature=signature)
        .first()
    )
    action = request.POST.get("action", "")
    if vetting is None or not queueing.is_waiting(signature=signature):
        if action in _DECIDING:
            messages.error(request, refusal(NotWaiting()))
        return redirect("desk_signature", slug, public_id)
    if action in _DECIDING:
        return _decide(request, letter, signature, vetting, action)
    if action == "see":
        email = whole_address(request, signature)
        return _page(request, letter, signature, vetting, email=email)
    if request.method == "GET":
        queueing.claim(vetting=vetting, organizer=request.user)
    status = 422 if request.method == "POST" else 200
    return _page(request, letter, signature, vetting, status=status)


@desk_view("POST")
def next_one(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_vet(request, slug)
    after = Vetting.objects.filter(
        letter=letter, signature__public_id=request.POST.get("after", "").replace("\0", "")
    ).first()
    return _to_next(request, letter, after)


@desk_view("POST")
def undo(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_vet(request, slug)
    try:
        undone = undoing.undo_last(letter=letter, organizer=request.user)
    except NothingToUndo:
        messages.error(
            request,
            _("There is nothing to undo: only your own decisions of the last ten minutes can be."),
        )
        return _see_other("desk_vetting", slug)
    if undone.left:
        messages.warning(
            request,
            ngettext(
                "%(n)s of them was left as it is: something happened to it since.",
                "%(n)s of them were left as they are: something happened to them since.",
                undone.left,
            )
            % {"n": number(undone.left)},
        )
    if len(undone.vettings) > 1 or undone.left:
        count = len(undone.vettings)
        messages.success(
            request,
            ngettext("Undone: %(n)s waits again.", "Undone: %(n)s wait again.", count)
            % {"n": number(count)},
        )
        return _see_other("desk_vetting", slug)
    messages.success(request, _("Undone. It waits again."))
    return _see_other("desk_vet", slug, undone.vettings[0].signature.public_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class VettingContext(PageContext):
    about: AboutLetter
    beside: SignatureContext
    vetting: Vetting
    form: DecisionForm
    look_alikes: Sequence[str]
    resemblance: Sequence[tuple[Any, Any]]
    taken: bool
    needs_second: bool
    was_first: bool
    counts_later: CountsLater | None
    left: int
    previous: Vetting | None
    undoable: Sequence[Decision]
    email: str


def _page(
    request: DeskRequest,
    letter: Letter,
    signature: Signature,
    vetting: Vetting,
    *,
    form: DecisionForm | None = None,
    status: int = 200,
    email: str = "",
) -> HttpResponse:
    taken = queueing.is_claimed_by_another(vetting=vetting, organizer=request.user)
    vetting.signature = signature
    approved_by = approvals.of(vetting=vetting)
    was_first = request.user.pk in approved_by
    context = VettingContext(
        about=about(letter),
        beside=beside(signature, private=True),
        vetting=vetting,
        form=form or DecisionForm(initial={"seen": signature.revision}),
        look_alikes=look_alikes_in(signature.name),
        resemblance=resemblance.told(signature=signature, vetting=vetting),
        taken=taken,
        needs_second=decisions.needs_two(vetting=vetting) and not approved_by - {request.user.pk},
        was_first=was_first,
        counts_later=decisions.counts_later(vetting=vetting, organizer=request.user),
        left=queueing.waiting(letter=letter),
        previous=queueing.previous(letter=letter, before=vetting),
        undoable=undoing.undoable(letter=letter, organizer=request.user),
        email=email,
    )
    return desk_page(request, "signatures/desk/vetting/one.html", context, status=status)


def _decide(
    request: DeskRequest, letter: Letter, signature: Signature, vetting: Vetting, action: str
) -> HttpResponse:
    form = DecisionForm(request.POST, action=action)
    if not form.is_valid():
        return _page(request, letter, signature, vetting, form=form, status=422)
    expected_revision, reason = form.cleaned_data["seen"], form.cleaned_data["reason"]
    try:
        if action in ("approve", "lift"):
            state = decisions.approve(
                vetting=vetting,
                organizer=request.user,
                expected_revision=expected_revision,
                reason=reason,
                lift=action == "lift",
            )
            said = (
                _("Approved by you: %(name)s. A second organizer must approve it, too.")
                if state == VettingState.SECONDED
                else _("Approved: %(name)s.")
            )
        elif action == "hold":
            decisions.hold(
                vetting=vetting,
                organizer=request.user,
                expected_revision=expected_revision,
                reason=reason,
            )
            said = _("Put aside: %(name)s stays held.")
        else:
            decisions.reject(
                vetting=vetting,
                organizer=request.user,
                expected_revision=expected_revision,
                reason=reason,
                message=form.cleaned_data["message"],
            )
            said = _("Rejected: %(name)s.")
    except DetailsChanged:
        signature.refresh_from_db()
        vetting.refresh_from_db()
        form.refuse_changed(revision=signature.revision)
        return _page(request, letter, signature, vetting, form=form, status=422)
    except (NotWaiting, ClaimedByAnother, AnotherMustApprove, CountsLater) as error:
        messages.error(request, refusal(error))
        return _see_other("desk_vet", letter.slug, signature.public_id)
    # The name keeps its own direction within the sentence.
    messages.success(request, said % {"name": f"\u2068{signature.name}\u2069"})
    return _to_next(request, letter, vetting)


def refusal(error: Exception) -> str:
    """Why a decision was not taken, for the organizer who wanted it."""
    if isinstance(error, ClaimedByAnother):
        return _("Another organizer has opened this signature and is at it.")
    if isinstance(error, AnotherMustApprove):
        return _("You have approved this one already: a second organizer must, too.")
    if isinstance(error, CountsLater):
        return counts_later(error)
    return _("It does not wait any more: somebody has decided, or the signer withdrew.")


def _to_next(request: DeskRequest, letter: Letter, after: Vetting | None) -> HttpResponse:
    found = queueing.next_unclaimed(letter=letter, organizer=request.user, after=after)
    if found is None:
        messages.info(request, _("Nothing else waits for you."))
        return _see_other("desk_vetting", letter.slug)
    return _see_other("desk_vet", letter.slug, found.signature.public_id)


def _see_other(name: str, *args: str) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=args), status=303)
