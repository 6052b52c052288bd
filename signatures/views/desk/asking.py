"""What the signing form of a letter asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from campaign.letters import asking, errors
from campaign.letters.models import Letter, ProfessionList
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
from signatures.forms.desk.asking import AskingForm
from signatures.forms.fields import profession_choices
from signatures.models import OFFERED


@dataclass(frozen=True, slots=True)
class OfferedList:
    label: str
    professions: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingContext(PageContext):
    about: AboutLetter
    form: AskingForm
    lists: Sequence[OfferedList]


@desk_view("GET", "HEAD", "POST")
def form(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_change(request, slug)
    if request.method != "POST":
        return _page(request, letter, AskingForm(letter=letter))
    form = AskingForm(request.POST, letter=letter)
    if not form.is_valid():
        return _page(request, letter, form, status=422)
    try:
        with recorded(request, letter, "form"):
            asking.save(
                letter=letter, asked=form.asked(), expected_revision=form.cleaned_data["seen"]
            )
    except errors.FormChanged:
        letter.refresh_from_db()
        form.data = request.POST.dict() | {"seen": str(letter.form_revision)}
        form.add_error(
            None, _("Somebody changed the form meanwhile. Look once more, then save again.")
        )
        return _page(request, letter, form, status=409)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("desk_form", args=[slug]), status=303)


def _page(
    request: DeskRequest, letter: Letter, form: AskingForm, *, status: int = 200
) -> HttpResponse:
    context = AskingContext(
        about=about(letter),
        form=form,
        lists=[OfferedList(str(each.label), _names(each)) for each in ProfessionList],
    )
    return desk_page(request, "signatures/desk/asking/form.html", context, status=status)


def _names(each: ProfessionList) -> list[Any]:
    return [label for _code, label in profession_choices(OFFERED[each])]
