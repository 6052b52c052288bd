"""What the signing form of a letter asks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from campaign.letters import asking, errors
from campaign.letters.models import Letter, ProfessionList
from campaign.letters.texts import languages_of
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
from signatures.forms.desk.asking import AskingForm, WordsForm
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


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsContext(PageContext):
    about: AboutLetter
    form: WordsForm


@desk_view("GET", "HEAD", "POST")
def form(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_change(request, slug)
    form = AskingForm(request.POST if request.method == "POST" else None, letter=letter)

    def save() -> None:
        with recorded(request, letter, "form"):
            asking.save(
                letter=letter, asked=form.asked(), expected_revision=form.cleaned_data["seen"]
            )

    status = _saved(letter, form, save)
    if status is None:
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("desk_form", args=[slug]), status=303)
    context = AskingContext(
        about=about(letter),
        form=form,
        lists=[OfferedList(str(each.label), _names(each)) for each in ProfessionList],
    )
    return desk_page(request, "signatures/desk/asking/form.html", context, status=status)


@desk_view("GET", "HEAD", "POST")
def words(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_change(request, slug)
    form = WordsForm(
        request.POST if request.method == "POST" else None,
        letter=letter,
        spoken=languages_of(letter=letter),
    )

    def save() -> None:
        with recorded(request, letter, "form_words"):
            asking.save_words(
                letter=letter, words=form.words(), expected_revision=form.cleaned_data["seen"]
            )

    status = _saved(letter, form, save)
    if status is None:
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("desk_form_words", args=[slug]), status=303)
    context = WordsContext(about=about(letter), form=form)
    return desk_page(request, "signatures/desk/asking/words.html", context, status=status)


def _saved(letter: Letter, form: Form, save: Callable[[], None]) -> int | None:
    """None once it is; else the status of the page that shows the form again."""
    if not form.is_bound:
        return 200
    if not form.is_valid():
        return 422
    try:
        save()
    except errors.FormChanged:
        letter.refresh_from_db()
        form.data = form.data.dict() | {"seen": str(letter.form_revision)}
        form.add_error(
            None, _("Somebody changed the form meanwhile. Look once more, then save again.")
        )
        return 409
    return None


def _names(each: ProfessionList) -> list[Any]:
    return [label for _code, label in profession_choices(OFFERED[each])]
