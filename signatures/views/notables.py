"""Who is named first, in the order that organizers drag or type."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from campaign.letters.models import Letter
from campaign.letters.views.desk import DeskRequest, desk_page, desk_view, letter_to_curate
from signatures.models import Notable
from signatures.moderation import pinning
from signatures.views.beside import about


@desk_view("GET", "HEAD", "POST")
def notables(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_curate(request, slug)
    if request.method == "POST":
        if "remove" in request.POST:
            _remove(request, letter)
        else:
            _reorder(request, letter)
        return HttpResponseRedirect(reverse("desk_notables", args=[slug]), status=303)
    rows = list(pinning.pinned(letter=letter))
    context = about(letter) | {
        "rows": [(row, _name_of(row), pinning.is_notable(signature=row.signature)) for row in rows],
        "order": ",".join(str(row.pk) for row in rows),
    }
    return desk_page(request, "signatures/curating/notables.html", context)


def _name_of(row: Notable) -> str:
    """Who has chosen to hide their name hides it from those who may not see private data, too."""
    if row.signature.consent_publish:
        return row.signature.name
    return _("Somebody who no longer wants to be shown")


def _remove(request: DeskRequest, letter: Letter) -> None:
    notable_id = _whole(request.POST["remove"]) or 0
    if pinning.unpin(letter=letter, notable_id=notable_id, organizer=request.user):
        messages.success(request, _("No longer named first. It stays on the list."))


def _reorder(request: DeskRequest, letter: Letter) -> None:
    """What was typed, and a step up or down, both as the organizer had the order before them."""
    ids = request.POST.get("order", "").split(",")[: pinning.MOST]
    order = [found for each in ids if (found := _whole(each)) is not None]
    typed = {each: _whole(request.POST.get(f"place-{each}", "")) for each in order}
    order = pinning.moved(
        order=order, typed={each: place for each, place in typed.items() if place is not None}
    )
    order = _stepped(order, _whole(request.POST.get("up", "")), -1)
    order = _stepped(order, _whole(request.POST.get("down", "")), 1)
    if pinning.reorder(letter=letter, order=order, organizer=request.user):
        messages.success(request, _("The order is saved."))


def _stepped(order: Sequence[int], chosen: int | None, step: int) -> list[int]:
    stepped = list(order)
    if chosen in stepped:
        at = stepped.index(chosen)
        to = min(max(at + step, 0), len(stepped) - 1)
        stepped.insert(to, stepped.pop(at))
    return stepped


def _whole(raw: str) -> int | None:
    """A number that was typed or sent, whatever its digits; None for anything else."""
    raw = raw.strip()
    return int(raw) if raw.isdecimal() and len(raw) < 19 else None
