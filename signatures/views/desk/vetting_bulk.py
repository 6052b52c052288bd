"""Deciding about many at once: first what would happen to each, then the deed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
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
from campaign.pages import PageContext
from campaign.templatetags.locale_format import number
from signatures.errors import AnotherMustApprove, ClaimedByAnother, DetailsChanged, NotWaiting
from signatures.forms.desk.vetting import BulkForm
from signatures.models import Authority, Verdict, Vetting, VettingState
from signatures.moderation import decisions
from signatures.moderation import queue as queueing
from signatures.names.lookalikes import look_alikes_in

MAX_SIGNATURES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """One of the chosen: what would happen, and what an eye could miss in a long list."""

    vetting: Vetting
    outcome: str
    look_alikes: list[str]
    # How many others of the letter bear the same name, listed or held.
    namesakes: int
    authority: Authority | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkContext(PageContext):
    about: AboutLetter
    form: BulkForm
    verdict: str
    foreseen: Sequence[Foreseen]
    counted: Counter[str]


@desk_view("POST")
def bulk(request: DeskRequest, slug: str) -> HttpResponse:
    """Preview without `confirmed`; with it, each is decided by itself and told as a sum. All of it
    is one deed, which is undone by one press."""
    letter = letter_to_vet(request, slug)
    chosen = _chosen(request, letter)
    if not chosen:
        messages.error(request, _("Choose at least one signature that waits."))
        return _to_queue(slug)
    form = BulkForm(request.POST)
    confirmed = "confirmed" in request.POST
    if confirmed and form.is_valid():
        _tell(request, _decide_all(request, chosen, form))
        return _to_queue(slug)
    if not confirmed:
        form = BulkForm(initial=request.POST.dict())
    verdict = request.POST.get("verdict", "")
    if verdict not in decisions.BULK:
        messages.error(request, _("Choose whether to approve, to hold or to reject."))
        return _to_queue(slug)
    foreseen = decisions.foresee(
        vettings=[vetting for vetting, _seen in chosen], organizer=request.user, verdict=verdict
    )
    signatures = [vetting.signature for vetting, _outcome in foreseen]
    namesakes = queueing.namesakes(letter=letter, signatures=signatures)
    authorities = {
        each.signature_id: each for each in Authority.objects.filter(signature__in=signatures)
    }
    context = BulkContext(
        about=about(letter),
        form=form,
        verdict=verdict,
        foreseen=[
            Foreseen(
                vetting=vetting,
                outcome=outcome,
                look_alikes=look_alikes_in(vetting.signature.name),
                namesakes=namesakes[vetting.signature.pk],
                authority=authorities.get(vetting.signature.pk),
            )
            for vetting, outcome in foreseen
        ],
        counted=Counter(outcome for _vetting, outcome in foreseen),
    )
    return desk_page(
        request, "signatures/desk/vetting/bulk.html", context, status=422 if confirmed else 200
    )


def _chosen(request: DeskRequest, letter: Letter) -> list[tuple[Vetting, int]]:
    """The rows that were ticked, each with the revision that its organizer read."""
    ticked: dict[str, int] = {}
    for value in request.POST.getlist("chosen")[:MAX_SIGNATURES]:
        public_id, _colon, revision = value.partition(":")
        if (
            revision.isascii()
            and revision.isdigit()
            and len(revision) < 10
            and "\0" not in public_id
        ):
            ticked[public_id] = int(revision)
    found = Vetting.objects.filter(
        letter=letter, signature__public_id__in=ticked, state__in=VettingState.open()
    ).select_related("signature", "watched", "claimed_by")
    return [
        (vetting, ticked[vetting.signature.public_id])
        for vetting in found.order_by("-risk", "opened_at", "pk")
    ]


def _decide_all(
    request: DeskRequest, chosen: list[tuple[Vetting, int]], form: BulkForm
) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    verdict = form.cleaned_data["verdict"]
    deed = uuid4()
    for vetting, expected_revision in chosen:
        told: dict[str, Any] = {
            "vetting": vetting,
            "organizer": request.user,
            "expected_revision": expected_revision,
            "reason": form.cleaned_data["reason"],
            "deed": deed,
        }
        try:
            if verdict == Verdict.APPROVE:
                outcomes[decisions.approve(**told)] += 1
            elif verdict == Verdict.HOLD:
                decisions.hold(**told)
                outcomes[VettingState.KEPT] += 1
            else:
                decisions.reject(**told, message=form.cleaned_data["message"])
                outcomes[VettingState.REJECTED] += 1
        except (NotWaiting, ClaimedByAnother, AnotherMustApprove, CountsLater, DetailsChanged):
            outcomes["left"] += 1
    return outcomes


def _tell(request: DeskRequest, outcomes: Counter[str]) -> None:
    for outcome, count in outcomes.items():
        sentence = {
            VettingState.APPROVED: ngettext("%(n)s approved.", "%(n)s approved.", count),
            VettingState.SECONDED: ngettext(
                "%(n)s waits for a second organizer.", "%(n)s wait for a second organizer.", count
            ),
            VettingState.KEPT: ngettext(
                "%(n)s put aside; it stays held.", "%(n)s put aside; they stay held.", count
            ),
            VettingState.REJECTED: ngettext("%(n)s rejected.", "%(n)s rejected.", count),
            "left": ngettext(
                "%(n)s was left as it is: it changed, or somebody else is at it.",
                "%(n)s were left as they are: they changed, or somebody else is at them.",
                count,
            ),
        }[outcome]
        say = messages.warning if outcome == "left" else messages.success
        say(request, sentence % {"n": number(count)})


def _to_queue(slug: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk_vetting", args=[slug]), status=303)
