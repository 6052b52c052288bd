"""What the signing form of a letter asks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign.letters import asking, errors
from campaign.letters import assembly as assemblies
from campaign.letters.models import Letter, ProfessionList
from campaign.letters.texts import languages_of
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_change,
    letter_to_see,
    may_run,
    recorded,
)
from campaign.pages import PageContext
from signatures.forms.desk.asking import AskingForm, AssemblyForm, WordsForm
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


@dataclass(frozen=True, slots=True, kw_only=True)
class AssemblyContext(PageContext):
    about: AboutLetter
    form: AssemblyForm
    may_run: bool
    is_open: bool


@desk_view("GET", "HEAD", "POST")
def assembly(request: DeskRequest, slug: str) -> HttpResponse:
    """Every organizer sees it; owners begin and end it."""
    letter = letter_to_see(request, slug)
    form = AssemblyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not may_run(request, letter):
        raise Http404
    if form.is_valid():
        _begin_assembly(request, letter, form)
        return HttpResponseRedirect(reverse("desk_assembly", args=[slug]), status=303)
    context = AssemblyContext(
        about=about(letter),
        form=form,
        may_run=may_run(request, letter),
        is_open=letter.is_open(now=timezone.now(), to_invited=True),
    )
    status = 422 if form.errors else 200
    return desk_page(request, "signatures/desk/asking/assembly.html", context, status=status)


@desk_view("POST")
def assembly_end(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_see(request, slug)
    if not may_run(request, letter):
        raise Http404
    assemblies.end(letter=letter, organizer=request.user, now=timezone.now())
    messages.success(request, _("It is over: 400 may sign in an hour from one network."))
    return HttpResponseRedirect(reverse("desk_assembly", args=[slug]), status=303)


def _begin_assembly(request: DeskRequest, letter: Letter, form: AssemblyForm) -> None:
    try:
        assemblies.begin(
            letter=letter, organizer=request.user, **form.cleaned_data, now=timezone.now()
        )
    except errors.AssemblyGoesOn:
        messages.error(request, _("Somebody began it meanwhile. End it first to change it."))
    except errors.NotPublished:
        messages.error(request, _("Nobody can sign this letter now."))
    else:
        messages.success(request, _("From now on more may sign from one network."))


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
        form.data = cast(QueryDict, form.data).dict() | {"seen": str(letter.form_revision)}
        form.add_error(
            None, _("Somebody changed the form meanwhile. Look once more, then save again.")
        )
        return 409
    return None


def _names(each: ProfessionList) -> list[Any]:
    return [label for _code, label in profession_choices(OFFERED[each])]
