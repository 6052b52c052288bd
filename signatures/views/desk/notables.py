"""Who is named first, in the order that organizers drag or type."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from campaign.letters.models import Letter
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_curate,
)
from campaign.pages import PageContext
from campaign.parsing import whole_number
from signatures.errors import DetailsChanged
from signatures.forms.desk.vetting import CHANGED
from signatures.listing import notables as listing_notables
from signatures.models import Notable
from signatures.moderation import pinning


@desk_view("GET", "HEAD", "POST")
def notables(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_curate(request, slug)
    if request.method == "POST":
        wanted: Sequence[int] = ()
        try:
            if "remove" in request.POST:
                _remove(request, letter)
            else:
                order, revisions = _read(request.POST.get("order", ""))
                wanted = _wanted(request, order)
                if pinning.reorder(
                    letter=letter,
                    order=wanted,
                    expected_revisions=revisions,
                    organizer=request.user,
                ):
                    messages.success(request, _("The order is saved."))
        except DetailsChanged:
            messages.error(request, CHANGED)
            return _page(request, letter, wanted, status=422)
        return HttpResponseRedirect(reverse("desk_notables", args=[slug]), status=303)
    return _page(request, letter)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotablesContext(PageContext):
    about: AboutLetter
    rows: Sequence[tuple[Notable, str, bool]]
    order: str


def _page(
    request: DeskRequest, letter: Letter, wanted: Sequence[int] = (), *, status: int = 200
) -> HttpResponse:
    """In their order, or in the one that was wanted and could not be saved."""
    places = {each: place for place, each in enumerate(wanted)}
    shown = pinning.shown(letter=letter)
    rows = sorted(pinning.pinned(letter=letter), key=lambda row: places.get(row.pk, len(places)))
    context = NotablesContext(
        about=about(letter),
        rows=[(row, _name_of(row), row.signature_id in shown) for row in rows],
        order=",".join(f"{row.pk}:{row.signature.revision}" for row in rows),
    )
    return desk_page(request, "signatures/desk/curating/notables.html", context, status=status)


def _name_of(row: Notable) -> str:
    """Who has chosen to hide their name hides it from those who may not see private data, too."""
    if row.signature.consent_publish:
        return row.signature.name
    return _("Somebody who no longer wants to be shown")


def _remove(request: DeskRequest, letter: Letter) -> None:
    chosen, revisions = _read(request.POST["remove"])
    found = pinning.pinned(letter=letter).filter(pk__in=chosen[:1]).first()
    if found is None:
        return
    found.signature.letter = letter
    if pinning.unpin(
        signature=found.signature, organizer=request.user, expected_revision=revisions[found.pk]
    ):
        messages.success(request, _("No longer named first. It stays on the list."))


def _read(raw: str) -> tuple[list[int], dict[int, int]]:
    """Ids in their order, and the revision that was read of each: `7:1,9:4`."""
    revisions: dict[int, int] = {}
    for each in raw.split(",")[: listing_notables.MAX_NOTABLES]:
        found, _colon, revision = each.partition(":")
        if (notable_id := whole_number(found)) is not None:
            revisions.setdefault(notable_id, whole_number(revision, most=2**31 - 1) or 0)
    return list(revisions), revisions


def _wanted(request: DeskRequest, order: list[int]) -> list[int]:
    """What was typed, and a step up or down, both as the organizer had the order before them."""
    typed = {each: _whole(request.POST.get(f"place-{each}", "")) for each in order}
    order = pinning.moved(
        order=order, typed={each: place for each, place in typed.items() if place is not None}
    )
    order = _stepped(order, _whole(request.POST.get("up", "")), -1)
    return _stepped(order, _whole(request.POST.get("down", "")), 1)


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
