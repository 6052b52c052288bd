"""The vetting desk: the queue, one signature, and what is decided about it."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from campaign.letters.models import Letter
from campaign.letters.texts import draft_text, main_translation, published_texts
from campaign.letters.views.desk import DeskRequest, desk_page, desk_view, letter_to_vet
from campaign.organizers import audit
from signatures.errors import (
    AnotherMustApprove,
    ClaimedByAnother,
    DetailsChanged,
    NotConfirmed,
    NothingToUndo,
    NotWaiting,
)
from signatures.models import (
    Proof,
    ProofState,
    Signature,
    SignatureState,
    Vetting,
    VettingState,
)
from signatures.moderation import deciding, lifting, undoing
from signatures.moderation import queue as queueing
from signatures.moderation.forms import LISTED, CallBackForm, DecisionForm, QueueForm, VetForm
from signatures.moderation.skeleton import look_alikes_in
from signatures.press import listing

_DECIDING = ("approve", "lift", "hold", "reject")
_UNLIKELY_ID = 2**62


@desk_view("GET", "HEAD")
def queue(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_vet(request, slug)
    form = QueueForm(request.GET)
    filters = form.filters()
    after = _number(request.GET.get("after", ""))
    listed: Sequence[Signature] = ()
    rows: Sequence[Vetting] = ()
    if filters.state == LISTED:
        found = listing.page(letter=letter, filters=listing.Filters(q=filters.q), after=after)
        listed, following = found.rows, found.next
    else:
        page = queueing.page(letter=letter, filters=filters, after=after)
        rows, following = page.rows, page.next
    asked = {name: value for name in ("q", "state", "reason") if (value := getattr(filters, name))}
    here = reverse("desk_vetting", args=[slug])
    context = about(letter) | {
        "filter_form": form,
        "filtered": bool(asked),
        "rows": rows,
        "listed": listed,
        "can_decide": filters.state not in (*queueing.DECIDED, LISTED),
        "next_url": f"{here}?{urlencode(asked | {'after': following})}" if following else None,
        "first_url": (f"{here}?{urlencode(asked)}" if asked else here) if after else None,
        "pace": queueing.pace(letter=letter),
        "undoable": undoing.undoable(letter=letter, organizer=request.user),
    }
    return desk_page(request, "signatures/vetting/queue.html", context)


@desk_view("GET", "HEAD", "POST")
def one(request: DeskRequest, slug: str, public_id: str) -> HttpResponse:
    """One signature. Opening it is a lease of five minutes, which runs out by itself."""
    letter = letter_to_vet(request, slug)
    confirmed_once = Signature.objects.exclude(state=SignatureState.PENDING)
    signature = get_object_or_404(confirmed_once, letter=letter, public_id=public_id)
    signature.letter = letter
    vetting = (
        Vetting.objects.select_related("watched", "claimed_by").filter(signature=signature).first()
    )
    if request.method != "POST":
        if vetting is not None and request.method == "GET":
            queueing.claim(vetting=vetting, organizer=request.user)
        return _page(request, letter, signature, vetting)
    action = request.POST.get("action", "")
    if action == "see":
        return _see(request, letter, signature, vetting)
    if action in _DECIDING and vetting is not None:
        return _decide(request, letter, signature, vetting, action)
    if action in ("vet", "call_back"):
        return _attest(request, letter, signature, vetting, action)
    return _page(request, letter, signature, vetting, status=422)


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
        vetting = undoing.undo_last(letter=letter, organizer=request.user)
    except NothingToUndo:
        messages.error(
            request,
            _("There is nothing to undo: only your own decisions of the last ten minutes can be."),
        )
        return _see_other("desk_vetting", slug)
    messages.success(request, _("Undone. It waits again."))
    return _see_other("desk_vet", slug, vetting.signature.public_id)


def about(letter: Letter) -> dict[str, Any]:
    """What every vetting page shows of its letter."""
    published = published_texts(letter=letter)[:1]
    return {
        "letter": letter,
        "translation": main_translation(*published, *filter(None, [draft_text(letter=letter)])),
    }


def _page(
    request: DeskRequest,
    letter: Letter,
    signature: Signature,
    vetting: Vetting | None,
    *,
    forms: dict[str, Any] | None = None,
    status: int = 200,
    email: str = "",
) -> HttpResponse:
    is_open = vetting is not None and vetting.state in VettingState.open()
    taken = vetting is not None and queueing.is_claimed_by_another(
        vetting=vetting, organizer=request.user
    )
    forms = {
        "form": DecisionForm(initial={"seen": signature.revision}),
        "vet_form": VetForm(),
        "call_back_form": CallBackForm(),
    } | (forms or {})
    proofs = Proof.objects.filter(signature=signature).exclude(state=ProofState.STARTED)
    context = about(letter) | {
        "signature": signature,
        "vetting": vetting,
        "look_alikes": look_alikes_in(signature.name),
        "is_open": is_open,
        "taken": is_open and taken,
        "needs_second": vetting is not None
        and is_open
        and deciding.needs_two(vetting=vetting)
        and deciding.first_approver(vetting=vetting) in (None, request.user.pk),
        "was_first": vetting is not None
        and deciding.first_approver(vetting=vetting) == request.user.pk,
        "is_confirmed": signature.state == SignatureState.CONFIRMED,
        "proofs": proofs.select_related("organizer").order_by("proved_at", "pk"),
        "duplicates": queueing.duplicates_of(signature=signature),
        "decisions": (
            vetting.decisions.select_related("organizer").order_by("-pk") if vetting else ()
        ),
        "previous": queueing.previous(letter=letter, before=vetting) if vetting else None,
        "undoable": undoing.undoable(letter=letter, organizer=request.user),
        "email": email,
        "errors": any(form.errors for form in forms.values() if form.is_bound),
        **forms,
    }
    return desk_page(request, "signatures/vetting/one.html", context, status=status)


def _see(
    request: DeskRequest, letter: Letter, signature: Signature, vetting: Vetting | None
) -> HttpResponse:
    """The whole address, once, and a line in the audit trail that says who looked."""
    with transaction.atomic():
        audit.record(
            team=letter.team,
            organizer=request.user,
            action="see_email",
            subject=f"signature {signature.public_id}",
        )
    return _page(request, letter, signature, vetting, email=signature.email)


def _decide(
    request: DeskRequest, letter: Letter, signature: Signature, vetting: Vetting, action: str
) -> HttpResponse:
    form = DecisionForm(request.POST, action=action)
    if not form.is_valid():
        return _page(request, letter, signature, vetting, forms={"form": form}, status=422)
    seen, reason = form.cleaned_data["seen"], form.cleaned_data["reason"]
    try:
        if action in ("approve", "lift"):
            state = deciding.approve(
                vetting=vetting,
                organizer=request.user,
                seen=seen,
                reason=reason,
                lift=action == "lift",
            )
            said = (
                _("Approved by you. A second organizer must approve it, too.")
                if state == VettingState.SECONDED
                else _("Approved.")
            )
        elif action == "hold":
            deciding.hold(vetting=vetting, organizer=request.user, seen=seen, reason=reason)
            said = _("Put aside. It stays held.")
        else:
            deciding.reject(
                vetting=vetting,
                organizer=request.user,
                seen=seen,
                reason=reason,
                message=form.cleaned_data["message"],
            )
            said = _("Rejected.")
    except (NotWaiting, ClaimedByAnother, AnotherMustApprove, DetailsChanged) as error:
        messages.error(request, refusal(error))
        return _see_other("desk_vet", letter.slug, signature.public_id)
    messages.success(request, said)
    return _to_next(request, letter, vetting)


def _attest(
    request: DeskRequest,
    letter: Letter,
    signature: Signature,
    vetting: Vetting | None,
    action: str,
) -> HttpResponse:
    is_vetting = action == "vet"
    form: Any = VetForm(request.POST) if is_vetting else CallBackForm(request.POST)
    if not form.is_valid():
        forms = {"vet_form" if is_vetting else "call_back_form": form}
        return _page(request, letter, signature, vetting, forms=forms, status=422)
    try:
        if is_vetting:
            lifting.vet(
                signature=signature,
                organizer=request.user,
                evidence=form.cleaned_data["evidence"],
            )
        else:
            lifting.record_call_back(signature=signature, organizer=request.user, how=form.note)
    except NotConfirmed:
        messages.error(request, _("Only a signature that is confirmed and public can be lifted."))
    else:
        messages.success(request, _("Written down; the level follows."))
    return _see_other("desk_vet", letter.slug, signature.public_id)


def refusal(error: Exception) -> str:
    """Why a decision was not taken, for the organizer who wanted it."""
    if isinstance(error, ClaimedByAnother):
        return _("Another organizer has opened this signature and is at it.")
    if isinstance(error, AnotherMustApprove):
        return _("You have approved this one already: a second organizer must, too.")
    if isinstance(error, DetailsChanged):
        return _("The signer changed their details meanwhile. Please look once more.")
    return _("It does not wait any more: somebody has decided, or the signer withdrew.")


def _to_next(request: DeskRequest, letter: Letter, after: Vetting | None) -> HttpResponse:
    found = queueing.next_unclaimed(letter=letter, organizer=request.user, after=after)
    if found is None:
        messages.info(request, _("Nothing else waits for you."))
        return _see_other("desk_vetting", letter.slug)
    return _see_other("desk_vet", letter.slug, found.signature.public_id)


def _number(raw: str) -> int | None:
    if raw.isascii() and raw.isdigit() and len(raw) < 19 and 0 < int(raw) < _UNLIKELY_ID:
        return int(raw)
    return None


def _see_other(name: str, *args: str) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=args), status=303)
