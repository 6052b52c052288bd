"""How a letter's page looks."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from campaign.letters import accent, errors, look
from campaign.letters.look_forms import AccentForm
from campaign.letters.models import Letter
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_change,
    recorded,
)
from campaign.pages import PageContext


@dataclass(frozen=True, slots=True)
class Swatch:
    words: str
    tones: accent.Tones


@dataclass(frozen=True, slots=True, kw_only=True)
class LookContext(PageContext):
    about: AboutLetter
    form: AccentForm
    # Of the colour that is chosen; none for the site's own.
    swatches: Sequence[Swatch]


@desk_view("GET", "HEAD", "POST")
def look_of_page(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_change(request, slug)
    form = AccentForm(request.POST if request.method == "POST" else None, letter=letter)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                with recorded(request, letter, "accent", detail=form.cleaned_data["accent"]):
                    look.choose_accent(
                        letter=letter,
                        accent=form.cleaned_data["accent"],
                        expected_revision=form.cleaned_data["seen"],
                    )
            except errors.LookChanged:
                status = 409
                _ask_again(letter, form)
            else:
                messages.success(request, _("Saved. The letter’s page shows it within a minute."))
                return HttpResponseRedirect(reverse("desk_look", args=[slug]), status=303)
    context = LookContext(about=about(letter), form=form, swatches=_swatches(letter.accent))
    return desk_page(request, "campaign/letters/look.html", context, status=status)


def _ask_again(letter: Letter, form: AccentForm) -> None:
    letter.refresh_from_db()
    form.data = {name: form.data.get(name, "") for name in ("has_own", "accent")} | {
        "seen": str(letter.look_revision)
    }
    form.add_error(None, _("Somebody changed the look meanwhile. Look once more, then save again."))


def _swatches(chosen: str) -> Sequence[Swatch]:
    if not chosen:
        return ()
    return (
        Swatch(_("In the light"), accent.light(chosen)),
        Swatch(_("In dark mode"), accent.dark(chosen)),
    )
